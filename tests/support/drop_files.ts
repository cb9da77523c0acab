/** An instance and its assignments as CSV files of the documented columns, for checkers that read nothing else. */
import type { TextColumn } from "../../lib/allocator/drop/attributes.ts";
import type { Instance } from "../../lib/allocator/drop/instance.ts";
import type { Allocation } from "../../lib/allocator/model/allocation.ts";

type Column = (row: number) => string | number;

/** The texts of caps.csv, user_groups.csv, group_ratios.csv and elig.csv. */
export function dropFiles(instance: Instance): Record<string, string> {
  const { users, contracts, groups, group, start, contract, score, cap, brand, brands, k } =
    instance;
  const user = new Uint32Array(score.length);
  for (let u = 0; u < group.length; u++) user.fill(u, start[u], start[u + 1]);
  const attributes = instance.limits?.attributes;
  const further = (table: ReadonlyMap<string, TextColumn> = new Map()) =>
    [...table].map(([name, { code, values }]): [string, Column] => [name, (i) => values[code[i]]]);
  const pairs = new Map<string, Column>(further(attributes?.elig));
  for (const [name, numbers] of attributes?.eligNumbers ?? []) pairs.set(name, (p) => numbers[p]);
  return {
    "caps.csv": csv(contracts.length, [
      ["contract_address", (c) => contracts[c]],
      ["cap_face", (c) => cap[c]],
      ["is_sponsored", (c) => String(c < instance.sponsoredContracts)],
      ...(brand === null ? [] : [["brand_id", (c) => brands[brand[c]]] as [string, Column]]),
      ...further(attributes?.caps),
    ]),
    "user_groups.csv": csv(group.length, [
      ["user_id", (u) => users.at(u)],
      ["group_id", (u) => groups[group[u]]],
      ...(k === undefined ? [] : [["k", (u) => k[u] < 0 ? "" : k[u]] as [string, Column]]),
      ...further(attributes?.user_groups),
    ]),
    "group_ratios.csv": csv(groups.length, [
      ["group_id", (g) => groups[g]],
      ["sponsorship_ratio", (g) => instance.ratio[g]],
      ...further(attributes?.group_ratios),
    ]),
    "elig.csv": csv(score.length, [
      ["user_id", (p) => users.at(user[p])],
      ["contract_address", (p) => contracts[contract[p]]],
      ["score", (p) => score[p]],
      ...pairs,
    ]),
  };
}

/** The text of assignments.csv. */
export function assignmentsFile(
  { users, contracts, contract, score, group }: Instance,
  { offerPair, offerStart }: Allocation,
): string {
  const user = new Uint32Array(offerPair.length);
  for (let u = 0; u < group.length; u++) user.fill(u, offerStart[u], offerStart[u + 1]);
  return csv(offerPair.length, [
    ["user_id", (i) => users.at(user[i])],
    ["contract_address", (i) => contracts[contract[offerPair[i]]]],
    ["score", (i) => score[offerPair[i]]],
  ]);
}

function csv(rows: number, columns: readonly [string, Column][]): string {
  const quoted = (value: string | number) => {
    const text = String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const line = (cells: (string | number)[]) => `${cells.map(quoted).join(",")}\n`;
  return line(columns.map(([name]) => name)) +
    Array.from({ length: rows }, (_, i) => line(columns.map(([, of]) => of(i)))).join("");
}
