/**
 * Repair and improvement along cheapest paths of single-user changes.
 *
 * @module
 */
import { sponsoredPriceOf } from "../../limits/kinds/group_rules.ts";
import type { Prices } from "../../model/allocation.ts";
import type { Assignment } from "./assignment.ts";
import { ChangeGraph } from "./change_graph.ts";
import type { Pause } from "../../../base/pause.ts";
import { NearestEnd } from "./nearest_end.ts";
import { LARGE_GRAPH, type Path, PathFinder } from "./shortest_path.ts";

/** Costs below this share of an offer's size are rounding. */
const ROUNDING = 1e-11;
/** What an edge more on a path must save, in units of an offer's size: ties and noise are not worth long paths. */
const SAVING = 1e-5, SAVING_UNDER_LIMITS = 5e-5;

/** Paths in a row that came to nothing, after which improving ends; those with changes of type take far longer. */
const FAILURES = 300, FAILURES_OF_TYPE_CHANGES = 10;

/** Searches in a row that came to nothing, after which relieving many limits ends. */
const MOST_FUTILE = 4;

/** What relieving a contract may cost more to end where a unit is worth its price, in units of an offer's size. */
const MOST_DETOUR = 1e-3;

/** A search that visits so many nodes is long. */
const MANY_VISITS = 200;

/** How often all that those can do is added who hold contracts without a way out. */
const MOST_WIDENED = 3;

/** Further paths that may mend what a path's type changes did to other contracts. */
const MENDING = 8;

/** What an assignment misses at a price. */
interface Missed {
  readonly shortfall: number;
  readonly penalty: number;
}

/** An assignment, its graph of changes, and what the ends of paths cost at the prices. */
export class Paths {
  readonly #assignment: Assignment;
  readonly #prices: Prices;
  readonly #graph: ChangeGraph;
  readonly #finder: PathFinder;
  /** Where there are many nodes and no limits: relieves one contract after the other. */
  readonly #nearest: NearestEnd | null;
  /** Contracts that no path led away from, to which others should not come back again and again. */
  readonly #stuck = new Set<number>();
  /** Where paths may end, but a long search did not come to: none is to look for it again. */
  readonly #remote = new Set<number>();
  readonly #tolerance: number;
  readonly #saving: number;
  readonly #mending: number;
  readonly #failures: number;
  readonly #pause: Pause;
  readonly #before: { u: number; bundle: Int32Array }[] = [];

  /** Paths of changes that cost less than `threshold` each; with `typeChanges` also of users who change type. */
  constructor(
    assignment: Assignment,
    prices: Prices,
    threshold: number,
    typeChanges: boolean,
    pause: Pause,
  ) {
    this.#pause = pause;
    this.#failures = typeChanges ? FAILURES_OF_TYPE_CHANGES : FAILURES;
    this.#assignment = assignment;
    this.#prices = prices;
    this.#graph = new ChangeGraph(assignment, prices, threshold, typeChanges);
    this.#finder = new PathFinder(this.#graph.heaps, this.#graph.nodes.transfers);
    const isLarge = assignment.limits === null && this.#graph.heaps.nodes > LARGE_GRAPH;
    this.#nearest = isLarge ? new NearestEnd(this.#graph.heaps) : null;
    this.#tolerance = ROUNDING * assignment.problem.unit;
    this.#saving = (assignment.limits === null ? SAVING : SAVING_UNDER_LIMITS) *
      assignment.problem.unit;
    // With limits a search costs more time than its improvement is worth.
    this.#mending = assignment.limits === null ? MENDING : 0;
  }

  /** Whether a path to relieve a contract takes next to no time to find, however many there are. */
  get isQuick(): boolean {
    return this.#nearest !== null;
  }

  /** To be called when a user's bundle was changed from outside. */
  changed(u: number): void {
    this.#graph.changed(u);
  }

  /**
   * Moves load off overloaded contracts, along the cheapest paths to where there is room, at most `most` times
   * and until `stop` is true. Returns whether none is overloaded any more.
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
      this.#before.length = 0;
    }
    return assignment.overload() === 0;
  }

  /** {@link relieve} where there are many limits: one search finds a path from each that is overloaded. */
  async #relieveManyAtOnce(most: number, stop: () => boolean): Promise<boolean> {
    const assignment = this.#assignment;
    let futile = 0;
    for (let i = 0, over = assignment.overload(); i < most && over > 0 && !stop();) {
      await this.#pause();
      let worked = false;
      this.#setReliefEnds();
      const paths = this.#findSeveral(Infinity, false);
      if (paths.length === 0) break;
      for (const path of paths) {
        if (!this.#isFresh(path)) continue;
        i++;
        const first = this.#graph.heaps.top(path.heaps[0]);
        const before = this.#missed();
        const failed = this.#follow(path);
        const left = failed < 0 ? assignment.overload() : Infinity;
        // A cycle that pays relieves nothing, but it stands in the way of paths that do.
        const pays = left === over && path.cost < -this.#tolerance &&
          this.#gain(before) > this.#tolerance;
        if (left < over || pays) {
          this.#before.length = 0;
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

  /** Whether the edges of a path can be taken as they are: drops those that can't from the graph. */
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
        // A user changes once on a path: it goes on without the later edge.
        this.#graph.remove(e);
        heaps.dropStale(h, stale);
        fresh = false;
      }
    }
    return fresh;
  }

  /**
   * Follows paths and cycles that improve the objective until there is none, `most` were tried, many in a row came to
   * nothing, or `enough` is true.
   * The assignment must keep the caps, and does afterwards. Returns by how much the objective grew.
   */
  async improve(most: number, enough: (gained: number) => boolean): Promise<number> {
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
    }
    return gained;
  }

  /** In a large graph: uses what is left of contracts that have a price, one after the other. Returns what that gained. */
  async #fill(enough: (gained: number) => boolean): Promise<number> {
    const nearest = this.#nearest;
    if (nearest === null) return 0;
    const { load, problem: { instance: { cap } } } = this.#assignment;
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

  /** The cheapest path that ends at a contract with room, if it improves the objective. */
  #findToFill(nearest: NearestEnd, c: number): Path | null {
    this.#setImprovingEnds();
    const { startCost, endCost } = this.#finder;
    const own = startCost[c];
    // A cycle begins where it ends, so it has no cost of a start or an end.
    startCost[c] = Infinity;
    let least = 0;
    for (let v = 0; v < startCost.length; v++) if (startCost[v] < least) least = startCost[v];
    for (;;) {
      const path = nearest.find(c, startCost, least, this.#saving, true);
      if (path === null || path.cost + endCost[c] >= -this.#tolerance) break;
      if (this.#isFresh(path)) return path;
    }
    startCost[c] = own;
    return null;
  }

  /** The cheapest path that improves the objective; where there are many limits, all that one search finds. */
  #findImproving(): Path[] {
    if (this.#assignment.limits !== null) return this.#findSeveral(-this.#tolerance, true);
    const path = this.#findFresh(-this.#tolerance);
    return path === null ? [] : [path];
  }

  /** Follows a path, mends overloads that it caused, and keeps all that if it pays. Returns what it gained. */
  #tryImproving(path: Path): number {
    const assignment = this.#assignment;
    const before = this.#missed();
    this.#stuck.clear();
    // Which change to bar if it does not work out: one with side effects, if there is one.
    const edges = path.heaps.map((h) => this.#graph.heaps.top(h));
    const suspect = edges.find((e) => this.#graph.changesShape(e)) ?? edges[edges.length - 1];
    let failed = this.#follow(path);
    for (let i = 0; failed < 0 && assignment.overload() > 0; i++) {
      const relief = i < this.#mending ? this.#findRelief() : null;
      failed = relief === null ? suspect : this.#follow(relief);
    }
    if (failed < 0) {
      const gain = this.#gain(before);
      if (gain > this.#tolerance) {
        this.#before.length = 0;
        return gain;
      }
    }
    this.#undo(failed < 0 ? suspect : failed);
    return 0;
  }

  /** What minima lack, and what exceeded limits cost. */
  #missed(): Missed {
    return { shortfall: this.#assignment.shortfall(), penalty: this.#assignment.penalty() };
  }

  /** What the changes since the last clean state, when so much was missed, add to the objective. */
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
      this.#before.push({ u, bundle });
    }
    return -1;
  }

  /** Takes back all changes since the last clean state, and bars the one that was to blame. */
  #undo(blamed: number): void {
    this.#graph.bar(blamed);
    for (let i = this.#before.length - 1; i >= 0; i--) {
      const { u, bundle } = this.#before[i];
      this.#assignment.setBundle(u, bundle, bundle.length);
      this.#graph.changed(u);
    }
    this.#before.length = 0;
  }

  /** The cheapest path from an overloaded contract or limit to somewhere with room. */
  #findRelief(): Path | null {
    if (this.#nearest !== null) return this.#findNearestRelief(this.#nearest);
    this.#setReliefEnds();
    return this.#findFresh(Infinity, this.#assignment.limits === null);
  }

  /** The cheapest path from the first overloaded contract that has any; its costs are those of prices that are nearly best. */
  #findNearestRelief(nearest: NearestEnd): Path | null {
    const { load, problem: { instance: { cap } } } = this.#assignment;
    const { endCost } = this.#finder;
    this.#setEndCosts();
    // All that is worth its price is to be used in the end: the first path need not go far for the dearest of it.
    const most = -MOST_DETOUR * this.#assignment.problem.unit;
    for (let c = 0; c < cap.length; c++) if (endCost[c] < most) endCost[c] = most;
    let least = 0;
    for (let v = 0; v < endCost.length; v++) {
      if (endCost[v] < least && !this.#remote.has(v)) least = endCost[v];
    }
    for (let c = 0; c < cap.length; c++) {
      if (load[c] <= cap[c] || this.#stuck.has(c)) continue;
      for (;;) {
        const path = nearest.find(c, endCost, least, this.#saving);
        if (nearest.visits > MANY_VISITS) this.#noteRemote(nearest);
        if (path === null) break;
        if (this.#isFresh(path)) return path;
      }
      this.#stuck.add(c);
    }
    return null;
  }

  /** Notes the ends that the last search would have gone on to if it had come to them. */
  #noteRemote(nearest: NearestEnd): void {
    const { endCost } = this.#finder;
    for (let v = 0; v < endCost.length; v++) {
      if (endCost[v] < 0 && !nearest.reached(v)) this.#remote.add(v);
    }
  }

  /** Adds all that those who hold contracts without a way out can do in their place, whatever it costs. */
  #widen(): void {
    const { slots, count, problem: { k, instance: { contract } } } = this.#assignment;
    for (let u = 0; u < count.length; u++) {
      for (let t = u * k; t < u * k + count[u]; t++) {
        if (this.#stuck.has(contract[slots[t]])) this.#graph.addWaysFrom(u, slots[t]);
      }
    }
    this.#stuck.clear();
  }

  /** Paths begin where there is too much, and end where there is room. */
  #setReliefEnds(): void {
    const { load, limits, problem: { instance: { cap } } } = this.#assignment;
    const { startCost } = this.#finder, { nodes } = this.#graph;
    startCost.fill(Infinity);
    for (let c = 0; c < cap.length; c++) if (load[c] > cap[c]) startCost[nodes.capNode(c)] = 0;
    for (const r of limits?.broken() ?? []) startCost[nodes.limitNode(r)] = 0;
    this.#setEndCosts();
  }

  /** A path of fresh edges of different users: searches again while the cheapest one is not. */
  #findFresh(limit: number, cycles = true): Path | null {
    for (;;) {
      const path = this.#finder.find(limit, this.#saving, cycles);
      if (path === null || this.#isFresh(path)) return path;
    }
  }

  /** One more user of a contract with room uses a unit that was worth its price to nobody. */
  #setEndCosts(): void {
    const { counts: { sponsoredUsers }, problem } = this.#assignment;
    const { instance: { groups }, rules, shortfallPrice } = problem;
    const { endCost } = this.#finder, { nodes } = this.#graph;
    for (let s = 0; s < nodes.slots; s++) {
      endCost[s] = nodes.costOfMore(s);
    }
    endCost[this.#graph.nothing] = 0;
    for (let g = 0; g < groups.length; g++) {
      // One sponsored user less: edges have charged its price, the objective loses P or nothing.
      const missing = sponsoredUsers[g] <= rules.sponsored.least[g] ? shortfallPrice : 0;
      endCost[this.#graph.groupNode(g)] = missing - this.#sponsoredPrice(g);
    }
  }

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
