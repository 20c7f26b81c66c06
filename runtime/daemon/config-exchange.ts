import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { InputError } from "../../drivers/input-error.ts";
import type { Config } from "../config.ts";
import { putConfig } from "../put-config.ts";
import { memoryFolder } from "../sync/target-watch.ts";

/** Time for the answer to reach the stick before the appliance starts anew. */
const RELOAD_AFTER_MS = 3_000;

/** What is needed to exchange a configuration. */
export interface ExchangeOptions {
  readonly configPath: string;
  readonly dataFolder: string;
  /** Reads a configuration as the daemon reads its own. @throws InputError for a bad one. */
  readonly check: (path: string) => Config;
}

/**
 * Exchanges the configuration for one that came on a stick. It is on trial until an appliance has started with it: when
 * that cannot be, because a chip is not there, say, the one before it is put back, for nobody may be near who could do it
 * by hand.
 */
export class ConfigExchange {
  readonly #options: ExchangeOptions;
  /** Says, over restarts, that a trial is going on, and which file holds the old configuration. */
  readonly #mark: string;
  readonly #candidate: string;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#mark = join(memoryFolder(options.dataFolder), "config-on-trial");
    this.#candidate = join(memoryFolder(options.dataFolder), "config.candidate.toml");
  }

  /**
   * Puts a configuration in the place of the old one, and the daemon reads it a moment later.
   * @returns what was done, in words.
   * @throws InputError for a bad one, or when it cannot be put there; nothing has changed then.
   */
  take(text: string): string {
    this.#check(text);
    const old = this.#put(text);
    if (old === null) return "it is the configuration in force already.";
    writeFileSync(this.#mark, old);
    setTimeout(() => process.kill(process.pid, "SIGHUP"), RELOAD_AFTER_MS).unref();
    return `the appliance starts anew with it. The old one is kept as ${old}.`;
  }

  /** An appliance has started. */
  passed(): void {
    rmSync(this.#mark, { force: true });
  }

  /** No appliance could be started. @returns whether an old configuration has been put back. */
  failed(): boolean {
    try {
      putConfig(this.#options.configPath, readFileSync(readFileSync(this.#mark, "utf8"), "utf8"), new Date());
    } catch {
      // no trial, or no way back
      return false;
    }
    this.passed();
    return true;
  }

  #check(text: string): void {
    mkdirSync(dirname(this.#candidate), { recursive: true });
    writeFileSync(this.#candidate, text);
    try {
      this.#options.check(this.#candidate);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError({ ...error.fault, source: "config.toml" }, { cause: error });
    } finally {
      rmSync(this.#candidate, { force: true });
    }
  }

  #put(text: string): string | null {
    const { configPath } = this.#options;
    try {
      return putConfig(configPath, text, new Date());
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const { problem } = error.fault;
      const remedy = "let the appliance write there, see docs/sync.md, or bring it over SSH";
      throw new InputError({ source: configPath, problem, remedy }, { cause: error });
    }
  }
}
