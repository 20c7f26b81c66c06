import { configSchema } from "../../runtime/config.ts";
import { type SettingRow, type SettingTable, settingTables } from "./schema-tables.ts";

const HEAD = `# Configuration reference

Every setting of the file that \`sealtrace\` reads, written from the schema that checks it (\`npm run docs\`; do not edit).
A setting that does not exist, or a value out of range, is refused with file, place, value and remedy. Examples and how
settings work together: [configuration.md](configuration.md).
`;
const COLUMNS = ["setting", "type", "default", "unit", "range", "meaning"];

/** The page docs/configuration-reference.md. */
export function configurationReference(): string {
  return `${[HEAD, ...settingTables(configSchema).map(section)].join("\n")}`;
}

function section({ heading, meaning, rows }: SettingTable): string {
  const title = heading === "" ? "Above all tables" : `\`${heading}\``;
  const table = [COLUMNS, COLUMNS.map(() => "---"), ...rows.map(cells)].map((row) => `| ${row.join(" | ")} |`);
  const parts = [`## ${title}`, meaning, rows.length === 0 ? "" : table.join("\n")];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function cells({ name, type, standard, isRequired, range, meaning, facts }: SettingRow): string[] {
  const absent = facts.absent ?? (isRequired ? "**required**" : "none");
  const cell = (text: string) => text.replaceAll("|", "\\|");
  return [`\`${name}\``, type, standard === null ? absent : `\`${standard}\``, facts.unit ?? "", range, meaning].map(
    cell,
  );
}
