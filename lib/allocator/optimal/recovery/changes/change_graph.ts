/**
 * The changes that single users can make to their bundles, as edges of a small graph.
 *
 * Its nodes are the contracts (or the slots and rows of `load_nodes.ts`), NOTHING, and the groups. A change that gives up an offer of
 * contract a for one of b is an edge a → b; one that only adds an offer is an edge from NOTHING, one that only gives an offer up
 * an edge to NOTHING. A user that stops being sponsored is an edge from a contract that it gives up to its group; one that
 * becomes sponsored is an edge from its group to a contract that it takes, which may be all that it then holds. So a path moves
 * one unit of load (or one sponsored user) from its first node to its last, and leaves the nodes between as they were, except
 * for the other offers of users who change type. An edge costs what its user's bundle loses in value at the prices.
 *
 * @module
 */
import type { Prices } from "../../../model/allocation.ts";
import type { Holdings } from "../holdings.ts";
import { hasTypes } from "../../dual/dual_problem.ts";
import { keepsBrands } from "../brand_limit.ts";
import { BundleChooser } from "../bundle_chooser.ts";
import { SPONSORED, UNSPONSORED } from "../../dual/bundle_kernel.ts";
import { EdgeHeaps } from "./edge_heaps.ts";
import { LoadNodes } from "./load_nodes.ts";
import { type ShapeCosts, shapeCosts, ShapeCostTable } from "./shape_costs.ts";

/** Costs closer than this, in units of an offer's size, are ties. */
export const TIE = 1e-6;
/**
 * In groups of up to this many users, changes that the group's limits forbid are left out from the start: changes of others seldom
 * allow them later, and trying them would take the time of paths that work.
 */
const SMALL_GROUP = 400;
/** In place of a pair: the change gives up, or takes, nothing. */
const NONE = -1;

/** Which changes users may make: swaps of offers of one type, all that leave the user's type as it is, or changes of type too. */
export type Changes = "swaps" | "of offers" | "of types";

/** The shape costs of users who keep their shape. */
const ONLY_SWAPS: ShapeCosts = {
  add: [Infinity, Infinity],
  drop: [Infinity, Infinity],
  cross: [Infinity, Infinity],
};

/** The graph of single-user changes that cost less than a threshold, kept up to date while users change. */
export class ChangeGraph {
  /** The edges. */
  readonly heaps: EdgeHeaps;
  /** The nodes for contracts and limits. */
  readonly nodes: LoadNodes;
  /** The node NOTHING. */
  readonly nothing: number;
  /** The bundles that changes apply to. */
  readonly holdings: Holdings;

  readonly #threshold: number;
  readonly #tie: number;
  readonly #onlySwaps: boolean;
  readonly #withTypeChanges: boolean;
  readonly #chooser: BundleChooser;
  readonly #shapeCosts: ShapeCostTable;
  /** By user: grows with each of its changes, so that older edges are known to be stale. */
  readonly #version: Uint32Array;
  /** By edge: its user. */
  readonly #user: number[] = [];
  /** By edge: the pair that it gives up, or NONE. */
  readonly #out: number[] = [];
  /** By edge: the pair that it takes, or NONE. */
  readonly #in: number[] = [];
  /** By edge: 1 if the user changes type. */
  readonly #changesType: number[] = [];
  /** By edge: the user's version when it was added; NONE: it was removed. */
  readonly #edgeVersion: number[] = [];
  readonly #barred = new Set<string>();
  /** Uint8Array, by user: 1 if a change of its is barred. That is rare, and saves making a name to look it up. */
  readonly #hasBarred: Uint8Array;
  readonly #bundle: Int32Array;
  /** The nodes that stale edges may leave; and whether any node may have some. */
  readonly #left = new Set<number>();
  #isAnyLeft = false;

  /**
   * The graph of all `changes` of users that cost less than `threshold`. One pass over the pairs.
   */
  constructor(holdings: Holdings, prices: Prices, threshold: number, changes: Changes) {
    const { instance: { groups, group }, k } = holdings.problem;
    this.holdings = holdings;
    this.nodes = new LoadNodes(holdings, prices);
    this.nothing = this.nodes.count;
    this.heaps = new EdgeHeaps(this.nothing + 1 + groups.length);
    this.#threshold = threshold;
    this.#withTypeChanges = changes === "of types" && hasTypes(holdings.problem);
    this.#onlySwaps = changes === "swaps";
    this.#tie = TIE * holdings.problem.unit;
    this.#chooser = new BundleChooser(holdings, prices, false);
    this.#shapeCosts = new ShapeCostTable(holdings, this.#chooser);
    this.#version = new Uint32Array(group.length);
    this.#hasBarred = new Uint8Array(group.length);
    this.#bundle = new Int32Array(k + 1);
    const { leads } = holdings, known = leads?.prices === prices ? leads : null;
    for (let u = 0; u < group.length; u++) {
      // A user whose bundle leads by more than edges may cost has no edges but changes of type.
      const hasNone = known !== null && known.lead[u] > threshold &&
        (known.ahead[u] > threshold || !this.#mayHoldOne(u));
      if (!hasNone) this.#addExchanges(u);
      if (this.#withTypeChanges) this.#addTypeChanges(u);
    }
  }

  /** Number of edges ever added. */
  get size(): number {
    return this.#user.length;
  }

  /** The node of group g. */
  groupNode(g: number): number {
    return this.nothing + 1 + g;
  }

  /** Whether the change of edge `e` is no longer possible as it was, or barred. */
  isStale(e: number): boolean {
    const u = this.#user[e];
    return this.#edgeVersion[e] !== this.#version[u] ||
      (this.#hasBarred[u] === 1 && this.#barred.has(this.#nameOf(e)));
  }

  /** The user of edge `e`. */
  userOf(e: number): number {
    return this.#user[e];
  }

  /** Whether edge `e` changes its user's type or number of offers. */
  changesShape(e: number): boolean {
    return this.#changesType[e] === 1 || this.#out[e] === NONE || this.#in[e] === NONE;
  }

  /** Whether the user of edge `e` changes type, and may give up and take other offers than those of the edge. */
  changesType(e: number): boolean {
    return this.#changesType[e] === 1;
  }

  /** Removes edge `e`. The same change may come back when its user's edges are added again. */
  remove(e: number): void {
    this.#edgeVersion[e] = NONE;
  }

  /** Bars the change of edge `e` for good, even when the user's edges are added again. */
  bar(e: number): void {
    this.#barred.add(this.#nameOf(e));
    this.#hasBarred[this.#user[e]] = 1;
    this.#isAnyLeft = true;
  }

  #nameOf(e: number): string {
    return `${this.#user[e]} ${this.#out[e]} ${this.#in[e]} ${this.#changesType[e]}`;
  }

  /**
   * Drops the edges that are no longer possible from the tops of their heaps. A search that comes upon one is in vain, and each user who
   * changes leaves some.
   */
  dropStale(): void {
    const stale = (e: number) => this.isStale(e), { heaps } = this;
    if (this.#isAnyLeft) heaps.dropAllStale(stale);
    else for (const node of this.#left) heaps.dropStaleFrom(node, stale);
    this.#isAnyLeft = false;
    this.#left.clear();
  }

  /** Makes the change of edge `e`. Returns false, and does nothing, if it is stale or the rules forbid it. */
  apply(e: number): boolean {
    if (this.isStale(e)) return false;
    const u = this.#user[e], { holdings } = this;
    if (this.#changesType[e] === 1) {
      const taken = this.#in[e];
      const wanted = taken === NONE ? { kind: UNSPONSORED } : { kind: SPONSORED, with: taken };
      if (!this.#chooser.choose(u, wanted)) return false;
      this.#leave(u);
      this.#chooser.give(u);
    } else {
      const n = this.#bundleAfter(u, this.#out[e], this.#in[e]);
      const sponsored = holdings.sponsoredAmong(u, this.#bundle, n);
      if (!holdings.rulesAllow(u, sponsored, n - sponsored)) return false;
      this.#leave(u);
      holdings.setBundle(u, this.#bundle, n);
    }
    this.#renew(u);
    return true;
  }

  /** Must be called after a user's bundle was changed from outside. */
  changed(u: number): void {
    this.#isAnyLeft = true;
    this.#renew(u);
  }

  /** Notes the nodes that the edges of user `u` leave with its present bundle. */
  #leave(u: number): void {
    const { slots, count, problem: { k, instance: { group } } } = this.holdings;
    for (let slot = u * k; slot < u * k + count[u]; slot++) {
      this.#left.add(this.nodes.slotOf(slots[slot]));
    }
    this.#left.add(this.nothing).add(this.groupNode(group[u]));
  }

  /** Adds the edges of user `u` anew: those of before are stale. */
  #renew(u: number): void {
    this.#version[u]++;
    this.#addEdgesOf(u);
    // A barred change is stale from the start.
    if (this.#hasBarred[u] === 1) this.#leave(u);
  }

  /** Writes the bundle of `u` after giving up `out` and taking `added` to #bundle, in the order of pairs. Returns its size. */
  #bundleAfter(u: number, out: number, added: number): number {
    const { holdings: { slots, count, problem: { k } } } = this;
    const bundle = this.#bundle;
    let n = 0;
    for (let slot = u * k; slot < u * k + count[u]; slot++) {
      if (slots[slot] !== out) bundle[n++] = slots[slot];
    }
    if (added !== NONE) {
      let at = n++;
      for (; at > 0 && bundle[at - 1] > added; at--) bundle[at] = bundle[at - 1];
      bundle[at] = added;
    }
    return n;
  }

  /** Adds the edges of user `u` with its present bundle. */
  #addEdgesOf(u: number): void {
    this.#addExchanges(u);
    if (this.#withTypeChanges) this.#addTypeChanges(u);
  }

  /**
   * Calls `see` with each change by which user `u` gives up pair `p` and keeps its type, whatever it costs: the pair that it takes, −1:
   * none, and the cost.
   */
  eachWayFrom(u: number, p: number, see: (taken: number, cost: number) => void): void {
    const { problem: { instance: { start }, middle } } = this.holdings;
    const isSponsored = (q: number) => q < middle[u] ? 1 : 0;
    const { drop, cross } = this.#onlySwaps ? ONLY_SWAPS : this.#shapeCosts.of(u);
    const value = this.#chooser.netValue(p), type = isSponsored(p);
    const add = (q: number, cost: number) => cost < Infinity && see(q, cost);
    add(NONE, value + drop[type]);
    for (let q = start[u]; q < start[u + 1]; q++) {
      if (this.holdings.holds(u, q)) continue;
      add(q, value - this.#chooser.netValue(q) + (isSponsored(q) === type ? 0 : cross[type]));
    }
  }

  /** Adds a change that {@link eachWayFrom} told of. */
  addWay(u: number, p: number, taken: number, cost: number): void {
    this.#add(u, p, taken, 0, cost);
  }

  /** Adds the swaps, additions and drops of offers that leave the user's type as it is. */
  #addExchanges(u: number): void {
    const { holdings } = this;
    const { slots, count, problem } = holdings;
    const { instance: { start, group, groupSize }, middle, k } = problem;
    const chooser = this.#chooser, threshold = this.#threshold;
    const isSmall = groupSize[group[u]] <= SMALL_GROUP;
    const held = u * k, n = count[u];
    const isSponsored = (p: number) => p < middle[u] ? 1 : 0;

    const { add, drop, cross } = this.#onlySwaps
      ? ONLY_SWAPS
      : isSmall
      ? shapeCosts(holdings, chooser, u, (i, j) => holdings.rulesAllow(u, i, j))
      : this.#shapeCosts.of(u);
    let least = Infinity;
    for (let slot = held; slot < held + n; slot++) {
      const p = slots[slot], value = chooser.netValue(p);
      if (value < least) least = value;
      const cost = value + drop[isSponsored(p)];
      if (cost < threshold) this.#add(u, p, NONE, 0, cost);
    }
    const swap = least + Math.min(0, cross[0], cross[1]);
    const between = middle[u], end = start[u + 1];
    for (const type of [1, 0]) {
      const to = type === 1 ? between : end, costOfOne = add[type];
      let q = type === 1 ? start[u] : between;
      while ((q = chooser.nextBelow(threshold, costOfOne, swap, q, to)) < to) {
        this.#addTaking(u, q++, type, costOfOne, cross);
      }
    }
  }

  /** Adds the changes by which user `u` takes pair `q` of a type (1: sponsored), in addition or in exchange for another. */
  #addTaking(
    u: number,
    q: number,
    type: number,
    costOfOne: number,
    cross: ShapeCosts["cross"],
  ): void {
    const { holdings } = this;
    if (holdings.holds(u, q)) return;
    const { slots, count, problem: { middle, k } } = holdings;
    const chooser = this.#chooser, threshold = this.#threshold;
    const value = chooser.netValue(q), costOfAdding = costOfOne - value;
    if (costOfAdding < threshold) this.#add(u, NONE, q, 0, costOfAdding);
    for (let slot = u * k; slot < u * k + count[u]; slot++) {
      const p = slots[slot], other = p < middle[u] ? 1 : 0;
      const cost = chooser.netValue(p) - value + (other === type ? 0 : cross[other]);
      if (cost < threshold) this.#add(u, p, q, 0, cost);
    }
  }

  /** Adds changes of the user's type: to its best bundle of the other kind, or to the best one with a given offer. */
  #addTypeChanges(u: number): void {
    const { holdings } = this;
    const { slots, count, problem: { instance: { start }, middle, k } } = holdings;
    const chooser = this.#chooser, threshold = this.#threshold;
    if (holdings.sponsored[u] > 0) {
      if (!chooser.choose(u, { kind: UNSPONSORED })) return;
      const cost = chooser.valueHeld(u) - chooser.value;
      if (cost >= threshold) return;
      for (let slot = u * k; slot < u * k + count[u]; slot++) {
        if (slots[slot] < middle[u]) this.#add(u, slots[slot], NONE, 1, cost);
      }
      return;
    }
    if (middle[u] === start[u] || !chooser.choose(u, { kind: SPONSORED })) return;
    const held = chooser.valueHeld(u);
    if (held - chooser.value >= threshold) return;
    for (let q = start[u]; q < middle[u]; q++) {
      if (!chooser.choose(u, { kind: SPONSORED, with: q })) continue;
      const cost = held - chooser.value;
      if (cost < threshold) this.#add(u, NONE, q, 1, cost);
    }
  }

  /** Whether user `u` holds nothing, or a single sponsored offer. */
  #mayHoldOne(u: number): boolean {
    const { count, sponsored } = this.holdings;
    return count[u] === 0 || count[u] === 1 && sponsored[u] === 1;
  }

  /**
   * Whether a change gives a user who holds nothing a sponsored offer, or takes the only one away: the user's type changes, and no other
   * offer does.
   */
  #isOnly(u: number, out: number, added: number): boolean {
    const { count, sponsored, problem: { middle } } = this.holdings;
    if (out === NONE) return count[u] === 0 && added < middle[u];
    return added === NONE && count[u] === 1 && sponsored[u] === 1;
  }

  #add(u: number, out: number, added: number, changesType: number, cost: number): void {
    const { problem } = this.holdings;
    const { group } = problem.instance;
    if (added !== NONE && changesType === 0 && problem.policy.maxPerBrand !== null) {
      if (!keepsBrands(problem, this.#bundle, this.#bundleAfter(u, out, added))) return;
    }
    const elsewhere = changesType === 1 || this.#isOnly(u, out, added)
      ? this.groupNode(group[u])
      : this.nothing;
    const from = out === NONE ? elsewhere : this.nodes.slotOf(out);
    const to = added === NONE ? elsewhere : this.nodes.slotOf(added);
    if (this.heaps.add(from, to, cost, this.#tie) < 0) return;
    this.#user.push(u);
    this.#out.push(out);
    this.#in.push(added);
    this.#changesType.push(changesType);
    this.#edgeVersion.push(this.#version[u]);
  }
}
