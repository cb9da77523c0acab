/**
 * Joins the states of some of a group's users with those of all others (`joint_states.ts`), and finds the pair that loses least.
 *
 * How far a pair breaks the limit that counts offers is a sum of two numbers, one of each state. The other limits count users, and few
 * numbers of users occur. So states are put into classes by what these limits count, and in order of the number that they add. Then
 * those that keep the limit with a given state are the first so many of a class, the more the less that state adds, so that one pass
 * over both classes finds the best pair (Horowitz and Sahni, "Computing partitions with applications to the knapsack problem", 1974).
 *
 * @module
 */
import { orderOf } from "../../../base/arrays/order_of.ts";
import { tolerance, usedOf } from "../../limits/kinds/group_rules.ts";
import { COUNTS, type Counts } from "../../limits/kinds/user_counts.ts";
import { type GroupTerm, lossOfLimits } from "./group_terms.ts";

/** A state that joins one of the users who come first with one of those who come last. */
export interface JoinedState {
  /** What it loses; Infinity if there is none. */
  readonly loss: number;
  /** The state of those who come first. */
  readonly first: number;
  /** The state of those who come last. */
  readonly last: number;
}

/** States of some users. */
export interface SomeStates {
  /** Float64Array: what each loses. */
  readonly loss: Float64Array;
  /** By how much a state changes the counts. The result may be overwritten by the next one. */
  changeOf(state: number): Counts;
}

/** The states of two parts of a group's users. */
export interface Parts {
  readonly first: SomeStates;
  readonly last: SomeStates;
  /** The counts that states change. */
  readonly base: Counts;
  /** The highest counts that two states together can lead to. */
  readonly highest: Counts;
}

/** The joined state of least loss, where the loss includes the prices of what is left of the limits; Infinity if none keeps them. */
export function joinCheapest(terms: readonly GroupTerm[], parts: Parts): JoinedState {
  return new Joining(terms, parts).cheapest();
}

/** States that change the numbers of users alike. */
interface StateClass {
  /** By how much its first state changes the counts. */
  readonly change: readonly number[];
  readonly states: number[];
  /** What its states lose at least. */
  least: number;
  /** Uint32Array: the states in ascending order of their excess; null: not yet known. */
  inOrder: Uint32Array | null;
}

/** A part of the states, by class. */
interface Classified {
  readonly classes: readonly StateClass[];
  /** Float64Array, length states: what each adds to the excess over the main limit. */
  readonly excess: Float64Array;
  /** Float64Array, length states: what each loses, with the price of what it leaves of that limit. */
  readonly loss: Float64Array;
}

/** Two classes of states. */
interface ClassPair {
  readonly ofFirst: StateClass;
  readonly ofLast: StateClass;
  /** What their numbers of users lose. */
  readonly ofUsers: number;
  /** What any pair of their states loses at least. */
  readonly least: number;
}

class Joining {
  readonly #terms: readonly GroupTerm[];
  readonly #parts: Parts;
  /** The limit that is kept by order; null: none counts offers. If others do, they make classes, and so do limits that may be missed. */
  readonly #main: GroupTerm | null;
  readonly #others: readonly GroupTerm[];
  /** By how much a sum of two excesses may be above 0 though the counts keep the main limit. */
  readonly #rounding: number;
  readonly #first: Classified;
  readonly #last: Classified;
  #found: JoinedState = { loss: Infinity, first: -1, last: -1 };

  constructor(terms: readonly GroupTerm[], parts: Parts) {
    const main = terms.find(({ rule, missing }) => rule.countsOffers && missing === Infinity);
    this.#terms = terms;
    this.#parts = parts;
    this.#main = main ?? null;
    this.#others = terms.filter((term) => term !== main);
    const own = main && usedOf(main.rule, main.group, parts.base) - main.rule.amount[main.group];
    this.#rounding = main === undefined ? 0 : 2 * tolerance(main.rule, main.group, parts.highest);
    this.#first = this.#classify(parts.first, own ?? 0);
    this.#last = this.#classify(parts.last, 0);
  }

  cheapest(): JoinedState {
    for (const pair of this.#pairs()) {
      if (!(pair.least < this.#found.loss)) break;
      this.#join(pair);
    }
    return this.#found;
  }

  /** Classes of states. Each state adds to the excess what it changes of the main limit's count, and `own`. */
  #classify(states: SomeStates, own: number): Classified {
    const main = this.#main, classes: StateClass[] = [];
    const loss = states.loss.slice(), excess = new Float64Array(loss.length);
    const counted = Array.from({ length: COUNTS }, (_, m) => m).filter((m) =>
      this.#others.some(({ rule, group }) => rule.weight[group * COUNTS + m] !== 0)
    );
    let latest: StateClass | undefined;
    for (let i = 0; i < loss.length; i++) {
      const change = states.changeOf(i);
      // States come in order of their counts, so most are of the class of the one before.
      if (latest === undefined || !isOf(latest, change, counted)) {
        latest = classes.find((one) => isOf(one, change, counted));
        if (latest === undefined) {
          latest = { change: [...change], states: [], least: Infinity, inOrder: null };
          classes.push(latest);
        }
      }
      latest.states.push(i);
      if (loss[i] < latest.least) latest.least = loss[i];
      if (main === null) continue;
      excess[i] = main.rule.sense * (own + usedOf(main.rule, main.group, change));
      loss[i] -= main.price * excess[i];
    }
    return { classes, excess, loss };
  }

  /** The pairs of classes that keep the other limits, those that can lose least first. */
  #pairs(): ClassPair[] {
    const pairs: ClassPair[] = [];
    for (const ofFirst of this.#first.classes) {
      for (const ofLast of this.#last.classes) {
        const ofUsers = lossOfLimits(this.#others, this.#countsAt(ofFirst.change, ofLast.change));
        if (ofUsers === Infinity) continue;
        pairs.push({ ofFirst, ofLast, ofUsers, least: ofFirst.least + ofLast.least + ofUsers });
      }
    }
    return pairs.sort((a, b) => a.least - b.least);
  }

  /** Looks for the best pair of states of two classes. */
  #join({ ofFirst, ofLast, ofUsers }: ClassPair): void {
    const { excess: above, loss: lossOfFirst } = this.#first, rounding = this.#rounding;
    const { excess: more, loss: lossOfLast } = this.#last;
    const first = inOrder(ofFirst, above), last = inOrder(ofLast, more);
    let end = 0, best = -1, least = Infinity;
    for (let n = first.length - 1; n >= 0; n--) {
      const i = first[n], room = -above[i];
      for (; end < last.length && more[last[end]] <= room; end++) {
        if (lossOfLast[last[end]] >= least) continue;
        best = last[end];
        least = lossOfLast[best];
      }
      const most = this.#found.loss - ofUsers - lossOfFirst[i];
      if (least < most) this.#look(i, best);
      // Those that break the limit by rounding only: nearly none.
      for (let j = end; j < last.length && more[last[j]] <= room + rounding; j++) {
        if (lossOfLast[last[j]] < most) this.#look(i, last[j]);
      }
    }
  }

  /** Takes a joined state if it loses less than what was found. */
  #look(i: number, j: number): void {
    const { first, last } = this.#parts;
    const counts = this.#countsAt([...first.changeOf(i)], last.changeOf(j));
    const loss = first.loss[i] + last.loss[j] + lossOfLimits(this.#terms, counts);
    if (loss < this.#found.loss) this.#found = { loss, first: i, last: j };
  }

  #countsAt(first: readonly number[], last: readonly number[]): Counts {
    const [a, b, c, d] = this.#parts.base;
    return [
      a + first[0] + last[0],
      b + first[1] + last[1],
      c + first[2] + last[2],
      d + first[3] + last[3],
    ];
  }
}

/** Whether a state with such changes belongs to a class, by those of the counts that matter. */
function isOf(one: StateClass, change: Counts, counted: readonly number[]): boolean {
  for (const m of counted) if (one.change[m] !== change[m]) return false;
  return true;
}

/** The states of a class in ascending order of their excess. */
function inOrder(one: StateClass, excess: Float64Array): Uint32Array {
  if (one.inOrder !== null) return one.inOrder;
  const { states } = one, own = new Float64Array(states.length);
  for (let n = 0; n < own.length; n++) own[n] = excess[states[n]];
  const order = orderOf(own);
  for (let n = 0; n < own.length; n++) order[n] = states[order[n]];
  return one.inOrder = order;
}
