/**
 * What it costs a user to hold one offer more or less, or one of the other type, whatever the offers are.
 *
 * @module
 */
import type { Assignment } from "./assignment.ts";
import type { BundleChooser } from "./bundle_chooser.ts";

/** Costs by type of the offer, 0: unsponsored, 1: sponsored; Infinity where the shape is not allowed or of another kind. */
export interface ShapeCosts {
  /** Of one more offer of a type. */
  readonly add: readonly [number, number];
  /** Of one less. */
  readonly drop: readonly [number, number];
  /** Of an offer of a type for one of the other. */
  readonly cross: readonly [number, number];
}

/**
 * The costs at the chooser's prices for user `u` as it stands; who is sponsored stays so, and who is not.
 *
 * @param isAllowed what else a shape of (sponsored, unsponsored) offers must pass. @default everything does
 */
export function shapeCosts(
  assignment: Assignment,
  chooser: BundleChooser,
  u: number,
  isAllowed: (sponsored: number, unsponsored: number) => boolean = () => true,
): ShapeCosts {
  const { k } = assignment.problem;
  const i = assignment.sponsored[u], j = assignment.count[u] - i;
  const held = chooser.shapeValue(u, i, j);
  const to = (sponsored: number, others: number): number => {
    if (sponsored < 0 || others < 0 || sponsored + others > k) return Infinity;
    if ((sponsored > 0) !== (i > 0) || assignment.shapeOf(u, sponsored, others) < 0) {
      return Infinity;
    }
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

/** {@link shapeCosts} of all users, worked out once for all of a group who hold as many offers of each type. */
export class ShapeCostTable {
  readonly #assignment: Assignment;
  readonly #chooser: BundleChooser;
  /** By group and offers held; empty where users of a group may differ in what they may have. */
  readonly #known: (ShapeCosts | undefined)[] = [];
  readonly #isShared: boolean;

  /** Costs at the chooser's prices. */
  constructor(assignment: Assignment, chooser: BundleChooser) {
    this.#assignment = assignment;
    this.#chooser = chooser;
    this.#isShared = assignment.problem.ownShapes === null;
  }

  /** Those of user `u` as it stands. */
  of(u: number): ShapeCosts {
    const assignment = this.#assignment, { problem: { instance, k } } = assignment;
    if (!this.#isShared) return shapeCosts(assignment, this.#chooser, u);
    const held = assignment.sponsored[u] * (k + 1) + assignment.count[u];
    const at = instance.group[u] * (k + 1) * (k + 1) + held;
    return this.#known[at] ??= shapeCosts(assignment, this.#chooser, u);
  }
}
