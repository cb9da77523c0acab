/**
 * Description of a file of eligible pairs, by which a thread opens it.
 *
 * @module
 */
import type { FileIdentity } from "../bytes/open_file.ts";
import type { ReadLimits } from "../bytes/read_limits.ts";
import type { DialectOptions } from "../csv/dialect_options.ts";

/** A file that threads read, each by a handle of its own; `identity` makes sure that all read the same file. */
export interface TaskFile {
  /** Its path. */
  readonly path: string;
  /** Its name for messages. */
  readonly name: string;
  /** Its state when the first handle was opened. */
  readonly identity: FileIdentity;
  /** Limits on the size of what is read. */
  readonly limits: ReadLimits;
  /** How it is written, where that is not plain. */
  readonly dialect?: DialectOptions;
}
