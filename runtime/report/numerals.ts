const SECONDS_PER_MINUTE = 60;

/** Numbers as a language writes them. All take finite numbers. */
export class Numerals {
  readonly #decimal: string;
  readonly #group: string;

  constructor(decimal: "." | ",", group: "." | ",") {
    this.#decimal = decimal;
    this.#group = group;
  }

  /** Rounded to a whole number, thousands separated: `23,172`. */
  count(value: number): string {
    return this.fixed(value, 0);
  }

  /** With so many decimals: `1,234.50`; never `-0`. */
  fixed(value: number, decimals: number): string {
    const [whole = "0", rest] = Math.abs(value).toFixed(decimals).split(".");
    const digits = whole.replace(/\B(?=(\d{3})+$)/g, this.#group);
    const text = rest === undefined ? digits : `${digits}${this.#decimal}${rest}`;
    return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
  }

  /** `+12` or `-12`. */
  signed(value: number, decimals = 0): string {
    const text = this.fixed(value, decimals);
    return text.startsWith("-") ? text : `+${text}`;
  }

  /** A share as per cent with one decimal: `86.5 %`; `-` where it is not known. */
  percent(share: number | null): string {
    return share === null ? "-" : `${this.fixed(100 * share, 1)} %`;
  }

  /** A length of time: `45 s`, `12 min`, `8 h 05 min`. */
  duration(seconds: number): string {
    if (seconds < 0) return `-${this.duration(-seconds)}`;
    if (Math.round(seconds) < SECONDS_PER_MINUTE) return `${this.count(seconds)} s`;
    const minutes = Math.round(seconds / SECONDS_PER_MINUTE);
    const rest = minutes % 60;
    return minutes < 60
      ? `${minutes} min`
      : `${this.count((minutes - rest) / 60)} h ${String(rest).padStart(2, "0")} min`;
  }
}
