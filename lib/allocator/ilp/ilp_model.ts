/**
 * The whole model as a mixed-integer program: a column per pair and per (user, bundle shape).
 *
 * @module
 */
import { type Instance, userCount } from "../drop/instance.ts";
import {
  allowsShape,
  bundleShapes,
  coverageValue,
  groupRules,
  mostOffers,
  ownCoverage,
  type Policy,
  shortfallPrice,
} from "../model/policy.ts";
import { kClasses, kOfUser } from "../model/user_k.ts";
import { LimitProgram } from "./limit_program.ts";
import { MipBuilder } from "./mip.ts";

/**
 * Most pairs that solver ilp takes. Measured: 60,000 pairs take 10 s (coverage) to 75 s (uniform) and 0.6 GB;
 * far past this limit HiGHS has no answer within minutes.
 */
export const MAX_ILP_PAIRS = 150_000;

/** What a shape means for a user: its counts and what it is worth beside the scores. */
interface Shape {
  readonly sponsored: number;
  readonly unsponsored: number;
  readonly value: number;
}

/** The program, and which columns are the pairs'. */
export interface IlpModel {
  readonly mip: MipBuilder;
  /** Column of each pair: `firstPair + p`. */
  readonly firstPair: number;
  /** Most that the columns of what lies beyond limits sum to. */
  readonly unitsBeyond: number;
  /** Float64Array, length rows of limits: by how much HiGHS may take one for kept that is not. */
  readonly limitTolerance: Float64Array;
}

/** Variants of the program. */
export interface IlpModelOptions {
  /** Shortfall price. @default that of the policy */
  price?: number;
  /** Whether nothing counts but what minima, and limits at the shortfall price, lack: a unit costs 1. @default false */
  missedOnly?: boolean;
  /** Length rows of limits: by how much less than its amount each may use. @default nothing */
  margin?: Float64Array;
}

/**
 * Builds the program. With x the pairs' columns, z the shapes' and the rows:
 *
 *     one shape per user           Σ_s z_us = 1
 *     its counts, for each type    Σ_p x_p − Σ_s count_s z_us = 0
 *     caps                         Σ_u x_uc ≤ cap_c
 *     brands                       Σ_{p of u, brand b} x_p ≤ maxPerBrand
 *     minima, maxima, mixed users  over Σ_u z of the sponsored or the mixed shapes (minima with a shortfall column)
 *     assignment ratio             Σ_u Σ_s (sponsored_s − ratio · offers_s) z_us ≥ 0
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
  const worth = missedOnly ? 0 : 1;
  const { contract, score, start, middle, group, cap, sponsoredContracts } = instance;
  const users = userCount(instance), groups = instance.groups.length;
  const mip = new MipBuilder();
  const coverage = policy.model === "coverage";
  const shapes = shapesOf(instance, policy);
  const rules = groupRules(instance, policy);

  const capRow = Array.from(cap, (most) => mip.row(-Infinity, most));
  const rowsOfGroups = (needed: (g: number) => boolean, bounds: (g: number) => [number, number]) =>
    Array.from({ length: groups }, (_, g) => needed(g) ? mip.row(...bounds(g)) : -1);
  const { minSponsored, maxSponsored, assignmentRatio, maxMixed } = rules;
  const minRow = rowsOfGroups((g) => minSponsored[g] > 0, (g) => [minSponsored[g], Infinity]);
  const maxRow = rowsOfGroups((g) => maxSponsored[g] < Infinity, (g) => [0, maxSponsored[g]]);
  const mixedRow = rowsOfGroups((g) => maxMixed[g] < Infinity, (g) => [0, maxMixed[g]]);
  const ratioRow = rowsOfGroups((g) => assignmentRatio[g] > 0, () => [0, Infinity]);
  const limits = new LimitProgram(mip, instance, margin);
  const oneRow = mip.rowLower.length;
  for (let u = 0; u < users; u++) mip.row(1, 1);
  const sponsoredRow = mip.rowLower.length;
  for (let u = 0; u < users; u++) mip.row(0, 0);
  const unsponsoredRow = coverage ? sponsoredRow : mip.rowLower.length;
  if (!coverage) { for (let u = 0; u < users; u++) mip.row(0, 0); }

  // Shapes, as far as the user has the pairs for them.
  for (let u = 0; u < users; u++) {
    const g = group[u];
    const all = start[u + 1] - start[u], sponsored = middle[u] - start[u];
    const own = { ...policy, k: kOfUser(instance, policy, u) };
    const always = ownCoverage(instance, policy, u);
    for (const shape of shapes) {
      const enough = coverage
        ? shape.sponsored <= all
        : shape.sponsored <= sponsored && shape.unsponsored <= all - sponsored;
      if (!enough || !allowsShape(own, shape.sponsored, shape.unsponsored)) continue;
      mip.column(worth * (shape.value + always), 1, true);
      const isSponsored = !coverage && shape.sponsored > 0;
      const offers = shape.sponsored + shape.unsponsored;
      if (isSponsored && minRow[g] >= 0) mip.entry(minRow[g], 1);
      if (isSponsored && maxRow[g] >= 0) mip.entry(maxRow[g], 1);
      if (isSponsored && shape.unsponsored > 0 && mixedRow[g] >= 0) mip.entry(mixedRow[g], 1);
      if (ratioRow[g] >= 0) {
        // A small ratio's row is multiplied: HiGHS's tolerance must be small beside what a user counts in it.
        const times = 1 / Math.max(assignmentRatio[g], 1e-6);
        mip.entry(ratioRow[g], times * (shape.sponsored - assignmentRatio[g] * offers));
      }
      mip.entry(oneRow + u, 1);
      mip.entry(sponsoredRow + u, -shape.sponsored);
      if (!coverage) mip.entry(unsponsoredRow + u, -shape.unsponsored);
    }
  }
  const firstPair = mip.columns;
  const isPinned = instance.pins && new Set(instance.pins.pair);
  for (let u = 0; u < users; u++) {
    const brandRow = brandRows(instance, policy, mip, u);
    for (let p = start[u]; p < start[u + 1]; p++) {
      const c = contract[p];
      const bonus = coverage && c < sponsoredContracts ? policy.sponsoredBonus : 0;
      mip.column(worth * (score[p] + bonus), 1, true);
      mip.entry(capRow[c], 1);
      mip.entry((c < sponsoredContracts ? sponsoredRow : unsponsoredRow) + u, 1);
      const row = brandRow?.get(instance.brand![c]);
      if (row !== undefined) mip.entry(row, 1);
      limits.addPair(mip, p);
      if (isPinned?.has(p)) mip.entry(mip.row(1, 1), 1);
    }
  }
  for (let g = 0; g < groups; g++) {
    if (minRow[g] < 0) continue;
    mip.column(-price, minSponsored[g], false);
    mip.entry(minRow[g], 1);
  }
  limits.addExcess(mip, price, missedOnly);
  return { mip, firstPair, unitsBeyond: limits.units, limitTolerance: limits.tolerance };
}

/** Shapes with their values; under coverage one per number of offers, counted as sponsored. */
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

/** Adds a row for each brand of which user `u` could get too many; by brand, or null without a limit. */
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
