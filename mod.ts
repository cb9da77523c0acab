/**
 * Divvy: divide scarce things among people, the best possible way, and prove it.
 *
 * @module
 */
export { Drop } from "./lib/drop.ts";
export type {
  ContractInput,
  DropInput,
  DropOptions,
  GroupInput,
  InputReport,
  PairArrays,
  PairInput,
  UserColumns,
  UserInput,
} from "./lib/drop.ts";
export { readDrop } from "./lib/io/drop_reader.ts";
export type { DropSources, ReadOptions } from "./lib/io/drop_reader.ts";
export { allocate } from "./lib/allocate.ts";
export type { AllocateOptions, SolverName } from "./lib/allocate.ts";
export type { Allocation, Prices, ShortfallReason } from "./lib/allocator/allocation.ts";
export { IdPool } from "./lib/allocator/ids.ts";
export type { Instance } from "./lib/allocator/instance.ts";
export type { Model, Policy } from "./lib/allocator/policy.ts";
export { check } from "./lib/check.ts";
export type { CheckDropOptions } from "./lib/check.ts";
export type {
  CertificateReport,
  CheckCase,
  CheckReport,
  Feasibility,
  RuleFinding,
  RuleName,
} from "./lib/allocator/check.ts";
export type { AssignmentTable } from "./lib/allocator/assignment_table.ts";
export type { Certificate, GroupPrices } from "./lib/allocator/certificate.ts";
export {
  InfeasibleError,
  InputError,
  type InputFault,
  TimeoutError,
  UsageError,
} from "./lib/errors.ts";
export type { OnProgress, Progress, RunControl } from "./lib/progress.ts";
export { split, splitArrays } from "./lib/woptim/split.ts";
export type { ColumnSplit, Split, SplitPerson, SplitSummary } from "./lib/woptim/split.ts";
export type { SplitOptions } from "./lib/woptim/options.ts";
export type { Requirement, SplitColumns, SplitProblem, TargetWord } from "./lib/woptim/problem.ts";
export type { SplitStatus } from "./lib/woptim/status.ts";
