// How likely something is by chance; all tails are one-sided.

/**
 * Probability of at least `successes` in `trials` independent trials; exact but for rounding.
 *
 * @param chance of one success, from 0 to 1.
 * @throws RangeError for counts that are not whole or a chance outside 0..1.
 */
export function binomialTail(successes: number, trials: number, chance: number): number {
  if (!(Number.isInteger(successes) && Number.isInteger(trials) && trials >= 0))
    throw new RangeError(`${successes} of ${trials} are no counts`);
  if (!(chance >= 0 && chance <= 1)) throw new RangeError(`a chance is from 0 to 1, not ${chance}`);
  if (successes <= 0 || chance === 1) return successes <= trials ? 1 : 0;
  if (successes > trials || chance === 0) return 0;
  const odds = chance / (1 - chance);
  const logChoose = logFactorial(trials) - logFactorial(successes) - logFactorial(trials - successes);
  let term = Math.exp(logChoose + successes * Math.log(chance) + (trials - successes) * Math.log1p(-chance));
  let sum = 0;
  for (let k = successes; k <= trials; k++) {
    sum += term;
    term *= ((trials - k) / (k + 1)) * odds;
  }
  return Math.min(1, sum);
}

/** ln(n!), by Stirling's series from 10 on, where its next term is below 1e-10. */
function logFactorial(n: number): number {
  let sum = 0;
  if (n < 10) {
    for (let i = 2; i <= n; i++) sum += Math.log(i);
    return sum;
  }
  return (
    n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5)
  );
}

/**
 * Probability that a standard normal value exceeds `z`; absolute error below 7.5e-8.
 *
 * Source: Abramowitz, Stegun 1964, 26.2.17.
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
