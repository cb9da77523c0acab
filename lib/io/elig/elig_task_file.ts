/**
 * What a thread needs to open a file of eligible pairs.
 *
 * @module
 */
import type { FileIdentity } from "../bytes/open_file.ts";
import type { ReadLimits } from "../bytes/read_limits.ts";
import type { ColumnNames } from "../csv/header.ts";

/** A file that threads read: each by a handle of its own, of the one file that the first handle was opened for. */
export interface TaskFile {
  /** Its path. */
  readonly path: string;
  /** Its name for messages. */
  readonly name: string;
  /** What it was when the first handle was opened. */
  readonly identity: FileIdentity;
  /** What is too large in it. */
  readonly limits: ReadLimits;
  /** What its header calls our columns, where it has names of its own. */
  readonly columns?: ColumnNames;
}
