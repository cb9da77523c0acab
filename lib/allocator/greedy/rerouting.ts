/**
 * The end of phase 1: passes units on where a minimum is missed only because other users took the units that its users need.
 *
 * The offers that serve minima are a flow from groups over users to contracts. This searches for augmenting paths of it (Ford and
 * Fulkerson, "Maximal flow through a network", 1956), breadth first over contracts.
 *
 * @module
 */
import { limitsAllow, place } from "./gate.ts";
import { isKept } from "./limit_state.ts";
import { add, type GreedyState, remove } from "./state.ts";
import type { Watch } from "./watch.ts";

/** How a search came to a contract: `taker` would take `pair` of it, and `giver` would give up what it holds. */
interface Step {
  readonly pair: number;
  readonly taker: number;
  /** The user who gives up its offer: the taker itself, or one of its group; −1 at the start of a path. */
  readonly giver: number;
}

/**
 * Serves more users of groups below their minimum by passing units on along a path: at each step a user moves to another contract, or
 * another user of its group takes the place of it, so that no other group loses a sponsored user. Afterwards the total
 * shortfall is as small as possible, unless limits prevent it. To be called while nobody has more than one offer.
 *
 * @param groups groups with a minimum, in the order to serve them
 * @param members by group: users with a sponsored pair, in the order to serve them
 */
export function rerouteForMinima(
  state: GreedyState,
  groups: readonly number[],
  members: readonly Uint32Array[],
  watch: Watch,
): void {
  const { least, most } = state.rules.sponsored;
  const lacks = (g: number) => state.counts.sponsoredUsers[g] < Math.min(least[g], most[g]);
  if (!groups.some(lacks)) return;
  const search = new PathSearch(state, members);
  for (const g of groups) {
    while (lacks(g)) {
      if (watch.isOver(Infinity)) return;
      if (!search.serveOneMore(g)) break;
    }
  }
}

/** Searches for paths of users that end at a contract with a unit left. */
class PathSearch {
  readonly #state: GreedyState;
  /** Users of each group that hold nothing and could hold a sponsored offer. */
  readonly #unserved: Set<number>[];
  /** Users that hold a unit of each sponsored contract. */
  readonly #holders: Set<number>[];
  /** Uint8Array, by contract: 1 if a search that reached it found no unit. No later search will find one through it either. */
  readonly #dead: Uint8Array;
  /** How many contracts are not marked dead. */
  #alive: number;

  constructor(state: GreedyState, members: readonly Uint32Array[]) {
    const { sponsoredContracts, contract } = state.instance;
    this.#state = state;
    this.#unserved = members.map((users) => new Set(users.filter((u) => state.count[u] === 0)));
    this.#holders = Array.from({ length: sponsoredContracts }, () => new Set());
    this.#dead = new Uint8Array(sponsoredContracts);
    this.#alive = sponsoredContracts;
    state.count.forEach((count, u) => {
      if (count > 0) this.#holders[contract[state.slots[u * state.stride]]].add(u);
    });
  }

  /** Serves one more user of group `g` if there is a path. Returns whether it did. */
  serveOneMore(g: number): boolean {
    const { left, instance } = this.#state;
    const steps = new Map<number, Step>();
    const groupsSeen = new Set<number>([g]);
    this.#reachAll(steps, this.#unserved[g], -1);
    // Iterating over a Map visits keys that are added meanwhile, which makes this a breadth-first search.
    for (const c of steps.keys()) {
      if (left[c] > 0) return this.#pass(steps, c);
      for (const holder of this.#holders[c]) {
        if (steps.size === this.#alive) break;
        this.#reach(steps, holder, holder);
        const group = instance.group[holder];
        if (groupsSeen.has(group)) continue;
        groupsSeen.add(group);
        this.#reachAll(steps, this.#unserved[group], holder);
      }
    }
    for (const c of steps.keys()) this.#dead[c] = 1;
    this.#alive -= steps.size;
    return false;
  }

  #reachAll(steps: Map<number, Step>, takers: Iterable<number>, giver: number): void {
    for (const taker of takers) {
      if (steps.size === this.#alive) return;
      this.#reach(steps, taker, giver);
    }
  }

  /** Adds a step to each contract that `taker` could take and that was not reached before. */
  #reach(steps: Map<number, Step>, taker: number, giver: number): void {
    const { start, middle, contract } = this.#state.instance;
    for (let pair = start[taker]; pair < middle[taker]; pair++) {
      const c = contract[pair];
      if (this.#dead[c] !== 0 || steps.has(c)) continue;
      if (limitsAllow(this.#state, taker, pair)) steps.set(c, { pair, taker, giver });
    }
  }

  /**
   * Passes units on along the path to contract `c`, from its end to its start. Returns whether it did. If limits that several
   * steps count toward forbid it, everything stays as it was.
   */
  #pass(steps: Map<number, Step>, c: number): boolean {
    const { slots, stride, instance } = this.#state;
    const done: { user: number; pair: number; got: boolean }[] = [];
    for (let at = c;;) {
      const { pair, taker, giver } = steps.get(at)!;
      const given = giver < 0 ? -1 : slots[giver * stride];
      if (giver >= 0) done.push(this.#take(giver, given));
      if (!place(this.#state, taker, pair)) return this.#undo(done);
      done.push({ user: taker, pair, got: true });
      if (giver < 0) break;
      at = instance.contract[given];
    }
    const { limits } = this.#state;
    const givenUp = done.filter(({ got }) => !got).map(({ pair }) => pair);
    if (limits !== null && !isKept(limits, givenUp)) return this.#undo(done);
    for (const { user, pair, got } of done) this.#note(user, instance.contract[pair], got);
    return true;
  }

  #take(user: number, pair: number) {
    remove(this.#state, user, pair);
    return { user, pair, got: false };
  }

  #undo(done: readonly { user: number; pair: number; got: boolean }[]): false {
    for (const { user, pair, got } of done.toReversed()) {
      if (got) remove(this.#state, user, pair);
      else add(this.#state, user, pair);
    }
    return false;
  }

  /** Notes that a user now holds a unit of contract `c` (`got`), or no longer does. */
  #note(user: number, c: number, got: boolean): void {
    const group = this.#state.instance.group[user];
    if (got) {
      this.#holders[c].add(user);
      this.#unserved[group].delete(user);
    } else {
      this.#holders[c].delete(user);
      this.#unserved[group].add(user);
    }
  }
}
