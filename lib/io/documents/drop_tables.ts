/**
 * A drop as CSV tables: what was decided on, after history, bans, filters and holdouts, whatever it was read from.
 *
 * @module
 */
import type { TextColumn } from "../../allocator/drop/attributes.ts";
import type { Instance } from "../../allocator/drop/instance.ts";
import { IN_PREVIOUS } from "../../allocator/drop/previous.ts";
import { csvField } from "../../base/csv_field.ts";

/** A column: its name, and the value of a row. */
type Column = readonly [name: string, of: (row: number) => string | number];

/** Files of a drop; pins and previous where it has any. */
export const TABLE_FILES = [
  ...["caps.csv", "user_groups.csv", "group_ratios.csv", "elig.csv"],
  ...["pins.csv", "previous.csv"],
] as const;

/**
 * The text of each file of {@link TABLE_FILES} that the drop has. Read with default options they are the same drop: the same
 * hashes, so the same certificates. Columns that limits name are in the tables that have them.
 */
export function dropTables(instance: Instance): Map<string, string> {
  const { users, contracts, groups, group, contract, score, cap, brand, brands, k, pins } =
    instance;
  const { previous, limits } = instance, user = userOfPair(instance);
  const attributes = limits?.attributes;
  const further = (table: ReadonlyMap<string, TextColumn> = new Map()): Column[] =>
    // Whether a pair was an offer before follows from previous.csv.
    [...table].filter(([name]) => previous === undefined || name !== IN_PREVIOUS)
      .map(([name, { code, values }]) => [name, (i) => values[code[i]]]);
  const numbers = [...attributes?.eligNumbers ?? []]
    .map(([name, column]): Column => [name, (p) => column[p]]);
  const idsOf = (pairs: readonly number[] | Uint32Array): string =>
    csv(pairs.length, [
      ["user_id", (i) => users.at(user[pairs[i]])],
      ["contract_address", (i) => contracts[contract[pairs[i]]]],
    ]);
  const tables = new Map([
    [
      "caps.csv",
      csv(contracts.length, [
        ["contract_address", (c) => contracts[c]],
        ["cap_face", (c) => cap[c]],
        ["is_sponsored", (c) => String(c < instance.sponsoredContracts)],
        ...(brand === null ? [] : [["brand_id", (c) => brands[brand[c]]] as Column]),
        ...further(attributes?.caps),
      ]),
    ],
    [
      "user_groups.csv",
      csv(group.length, [
        ["user_id", (u) => users.at(u)],
        ["group_id", (u) => groups[group[u]]],
        ...(k === undefined ? [] : [["k", (u) => k[u] < 0 ? "" : k[u]] as Column]),
        ...further(attributes?.user_groups),
      ]),
    ],
    [
      "group_ratios.csv",
      csv(groups.length, [
        ["group_id", (g) => groups[g]],
        ["sponsorship_ratio", (g) => instance.ratio[g]],
        ...further(attributes?.group_ratios),
      ]),
    ],
    [
      "elig.csv",
      csv(score.length, [
        ["user_id", (p) => users.at(user[p])],
        ["contract_address", (p) => contracts[contract[p]]],
        ["score", (p) => score[p]],
        ...further(attributes?.elig),
        ...numbers,
      ]),
    ],
  ]);
  if (pins !== undefined) tables.set("pins.csv", idsOf(pins.pair));
  if (previous !== undefined) {
    const given = Uint32Array.from(previous.given.keys()).filter((p) => previous.given[p] === 1);
    tables.set("previous.csv", idsOf(given));
  }
  return tables;
}

/** The user of each pair. */
function userOfPair({ start, score, group }: Instance): Uint32Array {
  const user = new Uint32Array(score.length);
  for (let u = 0; u < group.length; u++) user.fill(u, start[u], start[u + 1]);
  return user;
}

function csv(rows: number, columns: readonly Column[]): string {
  const lines = [columns.map(([name]) => csvField(name)).join(",")];
  for (let i = 0; i < rows; i++) {
    lines.push(columns.map(([, of]) => csvField(String(of(i)))).join(","));
  }
  return `${lines.join("\n")}\n`;
}
