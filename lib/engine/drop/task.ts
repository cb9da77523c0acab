/**
 * The problem that an engine solves, as far as it is known without the pairs: contracts, groups, the policy's shapes
 * and rules.
 *
 * @module
 */
import type { InputReport } from "../../allocator/drop/instance/input_report.ts";
import { buildDirectory, NO_CAP } from "../../allocator/drop/instance/directory.ts";
import type {
  CapsColumns,
  GroupRatioColumns,
} from "../../allocator/drop/instance/table_columns.ts";
import { noRatio } from "../../allocator/drop/without_ratio.ts";
import { IdPool } from "../../base/ids/ids.ts";
import type { HoldoutSolver, Instance } from "../../allocator/drop/instance/instance.ts";
import { compileDualProblem, type DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { type Policy, shortfallPrice } from "../../allocator/model/policy.ts";
import type { CountOrShare } from "../../base/numbers/count_or_share.ts";
import type { OwnK } from "./own_k.ts";
import { InputError, UsageError } from "../../base/errors.ts";
import { flagOf } from "../../base/option_words.ts";
import type { EngineBefore } from "./before.ts";
import type { Limits } from "../../allocator/drop/instance/limits.ts";
import type { DeclaredLimits } from "../../allocator/drop/limits/declared_limits.ts";
import type { SlotColumns, Slots } from "./slots.ts";

/** What an engine allocates, beside the pairs and the users' groups that it holds. */
export interface EngineInput {
  /** Contracts and caps. */
  readonly caps: CapsColumns;
  /** Groups' ratios. */
  readonly groupRatios: GroupRatioColumns;
  /** What messages call both. @default caps, group_ratios */
  readonly names?: { readonly caps: string; readonly groupRatios: string };
  /** The rules. */
  readonly policy: Policy;
  /** History, bans and pins. @default none */
  readonly before?: EngineBefore;
  /** Limits beyond caps and the groups' rules. @default none */
  readonly limits?: DeclaredLimits;
  /** Previous offers, as the engine names files or tables: user_id, contract_address. @default none */
  readonly previous?: string;
  /** Most offers that may be no previous ones, or a share of all such as "5%". @default any */
  readonly maxChanged?: CountOrShare;
  /** Whether previous offers that are pairs now stay. @default false */
  readonly onlyNew?: boolean;
  /** Users to hold out. @default none */
  readonly holdout?: EngineHoldout;
  /** Next best offers to write. @default none */
  readonly alternates?: EngineAlternates;
}

/** What messages call tables whose names are not known. */
export const TABLE_NAMES = { caps: "caps", groupRatios: "group_ratios" } as const;

/** Next best offers of each user, for when one is declined. */
export interface EngineAlternates {
  /** Most of each user. */
  readonly perUser: number;
  /** What they go to, as the engine names what it writes: a file, a folder or a table. */
  readonly out: string;
}

/** A share of each group's users who get no offers. */
export interface EngineHoldout {
  /** From 0 to 1. */
  readonly share: number;
  /** Key of the hash by which users are chosen. */
  readonly seed: number;
  /** What they get: nothing, or random offers by the rule of one machine. @default "none" */
  readonly solver?: HoldoutSolver;
}

/** Which pairs count, how what tables lack is filled in, and how many users prices are found on. */
export interface DropOptions {
  /** Users of the sample, about; fewer where they have more than 40 pairs on average. @default 100000, and 50 √users where that is more */
  readonly sampleUsers?: number;
  /** Cap of unsponsored contracts that have none. @default 10000 */
  readonly unsponsoredCap?: number;
  /** Leave out pairs with a lower score. @default none */
  readonly minScore?: number;
  /** Keep each user's best pairs by score only, so many. @default all */
  readonly topN?: number;
  /** Ratio of groups that have none. @default an error */
  readonly defaultRatio?: number;
}

/** Contracts and groups in the order of their indices, and users' own k. */
export interface Columns extends SlotColumns {
  /** Ids of the contracts that have no capacity, so that nobody can get them. */
  readonly withoutCap: readonly string[];
  /** Their brands, "" for none that a contract with capacity has; null without brands. */
  readonly brandWithoutCap: readonly string[] | null;
  /** Users' own k; null: the policy's k holds for all. */
  readonly ownK: OwnK | null;
  /** Counts of the two tables; those that need users are filled in later. */
  readonly input: Pick<InputReport, "caps" | "group_ratios">;
  /** Uint8Array, length contracts: 1 for slots of pinned pairs, which always count; null: there are none. @default null */
  readonly isPinned?: Uint8Array | null;
}

/**
 * The columns of the caps and ratios given, for the groups that users have.
 *
 * @throws InputError for more contracts than work tables can number, and what `buildDirectory` throws
 */
export function columnsOf(
  caps: CapsColumns,
  ratios: GroupRatioColumns,
  groupIds: readonly string[],
  unsponsoredCap: number,
  ownK: OwnK | null = null,
): Columns {
  // One user for each group: only the groups matter here, as users stay in the engine.
  const index = Uint32Array.from(groupIds.keys());
  const userGroups = { userIds: IdPool.from(groupIds), groupIds, user: index, group: index };
  const directory = buildDirectory(caps, userGroups, ratios, unsponsoredCap);
  const { contracts, sponsoredContracts, cap, brand, brands, groups, ratio } = directory;
  const { known: { pool }, contractIndex, knownBrand } = directory;
  const capless = [...contractIndex.keys()].filter((number) => contractIndex[number] === NO_CAP);
  const withoutCap = capless.map((number) => pool.at(number));
  const brandWithoutCap = knownBrand &&
    capless.map((number) => brands[knownBrand[number]] ?? "");
  if (contracts.length > MOST_CONTRACTS) {
    throw new InputError(
      `the caps table has ${contracts.length} contracts that can be given, the engine takes at most ${MOST_CONTRACTS}`,
    );
  }
  return {
    contracts,
    sponsoredContracts,
    cap,
    brand,
    brands,
    groups,
    ratio,
    ownK,
    withoutCap,
    brandWithoutCap,
    input: { caps: directory.input.caps, group_ratios: directory.input.group_ratios },
  };
}

/** The brand that caps give a contract, "" for none; null: they do not have the contract, or no brands. */
export function brandInCaps(
  { contracts, brand, brands, withoutCap, brandWithoutCap }: Columns,
  id: string,
): string | null {
  if (brand === null) return null;
  const c = contracts.indexOf(id);
  return c >= 0 ? brands[brand[c]] : brandWithoutCap?.[withoutCap.indexOf(id)] ?? null;
}

/** The columns as work tables have them: slots in place of contracts. */
export function columnsOfSlots(columns: Columns, slots: Slots | null): Columns {
  if (slots === null) return columns;
  const { names: contracts, sponsored: sponsoredContracts, isPinned } = slots;
  return { ...columns, contracts, sponsoredContracts, isPinned };
}

/** Contracts are UInt16 in the servers' tables, 65535 standing for none. */
const MOST_CONTRACTS = 65_535;

/**
 * The problem of the whole drop without its pairs.
 *
 * @param facts users of each group, and of each k, that have an eligible pair; the largest |score|, which the price of a missed
 *   minimum follows from
 * @param how the ratio of groups without one, and what messages call the table of ratios
 * @param limits the limits, with slots as their items; null: there are none
 * @throws InputError for groups with users that have no ratio, where `defaultRatio` gives none
 */
export function problemOf(
  columns: Columns,
  policy: Policy,
  { groupSize, largest, ofK }: GatheredFacts,
  { defaultRatio, names }: Pick<DropOptions, "defaultRatio"> & Pick<EngineInput, "names">,
  limits: Limits | null = null,
): DualProblem {
  const ratio = Float64Array.from(columns.ratio, (r) => Number.isNaN(r) ? defaultRatio ?? NaN : r);
  const without = columns.groups.filter((_, g) => groupSize[g] > 0 && Number.isNaN(ratio[g]));
  if (without.length > 0) throw noRatio(without, names ?? TABLE_NAMES);
  const instance: Instance = {
    users: IdPool.from([]),
    contracts: columns.contracts,
    sponsoredContracts: columns.sponsoredContracts,
    cap: columns.cap,
    brand: columns.brand,
    brands: columns.brands,
    groups: columns.groups,
    // Groups without users may have none.
    ratio: ratio.map((r) => Number.isNaN(r) ? 0 : r),
    groupSize,
    group: new Uint32Array(0),
    start: Uint32Array.of(0),
    middle: new Uint32Array(0),
    contract: Uint16Array.of(0),
    score: Float64Array.of(largest),
    ...(limits !== null && { limits }),
  };
  // The instance has no users; nobody has more options than there are contracts.
  const most = Math.max(1, columns.contracts.length);
  const { ownK } = columns;
  if (ownK === null) return compileDualProblem(instance, policy, { k: Math.min(policy.k, most) });
  const { values } = ownK, used = values.filter((_, kc) => ofK[kc] > 0);
  const price = shortfallPrice({ ...instance, k: Int32Array.from(used) }, policy);
  const problem = compileDualProblem({ ...instance, k: Int32Array.from(values) }, policy, {
    k: Math.min(values[values.length - 1], most),
    price,
  });
  const missed = policy.covMode === "shortfall" ? policy.shortfallPenalty : 0;
  const ownCoverage = values.reduce((sum, k, kc) => sum + ofK[kc] * missed * (policy.k - k), 0);
  return { ...problem, ownCoverage };
}

/** Throws a UsageError for a policy that the drop can't be held to. */
export function checkPolicy({ policy, caps, previous, maxChanged, onlyNew }: EngineInput): void {
  const needs = policy.changeCost > 0
    ? flagOf("changeCost" satisfies keyof Policy)
    : maxChanged !== undefined
    ? "--max-changed"
    : onlyNew === true
    ? "--only-new"
    : null;
  if (needs !== null && previous === undefined) {
    throw new UsageError(`${needs} needs --previous, the offers to compare with`);
  }
  if (policy.maxPerBrand !== null && caps.brands === null) {
    const flag = flagOf("maxPerBrand" satisfies keyof Policy);
    throw new UsageError(`${flag} needs the column brand_id in the caps file`);
  }
}

/** The facts of the gathered users that a problem is made of. */
export interface GatheredFacts {
  /** Uint32Array, length groups: users of each. */
  readonly groupSize: Uint32Array;
  /** Largest |score|. */
  readonly largest: number;
  /** Float64Array: users of each class of k. */
  readonly ofK: Float64Array;
}

/** How many contracts count as sponsored: 0 where types don't matter. */
export function typedContracts({ sponsoredContracts }: Columns, { model }: Policy): number {
  return model === "coverage" ? 0 : sponsoredContracts;
}
