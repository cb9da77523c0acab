/**
 * The views of a drop's files as statements read them: ids without blanks around them, scores with the value of their text.
 *
 * @module
 */
import { BLANKS } from "../sql/blanks.ts";
import { quoted } from "./dialect.ts";

/** An id as text without blanks around it, NULL where there is nothing else. */
export const idSql: (column: string) => string = (column) =>
  `nullif(trim(BOTH ${quoted(BLANKS)} FROM CAST(${column} AS STRING)), '')`;

/** A score as the number that its text means: Float32 and decimals count as the text that means them. */
export function scoreSql(type: string): string {
  if (/^(double|tinyint|smallint|int|bigint)$/.test(type)) return "CAST(score AS DOUBLE)";
  return `CAST(trim(BOTH ${quoted(BLANKS)} FROM CAST(score AS STRING)) AS DOUBLE)`;
}

/** The pairs: user_id, contract_address, score. */
export function pairsSql(scoreType: string): string {
  return `(SELECT ${idSql("user_id")} AS user_id, ${
    idSql("contract_address")
  } AS contract_address, ${scoreSql(scoreType)} AS score FROM elig_files) AS pairs`;
}

/** The users' groups: user_id, group_id. */
export function groupsSql(): string {
  return `(SELECT user_id, group_id FROM (SELECT ${idSql("user_id")} AS user_id, ${
    idSql("group_id")
  } AS group_id FROM group_files) AS named WHERE user_id IS NOT NULL AND group_id IS NOT NULL) AS user_groups`;
}
