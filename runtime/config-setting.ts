import * as v from "valibot";

/** What the reference tells of a setting that its checks do not. */
export interface SettingFacts {
  readonly unit?: string;
  /** Where the checks are functions: what they let pass. */
  readonly range?: string;
  /** Where there is no fixed default: what holds instead. */
  readonly absent?: string;
}

/**
 * A setting, or a table of them, together with its meaning in half a sentence: docs/configuration-reference.md is
 * written from it (`npm run docs`). Inside `v.optional`, not around it.
 */
export function setting<const Schema extends v.GenericSchema>(
  schema: Schema,
  meaning: string,
  facts: SettingFacts = {},
) {
  return v.pipe(schema, v.description(meaning), v.metadata({ ...facts }));
}
