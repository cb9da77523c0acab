/**
 * The states of a group's search for its best joint choice (`joint_choice.ts`): how far its counts are from those of a base, and the
 * least loss that leads there.
 *
 * @module
 */
import { placeIn } from "../../../base/sorted_place.ts";
import { beyond, type GroupRule } from "../../limits/kinds/group_rules.ts";
import { COUNTS, type Counts, countsOfUser } from "../../limits/kinds/user_counts.ts";

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
  /** That of the base first. */
  readonly shape: number[];
}

/** A shape for each user, from which changes are counted. */
export interface Base {
  /** Int32Array, length users. */
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

/** A user with more than one shape within the limit. */
interface Undecided {
  readonly user: number;
  readonly shape: number[];
  /** Code of the change of the counts by each shape. */
  readonly change: number[];
  readonly regret: number[];
}

/** States after some of the undecided users: codes ascending, and the least loss of each. */
interface Layer {
  readonly code: Float64Array;
  readonly loss: Float64Array;
}

const NO_STATES: Layer = { code: new Float64Array(0), loss: new Float64Array(0) };

/** The dynamic program within one limit: a layer of states per undecided user. */
export class Layers {
  /** Whether all layers were made; false: there were too many states. */
  readonly complete: boolean;
  readonly #base: Base;
  readonly #undecided: Undecided[];
  readonly #layers: Layer[];
  /** The code of a state is Σ change of a count × its stride; each change lies within ± its reach. */
  readonly #reach: readonly number[];
  readonly #stride: readonly number[];

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
    this.#undecided = undecided.toSorted((a, b) =>
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
    this.#layers = [{ code: new Float64Array(1), loss: Float64Array.of(Math.max(0, decided)) }];
    // Codes must be exact in doubles.
    const coded = stride[0] * (2 * this.#reach[0] + 1) <= Number.MAX_SAFE_INTEGER;
    this.complete = coded && undecided.length <= MOST_UNDECIDED &&
      this.#fill(limit, mostStates, memory);
  }

  /** Makes a layer per undecided user. Returns whether there was room for all. */
  #fill(limit: number, mostStates: number, memory: StateMemory): boolean {
    const { rooms } = memory;
    memory.forget();
    let count = 0, last = this.#layers[0];
    for (const { change, regret } of this.#undecided) {
      // The shape of the base changes nothing, and mostly costs nothing.
      let states = regret[0] === 0 ? last : rooms[0].merge(NO_STATES, last, 0, regret[0], limit);
      for (let s = 1; s < change.length; s++) {
        states = rooms[s & 1].merge(states, last, change[s], regret[s], limit);
      }
      count += states.code.length;
      if (count > mostStates) return false;
      last = memory.keep(states);
      this.#layers.push(last);
    }
    return true;
  }

  /** The state of least loss, where the loss includes the prices of what is left of the limits; Infinity if none keeps them. */
  cheapest(terms: readonly GroupTerm[]): { loss: number; state: number } {
    const { code, loss } = this.#layers[this.#layers.length - 1];
    let least = Infinity, state = -1;
    for (let i = 0; i < code.length; i++) {
      if (loss[i] >= least) continue;
      const total = loss[i] + lossOfLimits(terms, this.#countsAt(code[i]));
      if (total < least) {
        least = total;
        state = i;
      }
    }
    return { loss: least, state };
  }

  #countsAt(code: number): Counts {
    const reach = this.#reach, stride = this.#stride;
    let rest = code;
    for (let i = 0; i < COUNTS; i++) rest += reach[i] * stride[i];
    const at = (i: number) => {
      const digit = Math.floor(rest / stride[i]);
      rest -= digit * stride[i];
      return this.#base.counts[i] + digit - reach[i];
    };
    return [at(0), at(1), at(2), at(3)];
  }

  /** The shapes of all users that lead to a state of the last layer. */
  shapesOf(state: number): Int32Array {
    const shape = this.#base.shape.slice();
    for (let x = this.#undecided.length; x > 0; x--) {
      const { code, loss } = this.#layers[x], before = this.#layers[x - 1];
      const own = this.#undecided[x - 1];
      for (let s = 0;; s++) {
        const from = placeIn(before.code, code[state] - own.change[s]);
        if (from < 0 || before.loss[from] + own.regret[s] !== loss[state]) continue;
        shape[own.user] = own.shape[s];
        state = from;
        break;
      }
    }
    return shape;
  }
}

/** Memory for the states that two layers are joined to; taken again for the next ones, as new memory costs more than what it holds. */
class StateRoom {
  #code: Float64Array = new Float64Array(256);
  #loss: Float64Array = new Float64Array(256);

  /**
   * Joins `states` with those of `from` moved by `change` at a cost. Of equal states the lesser loss counts, and those beyond the limit
   * are dropped; there are none in `states`. The result is overwritten by the next one.
   */
  merge(states: Layer, from: Layer, change: number, cost: number, limit: number): Layer {
    const { code: codesA, loss: lossA } = states, { code: codesB, loss: lossB } = from;
    const endA = codesA.length, endB = codesB.length;
    this.#reserve(endA + endB);
    const code = this.#code, loss = this.#loss;
    let n = 0, a = 0, b = 0;
    while (a < endA && b < endB) {
      const codeA = codesA[a], codeB = codesB[b] + change;
      let least = codeA <= codeB ? lossA[a++] : Infinity;
      if (codeB <= codeA) {
        const moved = lossB[b++] + cost;
        if (moved < least) least = moved;
      }
      code[n] = codeA < codeB ? codeA : codeB;
      loss[n] = least;
      if (least <= limit) n++;
    }
    for (; a < endA; a++) {
      code[n] = codesA[a];
      loss[n++] = lossA[a];
    }
    for (; b < endB; b++) {
      code[n] = codesB[b] + change;
      loss[n] = lossB[b] + cost;
      if (loss[n] <= limit) n++;
    }
    return { code: code.subarray(0, n), loss: loss.subarray(0, n) };
  }

  #reserve(states: number): void {
    if (states < this.#code.length) return;
    this.#code = new Float64Array(2 * states);
    this.#loss = new Float64Array(2 * states);
  }
}

/** Memory for the states of a search. Two searches at a time need two of it. */
export class StateMemory {
  /** Taken in turn, so that what is made of one can be written to the other. */
  readonly rooms: readonly StateRoom[] = [new StateRoom(), new StateRoom()];
  #code: Float64Array = new Float64Array(1 << 12);
  #loss: Float64Array = new Float64Array(1 << 12);
  #end = 0;

  /** A copy of a layer, which lasts until {@link forget} is called. */
  keep({ code, loss }: Layer): Layer {
    const from = this.#end, end = from + code.length;
    if (end > this.#code.length) {
      // What was kept stays in the memory that it is in.
      this.#code = new Float64Array(2 * end);
      this.#loss = new Float64Array(2 * end);
    }
    this.#end = end;
    const kept = { code: this.#code.subarray(from, end), loss: this.#loss.subarray(from, end) };
    kept.code.set(code);
    kept.loss.set(loss);
    return kept;
  }

  /** Frees what {@link keep} returned. */
  forget(): void {
    this.#end = 0;
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
