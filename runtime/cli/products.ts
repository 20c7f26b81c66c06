import type { ListedProduct } from "../daemon/product-list.ts";
import { ask, change, given, printJson } from "./ask.ts";

interface LineOption {
  readonly line?: string;
}

interface AuthorOptions extends LineOption {
  readonly why?: string;
}

/** `sealtrace products`: what the line has made so far. */
export async function products({ line, json }: LineOption & { readonly json?: true }): Promise<void> {
  const list = (await ask("status", "products", given({ line }))) as readonly ListedProduct[];
  if (json) return printJson(list);
  if (list.length === 0) process.stdout.write("no product has been found yet\n");
  for (const product of list) process.stdout.write(`${productLine(product)}\n`);
}

/** `sealtrace product name P3 "Tray 400 g"`. */
export async function nameProduct(product: string, name: string, { line, why }: AuthorOptions): Promise<void> {
  await change("product-name", given({ line, product, name: name === "" ? null : name, why }));
  process.stdout.write(name === "" ? `${product} has no name any more\n` : `${product} is "${name}" now\n`);
}

/** `sealtrace product merge P3 P1`. */
export async function mergeProducts(product: string, into: string, { line, why }: AuthorOptions): Promise<void> {
  await change("product-merge", given({ line, product, into, why }));
  process.stdout.write(`${product} is ${into} now, in the past as well\n`);
}

/** `sealtrace product split P3`: takes a merge back; with a sealing time, makes two of one. */
export async function splitProduct(
  product: string,
  { line, why, sealingTime }: AuthorOptions & { readonly sealingTime?: number },
): Promise<void> {
  const id = await change("product-split", given({ line, product, sealingTimeSeconds: sealingTime, why }));
  process.stdout.write(`${String(id)} is a product of its own now, in the past as well\n`);
}

type Setting = number | "taken back";

/** `sealtrace product set P3 --ideal-cycle 6.9 --units-per-seal 4`; `learned` and `default` take a setting back. */
export async function setProduct(
  product: string,
  options: AuthorOptions & { readonly idealCycle?: Setting; readonly unitsPerSeal?: Setting },
): Promise<void> {
  const { line, why, idealCycle, unitsPerSeal } = options;
  const settings = { idealCycleSeconds: settingOf(idealCycle), unitsPerSeal: settingOf(unitsPerSeal) };
  await change("product-set", given({ line, product, ...settings, why }));
  process.stdout.write(`${product} is set; sealtrace products shows it\n`);
}

function settingOf(setting: Setting | undefined): number | null | undefined {
  return setting === "taken back" ? null : setting;
}

function productLine(product: ListedProduct): string {
  const { id, name, sealingTimeSeconds, seals, idealCycleSeconds, idealCycleSource, unitsPerSeal, mergedInto } =
    product;
  const cycle = idealCycleSeconds === null ? "unknown" : `${idealCycleSeconds.toFixed(2)} s (${idealCycleSource})`;
  return [
    `${id.padEnd(4)} ${`${sealingTimeSeconds.toFixed(3)} s`.padStart(10)} ${(seals?.toLocaleString("en-US") ?? "-").padStart(11)} seals`,
    `${unitsPerSeal} units a seal  ideal cycle ${cycle}`,
    ...(name === null ? [] : [`"${name}"`]),
    ...(mergedInto === null ? [] : [`merged into ${mergedInto}`]),
  ].join("  ");
}
