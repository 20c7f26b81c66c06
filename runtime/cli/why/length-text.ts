/** A length of time in the unit that shows what matters of it; above 100 s in whole seconds. */
export function seconds(value: number): string {
  if (Math.abs(value) < 0.01) return `${(value * 1000).toFixed(1)} ms`;
  if (Math.abs(value) < 1) return `${Math.round(value * 1000)} ms`;
  if (Math.abs(value) < 100) return `${value.toFixed(value < 10 ? 3 : 1)} s`;
  const whole = Math.round(value);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours === 0 ? "" : `${hours} h `}${minutes} min ${whole % 60} s`;
}
