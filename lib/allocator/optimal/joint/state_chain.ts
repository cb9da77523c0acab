/**
 * The dynamic program over some of a group's users (`joint_states.ts`): after each user the states that can be reached, and the least
 * loss that leads to each.
 *
 * @module
 */
import { placeIn } from "../../../base/arrays/sorted_place.ts";

/** A user with more than one shape within the limit. */
export interface Undecided {
  /** The user. */
  readonly user: number;
  /** The shapes that it may have, that of the base first. */
  readonly shape: readonly number[];
  /** Code of the change of the counts by each. */
  readonly change: readonly number[];
  /** By how much each is worth less than the user's best one. */
  readonly regret: readonly number[];
}

/** States after some users. */
export interface Layer {
  /** Float64Array: their codes, ascending. */
  readonly code: Float64Array;
  /** Float64Array: the least loss of each. */
  readonly loss: Float64Array;
}

const NO_STATES: Layer = { code: new Float64Array(0), loss: new Float64Array(0) };

/** A layer of states for each user. */
export class StateChain {
  readonly #users: Undecided[] = [];
  readonly #layers: Layer[];

  /** No user yet: one state, of code 0 and this loss. */
  constructor(loss: number) {
    this.#layers = [{ code: new Float64Array(1), loss: Float64Array.of(loss) }];
  }

  /** The states after all users. */
  get states(): Layer {
    return this.#layers[this.#layers.length - 1];
  }

  /** Adds a user, and the layer of states that have lost at most `limit`. */
  add(user: Undecided, limit: number, memory: StateMemory): void {
    const { change, regret } = user, last = this.states, { rooms } = memory;
    // The shape of the base changes nothing, and mostly costs nothing.
    let states = regret[0] === 0 ? last : rooms[0].merge(NO_STATES, last, 0, regret[0], limit);
    for (let s = 1; s < change.length; s++) {
      states = rooms[s & 1].merge(states, last, change[s], regret[s], limit);
    }
    this.#users.push(user);
    this.#layers.push(memory.keep(states));
  }

  /** Gives these users the shapes that lead to a state of the last layer. */
  setShapes(state: number, shape: Int32Array): void {
    for (let x = this.#users.length; x > 0; x--) {
      const { code, loss } = this.#layers[x], before = this.#layers[x - 1];
      const own = this.#users[x - 1];
      for (let s = 0;; s++) {
        const from = placeIn(before.code, code[state] - own.change[s]);
        if (from < 0 || before.loss[from] + own.regret[s] !== loss[state]) continue;
        shape[own.user] = own.shape[s];
        state = from;
        break;
      }
    }
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
