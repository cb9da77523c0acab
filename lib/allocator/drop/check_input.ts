/**
 * Whether what `Drop.from` is given has the tables that a drop is made of, as rows or as columns.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import { checkAttributes, checkRow, refuseNearFields } from "../../base/given_field.ts";
import {
  anObject,
  checkOptions,
  checkValue,
  isObject,
  type OptionRule,
} from "../../base/validate.ts";
import { FIELD_OF_COLUMN } from "./before/given_rows.ts";
import type { DropInput } from "./drop_columns.ts";

/** The fields that rows have. Of other lists the unknown ones are refused where the rows are read. */
const FIELDS: Readonly<Partial<Record<keyof DropInput, readonly string[]>>> = {
  users: ["id", "group", "k", "attributes"],
  contracts: ["id", "cap", "sponsored", "brand", "attributes"],
  groups: ["id", "ratio", "k", "attributes"],
  pairs: ["user", "contract", "score", "attributes"],
  history: ["user", "contract", "offeredAt", "outcome", "score", "brand"],
};

/** The fields of users, pairs and history as columns. */
const COLUMNS: Readonly<Partial<Record<keyof DropInput, readonly string[]>>> = {
  users: ["ids", "group", "k", "attributes"],
  pairs: ["user", "contract", "score", "attributes"],
  history: ["user", "contract", "offeredAt", "outcome", "score"],
};

/** The lists that a drop is made of, with what the objects in them have. */
const ROWS: Readonly<Record<Exclude<keyof DropInput, "previous">, string>> = {
  users: "{id, group}",
  contracts: "{id, cap, sponsored}",
  groups: "{id, ratio}",
  pairs: "{user, contract, score}",
  limits: "{limit, per, atMost, …}",
  history: "{user, contract, offeredAt, …}",
  pins: "{user, contract}",
  bans: "{user, contract, brand, group}",
};

const INPUT: Readonly<Record<keyof DropInput, OptionRule>> = {
  users: rowsOrColumns("users"),
  contracts: rows("contracts"),
  groups: rows("groups"),
  pairs: rowsOrColumns("pairs"),
  limits: rows("limits"),
  history: {
    expected: rowsOrColumns("history").expected,
    accepts: (value) => Array.isArray(value) || isObject(value) && "user" in value,
  },
  pins: rows("pins"),
  bans: rows("bans"),
  previous: {
    expected: "a list of {user, contract}, or a table of assignments",
    accepts: (value) => isObject(value) && (Symbol.iterator in value || "userIds" in value),
  },
};

function rows(name: keyof typeof ROWS): OptionRule {
  return { expected: `a list of ${ROWS[name]}`, accepts: Array.isArray };
}

function rowsOrColumns(name: keyof typeof ROWS): OptionRule {
  return { expected: `a list of ${ROWS[name]}, or columns`, accepts: isObject };
}

/**
 * Refuses an input without one of the four tables of a drop, with a part that is neither rows nor columns, or with a row that is
 * no object. What the rows and columns have is checked where they are read.
 *
 * @param defaultRatio the ratio of groups that have none; with one, groups may be left out where users are rows
 * @throws {UsageError} for a part that is missing, not known or of another type
 * @throws {InputError} for a row that is no object
 */
export function checkInput(input: DropInput, defaultRatio: number | undefined): void {
  checkValue("input", input, anObject("{users, contracts, groups, pairs}"));
  checkOptions("the input of Drop.from", input, INPUT);
  for (const name of ["users", "contracts", "pairs"] as const) {
    if (input[name] !== undefined) continue;
    throw new UsageError(`${name} is missing, expected ${INPUT[name].expected}`);
  }
  if (input.groups === undefined && !Array.isArray(input.users)) {
    throw new UsageError(
      `groups is missing, expected ${INPUT.groups.expected}: columns of users name groups by their index`,
    );
  }
  if (input.groups === undefined && defaultRatio === undefined) {
    throw new UsageError(
      `groups is missing, expected ${INPUT.groups.expected}, or defaultRatio: the ratio of every group`,
    );
  }
  for (const [name, fields] of Object.entries(ROWS)) {
    const part = input[name as keyof typeof ROWS];
    // Places are spelt out for the first fault only: there may be millions of rows.
    const at = Array.isArray(part) ? part.findIndex((row) => !isObject(row)) : -1;
    if (Array.isArray(part) && at >= 0) checkRow(part[at], `${name}[${at}]`, fields);
    checkFields(name as keyof typeof ROWS, part);
  }
}

/** Refuses fields that are nearly known, and attributes that are none. */
function checkFields(name: keyof typeof ROWS, part: DropInput[keyof typeof ROWS]): void {
  const fields = FIELDS[name], columns = COLUMNS[name];
  const check = (row: object, at: number | null, known: readonly string[]) => {
    const { attributes } = row as { attributes?: unknown };
    // Places are spelt out where there is something to look at only.
    const where = () => at === null ? name : `${name}[${at}]`;
    refuseNearFields(row, where, known, FIELD_OF_COLUMN);
    if (attributes !== undefined) checkAttributes(attributes, where());
  };
  if (Array.isArray(part)) {
    if (fields !== undefined) part.forEach((row, i) => check(row, i, fields));
  } else if (part !== undefined && columns !== undefined) check(part, null, columns);
}
