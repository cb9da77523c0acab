/**
 * Statements that add up what users hold or choose per shared constraint, and how such sums come back.
 *
 * @module
 */
import type { DualProblem } from "../../../allocator/optimal/dual/dual_problem.ts";
import { markCount } from "../../../allocator/optimal/dual/marks.ts";
import { slotCount } from "../../drop/slot_rows.ts";
import type { Usage } from "../../drop/usage.ts";
import type { Dialect } from "../store/dialect.ts";
import type { Rows } from "../store/store.ts";

/** What a user adds to sums, as two lists of equal length: keys, and an amount for each. */
export interface UsageLists {
  /** A list of keys. */
  readonly keys: string;
  /** A list of amounts. */
  readonly amounts: string;
}

/**
 * What a user of group `g` adds who has the `contracts` given, `i` of them sponsored and `j` others. Keys: 0 is `value`, the
 * caller's own; slots from 1; then a key per group for each count of `Usage`.
 */
export function usageLists(
  sql: Dialect,
  problem: DualProblem,
  contracts: string,
  i: string,
  j: string,
  value: string,
): UsageLists {
  const { groups } = problem.instance;
  const first = 1 + slotCount(problem);
  const marks = [`${i} > 0`];
  if (markCount(problem) === 4) marks.push(i, j, `${i} > 0 AND ${j} > 0`);
  const keys = marks.map((_, m) => sql.as("whole", `${first + m * groups.length} + g`));
  return {
    keys: sql.concat([
      sql.list([sql.as("whole", "0")]),
      sql.map(contracts, (c) => sql.as("whole", `${c} + 1`)),
      sql.list(keys),
    ]),
    amounts: sql.concat([
      sql.list([value]),
      sql.map(contracts, () => "1.0"),
      sql.list(marks.map((mark) => sql.as("real", mark))),
    ]),
  };
}

/** Rows (key, sum) of what the rows of a source add up to. */
export function sumsByKey(sql: Dialect, { keys, amounts }: UsageLists, source: string): string {
  const lists = `(SELECT ${keys} AS key_list, ${amounts} AS amount_list FROM ${source}) AS used`;
  const each = sql.perItem("key, amount", lists, { key: "key_list", amount: "amount_list" });
  return `SELECT key, sum(amount) FROM (${each}) AS each GROUP BY key`;
}

/** Adds rows (key, sum) of a statement made with {@link usageLists}; returns what came under key 0. */
export function addUsage(problem: DualProblem, usage: Usage, rows: Rows): number {
  const slots = slotCount(problem), groups = problem.instance.groups.length;
  const { sponsoredUsers, sponsoredOffers, unsponsoredOffers, mixedUsers } = usage.counts;
  const marks = [sponsoredUsers, sponsoredOffers, unsponsoredOffers, mixedUsers];
  let value = 0;
  for (const [key, sum] of rows.map((row) => row.map(Number))) {
    if (key === 0) value += sum;
    else if (key <= slots) usage.offers[key - 1] += sum;
    else {
      const at = key - 1 - slots;
      marks[Math.floor(at / groups)][at % groups] += sum;
    }
  }
  return value;
}
