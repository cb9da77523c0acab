/**
 * Repairs and improves holdings along cheapest paths of changes, each of a single user.
 *
 * @module
 */
import { sponsoredPriceOf } from "../../../limits/kinds/group_rules.ts";
import type { Prices } from "../../../model/allocation.ts";
import { areChainsFirst } from "../chains_first.ts";
import type { Holdings } from "../holdings.ts";
import { ChangeGraph, type Changes } from "./change_graph.ts";
import { HeldBefore } from "./held_before.ts";
import type { Pause } from "../../../../base/pause.ts";
import { type Ends, NearestEnd } from "./nearest_end.ts";
import { Smallest } from "../../dual/select.ts";
import { LARGE_GRAPH, type Path, PathFinder } from "./shortest_path.ts";

/** Costs below this, in units of an offer's size, are rounding. */
const ROUNDING = 1e-11;
/** What a longer path must save, in units of an offer's size: ties and noise are not worth long paths. */
const SAVING = 1e-5, SAVING_UNDER_LIMITS = 5e-5;

/** Improving ends after this many paths in a row that failed; paths with changes of type take far longer. */
const FAILURES = 300, FAILURES_OF_TYPE_CHANGES = 10;

/** Relieving limits in a small graph ends after this many searches in a row that failed. */
const MOST_FUTILE = 4;

/**
 * How many changes of users who hold what no path relieves are added, the cheapest ones whatever they cost: so many, then this many times
 * as many, and so often in all.
 */
const WIDENED = 30_000, WIDER = 4, MOST_WIDENED = 3;

/** Most further paths with changes of type that repair what a path's changes of type did to other contracts. */
const MOST_REPAIRS = 8;

/** What holdings miss: users of minima, and the penalties of limits. */
interface Missed {
  readonly shortfall: number;
  readonly penalty: number;
}

/** Holdings with their graph of changes, and the costs of starts and ends of paths at the prices. */
export class Paths {
  readonly #holdings: Holdings;
  readonly #prices: Prices;
  readonly #graph: ChangeGraph;
  readonly #finder: PathFinder;
  /** In a large graph, and where many users decide each price under limits: finds paths that go no further than they must; else null. */
  readonly #nearest: NearestEnd | null;
  /** Finds what repairs a path's changes of type without further ones; null: nothing does. */
  readonly #repairs: NearestEnd | null;
  /** Rows (caps, then limits) from which no path led away. */
  readonly #stuck = new Set<number>();
  readonly #tolerance: number;
  readonly #saving: number;
  readonly #failures: number;
  readonly #pause: Pause;
  /** The changes since the last clean state. */
  readonly #before: HeldBefore;

  /** Paths of these changes, those that cost less than `threshold` each. */
  constructor(
    holdings: Holdings,
    prices: Prices,
    threshold: number,
    changes: Changes,
    pause: Pause,
  ) {
    this.#pause = pause;
    this.#failures = changes === "of types" ? FAILURES_OF_TYPE_CHANGES : FAILURES;
    this.#holdings = holdings;
    this.#before = new HeldBefore(holdings);
    this.#prices = prices;
    this.#graph = new ChangeGraph(holdings, prices, threshold, changes);
    const { heaps, nodes } = this.#graph, transfers = nodes.transfers();
    this.#finder = new PathFinder(heaps, transfers);
    const isLarge = transfers === null
      ? heaps.nodes > LARGE_GRAPH
      : areChainsFirst(holdings.problem);
    const both = transfers && [transfers, nodes.transfers(true)!] as const;
    this.#nearest = isLarge ? new NearestEnd(heaps, both) : null;
    // With limits such searches take more time than they are worth.
    this.#repairs = holdings.limits === null ? this.#nearest ?? new NearestEnd(heaps) : null;
    this.#tolerance = ROUNDING * holdings.problem.unit;
    this.#saving = (holdings.limits === null ? SAVING : SAVING_UNDER_LIMITS) *
      holdings.problem.unit;
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
    const holdings = this.#holdings;
    if (this.#nearest === null && holdings.limits !== null) {
      return this.#relieveManyAtOnce(most, stop);
    }
    this.#stuck.clear();
    // Few paths lead to what must be filled, and many to where there is just room: those are left for the others.
    await this.fill(stop);
    let widened = 0;
    for (let i = 0; i < most && holdings.overload() > 0 && !stop(); i++) {
      await this.#pause();
      const path = this.#findRelief();
      if (path === null) {
        if (widened === MOST_WIDENED) break;
        this.#widen(WIDENED * WIDER ** widened++);
        continue;
      }
      const failed = this.#followRelief(path);
      if (failed >= 0) this.#undo(failed);
      this.#before.forget();
    }
    return holdings.overload() === 0;
  }

  /** Follows a path from something overloaded. Returns −1, or the edge to blame that it could not be followed or relieved nothing. */
  #followRelief(path: Path): number {
    const holdings = this.#holdings, first = this.#graph.heaps.top(path.heaps[0]);
    const over = holdings.limits === null ? Infinity : holdings.overload();
    const failed = this.#follow(path);
    // A path that passes a limit in two of its contracts may break it.
    return failed < 0 && holdings.overload() >= over ? first : failed;
  }

  /** {@link relieve} under limits in a small graph: one search finds many paths from what is overloaded. */
  async #relieveManyAtOnce(most: number, stop: () => boolean): Promise<boolean> {
    const holdings = this.#holdings;
    let futile = 0;
    for (let i = 0, over = holdings.overload(); i < most && over > 0 && !stop();) {
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
        const left = failed < 0 ? holdings.overload() : Infinity;
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
    return holdings.overload() === 0;
  }

  /** Distinct paths of one search. */
  #findSeveral(limit: number, cycles: boolean): Path[] {
    this.#graph.dropStale();
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
   * true. The holdings must keep the caps, and still do afterwards. Returns by how much the objective grew.
   */
  async improve(most: number, enough: (gained: number) => boolean): Promise<number> {
    let gained = await this.fill(enough), failures = 0;
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

  /**
   * Where paths go no further than they must: fills rows that have a price and room, one after the other, until `enough` is true. What is
   * overloaded is not more so afterwards. Returns by how much the objective grew.
   */
  async fill(enough: (gained: number) => boolean): Promise<number> {
    const nearest = this.#nearest, { nodes } = this.#graph;
    if (nearest === null) return 0;
    let gained = 0;
    nodes.update();
    for (let row = 0; row < nodes.rows; row++) {
      while (nodes.costOfMoreIn(row) < -this.#saving && !enough(gained)) {
        await this.#pause();
        const path = this.#findToFill(nearest, row), before = gained;
        if (path !== null) gained += this.#tryImproving(path);
        if (gained === before) break;
        nodes.update();
      }
    }
    return gained;
  }

  /**
   * Fills what users gave up since the last clean state, where it has a price and room: who changes type gives up all other offers too.
   * Returns −1, or the edge of a path whose change could not be made.
   */
  #fillAgain(nearest: NearestEnd): number {
    const { nodes } = this.#graph, below = this.#graph.groupNode(0);
    const { contract } = this.#holdings.problem.instance;
    const left = new Set<number>();
    for (const { bundle } of this.#before) for (const p of bundle) left.add(contract[p]);
    nodes.update();
    for (const row of left) {
      while (nodes.costOfMoreIn(row) < -this.#saving) {
        const path = this.#findToFill(nearest, row, below);
        if (path === null) break;
        const failed = this.#follow(path);
        if (failed >= 0) return failed;
        nodes.update();
      }
    }
    return -1;
  }

  /**
   * The cheapest path that ends in a row, which has room, if it improves the objective.
   *
   * @param below see {@link Ends}
   */
  #findToFill(nearest: NearestEnd, row: number, below?: number): Path | null {
    const { nodes } = this.#graph, node = nodes.rowNode(row);
    nodes.update();
    const costOfEnd = nodes.costOfMoreIn(row);
    // A path that starts here too would be a cycle, which has no costs of start and end.
    const costOf = (v: number) => v === node ? Infinity : this.#startCostOf(v);
    for (;;) {
      const path = nearest.find(node, { ...withoutGains(costOf), below }, this.#saving, true);
      if (path === null || path.cost + costOfEnd >= -this.#tolerance) return null;
      if (this.#isFresh(path)) return path;
    }
  }

  /** The cheapest path that improves the objective; with limits, all paths that one search finds. */
  #findImproving(): Path[] {
    if (this.#holdings.limits !== null) return this.#findSeveral(-this.#tolerance, true);
    const path = this.#findFresh(-this.#tolerance);
    return path === null ? [] : [path];
  }

  /** Follows a path and repairs overloads that it causes. Keeps all that if it pays, else undoes it. Returns the gain. */
  #tryImproving(path: Path): number {
    const holdings = this.#holdings;
    const before = this.#missed(), over = holdings.overload();
    this.#stuck.clear();
    // The change to bar if this fails: one with side effects, if there is one.
    const edges = path.heaps.map((h) => this.#graph.heaps.top(h));
    const suspect = edges.find((e) => this.#graph.changesShape(e)) ?? edges[edges.length - 1];
    let failed = this.#follow(path);
    const repairs = { left: MOST_REPAIRS };
    while (failed < 0 && holdings.overload() > over) {
      const relief = this.#repairs === null ? null : this.#findRepair(this.#repairs, repairs);
      failed = relief === null ? suspect : this.#follow(relief);
    }
    const changesType = edges.some((e) => this.#graph.changesType(e));
    if (failed < 0 && changesType && this.#repairs !== null) {
      failed = this.#fillAgain(this.#repairs);
    }
    if (failed < 0) {
      const gain = this.#gain(before);
      if (gain > this.#tolerance || holdings.overload() < over) {
        this.#before.forget();
        return gain;
      }
    }
    this.#undo(failed < 0 ? suspect : failed);
    return 0;
  }

  /** The users that minima lack, and the penalties of limits. */
  #missed(): Missed {
    return { shortfall: this.#holdings.shortfall(), penalty: this.#holdings.penalty() };
  }

  /** What the changes since the last clean state add to the objective. `before`: what was missed then. */
  #gain(before: Missed): number {
    const holdings = this.#holdings, { problem } = holdings;
    const after = new Map<number, number>();
    for (const { u } of this.#before) if (!after.has(u)) after.set(u, holdings.worth(u));
    let gain = problem.shortfallPrice * (before.shortfall - holdings.shortfall());
    const seen = new Set<number>();
    for (const { u, bundle } of this.#before) {
      // The first record of a user is what it held before.
      if (seen.has(u)) continue;
      seen.add(u);
      gain += after.get(u)! - holdings.worthOf(u, bundle);
    }
    return gain + before.penalty - holdings.penalty();
  }

  /** Makes the changes of a path. Returns −1, or the edge whose change could not be made. */
  #follow(path: Path): number {
    const graph = this.#graph;
    const edges = path.heaps.map((h) => graph.heaps.top(h));
    for (const e of edges) {
      const u = graph.userOf(e);
      const bundle = this.#holdings.bundleOf(u);
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

  /** The cheapest path from something overloaded to somewhere with room. */
  #findRelief(): Path | null {
    if (this.#nearest !== null) return this.#findNearestRelief(this.#nearest);
    this.#setReliefEnds();
    return this.#findFresh(Infinity);
  }

  /**
   * A path that relieves what a path's changes of type overloaded. One without such changes comes first, as it moves a unit and does
   * nothing else: cheaper ones may have changes that pay by themselves and overload as much again, so few of these are taken.
   */
  #findRepair(nearest: NearestEnd, repairs: { left: number }): Path | null {
    const path = this.#findNearestRelief(nearest, this.#graph.groupNode(0));
    if (path !== null) return path;
    this.#stuck.clear();
    return repairs.left-- > 0 ? this.#findRelief() : null;
  }

  /**
   * The cheapest path from the first overloaded row that has one.
   *
   * @param below see {@link Ends}
   */
  #findNearestRelief(nearest: NearestEnd, below?: number): Path | null {
    const { nodes } = this.#graph, ends = { ...withoutGains((v) => this.#endCostOf(v)), below };
    nodes.update();
    for (const row of this.#overloaded()) {
      if (this.#stuck.has(row)) continue;
      for (;;) {
        const path = nearest.find(nodes.rowNode(row), ends, this.#saving);
        if (path === null) break;
        if (this.#isFresh(path)) return path;
      }
      this.#stuck.add(row);
    }
    return null;
  }

  /** Adds the cheapest changes, about `most`, of those who hold what is overloaded. */
  #widen(most: number): void {
    const graph = this.#graph, cheapest = new Smallest(most);
    this.#eachOverloaded((u, p) => {
      graph.eachWayFrom(u, p, (_, cost) => {
        if (cost < cheapest.limit) cheapest.add(cost);
      });
    });
    const dearest = cheapest.last();
    this.#eachOverloaded((u, p) => {
      graph.eachWayFrom(u, p, (taken, cost) => {
        if (cost <= dearest) graph.addWay(u, p, taken, cost);
      });
    });
    this.#stuck.clear();
  }

  /** Calls `see` with each user's offers that add to what is overloaded. */
  #eachOverloaded(see: (u: number, p: number) => void): void {
    const { slots, count, problem } = this.#holdings;
    const { k, item, items, instance: { cap, contract } } = problem;
    const overloaded = new Set(this.#overloaded());
    const isOver = (p: number) => {
      if (overloaded.has(contract[p])) return true;
      if (items === null) return false;
      for (let e = items.start[item[p]]; e < items.start[item[p] + 1]; e++) {
        if (overloaded.has(cap.length + items.row[e])) return true;
      }
      return false;
    };
    for (let u = 0; u < count.length; u++) {
      for (let slot = u * k; slot < u * k + count[u]; slot++) {
        if (isOver(slots[slot])) see(u, slots[slot]);
      }
    }
  }

  /** The rows that are overloaded. */
  #overloaded(): number[] {
    const { load, limits, problem: { instance: { cap } } } = this.#holdings;
    const rows: number[] = [];
    for (let c = 0; c < cap.length; c++) if (load[c] > cap[c]) rows.push(c);
    for (const r of limits?.broken() ?? []) rows.push(cap.length + r);
    return rows;
  }

  /** Paths start at what is overloaded, and end where there is room. */
  #setReliefEnds(): void {
    const { startCost } = this.#finder, { nodes } = this.#graph;
    startCost.fill(Infinity);
    for (const row of this.#overloaded()) startCost[nodes.rowNode(row)] = 0;
    this.#setEndCosts();
  }

  /** The cheapest path whose edges can all be used: searches again as long as the cheapest one has edges that can't. */
  #findFresh(limit: number): Path | null {
    this.#graph.dropStale();
    for (;;) {
      const path = this.#finder.find(limit, this.#saving);
      if (path === null || this.#isFresh(path)) return path;
    }
  }

  #setEndCosts(): void {
    const { endCost } = this.#finder;
    this.#graph.nodes.update();
    for (let v = 0; v < endCost.length; v++) endCost[v] = this.#endCostOf(v);
  }

  /** Sets the costs of starts and ends: improving paths may start wherever a unit can be taken. */
  #setImprovingEnds(): void {
    const { startCost } = this.#finder;
    this.#setEndCosts();
    for (let v = 0; v < startCost.length; v++) startCost[v] = this.#startCostOf(v);
  }

  /** The cost of ending at a node: a unit that goes to a contract with room pays nothing, though edges counted its price. */
  #endCostOf(v: number): number {
    const { nodes, nothing } = this.#graph;
    if (v < nothing) return v < nodes.slots ? nodes.costOfMore(v) : Infinity;
    if (v === nothing) return 0;
    const g = v - this.#graph.groupNode(0);
    const { counts: { sponsoredUsers }, problem: { rules, shortfallPrice } } = this.#holdings;
    // One sponsored user less: edges counted the sponsored price, the objective really loses P or nothing.
    const missing = sponsoredUsers[g] <= rules.sponsored.least[g] ? shortfallPrice : 0;
    return missing - this.#sponsoredPrice(g);
  }

  /** The cost of starting at a node, where a unit is taken; Infinity: none can be. */
  #startCostOf(v: number): number {
    const { nodes, nothing } = this.#graph;
    if (v < nothing) return v < nodes.slots ? nodes.costOfLess(v) : Infinity;
    if (v === nothing) return 0;
    const g = v - this.#graph.groupNode(0);
    const { counts: { sponsoredUsers }, problem: { rules, shortfallPrice } } = this.#holdings;
    if (sponsoredUsers[g] >= rules.sponsored.most[g]) return Infinity;
    const found = sponsoredUsers[g] < rules.sponsored.least[g] ? shortfallPrice : 0;
    return this.#sponsoredPrice(g) - found;
  }

  #sponsoredPrice(g: number): number {
    return sponsoredPriceOf(this.#holdings.problem.rules, this.#prices, g);
  }
}

/**
 * Ends of paths at these costs, where an end that gains something is as good as one that costs nothing: rows that should be used up are all
 * filled in the end, so a path need not go far for the one with the highest price.
 */
function withoutGains(costOf: (node: number) => number): Ends {
  return { costOf: (v) => Math.max(0, costOf(v)), least: 0 };
}
