/**
 * Finds cheapest paths of few edges, with costs that may be negative: the algorithm of Bellman and Ford, with a round per edge.
 *
 * @module
 */
import type { EdgeHeaps } from "./edge_heaps.ts";

/** Most edges on a path. */
export const MOST_EDGES = 12;

/**
 * In graphs with more nodes than this, contracts are relieved one by one (`nearest_end.ts`), and ways are given up that cost more
 * than the best path known. Edges below 0 might still make them cheaper, but at good prices those are few and small.
 */
export const LARGE_GRAPH = 600;

/**
 * With transfers a path may have more steps in a graph of at most this many nodes. In larger ones the last rounds take longest, and find
 * hardly anything.
 */
const MOST_NODES = 20_000;

/** A path, as the heaps that it takes the top edge of. */
export interface Path {
  /** Σ costs of edges, start and end; a cycle has no start and end. */
  readonly cost: number;
  /** Its heaps, in order; at least one. */
  readonly heaps: readonly number[];
}

/** By node: which nodes can be reached from it without an edge, `[start[node], end[node])` of `to` and `cost`. */
export interface TransferLists {
  /** Uint32Array, length nodes. */
  readonly start: Uint32Array;
  /** Uint32Array, length nodes. */
  readonly end: Uint32Array;
  /** Uint32Array, by place: the node that is reached. */
  readonly to: Uint32Array;
  /** Float64Array, by place: what that costs. */
  readonly cost: Float64Array;
}

/** Which nodes can be reached without an edge. */
export interface Transfers extends TransferLists {
  /** Begins a search: until the next one, costs stay as they are. */
  begin(): void;
  /** Fills the list of a node, if it is not as things are now. */
  list(node: number): void;
}

/** A step of a way: the top edge of a heap, or a transfer (heap −2), and its cost. */
interface Step {
  readonly heap: number;
  readonly cost: number;
}

/** In place of a heap: a transfer, or nothing. */
const TRANSFER = -2, NONE = -1;

/** Finds cheapest paths in a graph of heaps. Keeps its arrays between searches. */
export class PathFinder {
  /** Float64Array, length nodes: the cost of starting at each node; Infinity: no path starts there. */
  readonly startCost: Float64Array;
  /** Float64Array, length nodes: the cost of ending at each node; Infinity: no path ends there. */
  readonly endCost: Float64Array;

  readonly #graph: EdgeHeaps;
  /** By round and node: the cost of the cheapest way. */
  readonly #cost: Float64Array[];
  /** By round and node: the heap of the way's last step. */
  readonly #by: Int32Array[];
  /** By round and node: the node before it. */
  readonly #from: Int32Array[];
  /** By round and node: the node where the way starts. */
  readonly #origin: Int32Array[];
  readonly #transfers: Transfers | null;
  readonly #mostEdges: number;

  /** A finder for the graph and the transfers between its nodes. */
  constructor(graph: EdgeHeaps, transfers: Transfers | null = null) {
    this.#transfers = transfers;
    // Each pass through a row takes two transfers, which are steps too.
    const isLong = transfers !== null && graph.nodes <= MOST_NODES;
    this.#mostEdges = isLong ? MOST_EDGES + 6 : MOST_EDGES;
    const rounds = this.#mostEdges + 1;
    this.#graph = graph;
    this.startCost = new Float64Array(graph.nodes).fill(Infinity);
    this.endCost = new Float64Array(graph.nodes).fill(Infinity);
    this.#cost = Array.from({ length: rounds }, () => new Float64Array(graph.nodes));
    this.#by = Array.from({ length: rounds }, () => new Int32Array(graph.nodes));
    this.#from = Array.from({ length: rounds }, () => new Int32Array(graph.nodes));
    this.#origin = Array.from({ length: rounds }, () => new Int32Array(graph.nodes));
  }

  /**
   * The cheapest path of at most {@link MOST_EDGES} steps (some more where transfers are steps too) whose cost is below `limit`, or
   * null. A cheaper way of more steps is taken only if it saves more than `tolerance`. A path that comes back to its start is a cycle,
   * which costs its edges alone; no path passes any other node twice.
   */
  find(limit: number, tolerance: number): Path | null {
    let best = limit, bestRound = 0, bestNode = -1;
    // In a large graph most of the work would be spent on ways that can't become the cheapest any more.
    const prunes = this.#graph.nodes > LARGE_GRAPH && this.#transfers === null;
    const least = prunes ? this.#leastEndCost() : -Infinity;
    const isHopeless = (reached: number, origin: number) =>
      reached + Math.min(least, -this.startCost[origin]) >= best;
    this.#search(tolerance, true, prunes ? isHopeless : null, (cost, round, node) => {
      if (cost >= best - (bestNode < 0 ? 0 : tolerance)) return;
      best = cost;
      bestRound = round;
      bestNode = node;
    });
    return bestNode < 0 ? null : this.#pathTo(best, bestRound, bestNode, tolerance);
  }

  /**
   * The cheapest path to each end, from one search, cheapest first; see {@link find}. They may share edges and nodes, so each must be
   * checked again before it is followed.
   *
   * @param cycles whether cycles are looked for
   */
  findSeveral(limit: number, tolerance: number, cycles: boolean): Path[] {
    const least = new Float64Array(this.#graph.nodes).fill(Infinity);
    const roundOf = new Uint8Array(least.length), ends: number[] = [];
    this.#search(tolerance, cycles, null, (cost, round, node) => {
      const known = least[node];
      if (!(cost < limit) || (known < Infinity && !(cost < known - tolerance))) return;
      if (known === Infinity) ends.push(node);
      least[node] = cost;
      roundOf[node] = round;
    });
    return ends
      .sort((a, b) => least[a] - least[b] || a - b)
      .map((node) => this.#pathTo(least[node], roundOf[node], node, tolerance))
      .filter(({ heaps }) => heaps.length > 0);
  }

  /** Searches round by round; calls `onEnd` with the cost, round and node of every way that may end where it is. */
  #search(
    tolerance: number,
    cycles: boolean,
    isHopeless: ((reached: number, origin: number) => boolean) | null,
    onEnd: (cost: number, round: number, node: number) => void,
  ): void {
    const { nodes } = this.#graph;
    this.#transfers?.begin();
    this.#cost[0].set(this.startCost);
    let active: number[] = [];
    for (let v = 0; v < nodes; v++) {
      this.#origin[0][v] = v;
      if (this.startCost[v] < Infinity) active.push(v);
    }
    for (let round = 1; round <= this.#mostEdges && active.length > 0; round++) {
      const before = this.#cost[round - 1], now = this.#cost[round];
      const by = this.#by[round], origin = this.#origin[round];
      const originBefore = this.#origin[round - 1];
      now.set(before);
      origin.set(originBefore);
      by.fill(NONE);
      const changed: number[] = [];
      for (const a of active) {
        if (isHopeless !== null && isHopeless(before[a], originBefore[a])) continue;
        this.#relaxFrom(a, round, tolerance, changed);
      }
      for (const b of changed) {
        // A path that ends with a transfer could have ended one step earlier.
        if (by[b] === TRANSFER && origin[b] !== b) continue;
        if (!cycles && origin[b] === b) continue;
        onEnd(now[b] + (origin[b] === b ? -this.startCost[b] : this.endCost[b]), round, b);
      }
      active = changed;
    }
  }

  /**
   * Notes the nodes that are reached at less cost by one more step from node `a`; `changed` gets those that were not so in this
   * round yet.
   */
  #relaxFrom(a: number, round: number, tolerance: number, changed: number[]): void {
    const { leaving, target, cheapest } = this.#graph, transfers = this.#transfers;
    const now = this.#cost[round], by = this.#by[round], from = this.#from[round];
    const origin = this.#origin[round];
    const reached = this.#cost[round - 1][a], begun = this.#origin[round - 1][a];
    const reach = (b: number, cost: number, step: number) => {
      if (!(cost < now[b] - tolerance)) return;
      if (by[b] === NONE) changed.push(b);
      now[b] = cost;
      by[b] = step;
      from[b] = a;
      origin[b] = begun;
    };
    for (const h of leaving[a]) reach(target[h], reached + cheapest[h], h);
    if (transfers === null) return;
    transfers.list(a);
    const { to, cost, end } = transfers;
    for (let i = transfers.start[a]; i < end[a]; i++) reach(to[i], reached + cost[i], TRANSFER);
  }

  /** The least cost of an end. */
  #leastEndCost(): number {
    return this.endCost.reduce((least, cost) => Math.min(least, cost), Infinity);
  }

  /** The path that a search found to a node. */
  #pathTo(best: number, bestRound: number, bestNode: number, tolerance: number): Path {
    const { cheapest } = this.#graph;
    const steps: Step[] = [], nodesOnWay = [bestNode];
    for (let round = bestRound, v = bestNode; round > 0; round--) {
      const heap = this.#by[round][v];
      if (heap === NONE) continue;
      const a = this.#from[round][v];
      const cost = heap >= 0 ? cheapest[heap] : this.#cost[round][v] - this.#cost[round - 1][a];
      steps.unshift({ heap, cost });
      nodesOnWay.unshift(v = a);
    }
    return this.#withoutCycles(best, steps, nodesOnWay, tolerance);
  }

  /** If a way passes a node twice, it contains a cycle: returns the cycle alone if it pays, else the way without it. */
  #withoutCycles(cost: number, steps: Step[], way: number[], tolerance: number): Path {
    for (let end = 1; end < way.length; end++) {
      const begin = way.indexOf(way[end]);
      if (begin === end || (begin === 0 && end === way.length - 1)) continue;
      const cycle = steps.slice(begin, end);
      const cycleCost = cycle.reduce((sum, step) => sum + step.cost, 0);
      if (cycleCost < -tolerance) return { cost: cycleCost, heaps: heapsOf(cycle) };
      steps.splice(begin, end - begin);
      way.splice(begin, end - begin);
      cost -= cycleCost;
      end = begin;
    }
    return { cost, heaps: heapsOf(steps) };
  }
}

function heapsOf(steps: readonly Step[]): number[] {
  return steps.map(({ heap }) => heap).filter((heap) => heap >= 0);
}
