/**
 * The states of a group's search for its best joint choice (`joint_choice.ts`): how far its counts are from those of a base, and the
 * least loss that leads there.
 *
 * @module
 */
import { COUNTS, type Counts, countsOfUser } from "../../limits/kinds/user_counts.ts";
import type { GroupTerm } from "./group_terms.ts";
import { joinCheapest, type JoinedState, type SomeStates } from "./joined_states.ts";
import { StateChain, type StateMemory, type Undecided } from "./state_chain.ts";

/** The shapes that bundles may have. */
export interface Shapes {
  /** Int32Array: sponsored offers of each shape. */
  readonly sponsored: Int32Array;
  /** Int32Array: unsponsored offers of each. */
  readonly unsponsored: Int32Array;
}

/** A choice of a group. */
export interface JointChoice {
  /** What it loses. */
  readonly loss: number;
  /** Whether no choice that keeps the rules loses less. */
  readonly isBest: boolean;
  /** Int32Array, length users: the shape that each gets. */
  readonly shape: Int32Array;
}

/** Most users with more than one shape within the limit. */
const MOST_UNDECIDED = 2000;

/** Everybody's best shape, and the regrets of the others. */
export class OwnShapes {
  readonly users: number;
  readonly shapes: Shapes;
  /** Float64Array, users × shapes: see `chooseJointly`. */
  readonly regret: Float64Array;
  /** Int32Array, length users. */
  readonly best: Int32Array;
  /** The counts of all users with their best bundles. */
  readonly counts: Counts;
  /** More than any choice can lose by regrets. */
  readonly most: number;
  /** Float64Array, length users: the regret of the second-best shape; Infinity if there is none. */
  readonly #next: Float64Array;

  constructor(regret: Float64Array, shapes: Shapes) {
    const each = shapes.sponsored.length;
    const counts: [number, number, number, number] = [0, 0, 0, 0];
    const ofShape = Array.from(shapes.sponsored, (_, s) => countsOfShape(shapes, s));
    this.users = regret.length / each;
    this.shapes = shapes;
    this.regret = regret;
    this.best = new Int32Array(this.users);
    this.#next = new Float64Array(this.users);
    let most = 1e-300;
    for (let x = 0; x < this.users; x++) {
      let best = 0, least = Infinity, next = Infinity, worst = 0;
      for (let s = 0; s < each; s++) {
        const r = regret[x * each + s];
        if (r < least) {
          next = least;
          least = r;
          best = s;
        } else if (r < next) next = r;
        if (r < Infinity && r > worst) worst = r;
      }
      this.best[x] = best;
      this.#next[x] = next;
      most += worst;
      const own = ofShape[best];
      for (let i = 0; i < COUNTS; i++) counts[i] += own[i];
    }
    this.most = 2 * most;
    this.counts = counts;
  }

  /**
   * The users with more than one shape that a choice of loss up to `limit` may need, each with its best shape first.
   *
   * Users of the same best shape can change places: if one of them has another shape, and one who loses less by it keeps the best one,
   * it is as well the other way round. So a user need not have a shape if that, and the least that all those lose who come before it in
   * this order, is beyond the limit.
   */
  undecided(limit: number): Options[] {
    const { regret, best, users } = this, next = this.#next, each = this.shapes.sponsored.length;
    /** By best shape and other shape: the users within the limit. */
    const of: number[][] = Array.from({ length: each * each }, () => []);
    for (let user = 0; user < users; user++) {
      if (!(next[user] <= limit)) continue;
      for (let s = 0; s < each; s++) {
        if (s !== best[user] && regret[user * each + s] <= limit) {
          of[best[user] * each + s].push(user);
        }
      }
    }
    const found = new Map<number, number[]>();
    of.forEach((list, change) => {
      const s = change % each;
      list.sort((a, b) => regret[a * each + s] - regret[b * each + s] || a - b);
      let before = 0;
      for (const user of list) {
        if (before > limit) break;
        if (before + regret[user * each + s] <= limit) {
          const shape = found.get(user);
          if (shape === undefined) found.set(user, [best[user], s]);
          else shape.push(s);
        }
        before += next[user];
      }
    });
    return [...found].map(([user, shape]) => ({ user, shape }));
  }

  /** By how much a user's second-best shape is worth less than its best one. */
  nextOf(user: number): number {
    return this.#next[user];
  }

  /** What everybody's best shape makes of the group. */
  base(): Base {
    return { shape: this.best, counts: this.counts, loss: 0 };
  }
}

/** A user, and the shapes that it may have. */
export interface Options {
  readonly user: number;
  /** The shape of the base first. */
  readonly shape: number[];
}

/** A shape for each user, from which changes are counted. */
export interface Base {
  /** Int32Array, length users: the shape of each. */
  readonly shape: Int32Array;
  /** The counts of all users. */
  readonly counts: Counts;
  /** Σ regrets. */
  readonly loss: number;
}

/** The counts of one user with shape `s`. */
export function countsOfShape({ sponsored, unsponsored }: Shapes, s: number): Counts {
  return countsOfUser(sponsored[s], unsponsored[s]);
}

/**
 * The dynamic program within one limit. Layers of states grow fast, and those after the last users would hold most of all states. So
 * the users who come last have layers of their own, and their states are joined with those of all others only to look for the best.
 */
export class Layers {
  /** Whether all layers were made; false: there were too many states. */
  readonly complete: boolean;
  /** How many states all layers have, or those that were made. */
  count = 0;
  readonly #base: Base;
  readonly #first: StateChain;
  readonly #last: StateChain = new StateChain(0);
  /** The code of a state is Σ change of a count × its stride; each change lies within ± its reach. */
  readonly #reach: readonly number[];
  readonly #stride: readonly number[];
  readonly #change: [number, number, number, number] = [0, 0, 0, 0];

  /**
   * Makes them.
   *
   * @param undecided the users who may have other shapes than those of the base
   * @param limit the most that a state may have lost
   */
  constructor(
    own: OwnShapes,
    base: Base,
    undecided: readonly Options[],
    limit: number,
    { mostStates, memory }: { mostStates: number; memory: StateMemory },
  ) {
    this.#base = base;
    const { shapes, regret } = own, each = shapes.sponsored.length;
    const k = Math.max(...shapes.sponsored, ...shapes.unsponsored);
    this.#reach = countsOfUser(k, k).map((most) => most * undecided.length);
    const stride = new Array<number>(COUNTS).fill(1);
    for (let i = COUNTS - 2; i >= 0; i--) {
      stride[i] = stride[i + 1] * (2 * this.#reach[i + 1] + 1);
    }
    this.#stride = stride;
    const code = Float64Array.from(shapes.sponsored, (_, s) => {
      const counts = countsOfShape(shapes, s);
      return stride.reduce((sum, step, i) => sum + step * counts[i], 0);
    });
    let decided = base.loss;
    // Those whose second-best costs most come first: so fewer states are within the limit.
    const users = undecided.toSorted((a, b) =>
      own.nextOf(b.user) - own.nextOf(a.user) || a.user - b.user
    ).map(({ user, shape }) => {
      decided -= regret[user * each + shape[0]];
      return {
        user,
        shape,
        change: shape.map((s) => code[s] - code[shape[0]]),
        regret: shape.map((s) => regret[user * each + s]),
      };
    });
    this.#first = new StateChain(Math.max(0, decided));
    // Codes must be exact in doubles.
    const coded = stride[0] * (2 * this.#reach[0] + 1) <= Number.MAX_SAFE_INTEGER;
    this.complete = coded && users.length <= MOST_UNDECIDED &&
      this.#fill(users, limit, mostStates, memory);
  }

  /** Makes a layer per undecided user. Returns whether there was room for all. */
  #fill(
    users: readonly Undecided[],
    limit: number,
    mostStates: number,
    memory: StateMemory,
  ): boolean {
    memory.forget();
    const first = this.#first, last = this.#last;
    for (let from = 0, to = users.length; from < to;) {
      const isFirst = first.states.code.length <= last.states.code.length;
      const chain = isFirst ? first : last;
      chain.add(users[isFirst ? from++ : --to], limit, memory);
      this.count += chain.states.code.length;
      if (this.count > mostStates) return false;
    }
    return true;
  }

  /** The state of least loss, where the loss includes the prices of what is left of the limits; Infinity if none keeps them. */
  cheapest(terms: readonly GroupTerm[]): JoinedState {
    const { counts } = this.#base;
    return joinCheapest(terms, {
      first: this.#statesOf(this.#first),
      last: this.#statesOf(this.#last),
      base: counts,
      highest: counts.map((n, i) => n + this.#reach[i]) as [number, number, number, number],
    });
  }

  #statesOf({ states: { code, loss } }: StateChain): SomeStates {
    return { loss, changeOf: (state) => this.#changeOf(code[state]) };
  }

  /** By how much a code changes the counts. The result is overwritten by the next one: there are as many as states. */
  #changeOf(code: number): Counts {
    const reach = this.#reach, stride = this.#stride, change = this.#change;
    let rest = code;
    for (let i = 0; i < COUNTS; i++) rest += reach[i] * stride[i];
    for (let i = 0; i < COUNTS; i++) {
      const digit = Math.floor(rest / stride[i]);
      rest -= digit * stride[i];
      change[i] = digit - reach[i];
    }
    return change;
  }

  /** The shapes of all users that lead to a state. */
  shapesOf({ first, last }: JoinedState): Int32Array {
    const shape = this.#base.shape.slice();
    this.#first.setShapes(first, shape);
    this.#last.setShapes(last, shape);
    return shape;
  }
}
