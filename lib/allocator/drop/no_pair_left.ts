/**
 * The error for a drop that has no pair.
 *
 * @module
 */
import { InputError, quote } from "../../base/errors.ts";

/** What the four sources are called in messages. */
export interface SourceNames {
  /** The caps table. */
  caps: string;
  /** The eligible pairs. */
  elig: string;
  /** The user-groups table. */
  userGroups: string;
  /** The group-ratios table. */
  groupRatios: string;
  /** What the fields of a pair, and the ratio of a group, are called there. @default as in files */
  fields?: FieldNames;
}

/** What the fields of the sources are called in messages. */
export interface FieldNames {
  /** The user of a pair. */
  user: string;
  /** The contract of a pair. */
  contract: string;
  /** The ratio of a group. */
  ratio: string;
}

/** What they are called in files. */
export const COLUMN_NAMES: FieldNames = {
  user: "user_id",
  contract: "contract_address",
  ratio: "sponsorship_ratio",
};

/** An id of pairs that another table does not have, beside ids that it has. */
export interface UnknownId {
  /** The id; "" where the table has all ids. */
  readonly missing: string;
  /** An id of the table; null: it has no rows. */
  readonly known: string | null;
  /** An id of the table that differs from `missing` only by case; null: there is none. */
  readonly alike: string | null;
}

/** Rows of pairs whose id another table does not have. */
export interface UnknownRows extends UnknownId {
  /** How many rows. */
  readonly rows: number;
}

/** Why rows are left out, each with how many. */
export interface WhyNone {
  /** Rows in all. */
  readonly rows: number;
  /** Rows whose contract is not in caps. */
  readonly contracts: UnknownRows;
  /** Other rows whose user has no group. */
  readonly users: UnknownRows;
  /** Other rows whose contract has no capacity. */
  readonly withoutCap: number;
  /** Pairs that are banned or cooling. */
  readonly heldBack: number;
  /** Pairs below the least score. */
  readonly belowMinScore: number;
  /** The least score. */
  readonly minScore: number;
}

/** The error: each reason with its count and one sample. */
export function noPairLeft(
  names: Omit<SourceNames, "groupRatios">,
  { rows, contracts, users, withoutCap, heldBack, belowMinScore, minScore }: WhyNone,
): InputError {
  const reasons: string[] = [], fields = names.fields ?? COLUMN_NAMES;
  if (contracts.rows > 0) {
    reasons.push(
      `${have(contracts.rows)} a ${fields.contract} that is not in ${names.caps}` +
        mismatch(contracts, names.elig, names.caps),
    );
  }
  if (users.rows > 0) {
    reasons.push(
      `${have(users.rows)} a ${fields.user} that is not in ${names.userGroups}` +
        mismatch(users, names.elig, names.userGroups),
    );
  }
  if (withoutCap > 0) reasons.push(`${have(withoutCap)} a contract without capacity`);
  if (heldBack > 0) reasons.push(`${heldBack} ${heldBack === 1 ? "is" : "are"} banned or cooling`);
  if (belowMinScore > 0) reasons.push(`${have(belowMinScore)} a score below ${minScore}`);
  const repeated = rows - contracts.rows - users.rows - withoutCap - heldBack - belowMinScore;
  if (repeated > 0) reasons.push(`${repeated} ${repeated === 1 ? "repeats" : "repeat"} a pair`);
  const why = rows === 0
    ? "it has no rows"
    : `of ${rows} ${rows === 1 ? "row" : "rows"} ${reasons.join(", ")}`;
  return new InputError(`${names.elig}: no pair is left: ${why}`, { file: names.elig });
}

function have(rows: number): string {
  return `${rows} ${rows === 1 ? "has" : "have"}`;
}

/** One id of each of two tables that have none in common; says so if they differ only by case. */
function mismatch({ missing, known, alike }: UnknownId, where: string, there: string): string {
  if (known === null) return ` (${there} has no rows)`;
  if (alike !== null) {
    return ` (${where} has ${quote(missing)}, ${there} ${quote(alike)}: they differ only by case)`;
  }
  return ` (${where} has for example ${quote(missing)}, ${there} ${quote(known)})`;
}
