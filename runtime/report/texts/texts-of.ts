import type { Language } from "../report-context.ts";
import { EN } from "./en.ts";
import { ES } from "./es.ts";
import type { Texts } from "./texts.ts";

const TEXTS: Readonly<Record<Language, Texts>> = { en: EN, es: ES };

/** The words of a language. */
export function textsOf(language: Language): Texts {
  return TEXTS[language];
}
