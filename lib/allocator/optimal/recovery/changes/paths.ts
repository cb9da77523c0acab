/**
 * Repairs and improves an assignment along cheapest paths of changes, each of a single user.
 *
 * @module
 */
import { sponsoredPriceOf } from "../../../limits/kinds/group_rules.ts";
import type { Prices } from "../../../model/allocation.ts";
import { areChainsFirst } from "../chains_first.ts";
import type { Assignment } from "../assignment.ts";
import { ChangeGraph, type Changes } from "./change_graph.ts";
import { HeldBefore } from "./held_before.ts";
import type { Pause } from "../../../../base/pause.ts";
import { NearestEnd } from "./nearest_end.ts";
import { LARGE_GRAPH, type Path, PathFinder } from "./shortest_path.ts";

/** Costs below this, in units of an offer's size, are rounding. */
const ROUNDING = 1e-11;
/** What a longer path must save, in units of an offer's size: ties and noise are not worth long paths. */
const SAVING = 1e-5, SAVING_UNDER_LIMITS = 5e-5;

/** Improving ends after this many paths in a row that failed; paths with changes of type take far longer. */
const FAILURES = 300, FAILURES_OF_TYPE_CHANGES = 10;

/** Relieving many limits ends after this many searches in a row that failed. */
const MOST_FUTILE = 4;

/** In a large graph: how much more a path may cost to end at a contract whose price is too high, in units of an offer's size. */
const MOST_DETOUR = 1e-3;

/** A search that visits more nodes than this is long. */
const MANY_VISITS = 200;

/** How often all changes of the holders of contracts from which no path leads are added. */
const MOST_WIDENED = 3;

/** Most further paths that repair what a path's changes of type did to other contracts. */
const MOST_REPAIRS = 8;

/** What an assignment misses: users of minima, and the penalties of limits. */
interface Missed {
  readonly shortfall: number;
  readonly penalty: number;
}

/** An assignment with its graph of changes, and the costs of starts and ends of paths at the prices. */
export class Paths {
  readonly #assignment: Assignment;
  readonly #prices: Prices;
  readonly #graph: ChangeGraph;
  readonly #finder: PathFinder;
  /** In a large graph, and where many users decide each price under limits: finds paths that go no further than they must; else null. */
  readonly #nearest: NearestEnd | null;
  /** Contracts from which no path led away. */
  readonly #stuck = new Set<number>();
  /** Ends of paths that a long search did not reach: later searches may stop without them. */
  readonly #remote = new Set<number>();
  readonly #tolerance: number;
  readonly #saving: number;
  readonly #mostRepairs: number;
  readonly #failures: number;
  readonly #pause: Pause;
  /** The changes since the last clean state. */
  readonly #before: HeldBefore;

  /** Paths of these changes, those that cost less than `threshold` each. */
  constructor(
    assignment: Assignment,
    prices: Prices,
    threshold: number,
    changes: Changes,
    pause: Pause,
  ) {
    this.#pause = pause;
    this.#failures = changes === "of types" ? FAILURES_OF_TYPE_CHANGES : FAILURES;
    this.#assignment = assignment;
    this.#before = new HeldBefore(assignment);
    this.#prices = prices;
    this.#graph = new ChangeGraph(assignment, prices, threshold, changes);
    const { heaps, nodes } = this.#graph, transfers = nodes.transfers();
    this.#finder = new PathFinder(heaps, transfers);
    const isLarge = transfers === null
      ? heaps.nodes > LARGE_GRAPH
      : areChainsFirst(assignment.problem);
    this.#nearest = isLarge ? new NearestEnd(heaps, transfers) : null;
    this.#tolerance = ROUNDING * assignment.problem.unit;
    this.#saving = (assignment.limits === null ? SAVING : SAVING_UNDER_LIMITS) *
      assignment.problem.unit;
    // With limits such a search takes more time than it is worth.
    this.#mostRepairs = assignment.limits === null ? MOST_REPAIRS : 0;
  }

  /** Whether paths that relieve contracts and limits are found in hardly any time. */
  get isQuick(): boolean {
    return this.#nearest !== null;
  }

  /** Must be called after a user's bundle was changed from outside. */
  changed(u: number): void {
    this.#graph.changed(u);
  }

  /**
   * Moves load off overloaded contracts and limits, along the cheapest paths to where there is room, at most `most` times and until
   * `stop` is true. Returns whether none is overloaded any more.
   */
  async relieve(most: number, stop: () => boolean): Promise<boolean> {
    const assignment = this.#assignment;
    if (assignment.limits !== null) return this.#relieveManyAtOnce(most, stop);
    this.#stuck.clear();
    this.#remote.clear();
    let widened = 0;
    for (let i = 0; i < most && assignment.overload() > 0 && !stop(); i++) {
      await this.#pause();
      const path = this.#findRelief();
      if (path === null) {
        if (this.#stuck.size === 0 || widened++ === MOST_WIDENED) break;
        this.#widen();
        continue;
      }
      const failed = this.#follow(path);
      if (failed >= 0) this.#undo(failed);
      this.#before.forget();
    }
    return assignment.overload() === 0;
  }

  /** {@link relieve} for a drop with limits: one search finds many paths from what is overloaded. */
  async #relieveManyAtOnce(most: number, stop: () => boolean): Promise<boolean> {
    const assignment = this.#assignment;
    let futile = 0, widened = 0;
    for (let i = 0, over = assignment.overload(); i < most && over > 0 && !stop();) {
      await this.#pause();
      let worked = false;
      this.#setReliefEnds();
      const paths = this.#nearest === null
        ? this.#findSeveral(Infinity, false)
        : this.#findForEach(this.#nearest);
      if (paths.length === 0) {
        if (this.#nearest === null || widened++ === MOST_WIDENED) break;
        this.#addAllWays();
        continue;
      }
      for (const path of paths) {
        if (!this.#isFresh(path)) continue;
        i++;
        const first = this.#graph.heaps.top(path.heaps[0]);
        const before = this.#missed();
        const failed = this.#follow(path);
        const left = failed < 0 ? assignment.overload() : Infinity;
        // A cycle that pays relieves nothing, but searches would find it again instead of paths that do.
        const pays = left === over && path.cost < -this.#tolerance &&
          this.#gain(before) > this.#tolerance;
        if (left < over || pays) {
          this.#before.forget();
          over = left;
          worked = true;
        } else this.#undo(failed < 0 ? first : failed);
        if (over === 0 || stop()) break;
      }
      futile = worked ? 0 : futile + 1;
      if (futile > MOST_FUTILE) break;
    }
    return assignment.overload() === 0;
  }

  /** The cheapest path to where there is room from each overloaded contract and limit, from one search; for a large drop with limits. */
  #findForEach(nearest: NearestEnd): Path[] {
    const { startCost, endCost } = this.#finder;
    this.#graph.heaps.dropAllStale((e) => this.#graph.isStale(e));
    const sources: number[] = [];
    let least = Infinity;
    for (let v = 0; v < startCost.length; v++) {
      if (startCost[v] === 0) sources.push(v);
      if (endCost[v] < least) least = endCost[v];
    }
    return nearest.findFrom(sources, { costOf: (v) => endCost[v], least }, this.#saving);
  }

  /** Distinct paths of one search. */
  #findSeveral(limit: number, cycles: boolean): Path[] {
    this.#graph.heaps.dropAllStale((e) => this.#graph.isStale(e));
    const known = new Set<string>();
    return this.#finder.findSeveral(limit, this.#saving, cycles).filter(({ heaps }) => {
      const name = heaps.join();
      if (known.has(name)) return false;
      known.add(name);
      return true;
    });
  }

  /** Whether the edges of a path can all be used. Removes those that can't from the graph. */
  #isFresh(path: Path): boolean {
    const { heaps } = this.#graph;
    const stale = (e: number) => this.#graph.isStale(e);
    const users = new Set<number>();
    let fresh = true;
    for (const h of path.heaps) {
      if (heaps.dropStale(h, stale)) fresh = false;
      const e = heaps.top(h);
      if (e < 0) return false;
      const u = this.#graph.userOf(e);
      if (!users.has(u)) users.add(u);
      else {
        // A user may change only once on a path: the later edge is removed.
        this.#graph.remove(e);
        heaps.dropStale(h, stale);
        fresh = false;
      }
    }
    return fresh;
  }

  /**
   * Follows paths and cycles that improve the objective until there is none, `most` were tried, many in a row failed, or `enough` is
   * true, or a search gained less than `leastShare` of what all did. The assignment must keep the caps, and still does afterwards. Returns
   * by how much the objective grew.
   */
  async improve(
    most: number,
    enough: (gained: number) => boolean,
    leastShare: number = 0,
  ): Promise<number> {
    let gained = await this.#fill(enough), failures = 0;
    for (let i = 0; i < most && failures < this.#failures && !enough(gained); i++) {
      await this.#pause();
      this.#setImprovingEnds();
      const paths = this.#findImproving(), before = gained;
      if (paths.length === 0) break;
      i += paths.length - 1;
      for (const path of paths) {
        if (enough(gained)) break;
        if (this.#isFresh(path)) gained += this.#tryImproving(path);
      }
      failures = gained > before ? 0 : failures + paths.length;
      if (gained - before < leastShare * gained) break;
    }
    return gained;
  }

  /** In a large graph without limits: fills contracts that have a price and room, one after the other. Returns the gain. */
  async #fill(enough: (gained: number) => boolean): Promise<number> {
    const nearest = this.#nearest,
      { load, limits, problem: { instance: { cap } } } = this.#assignment;
    if (nearest === null || limits !== null) return 0;
    let gained = 0;
    for (let c = 0; c < cap.length; c++) {
      while (load[c] < cap[c] && this.#prices.contract[c] > this.#saving && !enough(gained)) {
        await this.#pause();
        const path = this.#findToFill(nearest, c), before = gained;
        if (path !== null) gained += this.#tryImproving(path);
        if (gained === before) break;
      }
    }
    return gained;
  }

  /** The cheapest path that ends at contract `c`, which has room, if it improves the objective. */
  #findToFill(nearest: NearestEnd, c: number): Path | null {
    this.#setImprovingEnds();
    const { startCost, endCost } = this.#finder;
    const own = startCost[c];
    // A path that starts here too would be a cycle, which has no costs of start and end.
    startCost[c] = Infinity;
    let least = 0;
    for (let v = 0; v < startCost.length; v++) if (startCost[v] < least) least = startCost[v];
    const ends = { costOf: (v: number) => startCost[v], least };
    for (;;) {
      const path = nearest.find(c, ends, this.#saving, true);
      if (path === null || path.cost + endCost[c] >= -this.#tolerance) break;
      if (this.#isFresh(path)) return path;
    }
    startCost[c] = own;
    return null;
  }

  /** The cheapest path that improves the objective; with limits, all paths that one search finds. */
  #findImproving(): Path[] {
    if (this.#assignment.limits !== null) return this.#findSeveral(-this.#tolerance, true);
    const path = this.#findFresh(-this.#tolerance);
    return path === null ? [] : [path];
  }

  /** Follows a path and repairs overloads that it causes. Keeps all that if it pays, else undoes it. Returns the gain. */
  #tryImproving(path: Path): number {
    const assignment = this.#assignment;
    const before = this.#missed();
    this.#stuck.clear();
    // The change to bar if this fails: one with side effects, if there is one.
    const edges = path.heaps.map((h) => this.#graph.heaps.top(h));
    const suspect = edges.find((e) => this.#graph.changesShape(e)) ?? edges[edges.length - 1];
    let failed = this.#follow(path);
    for (let i = 0; failed < 0 && assignment.overload() > 0; i++) {
      const relief = i < this.#mostRepairs ? this.#findRelief() : null;
      failed = relief === null ? suspect : this.#follow(relief);
    }
    if (failed < 0) {
      const gain = this.#gain(before);
      if (gain > this.#tolerance) {
        this.#before.forget();
        return gain;
      }
    }
    this.#undo(failed < 0 ? suspect : failed);
    return 0;
  }

  /** The users that minima lack, and the penalties of limits. */
  #missed(): Missed {
    return { shortfall: this.#assignment.shortfall(), penalty: this.#assignment.penalty() };
  }

  /** What the changes since the last clean state add to the objective. `before`: what was missed then. */
  #gain(before: Missed): number {
    const assignment = this.#assignment, { problem } = assignment;
    const after = new Map<number, number>();
    for (const { u } of this.#before) if (!after.has(u)) after.set(u, assignment.worth(u));
    let gain = problem.shortfallPrice * (before.shortfall - assignment.shortfall());
    const seen = new Set<number>();
    for (const { u, bundle } of this.#before) {
      // The first record of a user is what it held before.
      if (seen.has(u)) continue;
      seen.add(u);
      gain += after.get(u)! - assignment.worthOf(u, bundle);
    }
    return gain + before.penalty - assignment.penalty();
  }

  /** Makes the changes of a path. Returns −1, or the edge whose change could not be made. */
  #follow(path: Path): number {
    const graph = this.#graph;
    const edges = path.heaps.map((h) => graph.heaps.top(h));
    for (const e of edges) {
      const u = graph.userOf(e);
      const bundle = this.#assignment.bundleOf(u);
      if (!graph.apply(e)) return e;
      this.#before.note(u, bundle);
    }
    return -1;
  }

  /** Undoes all changes since the last clean state, and bars the edge that caused the failure. */
  #undo(blamed: number): void {
    this.#graph.bar(blamed);
    this.#before.undo((u) => this.#graph.changed(u));
  }

  /** The cheapest path from an overloaded contract to somewhere with room, in a drop without limits. */
  #findRelief(): Path | null {
    if (this.#nearest !== null) return this.#findNearestRelief(this.#nearest);
    this.#setReliefEnds();
    return this.#findFresh(Infinity);
  }

  /** The cheapest path from the first overloaded contract that has one. */
  #findNearestRelief(nearest: NearestEnd): Path | null {
    const { load, problem: { instance: { cap } } } = this.#assignment;
    const { endCost } = this.#finder;
    this.#setEndCosts();
    // Contracts with prices too high need all be used in the end, so a path need not go far for the one with the highest.
    const most = -MOST_DETOUR * this.#assignment.problem.unit;
    for (let c = 0; c < cap.length; c++) if (endCost[c] < most) endCost[c] = most;
    let least = 0;
    for (let v = 0; v < endCost.length; v++) {
      if (endCost[v] < least && !this.#remote.has(v)) least = endCost[v];
    }
    const ends = { costOf: (v: number) => endCost[v], least };
    for (let c = 0; c < cap.length; c++) {
      if (load[c] <= cap[c] || this.#stuck.has(c)) continue;
      for (;;) {
        const path = nearest.find(c, ends, this.#saving);
        if (nearest.visits > MANY_VISITS) this.#noteRemote(nearest);
        if (path === null) break;
        if (this.#isFresh(path)) return path;
      }
      this.#stuck.add(c);
    }
    return null;
  }

  /** Notes the ends for whose sake the last search went on, but which it did not reach. */
  #noteRemote(nearest: NearestEnd): void {
    const { endCost } = this.#finder;
    for (let v = 0; v < endCost.length; v++) {
      if (endCost[v] < 0 && !nearest.reached(v)) this.#remote.add(v);
    }
  }

  /** Adds all changes of the holders of stuck contracts, whatever they cost. */
  #widen(): void {
    const { slots, count, problem: { k, instance: { contract } } } = this.#assignment;
    for (let u = 0; u < count.length; u++) {
      for (let slot = u * k; slot < u * k + count[u]; slot++) {
        if (this.#stuck.has(contract[slots[slot]])) this.#graph.addWaysFrom(u, slots[slot]);
      }
    }
    this.#stuck.clear();
  }

  /** Adds all changes of those who hold what is overloaded, whatever they cost; for a drop with limits. */
  #addAllWays(): void {
    const { slots, count, load, limits, problem } = this.#assignment;
    const { k, item, items, instance: { cap, contract } } = problem, { start, row } = items!;
    const isBroken = new Uint8Array(items!.amount.length);
    for (const r of limits!.broken()) isBroken[r] = 1;
    for (let u = 0; u < count.length; u++) {
      for (let slot = u * k; slot < u * k + count[u]; slot++) {
        const p = slots[slot], i = item[p];
        let isOver = load[contract[p]] > cap[contract[p]];
        for (let e = start[i]; e < start[i + 1]; e++) if (isBroken[row[e]] === 1) isOver = true;
        if (isOver) this.#graph.addWaysFrom(u, p);
      }
    }
  }

  /** Paths start at what is overloaded, and end where there is room. */
  #setReliefEnds(): void {
    const { load, limits, problem: { instance: { cap } } } = this.#assignment;
    const { startCost } = this.#finder, { nodes } = this.#graph;
    startCost.fill(Infinity);
    for (let c = 0; c < cap.length; c++) if (load[c] > cap[c]) startCost[nodes.rowNode(c)] = 0;
    for (const r of limits?.broken() ?? []) startCost[nodes.rowNode(cap.length + r)] = 0;
    this.#setEndCosts();
  }

  /** The cheapest path whose edges can all be used: searches again as long as the cheapest one has edges that can't. */
  #findFresh(limit: number): Path | null {
    for (;;) {
      const path = this.#finder.find(limit, this.#saving);
      if (path === null || this.#isFresh(path)) return path;
    }
  }

  /** Sets the costs of ends: a unit that goes to a contract with room pays nothing, though edges counted its price. */
  #setEndCosts(): void {
    const { counts: { sponsoredUsers }, problem } = this.#assignment;
    const { instance: { groups }, rules, shortfallPrice } = problem;
    const { endCost } = this.#finder, { nodes } = this.#graph;
    nodes.update();
    for (let s = 0; s < nodes.slots; s++) {
      endCost[s] = nodes.costOfMore(s);
    }
    endCost[this.#graph.nothing] = 0;
    for (let g = 0; g < groups.length; g++) {
      // One sponsored user less: edges counted the sponsored price, the objective really loses P or nothing.
      const missing = sponsoredUsers[g] <= rules.sponsored.least[g] ? shortfallPrice : 0;
      endCost[this.#graph.groupNode(g)] = missing - this.#sponsoredPrice(g);
    }
  }

  /** Sets the costs of starts and ends: improving paths may start wherever a unit can be taken. */
  #setImprovingEnds(): void {
    const { counts: { sponsoredUsers }, problem } = this.#assignment;
    const { instance: { groups }, rules, shortfallPrice } = problem;
    this.#setEndCosts();
    const { startCost } = this.#finder, { nodes } = this.#graph;
    for (let s = 0; s < nodes.slots; s++) {
      startCost[s] = nodes.costOfLess(s);
    }
    startCost[this.#graph.nothing] = 0;
    for (let g = 0; g < groups.length; g++) {
      const found = sponsoredUsers[g] < rules.sponsored.least[g] ? shortfallPrice : 0;
      startCost[this.#graph.groupNode(g)] = sponsoredUsers[g] < rules.sponsored.most[g]
        ? this.#sponsoredPrice(g) - found
        : Infinity;
    }
  }

  #sponsoredPrice(g: number): number {
    return sponsoredPriceOf(this.#assignment.problem.rules, this.#prices, g);
  }
}
