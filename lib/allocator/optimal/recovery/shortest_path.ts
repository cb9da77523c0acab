/**
 * Cheapest paths of few edges where costs may be negative: Bellman and Ford's algorithm, a round per edge.
 *
 * @module
 */
import type { EdgeHeaps } from "./edge_heaps.ts";

/** Most edges on a path. */
export const MOST_EDGES = 12;

/**
 * From so many nodes on a contract is relieved by itself (`nearest_end.ts`), and ways are given up that cost more than the best path known, though a few edges below 0 might still
 * make them cheaper: those are rare and small where prices are good.
 */
export const LARGE_GRAPH = 600;

/** A path, as the heaps that it takes the top edge of. */
export interface Path {
  /** Σ costs, those of the ends included where it has ends (a cycle has none). */
  readonly cost: number;
  /** Its heaps, in order; at least one. */
  readonly heaps: readonly number[];
}

/** Relaxes all nodes that can be reached from `node` without an edge, each at a cost. */
export type Transfers = (node: number, relax: (to: number, cost: number) => void) => void;

/** A step of a way: the top edge of a heap, or a transfer (heap −1), and what it costs. */
interface Step {
  readonly heap: number;
  readonly cost: number;
}

/** Stands for a transfer where heaps are noted, and for nothing. */
const TRANSFER = -2, NONE = -1;

/** Finds cheapest paths in a graph of heaps. Keeps its arrays between searches. */
export class PathFinder {
  /** Float64Array, length nodes: what starting at each node costs; Infinity: no path starts there. */
  readonly startCost: Float64Array;
  /** Float64Array, length nodes: what ending at each node costs; Infinity: no path ends there. */
  readonly endCost: Float64Array;

  readonly #graph: EdgeHeaps;
  readonly #cost: Float64Array[];
  readonly #by: Int32Array[];
  readonly #from: Int32Array[];
  readonly #origin: Int32Array[];
  readonly #transfers: Transfers | null;
  readonly #mostEdges: number;

  /** A finder for the graph, and ways between nodes that need no edge. */
  constructor(graph: EdgeHeaps, transfers: Transfers | null = null) {
    this.#transfers = transfers;
    // A way through a row is two steps beside its edge.
    this.#mostEdges = transfers === null ? MOST_EDGES : MOST_EDGES + 6;
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
   * The cheapest path of at most {@link MOST_EDGES} edges whose cost is below `limit`, or null. A cheaper way of more
   * edges is taken only where it saves more than `tolerance`. A path that comes back to where it started is a
   * cycle, which costs its edges alone; no path passes another node twice.
   *
   * @param cycles whether cycles are looked for
   */
  find(limit: number, tolerance: number, cycles = true): Path | null {
    let best = limit, bestRound = 0, bestNode = -1;
    // In a large graph most of the work would go on from where no way can become the cheapest any more.
    const prunes = this.#graph.nodes > LARGE_GRAPH && this.#transfers === null;
    const least = prunes ? this.#leastEndCost() : -Infinity;
    const isHopeless = (reached: number, origin: number) =>
      reached + Math.min(least, -this.startCost[origin]) >= best;
    this.#search(tolerance, cycles, prunes ? isHopeless : null, (cost, round, node) => {
      if (cost >= best - (bestNode < 0 ? 0 : tolerance)) return;
      best = cost;
      bestRound = round;
      bestNode = node;
    });
    return bestNode < 0 ? null : this.#pathTo(best, bestRound, bestNode, tolerance);
  }

  /**
   * Paths as {@link find} gives them, one search for all: the cheapest to each node where one ends, cheapest first. They
   * may share edges and nodes, so each must be looked at again when its turn comes.
   */
  findSeveral(limit: number, tolerance: number, cycles = true): Path[] {
    const best = new Map<number, { cost: number; round: number; node: number }>();
    this.#search(tolerance, cycles, null, (cost, round, node) => {
      const known = best.get(node);
      if (cost < limit && (known === undefined || cost < known.cost - tolerance)) {
        best.set(node, { cost, round, node });
      }
    });
    return [...best.values()]
      .sort((a, b) => a.cost - b.cost || a.node - b.node)
      .map(({ cost, round, node }) => this.#pathTo(cost, round, node, tolerance))
      .filter(({ heaps }) => heaps.length > 0);
  }

  /** Goes round by round through the graph; calls `onEnd` with every way that may end where it is. */
  #search(
    tolerance: number,
    cycles: boolean,
    isHopeless: ((reached: number, origin: number) => boolean) | null,
    onEnd: (cost: number, round: number, node: number) => void,
  ): void {
    const { leaving, target, cheapest, nodes } = this.#graph;
    this.#cost[0].set(this.startCost);
    let active: number[] = [];
    for (let v = 0; v < nodes; v++) {
      this.#origin[0][v] = v;
      if (this.startCost[v] < Infinity) active.push(v);
    }
    for (let round = 1; round <= this.#mostEdges && active.length > 0; round++) {
      const before = this.#cost[round - 1], now = this.#cost[round];
      const by = this.#by[round], from = this.#from[round];
      const originBefore = this.#origin[round - 1], origin = this.#origin[round];
      now.set(before);
      origin.set(originBefore);
      by.fill(NONE);
      const changed: number[] = [];
      for (const a of active) {
        const reached = before[a];
        if (isHopeless !== null && isHopeless(reached, originBefore[a])) continue;
        for (const h of leaving[a]) {
          const cost = reached + cheapest[h], b = target[h];
          if (cost < now[b] - tolerance) {
            if (by[b] === NONE) changed.push(b);
            now[b] = cost;
            by[b] = h;
            from[b] = a;
            origin[b] = originBefore[a];
          }
        }
        this.#transfers?.(a, (b, more) => {
          const cost = reached + more;
          if (cost >= now[b] - tolerance) return;
          if (by[b] === NONE) changed.push(b);
          now[b] = cost;
          by[b] = TRANSFER;
          from[b] = a;
          origin[b] = originBefore[a];
        });
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

  /** The least that ending anywhere costs. */
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
    return this.#withoutLaps(best, steps, nodesOnWay, tolerance);
  }

  /** A way that passes a node twice goes round a cycle: that alone if it pays, else the way without it. */
  #withoutLaps(cost: number, steps: Step[], way: number[], tolerance: number): Path {
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
