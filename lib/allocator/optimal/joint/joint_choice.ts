/**
 * Finds the best choice of bundles for a whole group at given prices, with the group's limits kept exactly over whole users.
 *
 * A price on a limit of the group lets it keep the limit by a fraction of a user, which no allocation can. Every choice of
 * bundles by the group's users that keeps the limits is worth less than the group's part of D by a loss: the users' regrets,
 * and each limit's price times what the choice leaves of the limit, all ≥ 0. The least loss is found by dynamic programming
 * over the users; the state is how far the group's counts are from those of everybody's best bundle. States that lost more
 * than a bound on the loss are dropped. The bound grows until a choice loses less than it, which then is the best. Nearly all
 * users keep their best bundle, so few have more than one choice. If that takes too many states, a good choice may do
 * (`near_choice.ts`).
 *
 * @module
 */
import { type JointChoice, Layers, OwnShapes, type Shapes } from "./joint_states.ts";
import type { GroupTerm } from "./group_terms.ts";
import { StateMemory } from "./state_chain.ts";
import { chooseNear } from "./near_choice.ts";

/** How far the search for a choice goes. */
export interface JointSearch {
  /** The first limit on the loss. */
  readonly firstLimit: number;
  /** Most states over all users. */
  readonly mostStates: number;
  /** Whether a choice of few changes is looked for if the best one takes more states. @default false */
  readonly near?: boolean;
  /** Memory for states, which the next search can take again. @default new memory */
  readonly memory?: StateMemory;
}

/**
 * The factor by which the limit on the loss grows, and a smaller one once there are MANY states: their number grows with about the square
 * of the limit.
 */
const GROWTH = 3, SLOW_GROWTH = 1.4, MANY = 2000;

/** The least share of the first limit that is tried if that takes too many states. */
const LEAST_LIMIT = 1e-3;

/**
 * Finds the choice of least loss, or a good one if that takes more states than allowed; null if no choice keeps the limits, or
 * none is found within these states.
 *
 * @param regret Float64Array, users × shapes: by how much each shape's best bundle is worth less than the user's best one at the
 *   prices, group prices included; Infinity where the user has none of that shape; 0 for at least one shape
 */
export function chooseJointly(
  regret: Float64Array,
  shapes: Shapes,
  terms: readonly GroupTerm[],
  { firstLimit, mostStates, near = false, memory = new StateMemory() }: JointSearch,
): JointChoice | null {
  const own = new OwnShapes(regret, shapes), states = { mostStates, memory };
  const found = chooseAmongAll(own, terms, firstLimit, states);
  if (!near || found?.isBest) return found;
  return chooseNear(own, terms, found?.loss ?? own.most, states) ?? found;
}

/** The choice of least loss, or a good one if that takes more states than allowed; null if none is found. */
function chooseAmongAll(
  own: OwnShapes,
  terms: readonly GroupTerm[],
  firstLimit: number,
  states: { mostStates: number; memory: StateMemory },
): JointChoice | null {
  let known: JointChoice | null = null;
  for (let limit = firstLimit, tooMany = Infinity;;) {
    const layers = new Layers(own, own.base(), own.undecided(limit), limit, states);
    if (!layers.complete) {
      if (known !== null || limit < LEAST_LIMIT * firstLimit) return known;
      tooMany = limit;
      limit /= GROWTH;
      continue;
    }
    const found = layers.cheapest(terms), { loss } = found;
    const isBest = loss <= limit;
    if (isBest || loss < (known?.loss ?? Infinity)) {
      known = { loss, isBest, shape: layers.shapesOf(found) };
    }
    if (isBest || loss === Infinity && limit > own.most) return known;
    // All that loses less was looked at. The same sum, added up in another order, may come out above the limit by rounding.
    if (known !== null && known.loss <= limit) return { ...known, isBest: true };
    // A known choice lost more than the limit: a better one lies below its loss.
    const growth = layers.count > MANY ? SLOW_GROWTH : GROWTH;
    const next = Math.min(growth * limit, known?.loss ?? Infinity);
    // What would take too many states is left.
    const expected = layers.count * (next / limit) ** 2;
    if (next >= tooMany || layers.count > MANY && expected > states.mostStates) return known;
    limit = next;
  }
}
