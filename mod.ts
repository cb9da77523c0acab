/**
 * Divvy: divide scarce things among people, the best possible way, and prove it.
 *
 * - **Drops**: {@link readDrop} or {@link Drop.from}, then {@link allocate}, {@link check}, {@link report},
 *   {@link explain} and {@link whatIf}.
 * - **Splits**: {@link split}, or {@link splitArrays} for a great many people; {@link splitBy} by other methods (seats,
 *   max-min, pro rata), {@link splitTotals} as the total moves, {@link explainSplit} for why somebody gets so much.
 *   {@link splitGoods} for several goods.
 *
 * Options are plain objects whose defaults their documentation gives. Whatever can take long takes `onProgress`, and
 * an AbortSignal as `signal`. What goes wrong is an {@link InputError}, a {@link UsageError} or another class below.
 * In a Jupyter notebook results show themselves (examples/notebook.ipynb).
 *
 * @example A drop in memory: who gets the tea?
 * ```ts
 * import { allocate, check, Drop, report } from "./mod.ts";
 * import { assert, assertEquals } from "./lib/deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
 *   contracts: [
 *     { id: "tea", cap: 1, sponsored: true },
 *     { id: "cake", cap: 2, sponsored: false },
 *   ],
 *   groups: [{ id: "north", ratio: 0.5 }],
 *   pairs: [
 *     { user: "ann", contract: "tea", score: 0.9 },
 *     { user: "bob", contract: "tea", score: 0.4 },
 *     { user: "bob", contract: "cake", score: 0.7 },
 *   ],
 * });
 * const allocation = await allocate(drop);
 * assert(check(drop, allocation).ok);
 * assertEquals(allocation.score, 1.6);
 * console.log(report(drop, allocation).facts.headline.sentence);
 * ```
 *
 * @example A split: seven slices for three people.
 * ```ts
 * import { split } from "./mod.ts";
 * import { assertEquals } from "./lib/deps/std_assert.ts";
 *
 * const { people } = split({
 *   total: 7,
 *   price: 20,
 *   requirements: [
 *     { name: "ann", interval: [1, 3], target: 2 },
 *     { name: "bob", interval: [2, 4], target: "upper" },
 *     { name: "cleo", interval: [0, 2], target: "center" },
 *   ],
 * });
 * assertEquals(people.reduce((sum, { units }) => sum + units, 0), 7);
 * assertEquals(people.reduce((sum, { payment }) => sum + payment!, 0), 20);
 * ```
 *
 * @module
 */

// Drops: in, solved, judged, told.
export { Drop } from "./lib/allocator/drop/drop.ts";
export { readDrop } from "./lib/io/drop_reader.ts";
export { allocate } from "./lib/api/allocate.ts";
export { writeAssignments } from "./lib/api/write_assignments.ts";
export { check } from "./lib/api/check.ts";
export { Preview, preview, Report, report } from "./lib/api/report.ts";
export { explain, type Explicable } from "./lib/api/explain.ts";
export { WhatIf, whatIf } from "./lib/api/whatif.ts";

// Splits.
export { split, splitGoods } from "./lib/api/split.ts";
export { explainSplit, splitBy } from "./lib/api/split_by.ts";
export { splitArrays } from "./lib/woptim/split.ts";
export { splitTotals } from "./lib/woptim/totals.ts";
export { splitChart } from "./lib/report/charts/split_chart.ts";

// What can go wrong.
export { InfeasibleError, InputError, TimeoutError, UsageError } from "./lib/base/errors.ts";

// What goes in and comes out.
export { IdPool } from "./lib/base/ids.ts";
export type { InputFault } from "./lib/base/errors.ts";
export type { WhatIfDropOptions } from "./lib/api/whatif.ts";
export type {
  AttributeValues,
  BanInput,
  BeforeOptions,
  ContractInput,
  DropInput,
  DropOptions,
  GroupInput,
  HistoryColumns,
  HistoryInput,
  InputReport,
  LimitInput,
  PairArrays,
  PairInput,
  PinInput,
  UserColumns,
  UserInput,
} from "./lib/allocator/drop/drop.ts";
export type { LimitFamily, LimitSource, Selector } from "./lib/allocator/drop/limit_family.ts";
export type { HeldBack } from "./lib/allocator/drop/before/held_back.ts";
export type { RowPlaces } from "./lib/allocator/drop/before/id_rows.ts";
export type { Pins } from "./lib/allocator/drop/pins.ts";
export type { ScoreScaling } from "./lib/allocator/drop/score_scaling.ts";
export type { LimitRows, Limits } from "./lib/allocator/drop/limits.ts";
export type { Attributes, AttributeTable, TextColumn } from "./lib/allocator/drop/attributes.ts";
export type { LimitRecord, LimitsDocument, SelectorValue } from "./lib/io/tables/limits_table.ts";
export type { DropSources, ReadOptions } from "./lib/io/drop_reader.ts";
export type { ReadLimits } from "./lib/io/bytes/read_limits.ts";
export type { DialectOptions, Encoding } from "./lib/io/csv/dialect_options.ts";
export type { AllocateOptions, SolverName } from "./lib/api/allocate.ts";
export type { Allocation, Prices, ShortfallReason } from "./lib/allocator/model/allocation.ts";
export type { Instance } from "./lib/allocator/drop/instance.ts";
export type { Model, Policy } from "./lib/allocator/model/policy.ts";
export type { CheckDropOptions } from "./lib/api/check.ts";
export type {
  CertificateReport,
  CheckCase,
  CheckReport,
  Feasibility,
  PolicyOptions,
  RuleFinding,
  RuleName,
} from "./lib/allocator/check/check.ts";
export type { AssignmentTable } from "./lib/allocator/model/assignment_table.ts";
export type { Certificate, GroupPrices, LimitPrice } from "./lib/allocator/model/certificate.ts";
export type {
  Bidder,
  ContractExplanation,
  ContractLimit,
  GroupExplanation,
  HeldBackOption,
  Holder,
  LimitAgainst,
  LimitBidder,
  LimitExplanation,
  LimitRow,
  LimitRowExplanation,
  MissedReason,
  OptionExplanation,
  RowStatus,
  Swayed,
  Taker,
  UserExplanation,
  WhyNot,
} from "./lib/allocator/explain/explain.ts";
export type { ReportFacts, ReportTotals, RunDetails } from "./lib/report/facts/facts.ts";
export type {
  PreviewContract,
  PreviewDetails,
  PreviewFacts,
  PreviewGroup,
} from "./lib/report/facts/preview_facts.ts";
export type { PreviewLimits, UnreachableLimit } from "./lib/report/facts/preview_limits.ts";
export type { Headline } from "./lib/report/facts/headline.ts";
export type {
  ChoiceRank,
  OffersPerUser,
  ScoreClass,
  ScoreFacts,
  UserFacts,
} from "./lib/report/facts/user_facts.ts";
export type { GroupFacts, MissedMinimum, TakenContract } from "./lib/report/facts/group_facts.ts";
export type { LimitFamilyFacts, LimitsFacts } from "./lib/report/facts/limit_facts.ts";
export type { ContractFacts } from "./lib/report/facts/contract_facts.ts";
export type {
  CapacityFacts,
  FeasibilityFacts,
  OptionClass,
} from "./lib/report/facts/feasibility_facts.ts";
export type { ContractSummary, GroupSummary, Timings } from "./lib/report/facts/summary.ts";
export type { VegaLiteSpec } from "./lib/deps/vega.ts";
export type { Scenario, SolvedScenario } from "./lib/allocator/explain/whatif.ts";
export type { ScenarioFacts, ScenarioGroup, WhatIfFacts } from "./lib/report/facts/whatif_facts.ts";
export type { OnProgress, Progress, RunControl } from "./lib/base/progress.ts";
export type {
  ColumnSplit,
  Split,
  SplitGroup,
  SplitPerson,
  SplitSummary,
} from "./lib/woptim/split.ts";
export type { SplitOptions } from "./lib/woptim/options.ts";
export type { GoodSplit, GoodsSplit } from "./lib/woptim/goods.ts";
export type {
  Good,
  GoodsProblem,
  GroupRequirement,
  IntervalBound,
  Requirement,
  SplitColumns,
  SplitProblem,
  TargetWord,
} from "./lib/woptim/problem.ts";
export type { SplitStatus } from "./lib/woptim/status.ts";
export type { SplitAtTotal } from "./lib/woptim/totals.ts";
export type { MethodName } from "./lib/woptim/methods/methods.ts";
export type { MethodOptions, MethodSplit, MethodSummary } from "./lib/woptim/methods/split_by.ts";
export type { ListedSplit, PersonList } from "./lib/woptim/methods/person_list.ts";
export type { ExplainSplitOptions } from "./lib/api/split_by.ts";
export type {
  Change,
  Exchange,
  PersonExplanation,
  Place,
} from "./lib/woptim/methods/explain_person.ts";
