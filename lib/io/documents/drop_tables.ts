/**
 * A drop as CSV tables, after history, bans, filters and holdouts have been applied, whatever it was read from.
 *
 * @module
 */
import { columnsNamed } from "../../allocator/drop/input_attributes.ts";
import type { TextColumn } from "../../allocator/drop/instance/attributes.ts";
import type { Instance } from "../../allocator/drop/instance/instance.ts";
import { IN_PREVIOUS } from "../../allocator/drop/instance/previous.ts";
import { csvText } from "../../base/text/csv_field.ts";
import { K_COLUMN } from "../tables/k_column.ts";

/** A column: its name, and a function from a row to its value. */
type Column = readonly [name: string, valueOf: (row: number) => string | number];

/** Files of a drop; pins and previous only if it has any. */
export const TABLE_FILES = [
  "caps.csv",
  "user_groups.csv",
  "group_ratios.csv",
  "elig.csv",
  "pins.csv",
  "previous.csv",
] as const;

/**
 * The text of each file of {@link TABLE_FILES} that the drop has. Read with default options they give the same drop, with the
 * same hashes and so the same certificates. Columns that limits name are in the tables that had them.
 */
export function dropTables(instance: Instance): Map<string, string> {
  const { users, contracts, contract, pins, previous } = instance;
  const user = userOfPair(instance);
  const pairsCsv = (pairs: readonly number[] | Uint32Array): string =>
    csv(pairs.length, [
      ["user_id", (i) => users.at(user[pairs[i]])],
      ["contract_address", (i) => contracts[contract[pairs[i]]]],
    ]);
  const tables = new Map([
    ["caps.csv", capsCsv(instance)],
    ["user_groups.csv", userGroupsCsv(instance)],
    ["group_ratios.csv", groupRatiosCsv(instance)],
    ["elig.csv", eligCsv(instance, user)],
  ]);
  if (pins !== undefined) tables.set("pins.csv", pairsCsv(pins.pair));
  if (previous !== undefined) {
    const given = Uint32Array.from(previous.given.keys()).filter((p) => previous.given[p] === 1);
    tables.set("previous.csv", pairsCsv(given));
  }
  return tables;
}

function capsCsv(instance: Instance): string {
  const { contracts, cap, sponsoredContracts, brand, brands, limits } = instance;
  return csv(contracts.length, [
    ["contract_address", (c) => contracts[c]],
    ["cap_face", (c) => cap[c]],
    ["is_sponsored", (c) => String(c < sponsoredContracts)],
    ...(brand === null ? [] : [["brand_id", (c) => brands[brand[c]]] as Column]),
    ...furtherColumns(instance, limits?.attributes.caps),
  ]);
}

function userGroupsCsv(instance: Instance): string {
  const { users, group, groups, k, limits } = instance;
  return csv(group.length, [
    ["user_id", (u) => users.at(u)],
    ["group_id", (u) => groups[group[u]]],
    // Where limits name k, it is among the further columns, in the table that had it.
    ...(k === undefined || namesOwnK(limits) ? [] : [["k", (u) => k[u] < 0 ? "" : k[u]] as Column]),
    ...furtherColumns(instance, limits?.attributes.user_groups),
  ]);
}

function groupRatiosCsv(instance: Instance): string {
  const { groups, ratio, limits } = instance;
  return csv(groups.length, [
    ["group_id", (g) => groups[g]],
    ["sponsorship_ratio", (g) => ratio[g]],
    ...furtherColumns(instance, limits?.attributes.group_ratios),
  ]);
}

function eligCsv(instance: Instance, user: Uint32Array): string {
  const { users, contracts, contract, score, limits } = instance;
  const numbers = [...limits?.attributes.eligNumbers ?? []]
    .map(([name, column]): Column => [name, (p) => column[p]]);
  return csv(score.length, [
    ["user_id", (p) => users.at(user[p])],
    ["contract_address", (p) => contracts[contract[p]]],
    ["score", (p) => score[p]],
    ...furtherColumns(instance, limits?.attributes.elig),
    ...numbers,
  ]);
}

/** The columns of a table that limits name; without in_previous, which follows from previous.csv. */
function furtherColumns(
  { previous, limits }: Instance,
  columns: ReadonlyMap<string, TextColumn> = new Map(),
): Column[] {
  const isWritten = (name: string) =>
    name === K_COLUMN ? namesOwnK(limits) : previous === undefined || name !== IN_PREVIOUS;
  return [...columns].filter(([name]) => isWritten(name))
    .map(([name, { code, values }]) => [name, (i) => values[code[i]]]);
}

/** Whether limits name the column of users' own k; it is kept with theirs whether they do or not. */
function namesOwnK(limits: Instance["limits"]): boolean {
  return limits !== undefined && columnsNamed(limits.families).texts.has(K_COLUMN);
}

/** Uint32Array, length pairs: the user of each pair. */
function userOfPair({ start, score, group }: Instance): Uint32Array {
  const user = new Uint32Array(score.length);
  for (let u = 0; u < group.length; u++) user.fill(u, start[u], start[u + 1]);
  return user;
}

function csv(rows: number, columns: readonly Column[]): string {
  function* lines() {
    yield columns.map(([name]) => name);
    for (let i = 0; i < rows; i++) yield columns.map(([, valueOf]) => valueOf(i));
  }
  return csvText(lines());
}
