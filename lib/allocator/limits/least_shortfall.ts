/**
 * The smallest total shortfall of the groups' minima of sponsored users, whatever the scores: a maximum flow from groups over
 * users to sponsored contracts.
 *
 * A sponsored user needs one sponsored offer. So the minima can be met as far as users can be matched to sponsored contracts
 * within the caps, in each group as many users as its minimum asks for (and its maximum allows). Dinic's algorithm
 * ("Algorithm for solution of a problem of maximum flow in a network with power estimation", 1970) on a graph whose nodes are
 * the groups and the contracts; each user is a bundle of edges, not a node.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import type { GroupRules } from "./kinds/group_rules.ts";
import { type GroupUsers, usersByGroup } from "../drop/instance/group_users.ts";

/** The least shortfall, and the minimum cut that proves it. */
export interface LeastShortfall {
  /** Σ over groups of users that the minima lack at least. */
  readonly total: number;
  /** Uint8Array, length contracts: 1 for the full contracts that users of the groups below their minimum need. */
  readonly scarce: Uint8Array;
  /** Uint8Array, length groups: 1 where one more sponsored user is possible only if another such group has one less. */
  readonly wanting: Uint8Array;
}

/** Finds the smallest total shortfall of a drop under the rules. A few passes over the sponsored pairs. */
export function leastShortfall(instance: Instance, rules: GroupRules): LeastShortfall {
  const flow = new SponsoredFlow(instance, rules);
  while (flow.level()) flow.push();
  return { total: flow.missing(), scarce: flow.reachedContracts(), wanting: flow.reachedGroups() };
}

/** What may keep minima from being met that {@link leastShortfall} leaves aside: limits that are rules, and pins. */
export function besidesCaps({ limits, pins }: Instance): ("limits" | "pins")[] {
  const hasRules = limits?.rows.price.includes(Infinity) === true;
  return [...(hasRules ? ["limits" as const] : []), ...(pins ? ["pins" as const] : [])];
}

/** A matching of users to sponsored contracts, and the levels of the search that makes it larger. */
class SponsoredFlow {
  readonly #instance: Instance;
  /** By group: users that are still missing, as far as its maximum allows them. */
  readonly #want: Float64Array;
  /** Users that minima ask for above the maxima: never met. */
  #beyond = 0;
  /** By sponsored contract: units that are left. */
  readonly #left: Float64Array;
  /** Contract of each user, −1: none. */
  readonly #contractOf: Int32Array;
  readonly #byGroup: GroupUsers;
  #byContract: GroupUsers;
  /** Level of each node: contracts first, then groups; −1: not reached. */
  readonly #level: Int32Array;
  /** By node: how many of its users were tried in this phase. */
  readonly #tried: Uint32Array;

  constructor(instance: Instance, rules: GroupRules) {
    const { sponsoredContracts, groupSize, group, cap } = instance;
    this.#instance = instance;
    this.#want = Float64Array.from(
      rules.sponsored.least,
      (least, g) => Math.min(least, rules.sponsored.most[g]),
    );
    rules.sponsored.least.forEach((least, g) => this.#beyond += least - this.#want[g]);
    this.#left = cap.slice(0, sponsoredContracts);
    this.#contractOf = new Int32Array(group.length).fill(-1);
    this.#byGroup = usersByGroup(group, groupSize.length);
    this.#byContract = { start: new Uint32Array(0), user: new Uint32Array(0) };
    this.#level = new Int32Array(sponsoredContracts + groupSize.length);
    this.#tried = new Uint32Array(this.#level.length);
  }

  /** Users that the minima lack with this matching. */
  missing(): number {
    return this.#want.reduce((sum, want) => sum + want, this.#beyond);
  }

  /** The contracts that the last search reached. */
  reachedContracts(): Uint8Array {
    const reached = new Uint8Array(this.#instance.cap.length);
    for (let c = 0; c < this.#left.length; c++) reached[c] = this.#level[c] >= 0 ? 1 : 0;
    return reached;
  }

  /** Sets the level of each node to its distance from groups with users missing; returns whether a contract with room is reached. */
  level(): boolean {
    const contracts = this.#left.length;
    this.#listByContract();
    this.#tried.fill(0);
    this.#level.fill(-1);
    let front: number[] = [];
    this.#want.forEach((want, g) => {
      if (want > 0) front.push(contracts + g);
    });
    for (const node of front) this.#level[node] = 0;
    // Once all nodes are reached, the users that are left lead nowhere else.
    let unseen = this.#level.length - front.length;
    for (let depth = 1; front.length > 0 && unseen > 0; depth++) {
      const next: number[] = [];
      let room = false;
      const reach = (node: number) => {
        if (this.#level[node] >= 0) return;
        this.#level[node] = depth;
        next.push(node);
        unseen--;
        if (node < contracts && this.#left[node] > 0) room = true;
      };
      for (const node of front) if (unseen > 0) this.#eachNeighbour(node, reach);
      if (room) return true;
      front = next;
    }
    return false;
  }

  /** Matches more users along the levels until no path is left. */
  push(): void {
    const contracts = this.#left.length;
    for (let g = 0; g < this.#want.length; g++) {
      while (this.#want[g] > 0 && this.#advance(contracts + g)) this.#want[g]--;
    }
  }

  /** The groups that the last search reached. */
  reachedGroups(): Uint8Array {
    return Uint8Array.from(this.#level.subarray(this.#left.length), (level) => level >= 0 ? 1 : 0);
  }

  #listByContract(): void {
    const contracts = this.#left.length;
    const place = new Uint32Array(this.#contractOf.length);
    this.#contractOf.forEach((c, u) => place[u] = c < 0 ? contracts : c);
    this.#byContract = usersByGroup(place, contracts + 1);
  }

  #eachNeighbour(node: number, visit: (node: number) => void): void {
    const { group, start, middle, contract } = this.#instance;
    const contracts = this.#left.length;
    const { start: first, user } = node < contracts ? this.#byContract : this.#byGroup;
    const list = node < contracts ? node : node - contracts;
    for (let i = first[list]; i < first[list + 1]; i++) {
      const u = user[i];
      if (node < contracts) visit(contracts + group[u]);
      else if (this.#contractOf[u] >= 0) continue;
      for (let p = start[u]; p < middle[u]; p++) visit(contract[p]);
    }
  }

  /** Makes room at `node`: a contract takes one more user, or a group gets one more of its users matched. */
  #advance(node: number): boolean {
    const { group, start, middle, contract } = this.#instance;
    const contracts = this.#left.length;
    const ofContract = node < contracts;
    if (ofContract && this.#left[node] > 0) {
      this.#left[node]--;
      return true;
    }
    const { start: first, user } = ofContract ? this.#byContract : this.#byGroup;
    const list = ofContract ? node : node - contracts;
    const deeper = this.#level[node] + 1;
    const size = first[list + 1] - first[list];
    for (; this.#tried[node] < size; this.#tried[node]++) {
      const u = user[first[list] + this.#tried[node]];
      if (this.#contractOf[u] !== (ofContract ? node : -1)) continue;
      for (let p = start[u]; p < middle[u]; p++) {
        const c = contract[p];
        if (this.#level[c] === deeper && this.#advance(c)) {
          this.#contractOf[u] = c;
          return true;
        }
      }
      // The user gives its unit up, and another user of its group is matched elsewhere.
      const own = contracts + group[u];
      if (ofContract && this.#level[own] === deeper && this.#advance(own)) {
        this.#contractOf[u] = -1;
        return true;
      }
    }
    return false;
  }
}
