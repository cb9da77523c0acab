/**
 * The SQL of a run over files, without sending any: what stands around the steps that all engines share.
 *
 * @module
 */
import { USER_COLUMNS } from "../bundles/state_sql.ts";
import { type ShownRun, shownSteps, shownText } from "../dry_run.ts";
import type { InputTables } from "../store/store.ts";
import { TABLES } from "./file_run.ts";

/** What a run over files is shown for. */
export interface ShownFileRun extends Omit<ShownRun, "tables" | "judged"> {
  /** The files, as tables. */
  readonly inputs: InputTables;
  /** The statement that finds each user's group. */
  readonly owners: string;
  /** The statement that gathers a row per user. */
  readonly gather: string;
  /** The statement that publishes the result. */
  readonly publish: string;
}

/** Every kind of statement that the run sends, in order, as a text. */
export function shownFileRun({ inputs, owners, gather, publish, ...run }: ShownFileRun): string {
  return shownText([
    ["gather a row per user", [owners, ...run.make(TABLES.users, USER_COLUMNS, "user_id"), gather]],
    ...shownSteps({ ...run, tables: TABLES, judged: { ...inputs, result: TABLES.result } }),
    ["publish", [publish]],
  ]);
}
