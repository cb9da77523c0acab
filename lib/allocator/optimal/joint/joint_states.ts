/**
 * The states of a group's search for its best joint choice (`joint_choice.ts`): how far its counts are from those of a base, and the
 * least loss that leads there.
 *
 * @module
 */
import { beyond, type GroupRule, tolerance, usedOf } from "../../limits/kinds/group_rules.ts";
import { COUNTS, type Counts, countsOfUser } from "../../limits/kinds/user_counts.ts";
import { ExcessOrder, LimitScreen } from "./limit_screen.ts";
import { StateChain, type StateMemory, type Undecided } from "./state_chain.ts";

/** A limit of the group and its price. */
export interface GroupTerm {
  /** The limit, and which group it is about. */
  readonly rule: GroupRule;
  readonly group: number;
  /** Its price. */
  readonly price: number;
  /** What a unit beyond the amount costs on top of the price; Infinity: the limit is hard. */
  readonly missing: number;
}

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

  /** The users with more than one shape of regret at most `limit`, each with its best shape first. */
  undecided(limit: number): Options[] {
    const { regret, best } = this, next = this.#next;
    const each = this.shapes.sponsored.length, found: Options[] = [];
    for (let user = 0; user < next.length; user++) {
      if (!(next[user] <= limit)) continue;
      const shape = [best[user]];
      for (let s = 0; s < each; s++) {
        if (s !== best[user] && regret[user * each + s] <= limit) shape.push(s);
      }
      found.push({ user, shape });
    }
    return found;
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

/** The users who come last have about so many states. Twice as many or half gain nothing. */
const LAST_STATES = 64;

/** A state that joins one of the users who come first with one of those who come last. */
export interface JoinedState {
  /** What it loses; Infinity if there is none. */
  readonly loss: number;
  /** The state of those who come first. */
  readonly first: number;
  /** The state of those who come last. */
  readonly last: number;
}

/**
 * The dynamic program within one limit. Layers of states grow fast, and one after all users would hold most of all states. So the few
 * users who come last have layers of their own, and their states are joined with those of all others only to look for the best.
 */
export class Layers {
  /** Whether all layers were made; false: there were too many states. */
  readonly complete: boolean;
  readonly #base: Base;
  readonly #first: StateChain;
  readonly #last: StateChain = new StateChain(0);
  /** The code of a state is Σ change of a count × its stride; each change lies within ± its reach. */
  readonly #reach: readonly number[];
  readonly #stride: readonly number[];
  readonly #counts: [number, number, number, number] = [0, 0, 0, 0];

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
    let rest = users.length, count = 0;
    while (rest > 0 && this.#last.states.code.length < LAST_STATES) {
      this.#last.add(users[--rest], limit, memory);
    }
    for (const user of users.slice(0, rest)) {
      this.#first.add(user, limit, memory);
      count += this.#first.states.code.length;
      if (count > mostStates) return false;
    }
    return true;
  }

  /** The state of least loss, where the loss includes the prices of what is left of the limits; Infinity if none keeps them. */
  cheapest(terms: readonly GroupTerm[]): JoinedState {
    const first = this.#first.states.loss, last = this.#last.states.loss;
    const limits = terms.map((term) => this.#screen(term));
    let found: JoinedState = { loss: Infinity, first: -1, last: -1 };
    const look = (i: number, j: number) => {
      let loss = first[i] + last[j];
      for (let t = 0; t < limits.length && loss < found.loss; t++) loss += limits[t].least(i, j);
      if (!(loss < found.loss)) return;
      const exact = first[i] + last[j] + lossOfLimits(terms, this.#countsAt(i, j));
      if (exact < found.loss) found = { loss: exact, first: i, last: j };
    };
    // Those of the last users who lose least come first: what is found with them leaves few of the others to look at.
    const [least, ...others] = Array.from(last.keys()).sort((i, j) => last[i] - last[j] || i - j);
    for (let i = 0; i < first.length; i++) look(i, least);
    const near: number[] = [];
    for (let i = 0; i < first.length; i++) {
      let loss = first[i];
      for (let t = 0; t < limits.length && loss < found.loss; t++) loss += limits[t].leastOf(i);
      if (loss < found.loss) near.push(i);
    }
    const order = ExcessOrder.ofDearest(limits, near);
    for (const j of others) {
      for (const i of order?.within(j, found.loss - last[j]) ?? near) look(i, j);
    }
    return found;
  }

  /** What a limit loses at least at joined states. */
  #screen(term: GroupTerm): LimitScreen {
    const { rule, group } = term, { counts } = this.#base;
    const used = (code: number) => usedOf(rule, group, this.#countsOf(code));
    const own = usedOf(rule, group, counts);
    const reach = counts.map((n, i) => n + this.#reach[i]) as [number, number, number, number];
    return new LimitScreen(term, {
      first: this.#first.states.code.map((code) => rule.sense * (used(code) - rule.amount[group])),
      last: this.#last.states.code.map((code) => rule.sense * (used(code) - own)),
      rounding: 2 * tolerance(rule, group, reach),
    });
  }

  /** The counts at a joined state. */
  #countsAt(i: number, j: number): Counts {
    return this.#countsOf(this.#first.states.code[i] + this.#last.states.code[j]);
  }

  /** The counts at a code. The result is overwritten by the next one: there are as many as states. */
  #countsOf(code: number): Counts {
    const reach = this.#reach, stride = this.#stride, counts = this.#counts;
    let rest = code;
    for (let i = 0; i < COUNTS; i++) rest += reach[i] * stride[i];
    for (let i = 0; i < COUNTS; i++) {
      const digit = Math.floor(rest / stride[i]);
      rest -= digit * stride[i];
      counts[i] = this.#base.counts[i] + digit - reach[i];
    }
    return counts;
  }

  /** The shapes of all users that lead to a state. */
  shapesOf({ first, last }: JoinedState): Int32Array {
    const shape = this.#base.shape.slice();
    this.#first.setShapes(first, shape);
    this.#last.setShapes(last, shape);
    return shape;
  }
}

/** What a group with these counts loses at its limits: each price times what is left of the limit; Infinity if a hard one is broken. */
export function lossOfLimits(terms: readonly GroupTerm[], counts: Counts): number {
  let loss = 0;
  for (const { rule, group, price, missing } of terms) {
    const excess = beyond(rule, group, counts);
    if (excess > 0) loss += missing * excess;
    else if (price > 0) loss -= price * excess;
  }
  return loss;
}
