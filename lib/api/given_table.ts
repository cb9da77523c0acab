/**
 * Checks tables of assignments that a caller passes.
 *
 * @module
 */
import type { AssignmentTable } from "../allocator/model/assignment_table.ts";
import { IdPool } from "../base/ids/ids.ts";
import { isColumn } from "../base/given_field.ts";
import { checkValue, isObject, type OptionRule } from "../base/validate.ts";

const aColumn: OptionRule = {
  expected: "a column, with one value for each row",
  accepts: isColumn,
};

const COLUMNS: Readonly<
  Record<Exclude<keyof AssignmentTable, "blankRows" | "files" | "file">, OptionRule>
> = {
  userIds: { expected: "the ids of its users", accepts: (value) => value instanceof IdPool },
  contractIds: { expected: "a list of the ids of its contracts", accepts: Array.isArray },
  user: aColumn,
  contract: aColumn,
  score: aColumn,
  line: aColumn,
};

/**
 * Checks that a value is a table of assignments.
 *
 * @param name what the caller calls it, for messages
 * @throws {UsageError} where it is not, which names the column that is missing
 */
export function checkTable(name: string, table: unknown): asserts table is AssignmentTable {
  checkValue(name, table, {
    expected: "an allocation, or a table of assignments",
    accepts: (value) => isObject(value) && "userIds" in value,
  });
  const columns: Partial<Record<string, unknown>> = { ...table as object };
  for (const [column, rule] of Object.entries(COLUMNS)) {
    checkValue(`${name}.${column}`, columns[column], rule);
  }
}
