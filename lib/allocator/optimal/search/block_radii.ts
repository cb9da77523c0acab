/**
 * A trust region for the prices of each group alone.
 *
 * The prices of one market may have far to go while all others are nearly at their best. With one radius for all, either its steps
 * are short or the steps of all are refused where one went too far. So each group that has rows of its own (see `price_blocks.ts`)
 * has a radius of its own, which learns from how D's slope along the group's part of a step changes.
 *
 * @module
 */
import type { Evaluation, FarPrices } from "../passes/dual_pass.ts";
import type { PriceBlocks } from "./price_blocks.ts";
import type { PricePoint } from "../dual/price_point.ts";
import type { StepRadii } from "./model_terms.ts";

/** A step by parts: that of each group, and last that of the prices which all share. Each Float64Array, length groups + 1. */
interface StepParts {
  /** The largest change of a price. */
  readonly size: Float64Array;
  /** The slope of D along the part, where the step begins and where it ends. */
  readonly begun: Float64Array;
  readonly ended: Float64Array;
}

/** This share of the groups may step further than views and curvature are made for. */
const FEW = 0.05;

/** A view has room for so many steps of the groups that step further. */
const FAR_STEPS = 3;

/**
 * A group's radius grows beyond that of all others only where D is nearly straight along its steps: with `kept` (see
 * {@link BlockRadii.learn}) above this, so that D still falls at a step's end by more than half of how it fell at its beginning.
 */
const STRAIGHT = 1.5;

/** A part went too far if D rises at its end by this share of how it fell at its beginning. */
const TOO_FAR = 0.3;

/** The radii of groups, and what follows from them. */
export class BlockRadii {
  readonly #blocks: PriceBlocks;
  /** Float64Array, length groups: how far the group's own prices may step. */
  readonly #radius: Float64Array;

  /** The same radius for all groups. */
  constructor(blocks: PriceBlocks, groups: number, radius: number) {
    this.#blocks = blocks;
    this.#radius = new Float64Array(groups).fill(radius);
  }

  /** Sets how far the prices of groups may step, at most `own`. */
  limit({ row, others }: StepRadii, own: StepRadii): void {
    const { groupOf } = this.#blocks, radius = this.#radius;
    for (let r = 0; r < groupOf.length; r++) {
      if (groupOf[r] >= 0) row[r] = Math.min(radius[groupOf[r]], own.row[r]);
    }
    others.forEach((column, i) => {
      for (let g = 0; g < column.length; g++) column[g] = Math.min(radius[g], own.others[i][g]);
    });
  }

  /**
   * What is added to second derivatives: `ridge` divided by the radius of each row, and of the other prices of each group.
   *
   * @param radius the radius of the prices which all groups share
   */
  ridges(ridge: number, radius: number): { row: Float64Array; group: Float64Array } {
    const group = this.#radius.map((own) => ridge / own);
    const { groupOf } = this.#blocks, row = new Float64Array(groupOf.length).fill(ridge / radius);
    for (let r = 0; r < row.length; r++) if (groupOf[r] >= 0) row[r] = group[groupOf[r]];
    return { row, group };
  }

  /** Float64Array, length groups + 1: the largest change of a price of each group, and last of one that all share. */
  sizes({ row, others }: PricePoint): Float64Array {
    const groups = this.#radius.length, sizes = new Float64Array(groups + 1);
    for (let r = 0; r < row.length; r++) {
      const part = this.#partOf(r);
      sizes[part] = Math.max(sizes[part], Math.abs(row[r]));
    }
    for (const column of others) {
      for (let g = 0; g < groups; g++) sizes[g] = Math.max(sizes[g], Math.abs(column[g]));
    }
    return sizes;
  }

  /** The size of a step, without the few groups whose prices step further. */
  typicalSize(sizes: Float64Array): number {
    const groups = sizes.slice(0, -1).sort();
    return Math.max(sizes[sizes.length - 1], groups[Math.floor((1 - FEW) * (groups.length - 1))]);
  }

  /** Whether shares that are taken leave out parts of no more than a few groups. */
  areFew(shares: Float64Array): boolean {
    const held = shares.reduce((n, share) => share < 1 ? n + 1 : n, 0);
    return shares[shares.length - 1] === 1 && held <= FEW * this.#blocks.groups.length;
  }

  /** The prices of groups that step further than half of a view's reach: they need room for a few such steps. */
  farIn(reach: number, sizes: Float64Array): FarPrices {
    const sponsored = sizes.slice(0, -1).map((size) => 2 * size > reach ? FAR_STEPS * size : 0);
    const { groupOf } = this.#blocks, row = new Float64Array(groupOf.length);
    for (let r = 0; r < row.length; r++) if (groupOf[r] >= 0) row[r] = sponsored[groupOf[r]];
    return { row, sponsored };
  }

  /** A step that takes only a share of each part. */
  scaled({ row, sponsored, others }: PricePoint, shares: Float64Array): PricePoint {
    return {
      row: row.map((step, r) => step * shares[this.#partOf(r)]),
      sponsored: sponsored.map((step, g) => step * shares[g]),
      others: others.map((column) => column.map((step, g) => step * shares[g])),
    };
  }

  /**
   * Learns from a step between two evaluations. Returns what to take of each part so that D is about flat along it at its end, where
   * some went too far; else null.
   *
   * @param radius that of the prices which all share; groups that went well have at least that
   */
  learn(
    before: Evaluation,
    after: Evaluation,
    change: PricePoint,
    radius: number,
  ): Float64Array | null {
    const { size, begun, ended } = this.#partsOf(before, after, change), own = this.#radius;
    const isTooFar = (from: number, part: number) => from < 0 && ended[part] >= -TOO_FAR * from;
    const shares = begun.map((from, part) =>
      isTooFar(from, part) ? from / (from - ended[part]) : 1
    );
    for (let g = 0; g < own.length; g++) {
      // 2: D falls at the end as at the beginning; 1: it is flat there; 0: it rises as it fell.
      const kept = begun[g] < 0 ? 1 + ended[g] / begun[g] : 1;
      if (kept < 0.1) own[g] = Math.min(own[g], size[g]) * Math.max(0.1, Math.min(0.6, shares[g]));
      else if (kept > (own[g] > radius ? STRAIGHT : 0.5) && size[g] > 0.9 * own[g]) {
        own[g] = Math.max(2.5 * own[g], radius);
      } else own[g] = Math.max(Math.min(own[g], 6 * size[g]), 0.3 * own[g], radius);
    }
    return shares.some((share) => share < 1) ? shares : null;
  }

  #partsOf(before: Evaluation, after: Evaluation, change: PricePoint): StepParts {
    const groups = this.#radius.length;
    const begun = new Float64Array(groups + 1), ended = new Float64Array(groups + 1);
    change.row.forEach((step, r) => {
      const part = this.#partOf(r);
      begun[part] += step * before.rowGradient[r];
      ended[part] += step * after.rowGradient[r];
    });
    change.others.forEach((column, i) =>
      column.forEach((step, g) => {
        begun[g] += step * before.otherGradients[i][g];
        ended[g] += step * after.otherGradients[i][g];
      })
    );
    return { size: this.sizes(change), begun, ended };
  }

  /** The part of a step that row `r` belongs to. */
  #partOf(r: number): number {
    const g = this.#blocks.groupOf[r];
    return g < 0 ? this.#radius.length : g;
  }
}
