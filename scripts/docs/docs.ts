import { configurationReference } from "./configuration-reference.ts";

/** The pages of the documentation that are written by the project itself, by file name in docs/. */
export const PAGES: Readonly<Record<string, () => string>> = {
  "configuration-reference.md": configurationReference,
};
