/**
 * Contracts that can't be given this time, with the columns that limits select contracts by.
 *
 * A file of limits outlives a drop: a brand that it names may be sold out this week and back the next. Such a limit counts nothing
 * now, but it is no slip, so the values of these contracts are known.
 *
 * @module
 */
import type { Attributes, TextColumn } from "../instance/attributes.ts";
import type { CapsColumns } from "../instance/table_columns.ts";
import type { LimitFamily } from "../instance/limit_family.ts";

/** Columns of caps, a text for each contract that can't be given. */
export type SoldOut = NonNullable<Attributes["soldOut"]>;

/**
 * The columns of the contracts that caps have and a drop can't give. Of several rows about one the first counts.
 *
 * @param given the drop's contracts
 * @param further columns beyond those that every drop has, by the rows of `caps`
 *
 * @example
 * ```ts
 * import { soldOutColumns } from "./sold_out.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 *
 * const caps = { contracts: ["tea", "bun"], sponsored: Uint8Array.of(1, 0), brands: ["leaf", "oven"] };
 * assertEquals(soldOutColumns(caps, ["bun"], new Map()).get("brand_id"), ["leaf"]);
 * ```
 */
export function soldOutColumns(
  { contracts, sponsored, brands }: Pick<CapsColumns, "contracts" | "sponsored" | "brands">,
  given: readonly string[],
  further: ReadonlyMap<string, TextColumn>,
): SoldOut {
  const seen = new Set(given), rows: number[] = [];
  contracts.forEach((id, row) => {
    if (!seen.has(id)) rows.push(row);
    seen.add(id);
  });
  const columns = new Map([
    ["contract_address", rows.map((row) => contracts[row])],
    ["is_sponsored", rows.map((row) => sponsored[row] === 1 ? "true" : "false")],
  ]);
  if (brands !== null) columns.set("brand_id", rows.map((row) => brands[row] ?? ""));
  for (const [name, { code, values }] of further) {
    columns.set(name, rows.map((row) => values[code[row]]));
  }
  return columns;
}

/** Whether a limit selects by columns of caps, and a contract that is sold out has what it selects. */
export function selectsSoldOut({ where }: LimitFamily, soldOut: SoldOut | undefined): boolean {
  const selectors = where.flatMap(({ column, values }) => {
    const texts = soldOut?.get(column);
    return texts === undefined ? [] : [{ texts, values: new Set(values) }];
  });
  return selectors.length > 0 &&
    selectors[0].texts.some((_, i) => selectors.every(({ texts, values }) => values.has(texts[i])));
}
