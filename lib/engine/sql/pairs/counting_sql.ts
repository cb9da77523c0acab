/**
 * Which pairs count by the least score: statements about users held out, offers that stay and scenarios begin from these.
 *
 * @module
 */
import { PINNED_AS } from "../../drop/slots.ts";
import type { PairRules } from "../../steps/leave_out.ts";
import type { Dialect } from "../store/dialect.ts";
import { pairAttribute } from "./kinds_sql.ts";
import type { InputTables } from "../store/store.ts";

/** What pairs are counted among. */
export interface CountedAmong {
  /** A source with the users, as `user_id`. */
  readonly users: string;
  /** A table of the contracts that can be given, as `contract_address`. */
  readonly contracts: string;
}

/** The pairs as rows (user_id, contract_address, value). */
export function plainPairs(sql: Dialect, pairs: string): string {
  return `(SELECT user_id, ${sql.asText("contract_address")} AS contract_address, ${
    sql.as("real", "score")
  } AS value FROM ${pairs}) AS plain`;
}

/** The pairs as rows (user_id, contract_address, score_read, pin_read, those of `more`), `pin_read` 1 for pins. */
export function readPairsSql(
  sql: Dialect,
  { pairs, attributes }: InputTables,
  more: Readonly<Record<string, string>> = {},
): string {
  const pin = attributes?.pairs.indexOf(PINNED_AS) ?? -1;
  const isPin = pin < 0 ? "0" : `if(${pairAttribute(pin)} <> '', 1, 0)`;
  const others = Object.entries(more).map(([name, flag]) => `${flag} AS ${name}, `).join("");
  return `(SELECT user_id, ${sql.asText("contract_address")} AS contract_address, ${
    sql.as("real", "score")
  } AS score_read, ${others}${isPin} AS pin_read
FROM ${pairs}) AS plain`;
}

/**
 * The pairs that count but for each user's best, each once: rows (user_id, contract_address, value, is_pin, those of `more`).
 * Pins count whatever their score.
 *
 * @param plain rows as {@link readPairsSql} gives them
 * @param more what else to know of a pair, by name: the largest of a column of 0 and 1
 */
export function countingSql(
  sql: Dialect,
  plain: string,
  { minScore }: PairRules,
  { users, contracts }: CountedAmong,
  more: Readonly<Record<string, string>> = {},
): string {
  const others = Object.entries(more).map(([name, flag]) => `max(${flag}) AS ${name}, `).join("");
  const least = Number.isFinite(minScore)
    ? ` AND (pin_read = 1 OR score_read >= ${sql.number(minScore)})`
    : "";
  return `(SELECT user_id, contract_address, max(score_read) AS value, ${others}max(pin_read) AS is_pin
FROM ${plain} WHERE contract_address IN (SELECT contract_address FROM ${contracts})
  AND user_id IN (SELECT user_id FROM ${users})${least}
GROUP BY user_id, contract_address) AS counting`;
}
