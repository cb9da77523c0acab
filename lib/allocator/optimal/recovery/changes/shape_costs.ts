/**
 * What it costs a user to change its shape by one offer, whatever the offers are.
 *
 * @module
 */
import type { Holdings } from "../holdings.ts";
import type { BundleChooser } from "../bundle_chooser.ts";

/** Costs by type of the offer (0: unsponsored, 1: sponsored); Infinity if the shape is not allowed or of another kind. */
export interface ShapeCosts {
  /** The cost of one more offer of the type. */
  readonly add: readonly [number, number];
  /** The cost of one offer of the type less. */
  readonly drop: readonly [number, number];
  /** The cost of giving up an offer of this type for one of the other. */
  readonly cross: readonly [number, number];
}

/**
 * The costs at the chooser's prices for user `u` with its present bundle. Whether it is sponsored does not change.
 *
 * @param isAllowed a further test of a shape. @default every shape passes
 */
export function shapeCosts(
  holdings: Holdings,
  chooser: BundleChooser,
  u: number,
  isAllowed: (sponsored: number, unsponsored: number) => boolean = () => true,
): ShapeCosts {
  const { k } = holdings.problem;
  const i = holdings.sponsored[u], j = holdings.count[u] - i;
  const held = chooser.shapeValue(u, i, j);
  const to = (sponsored: number, others: number): number => {
    if (sponsored < 0 || others < 0 || sponsored + others > k) return Infinity;
    const changesType = (sponsored > 0) !== (i > 0) && i + j > 0 && sponsored + others > 0;
    if (changesType || holdings.shapeOf(u, sponsored, others) < 0) return Infinity;
    return isAllowed(sponsored, others)
      ? held - chooser.shapeValue(u, sponsored, others)
      : Infinity;
  };
  return {
    add: [to(i, j + 1), to(i + 1, j)],
    drop: [to(i, j - 1), to(i - 1, j)],
    cross: [to(i + 1, j - 1), to(i - 1, j + 1)],
  };
}

/** {@link shapeCosts}, computed once for all users of a group who hold the same shape. */
export class ShapeCostTable {
  readonly #holdings: Holdings;
  readonly #chooser: BundleChooser;
  /** By group and shape held. */
  readonly #known: (ShapeCosts | undefined)[] = [];
  /** Whether all users of a group may have the same shapes; else costs are computed for each user. */
  readonly #isShared: boolean;

  /** A table at the chooser's prices. */
  constructor(holdings: Holdings, chooser: BundleChooser) {
    this.#holdings = holdings;
    this.#chooser = chooser;
    this.#isShared = holdings.problem.ownShapes === null;
  }

  /** The costs of user `u` with its present bundle. */
  of(u: number): ShapeCosts {
    const holdings = this.#holdings, { problem: { instance, k } } = holdings;
    if (!this.#isShared) return shapeCosts(holdings, this.#chooser, u);
    const held = holdings.sponsored[u] * (k + 1) + holdings.count[u];
    const at = instance.group[u] * (k + 1) * (k + 1) + held;
    return this.#known[at] ??= shapeCosts(holdings, this.#chooser, u);
  }
}
