/**
 * Writes what changed between two lists of offers.
 *
 * @module
 */
import { csvField } from "../../../base/text/csv_field.ts";
import { writeCsvRows } from "./table_writer.ts";

/** The changes of a user's offers. */
export interface ChangedUser {
  /** The user. */
  readonly user_id: string;
  /** Contracts in the first list only. */
  readonly out: readonly string[];
  /** Contracts in the second list only. */
  readonly in: readonly string[];
}

/** Writes a row per offer: user_id, contract_address, change (`out` or `in`); the file appears whole or not at all. */
export function writeChanges(path: string, changes: readonly ChangedUser[]): Promise<void> {
  return writeCsvRows(path, "user_id,contract_address,change", rowsOf(changes));
}

function* rowsOf(changes: readonly ChangedUser[]): Generator<string> {
  for (const change of changes) {
    const user = csvField(change.user_id);
    for (const id of change.out) yield `${user},${csvField(id)},out`;
    for (const id of change.in) yield `${user},${csvField(id)},in`;
  }
}
