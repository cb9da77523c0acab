/**
 * The inputs of a drop and the options for reading them.
 *
 * @module
 */
import type { DropOptions } from "../allocator/drop/drop.ts";
import type { LimitInput } from "../allocator/drop/instance/limit_family.ts";
import type { ReadControl } from "../base/progress.ts";
import type { ReadLimits } from "./bytes/read_limits.ts";
import type { DialectOptions } from "./csv/dialect_options.ts";
import type { LimitsDocument } from "./tables/limits_table.ts";

/**
 * Where the inputs are: each a file, `-` (standard input), a folder of files, a glob, or the address of a database
 * (`postgres://…?query=FILE`, `clickhouse://…?table=NAME`, see docs/databases.md).
 */
export interface DropSources {
  /** contract_address, cap_face, is_sponsored. */
  caps: string;
  /** user_id, contract_address, score. */
  elig: string;
  /** user_id, group_id. */
  userGroups: string;
  /** group_id, sponsorship_ratio. @default none: every group has `defaultRatio`, which must be given then */
  groupRatios?: string;
  /** Limits beyond caps and ratios: limit, per, at_most, … (docs/limits.md), or a list of them. @default none */
  limits?: string | readonly LimitInput[] | LimitsDocument;
  /**
   * Assignments of earlier drops, in the order of the drops: user_id, contract_address, and where they have them offered_at,
   * outcome, score and brand_id (docs/weekly.md). @default none
   */
  history?: string | readonly string[];
  /** Pairs that must be given: user_id, contract_address, and for `pinsCreate` a score. @default none */
  pins?: string;
  /** Pairs that must not be given: user_id, contract_address, brand_id, group_id; blank is any. @default none */
  bans?: string;
  /** Previous offers, which changes are counted from: user_id, contract_address. @default none */
  previous?: string;
}

/** Options for reading a drop. */
export interface ReadOptions extends DropOptions, ReadControl, DialectOptions {
  /** Threads that read the eligibility file; the result is the same for any number. @default as many as help */
  workers?: number;
  /** Limits on the size of lines, fields, tables and compressed files, in bytes. @default DEFAULT_LIMITS, for each not given */
  limits?: Partial<ReadLimits>;
}
