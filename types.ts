/**
 * The types of all that `mod.ts` and `split.ts` take and give, and the columns that drops and splits are made of.
 *
 * @example A drop's columns: the pairs of each user in CSR order.
 * ```ts
 * import { Drop } from "./mod.ts";
 * import type { Instance } from "./types.ts";
 * import { assertEquals } from "./lib/deps/std_assert.ts";
 *
 * const { instance } = Drop.from({
 *   users: [{ id: "ann", group: "north" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }, { id: "cake", cap: 1, sponsored: false }],
 *   groups: [{ id: "north", ratio: 0 }],
 *   pairs: [
 *     { user: "ann", contract: "cake", score: 0.5 },
 *     { user: "ann", contract: "tea", score: 0.25 },
 *   ],
 * });
 * const optionsOf = ({ start }: Instance, u: number) => start[u + 1] - start[u];
 * assertEquals(optionsOf(instance, 0), 2);
 * // Sponsored contracts come first.
 * assertEquals(instance.contracts, ["tea", "cake"]);
 * ```
 *
 * @module
 */

export { IdPool } from "./lib/base/ids/ids.ts";
export type { InputFault } from "./lib/base/errors.ts";
export type { WhatIfDropOptions } from "./lib/api/whatif.ts";
export type {
  AttributeValues,
  BanInput,
  BeforeOptions,
  ContractInput,
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
export type {
  FamilyWords,
  LimitFamily,
  LimitSource,
  Selector,
} from "./lib/allocator/drop/instance/limit_family.ts";
export type { HeldBack } from "./lib/allocator/drop/before/held_back.ts";
export type { RowPlaces } from "./lib/allocator/drop/before/given_rows.ts";
export type {
  ContractColumns,
  KnownContract,
} from "./lib/allocator/drop/instance/contract_columns.ts";
export type { Pins } from "./lib/allocator/drop/instance/pins.ts";
export type { ScoreScaling } from "./lib/allocator/drop/instance/score_scaling.ts";
export type { ItemCells, LimitRows, Limits } from "./lib/allocator/drop/instance/limits.ts";
export type {
  Attributes,
  AttributeTable,
  TextColumn,
} from "./lib/allocator/drop/instance/attributes.ts";
export type { LimitRecord, LimitsDocument, SelectorValue } from "./lib/io/tables/limits_table.ts";
export type { DropSources, ReadOptions } from "./lib/io/drop_reader.ts";
export type { ReadLimits } from "./lib/io/bytes/read_limits.ts";
export type { DialectOptions, Encoding } from "./lib/io/csv/dialect_options.ts";
export type { SolverName, SolverOptions } from "./lib/api/solvers.ts";
export type { Offer, PricesById, PricesOfGroup } from "./lib/api/allocated_drop.ts";
export type { Explicable } from "./lib/api/explain.ts";
export type { Comparison, Preview, Report } from "./lib/api/report.ts";
export type { FactsView, ShownFacts } from "./lib/api/shown_facts.ts";
export type { PeopleCompared } from "./lib/report/facts/compare/compare_people.ts";
export type {
  Both,
  ComparedAllocation,
  ComparedContract,
  ComparedGroup,
  ComparedLimit,
  ComparedType,
  CompareFacts,
} from "./lib/report/facts/compare/compare_facts.ts";
export type { WhatIf } from "./lib/api/whatif.ts";
export type { ReadSplitOptions } from "./lib/io/documents/split/split_reader.ts";
export type {
  Allocation,
  BranchedProof,
  BranchNode,
  CountedOffers,
  CountedUsers,
  Prices,
  ShortfallReason,
} from "./lib/allocator/model/allocation.ts";
export type { ContractIndices } from "./lib/allocator/drop/instance/contract_indices.ts";
export type { HeldOut, HoldoutSolver, Instance } from "./lib/allocator/drop/instance/instance.ts";
export type { Model, Policy } from "./lib/allocator/model/policy.ts";
export type { CheckDropOptions } from "./lib/api/check.ts";
export type {
  CertificateReport,
  CheckCase,
  CheckReport,
  ExactReport,
  Feasibility,
  PolicyOptions,
  RuleFinding,
  RuleName,
} from "./lib/allocator/check/check.ts";
export type { AssignmentTable } from "./lib/allocator/model/assignment_table.ts";
export type { InSnakeCase, SnakeCase } from "./lib/base/text/snake_case.ts";
export type { InputHashes } from "./lib/allocator/drop/hashed_inputs.ts";
export type {
  Certificate,
  CertificateBranches,
  CertificateCount,
  CertificateNode,
  CertificateUserCount,
  CertifiedLimit,
  CertifiedPolicy,
  ExactFigures,
  GroupPrices,
  LimitPrice,
} from "./lib/allocator/model/certificate.ts";
export type {
  Bidder,
  ContractExplanation,
  ContractLimit,
  GroupExplanation,
  GroupLimitPrices,
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
export type { OwnKFacts } from "./lib/allocator/model/user_k.ts";
export type { PageOptions } from "./lib/report/html/page.ts";
export type {
  PreviewContract,
  PreviewDetails,
  PreviewFacts,
  PreviewGroup,
} from "./lib/report/facts/preview/preview_facts.ts";
export type { PreviewLimits, UnreachableLimit } from "./lib/report/facts/preview/preview_limits.ts";
export type { Headline } from "./lib/report/facts/headline.ts";
export type {
  ChoiceRank,
  OffersPerUser,
  ScoreClass,
  ScoreFacts,
  UserFacts,
} from "./lib/report/facts/user_facts.ts";
export type {
  GroupFacts,
  KeepingLimit,
  MissedMinimum,
  TakenContract,
} from "./lib/report/facts/group_facts.ts";
export type { LimitFamilyFacts, LimitsFacts } from "./lib/report/facts/limit_facts.ts";
export type { ContractFacts } from "./lib/report/facts/contract_facts.ts";
export type {
  CapacityFacts,
  FeasibilityFacts,
  OptionClass,
} from "./lib/report/facts/feasibility_facts.ts";
export type { ReadReviewOptions, Review, ReviewOptions } from "./lib/api/review.ts";
export type { ReviewedDays, ReviewSources } from "./lib/io/review_reader.ts";
export type { ReviewedOffer, ReviewedPair, ReviewInput } from "./lib/review/review_input.ts";
export type { EventCounts, ReviewData } from "./lib/review/review_data.ts";
export type {
  ArmFacts,
  FunnelSteps,
  LiftFacts,
  NeverChosen,
  ReviewCell,
  ReviewContract,
  ReviewFacts,
  ReviewGroup,
  ReviewRank,
  ReviewRow,
  ShareFacts,
} from "./lib/report/facts/review/review_facts.ts";
export type { CapsFromReviewsOptions, ReviewedCaps } from "./lib/api/caps_from_reviews.ts";
export type {
  CapFromReview,
  ReviewedBudget,
  ReviewedContractCap,
} from "./lib/review/caps_from_rates.ts";
export type {
  CellRate,
  ContractRate,
  RedemptionOptions,
  RedemptionRates,
} from "./lib/review/redemption_rates.ts";
export type { BacktestWeek } from "./lib/review/backtest.ts";
export type { RateEstimate, RateSources } from "./lib/review/estimate_rates.ts";
export type { Strengths } from "./lib/review/rate_tree.ts";
export type { Interval } from "./lib/review/intervals.ts";
export type { ReviewedCell, ReviewedContract, ReviewedWeek } from "./lib/review/reviewed_weeks.ts";
export type {
  BudgetCap,
  CapRule,
  ContractBudget,
  KnownRate,
} from "./lib/allocator/drop/cap_from_budget.ts";
export type { ContractSummary, GroupSummary, Timings } from "./lib/report/facts/summary.ts";
export type { VegaLiteSpec } from "./lib/deps/vega.ts";
export type { Scenario, SolvedScenario } from "./lib/allocator/explain/whatif.ts";
export type { AllocatedScenario } from "./lib/api/whatif.ts";
export type {
  ScenarioFacts,
  ScenarioGroup,
  WhatIfFacts,
} from "./lib/report/facts/compare/whatif_facts.ts";
export type { Diff, DiffOptions } from "./lib/api/diff.ts";
export type {
  DiffChange,
  DiffContract,
  DiffCounts,
  DiffFacts,
  DiffGroup,
  DiffMove,
  DiffRow,
  DiffSideFacts,
  DiffUsers,
} from "./lib/report/facts/compare/diff_facts.ts";
export type { Alternate } from "./lib/api/alternates.ts";
export type { AlternateFacts } from "./lib/report/facts/alternate_facts.ts";
export type { ChangeFacts } from "./lib/report/facts/change_facts.ts";
export type {
  Previous,
  PreviousColumns,
  PreviousInput,
  PreviousReport,
} from "./lib/allocator/drop/instance/previous.ts";
export type { OfferIds } from "./lib/allocator/drop/instance/offer_ids.ts";
export type { CountOrShare } from "./lib/base/numbers/count_or_share.ts";
export type { OnProgress, Progress, ReadControl, RunControl } from "./lib/base/progress.ts";
export type { ColumnSplit, SplitGroup, SplitPerson, SplitSummary } from "./lib/woptim/split.ts";
export type { SplitOptions } from "./lib/woptim/problem/options.ts";
export type { GoodSplit, GoodsSplit } from "./lib/woptim/goods.ts";
export type {
  Good,
  GoodsProblem,
  GroupRequirement,
  IntervalBound,
  Requirement,
  SplitColumns,
  TargetWord,
} from "./lib/woptim/problem/problem.ts";
export type { SplitStatus } from "./lib/woptim/problem/status.ts";
export type { SplitAtTotal } from "./lib/woptim/totals.ts";
export type { MethodName } from "./lib/woptim/methods/methods.ts";
export type { MethodOptions, MethodSplit, MethodSummary } from "./lib/woptim/methods/split_by.ts";
export type { ListedSplit, PersonList } from "./lib/woptim/methods/person_list.ts";
export type { ExplainSplitOptions } from "./lib/api/split_by.ts";
export type {
  Change,
  Exchange,
  HeldBy,
  PersonExplanation,
  Place,
} from "./lib/woptim/methods/explain_person.ts";
export type { Gate, GateQuestion, LimitKind } from "./lib/allocator/limits/kinds/kind.ts";
export {
  LIMIT_KINDS,
  type LimitField,
  type LimitKindName,
} from "./lib/allocator/limits/kinds/list.ts";
export type { Counts } from "./lib/allocator/limits/kinds/user_counts.ts";
