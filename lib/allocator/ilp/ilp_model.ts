/**
 * The whole model as a mixed-integer program: a column per pair and per (user, bundle shape).
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import { adds, type GroupRules, groupRules, hasRule } from "../limits/kinds/group_rules.ts";
import {
  allowsShape,
  bundleShapes,
  coverageValue,
  mostOffers,
  ownCoverage,
  type Policy,
  shortfallPrice,
} from "../model/policy.ts";
import { kClasses, kOfUser } from "../model/user_k.ts";
import type { LimitKindName } from "../limits/kinds/list.ts";
import { LimitProgram } from "./limit_program.ts";
import { MipBuilder } from "./mip.ts";

/**
 * Most pairs that solver ilp accepts. Measured: 60,000 pairs take 10 s (coverage) to 75 s (uniform) and 0.6 GB. Far above this
 * number HiGHS has no answer within minutes.
 */
export const MAX_ILP_PAIRS = 150_000;

/** A bundle's shape: its numbers of offers, and its worth, scores aside. */
interface Shape {
  readonly sponsored: number;
  readonly unsponsored: number;
  readonly value: number;
}

/** The program, and where its columns and rows are. */
export interface IlpModel {
  readonly mip: MipBuilder;
  /** Column of each pair: `firstPair + p`. */
  readonly firstPair: number;
  /** The largest sum that the columns for excess of limits can have. */
  readonly unitsBeyond: number;
  /** Where the rows are, for programs with names. */
  readonly rows: ModelRows;
  /** Float64Array, length rows of limits: by how much a row may be exceeded within HiGHS's tolerance, in its own units. */
  readonly limitTolerance: Float64Array;
}

/** Where the program's rows are. */
export interface ModelRows {
  /** First rows of the users. */
  readonly users: UserRows;
  /** First row of the caps. */
  readonly cap: number;
  /** First row of the limits. */
  readonly limits: number;
  /** Rows of the groups' limits by kind and group; −1 where a group has no such limit. */
  readonly groups: Readonly<Record<LimitKindName, readonly number[]>>;
}

/** Variants of the program. */
export interface IlpModelOptions {
  /** Shortfall price. @default that of the policy */
  price?: number;
  /** Whether the objective is only the units missed at the shortfall price, at a cost of 1 each. @default false */
  missedOnly?: boolean;
  /** Length rows of limits: the margin that each must keep below its amount. @default 0 */
  margin?: Float64Array;
}

/**
 * Builds the program. With x the pairs' columns, z the shapes' and the rows:
 *
 *     one shape per user           Σ_s z_us = 1
 *     its counts, for each type    Σ_p x_p − Σ_s count_s z_us = 0
 *     caps                         Σ_u x_uc ≤ cap_c
 *     brands                       Σ_{p of u, brand b} x_p ≤ maxPerBrand
 *     limits of groups             Σ_u Σ_s (what shape s adds) z_us ≤ or ≥ amount (with a shortfall column where it may be
 *                                  missed)
 *     pins                         x_p = 1
 *     limits                       Σ_p coefficient_p x_p − excess ≤ amount (no excess where it is hard)
 *
 * Under model coverage the types of a user's offers are free, so one row counts both.
 */
export function ilpModel(
  instance: Instance,
  policy: Policy,
  options: IlpModelOptions = {},
): IlpModel {
  const { missedOnly = false, margin = null } = options;
  const price = missedOnly ? 1 : options.price ?? shortfallPrice(instance, policy);
  const mip = new MipBuilder(), worth = missedOnly ? 0 : 1;
  const groups = new GroupRows(mip, instance, groupRules(instance, policy));
  const capRow = Array.from(instance.cap, (most) => mip.row(-Infinity, most));
  const limits = new LimitProgram(mip, instance, margin);
  const users = userRows(mip, instance, policy);
  enterShapes(mip, instance, policy, { users, groups, worth });
  const firstPair = mip.columns;
  enterPairs(mip, instance, policy, { users, capRow, limits, worth });
  groups.enterShortfall(price);
  limits.addExcess(mip, price, missedOnly);
  return {
    mip,
    firstPair,
    unitsBeyond: limits.units,
    rows: { users, cap: capRow[0], limits: limits.first, groups: groups.rows },
    limitTolerance: limits.tolerance,
  };
}

/** First rows of the users: one shape each, and the counts of each type; under model coverage one row counts both. */
export interface UserRows {
  readonly one: number;
  readonly sponsored: number;
  readonly unsponsored: number;
}

function userRows(mip: MipBuilder, { group: { length } }: Instance, policy: Policy): UserRows {
  const rows = (bound: number) => {
    const first = mip.rowLower.length;
    for (let u = 0; u < length; u++) mip.row(bound, bound);
    return first;
  };
  const one = rows(1), sponsored = rows(0);
  return { one, sponsored, unsponsored: policy.model === "coverage" ? sponsored : rows(0) };
}

/** The rows of the limits on groups. */
class GroupRows {
  /** Rows by kind and group; −1 where a group has no such limit. */
  readonly rows: ModelRows["groups"];
  readonly #mip: MipBuilder;
  readonly #rules: GroupRules;

  constructor(mip: MipBuilder, { groups }: Instance, rules: GroupRules) {
    this.#mip = mip;
    this.#rules = rules;
    const rows: Partial<Record<LimitKindName, readonly number[]>> = {};
    for (const rule of rules.all) {
      const { name, sense, amount, unit } = rule;
      rows[name] = groups.map((_, g) => {
        if (!hasRule(rule, g)) return -1;
        // Measured in the limit's unit: HiGHS's absolute tolerance must be small compared to what a user adds.
        const bound = amount[g] / unit[g];
        return sense > 0 ? mip.row(-Infinity, bound) : mip.row(bound, Infinity);
      });
    }
    this.rows = rows as ModelRows["groups"];
  }

  /** Enters what a user of group `g` with this many offers counts into the column that was begun last. */
  enter(g: number, sponsored: number, unsponsored: number): void {
    for (const rule of this.#rules.all) {
      const row = this.rows[rule.name][g];
      if (row < 0) continue;
      const added = adds(rule, g, sponsored, unsponsored);
      if (added !== 0 || rule.countsOffers) this.#mip.entry(row, added / rule.unit[g]);
    }
  }

  /** Adds a column for the missing units of each limit that may be missed. */
  enterShortfall(price: number): void {
    for (const { name, mayBeMissed, amount, sense } of this.#rules.all) {
      this.rows[name].forEach((row, g) => {
        if (row < 0 || !mayBeMissed) return;
        this.#mip.column(-price, amount[g], false);
        this.#mip.entry(row, -sense);
      });
    }
  }
}

/** Adds a column for each user and each shape that it may have and has enough pairs for. */
function enterShapes(
  mip: MipBuilder,
  instance: Instance,
  policy: Policy,
  { users, groups, worth }: { users: UserRows; groups: GroupRows; worth: number },
): void {
  const { start, middle, group } = instance;
  const isCoverage = policy.model === "coverage", shapes = shapesOf(instance, policy);
  for (let u = 0; u < group.length; u++) {
    const all = start[u + 1] - start[u], typed = middle[u] - start[u];
    const own = { ...policy, k: kOfUser(instance, policy, u) };
    const always = ownCoverage(instance, policy, u);
    for (const { sponsored, unsponsored, value } of shapes) {
      const isEnough = isCoverage
        ? sponsored <= all
        : sponsored <= typed && unsponsored <= all - typed;
      if (!isEnough || !allowsShape(own, sponsored, unsponsored)) continue;
      mip.column(worth * (value + always), 1, true);
      if (!isCoverage) groups.enter(group[u], sponsored, unsponsored);
      mip.entry(users.one + u, 1);
      mip.entry(users.sponsored + u, -sponsored);
      if (!isCoverage) mip.entry(users.unsponsored + u, -unsponsored);
    }
  }
}

/** The rows that the columns of pairs enter. */
interface PairTerms {
  readonly users: UserRows;
  readonly capRow: readonly number[];
  readonly limits: LimitProgram;
  readonly worth: number;
}

/** Adds a column for each pair. */
function enterPairs(
  mip: MipBuilder,
  instance: Instance,
  policy: Policy,
  { users, capRow, limits, worth }: PairTerms,
): void {
  const { contract, score, start, sponsoredContracts, brand, group } = instance;
  const isPinned = instance.pins && new Set(instance.pins.pair);
  for (let u = 0; u < group.length; u++) {
    const brandRow = brandRows(instance, policy, mip, u);
    for (let p = start[u]; p < start[u + 1]; p++) {
      const c = contract[p], isSponsored = c < sponsoredContracts;
      const bonus = policy.model === "coverage" && isSponsored ? policy.sponsoredBonus : 0;
      mip.column(worth * (score[p] + bonus), 1, true);
      mip.entry(capRow[c], 1);
      mip.entry((isSponsored ? users.sponsored : users.unsponsored) + u, 1);
      const row = brandRow?.get(brand![c]);
      if (row !== undefined) mip.entry(row, 1);
      limits.addPair(mip, p);
      if (isPinned?.has(p)) mip.entry(mip.row(1, 1), 1);
    }
  }
}

/** The shapes with their worth; under coverage one for each number of offers, counted as sponsored. */
function shapesOf(instance: Instance, policy: Policy): Shape[] {
  const most = mostOffers(instance, policy);
  const value = coverageValue(policy, most);
  if (policy.model === "coverage") {
    return Array.from(value, (v, n) => ({ sponsored: n, unsponsored: 0, value: v }));
  }
  return bundleShapes(policy, most, kClasses(instance, policy)?.values).map((
    { sponsored, unsponsored },
  ) => ({
    sponsored,
    unsponsored,
    value: value[sponsored + unsponsored] + (sponsored > 0 ? policy.sponsoredBonus : 0),
  }));
}

/** Adds a row for each brand of which user `u` could get too many offers. Returns the rows by brand; null if brands are not limited. */
function brandRows(
  instance: Instance,
  policy: Policy,
  mip: MipBuilder,
  u: number,
): Map<number, number> | null {
  const { maxPerBrand } = policy;
  const { brand, contract, start } = instance;
  if (maxPerBrand === null || brand === null) return null;
  const pairs = new Map<number, number>();
  for (let p = start[u]; p < start[u + 1]; p++) {
    pairs.set(brand[contract[p]], (pairs.get(brand[contract[p]]) ?? 0) + 1);
  }
  const rows = new Map<number, number>();
  for (const [b, n] of pairs) if (n > maxPerBrand) rows.set(b, mip.row(-Infinity, maxPerBrand));
  return rows;
}
