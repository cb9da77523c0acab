/**
 * What contracts are called and what else is shown beside their ids.
 *
 * @module
 */
import {
  isNameColumn,
  type KnownContract,
} from "../../allocator/drop/instance/contract_columns.ts";
import { shortId, shortIds } from "../words.ts";

/** The columns that contracts have beside their ids: names first. */
export function aboutColumns(contracts: readonly Pick<KnownContract, "about">[]): string[] {
  const columns = new Set<string>();
  for (const { about } of contracts) for (const name in about) columns.add(name);
  return [...columns].sort((a, b) => Number(isNameColumn(b)) - Number(isNameColumn(a)));
}

/** A column of caps as a heading: "brand_id" is "brand". */
export function columnTitle(column: string): string {
  return column.replace(/_id$/, "").replaceAll("_", " ").trim() || column;
}

/** A contract's own name; undefined where it has none. */
export function nameOf({ about = {} }: Pick<KnownContract, "about">): string | undefined {
  const column = Object.keys(about).find((name) => isNameColumn(name) && about[name] !== "");
  return column === undefined ? undefined : about[column];
}

/** Characters of a name that a sentence or an axis has room for. */
const NAME_LENGTH = 28;

/** A contract in a sentence: its name where it has one, else its id, shortened. */
export function contractInWords(contract: KnownContract): string {
  const name = nameOf(contract);
  return name === undefined ? shortId(contract.contract_address) : beginning(name);
}

/** Contracts on a chart's axis, all different: by name where they have one, with the id where two have the same. */
export function contractNames(contracts: readonly KnownContract[]): string[] {
  const ids = shortIds(contracts.map((c) => c.contract_address));
  const names = contracts.map((c, i) => {
    const name = nameOf(c);
    return name === undefined ? ids[i] : beginning(name);
  });
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return names.map((name, i) =>
    times.get(name) === 1 || name === ids[i] ? name : `${beginning(name, 14)} ${ids[i]}`
  );
}

function beginning(name: string, length = NAME_LENGTH): string {
  const characters = Array.from(name);
  return characters.length <= length ? name : `${characters.slice(0, length - 1).join("")}…`;
}
