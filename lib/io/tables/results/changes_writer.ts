/**
 * Writes what changed between two lists of offers.
 *
 * @module
 */
import { csvField } from "../../../base/text/csv_field.ts";
import { TextBuffer } from "../../bytes/text_buffer.ts";
import { writeTable } from "./table_writer.ts";

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
export async function writeChanges(path: string, changes: readonly ChangedUser[]): Promise<void> {
  await writeTable(path, async (sink) => {
    const out = new TextBuffer(sink);
    out.text("user_id,contract_address,change\n");
    for (const change of changes) {
      const user = csvField(change.user_id);
      for (const id of change.out) out.text(`${user},${csvField(id)},out\n`);
      for (const id of change.in) out.text(`${user},${csvField(id)},in\n`);
      if (out.full) await out.flush();
    }
    await out.end();
  });
}
