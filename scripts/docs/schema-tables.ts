import * as v from "valibot";
import type { SettingFacts } from "../../runtime/config-setting.ts";

/** One setting, as the reference shows it. */
export interface SettingRow {
  readonly name: string;
  readonly type: string;
  /** As TOML writes it; null where there is none. */
  readonly standard: string | null;
  readonly isRequired: boolean;
  readonly range: string;
  readonly meaning: string;
  readonly facts: SettingFacts;
}

/** A table of the configuration with its settings, as TOML heads it. */
export interface SettingTable {
  /** Such as `[[line.product]]`; empty for what stands above all tables. */
  readonly heading: string;
  readonly meaning: string;
  readonly rows: readonly SettingRow[];
}

type Schema = v.GenericSchema & {
  readonly pipe?: readonly Step[];
  readonly wrapped?: Schema;
  readonly default?: unknown;
  readonly item?: Schema;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly options?: readonly (string | Schema)[];
};
type Step =
  | Schema
  | { readonly kind: string; readonly type: string; readonly requirement?: unknown; readonly message?: unknown };

/** Every table of a configuration's schema, in its order, depth first. */
export function settingTables(schema: v.GenericSchema): SettingTable[] {
  return tablesOf(schema as Schema, [], "");
}

function tablesOf(schema: Schema, path: readonly string[], heading: string): SettingTable[] {
  const entries = Object.entries(bare(schema).entries ?? {});
  const rows = entries.filter(([, entry]) => !isTable(entry)).map(([name, entry]) => row(name, entry));
  const inner = entries.flatMap(([name, entry]) => {
    if (!isTable(entry)) return [];
    const list = bare(entry).item;
    const where = [...path, name];
    return tablesOf(list ?? entry, where, list === undefined ? `[${where.join(".")}]` : `[[${where.join(".")}]]`);
  });
  const meaning = descriptionOf(schema);
  return rows.length === 0 && meaning === "" ? inner : [{ heading, meaning, rows }, ...inner];
}

/** The schema below what makes it optional. */
function bare(schema: Schema): Schema {
  return schema.wrapped === undefined ? schema : bare(schema.wrapped);
}

function isTable(schema: Schema): boolean {
  const { entries, item } = bare(schema);
  return entries !== undefined || (item !== undefined && bare(item).entries !== undefined);
}

function row(name: string, schema: Schema): SettingRow {
  const inside = bare(schema);
  const facts: SettingFacts = v.getMetadata(inside);
  const fallback = typeof schema.default === "function" ? undefined : schema.default;
  const isEmpty = fallback === undefined || fallback === null || (Array.isArray(fallback) && fallback.length === 0);
  return {
    name,
    type: typeOf(inside),
    standard: isEmpty ? null : JSON.stringify(fallback).replaceAll(",", ", "),
    isRequired: schema.wrapped === undefined,
    range: facts.range ?? rangeOf(inside),
    meaning: descriptionOf(inside),
    facts,
  };
}

function descriptionOf(schema: Schema): string {
  return v.getDescription(bare(schema)) ?? "";
}

function typeOf(schema: Schema): string {
  const { item, options } = bare(schema);
  if (item !== undefined) return `list of ${typeOf(item)}`;
  if (schema.type === "union") return (options as readonly Schema[]).map(typeOf).join(" or ");
  if (schema.type === "number")
    return stepsOf(schema).some(({ type }) => type === "integer") ? "whole number" : "number";
  if (schema.type === "boolean") return "true or false";
  return "text";
}

/** The checks of a schema and of those that it is made of, in the order in which they run. */
function stepsOf(schema: Schema): readonly { type: string; requirement?: unknown; message?: unknown }[] {
  return (schema.pipe ?? []).flatMap((step, i) => {
    if (step.kind === "schema") return i === 0 && step === schema ? [] : stepsOf(step as Schema);
    return step.kind === "validation" ? [step as { type: string }] : [];
  });
}

function rangeOf(schema: Schema): string {
  const { item, options, type } = bare(schema);
  if (type === "picklist") return (options as readonly string[]).map((option) => `\`"${option}"\``).join(", ");
  if (type === "union") return (options as readonly Schema[]).map(rangeOf).join("; or ");
  const steps = stepsOf(schema);
  const bound = (kind: string) => steps.find((step) => step.type === kind)?.requirement as number | undefined;
  const parts: string[] = item === undefined ? [] : [rangeOf(item)];
  const [least, most] = [bound("min_value"), bound("max_value")];
  if (least !== undefined && most !== undefined) parts.push(`${least} to ${most}`);
  for (const { type, message } of steps)
    if (!["integer", "min_value", "max_value", "non_empty"].includes(type) && typeof message === "string")
      parts.push(...mustBe(message));
  return parts.filter((part) => part !== "").join("; ");
}

function mustBe(message: string): string[] {
  const [, what] = message.match(/^must be (?:of )?(.*)$/) ?? [];
  return what === undefined ? [] : [what];
}
