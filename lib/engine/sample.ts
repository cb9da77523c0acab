/**
 * A sample of users, chosen by hash, as a small drop of its own: where prices come from, and curvature.
 *
 * @module
 */
import { IdPool } from "../allocator/ids.ts";
import type { Prices } from "../allocator/allocation.ts";
import type { Instance } from "../allocator/instance.ts";
import { argmaxBundles } from "../allocator/optimal/argmax_bundles.ts";
import { compileDualProblem, type DualProblem } from "../allocator/optimal/dual_problem.ts";
import { minimiseDual } from "../allocator/optimal/minimise_dual.ts";
import { InputError } from "../errors.ts";
import type { RunControl } from "../progress.ts";
import { type Cluster, rowsOf } from "./shards.ts";
import type { WorkTables } from "./work_tables.ts";

/** What the constraints of all users use at some prices. */
export interface Usage {
  /** Float64Array, length contracts: users who choose each. */
  readonly load: Float64Array;
  /** Float64Array, length groups: users with a sponsored offer. */
  readonly sponsored: Float64Array;
}

/** Hash buckets that samples are drawn by. */
const BUCKETS = 1_000_003;

/** The statement that reads a sample of about `wanted` of `users` users. */
export function sampleSql(tables: WorkTables, wanted: number, users: number): string {
  const buckets = Math.ceil(Math.min(1, wanted / Math.max(1, users)) * BUCKETS);
  const chosen = buckets >= BUCKETS ? "" : ` WHERE cityHash64(uid, 1) % ${BUCKETS} < ${buckets}`;
  return `SELECT toString(uid), g, sc, sv, uc, uv FROM ${tables.users}${chosen}`;
}

/** Sampled users, and the drop that they make. */
export class Sample {
  /** The drop; its caps and rules are those of the whole drop, scaled by {@link Sample.minimise}. */
  readonly problem: DualProblem;
  /** Share of all users that are in it. */
  readonly share: number;
  readonly #whole: DualProblem;

  constructor(whole: DualProblem, instance: Instance, users: number) {
    const compiled = compileDualProblem(instance, whole.policy);
    this.#whole = whole;
    this.share = instance.group.length / users;
    // Whether rules bind is asked of the whole drop: a sample's groups may be too small to tell.
    const { countsSponsored, shortfallPrice, oneList } = whole;
    this.problem = { ...compiled, countsSponsored, shortfallPrice, oneList };
  }

  /** Draws the sample. */
  static async draw(
    whole: DualProblem,
    cluster: Cluster,
    tables: WorkTables,
    wanted: number,
    users: number,
    control: RunControl,
  ): Promise<Sample> {
    const sql = sampleSql(tables, wanted, users);
    const parts = await Promise.all(
      cluster.shards.map(({ server }) => rowsOf(server, sql, control)),
    );
    const rows = parts.flat().sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
    for (let u = 1; u < rows.length; u++) {
      if (rows[u][0] === rows[u - 1][0]) {
        throw new InputError(
          `user ${
            rows[u][0]
          } has pairs on more than one shard: the pairs must be sharded by user_id`,
        );
      }
    }
    return new Sample(whole, instanceOf(whole, rows), users);
  }

  /**
   * Prices that are best for the sample, its capacities set so that what all users use at `prices` is right.
   *
   * With no usage known, the capacities are those of the whole drop, scaled. Else each is corrected by how far the sample's
   * own usage at the prices lies from the scaled usage of all: so the sample's gradient there is that of the whole drop, and
   * the sample stands in only for how it changes.
   */
  async minimise(prices: Prices | null, usage: Usage | null, control: RunControl): Promise<Prices> {
    const { share } = this;
    const whole = this.#whole;
    const { instance } = this.problem;
    const own = prices === null || usage === null ? null : usageOf(this.problem, prices);
    const cap = whole.instance.cap.map((all, c) =>
      own === null ? share * all : Math.max(0, own.load[c] + share * (all - usage!.load[c]))
    );
    const size = whole.instance.groupSize;
    const scaled = (all: number, g: number) => {
      if (all === Infinity || size[g] === 0) return all;
      const part = instance.groupSize[g] / size[g];
      const corrected = own === null
        ? part * all
        : own.sponsored[g] + part * (all - usage!.sponsored[g]);
      return Math.min(instance.groupSize[g], Math.max(0, Math.round(corrected)));
    };
    const rules = {
      ...whole.rules,
      minSponsored: whole.rules.minSponsored.map(scaled),
      maxSponsored: whole.rules.maxSponsored.map(scaled),
      maxMixed: whole.rules.maxMixed.map(() => Infinity),
    };
    const problem = { ...this.problem, rules, instance: { ...instance, cap } };
    const { prices: found } = await minimiseDual(problem, {
      startPrices: prices ?? undefined,
      tolerance: 1e-8,
      signal: control.signal,
      onProgress: control.onProgress,
    });
    return found;
  }
}

/** What a sample's users use of the constraints at the prices. */
function usageOf(problem: DualProblem, prices: Prices): Usage {
  const { load, sponsoredUsers } = argmaxBundles(problem, prices, null);
  return { load, sponsored: sponsoredUsers };
}

/** The drop of sampled rows, with the whole drop's contracts and groups. */
function instanceOf(whole: DualProblem, rows: readonly string[][]): Instance {
  const { instance } = whole;
  const users = rows.length;
  const start = new Uint32Array(users + 1), middle = new Uint32Array(users);
  const group = new Uint32Array(users), groupSize = new Uint32Array(instance.groups.length);
  const contracts: number[][] = [], scores: number[][] = [];
  rows.forEach(([, g, sc, sv, uc, uv], u) => {
    const first = JSON.parse(sc) as number[], second = JSON.parse(uc) as number[];
    contracts.push(first, second);
    scores.push(JSON.parse(sv), JSON.parse(uv));
    group[u] = Number(g);
    groupSize[group[u]]++;
    middle[u] = start[u] + first.length;
    start[u + 1] = middle[u] + second.length;
  });
  const contract = new Uint16Array(start[users]), score = new Float64Array(start[users]);
  let at = 0;
  contracts.forEach((list, i) => {
    contract.set(list, at);
    score.set(scores[i], at);
    at += list.length;
  });
  return {
    ...instance,
    users: IdPool.from(rows.map(([id]) => id)),
    start,
    middle: whole.oneList ? middleOf(start, contract, instance.sponsoredContracts) : middle,
    group,
    groupSize,
    contract,
    score,
  };
}

/** First unsponsored pair of each user, where types don't matter and both lie in one list. */
function middleOf(start: Uint32Array, contract: Uint16Array, sponsored: number): Uint32Array {
  return Uint32Array.from({ length: start.length - 1 }, (_, u) => {
    let p = start[u];
    while (p < start[u + 1] && contract[p] < sponsored) p++;
    return p;
  });
}
