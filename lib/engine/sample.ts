/**
 * A sample of users, chosen by hash, as a small drop of its own: where prices come from, and curvature.
 *
 * @module
 */
import { compareIds, IdPool } from "../allocator/ids.ts";
import type { Prices } from "../allocator/allocation.ts";
import type { Instance } from "../allocator/instance.ts";
import { argmaxBundles } from "../allocator/optimal/argmax_bundles.ts";
import { compileDualProblem, type DualProblem } from "../allocator/optimal/dual_problem.ts";
import { minimiseDual } from "../allocator/optimal/minimise_dual.ts";
import { InputError } from "../errors.ts";
import { Float64List, Uint32List } from "../io/number_list.ts";
import type { RunControl } from "../progress.ts";
import { type Cluster, rowsOf } from "./shards.ts";
import { balances, type Usage } from "./usage.ts";
import type { WorkTables } from "./work_tables.ts";

/** Hash buckets that samples are drawn by. */
const BUCKETS = 1_000_003;

/** Users that are read at a time: their text is in memory meanwhile. */
const READ_USERS = 10_000;

/** The statements that read a sample of about `wanted` of `users` users, a part each. */
export function sampleSql(tables: WorkTables, wanted: number, users: number): string[] {
  const buckets = Math.ceil(Math.min(1, wanted / Math.max(1, users)) * BUCKETS);
  const parts = Math.ceil(Math.min(wanted, users) / READ_USERS);
  return Array.from({ length: parts }, (_, part) => {
    const from = Math.floor(buckets * part / parts), to = Math.floor(buckets * (part + 1) / parts);
    return `SELECT toString(uid), g, sc, sv, uc, uv FROM ${tables.users}
WHERE cityHash64(uid, 1) % ${BUCKETS} >= ${from} AND cityHash64(uid, 1) % ${BUCKETS} < ${to}`;
  });
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
    const { countsSponsored, hasMixedShare, shortfallPrice, oneList } = whole;
    this.problem = { ...compiled, countsSponsored, hasMixedShare, shortfallPrice, oneList };
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
    const read = new SampledRows();
    for (const sql of sampleSql(tables, wanted, users)) {
      for (const { server } of cluster.shards) read.add(await rowsOf(server, sql, control));
    }
    return new Sample(whole, read.instance(whole), users);
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
    const part = (g: number) => instance.groupSize[g] / Math.max(1, size[g]);
    const scaled = (name: "sponsored" | "mixed") => (all: number, g: number) => {
      if (all === Infinity || size[g] === 0) return all;
      const corrected = own === null
        ? part(g) * all
        : own[name][g] + part(g) * (all - usage![name][g]);
      return Math.min(instance.groupSize[g], Math.max(0, Math.round(corrected)));
    };
    const balance = own === null ? null : {
      own: balances(this.problem, own),
      all: balances(whole, usage!),
    };
    const { minSponsored, maxSponsored, leastBalance, maxMixed } = whole.rules;
    const rules = {
      ...whole.rules,
      minSponsored: minSponsored.map(scaled("sponsored")),
      maxSponsored: maxSponsored.map(scaled("sponsored")),
      leastBalance: leastBalance.map((_, g) =>
        balance === null ? 0 : balance.own[g] - part(g) * balance.all[g]
      ),
      maxMixed: maxMixed.map(scaled("mixed")),
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
  const { load, sponsoredUsers, sponsoredOffers, offers, mixedUsers } = argmaxBundles(
    problem,
    prices,
    null,
  );
  return {
    load,
    sponsored: sponsoredUsers,
    sponsoredOffers,
    otherOffers: offers.map((n, g) => n - sponsoredOffers[g]),
    mixed: mixedUsers,
  };
}

/** Sampled users in columns, as they come. */
class SampledRows {
  readonly #ids: string[] = [];
  readonly #group = new Uint32List();
  readonly #start = new Uint32List();
  readonly #middle = new Uint32List();
  readonly #contract = new Uint32List();
  readonly #score = new Float64List();
  #pairs = 0;

  /** Takes rows: uid, g, sc, sv, uc, uv. */
  add(rows: readonly string[][]): void {
    for (const [id, g, sc, sv, uc, uv] of rows) {
      this.#ids.push(id);
      this.#group.push(Number(g));
      this.#start.push(this.#pairs);
      this.#take(sc, sv);
      this.#middle.push(this.#pairs);
      this.#take(uc, uv);
    }
  }

  #take(contracts: string, scores: string): void {
    for (const c of JSON.parse(contracts) as number[]) this.#contract.push(c);
    for (const s of JSON.parse(scores) as number[]) this.#score.push(s);
    this.#pairs = this.#contract.array().length;
  }

  /** The drop of the users, in the order of their ids, with the whole drop's contracts and groups. */
  instance(whole: DualProblem): Instance {
    const { instance } = whole;
    const ids = this.#ids, users = ids.length;
    const order = Array.from(ids.keys()).sort((a, b) => compareIds(ids[a], ids[b]));
    this.#start.push(this.#pairs);
    const from = this.#start.array(), cut = this.#middle.array(), groupOf = this.#group.array();
    const contracts = this.#contract.array(), scores = this.#score.array();
    const start = new Uint32Array(users + 1), middle = new Uint32Array(users);
    const group = new Uint32Array(users), groupSize = new Uint32Array(instance.groups.length);
    const contract = new Uint16Array(this.#pairs), score = new Float64Array(this.#pairs);
    order.forEach((row, u) => {
      if (u > 0 && ids[row] === ids[order[u - 1]]) {
        throw new InputError(
          `user ${ids[row]} has pairs on more than one shard: the pairs must be sharded by user_id`,
        );
      }
      contract.set(contracts.subarray(from[row], from[row + 1]), start[u]);
      score.set(scores.subarray(from[row], from[row + 1]), start[u]);
      group[u] = groupOf[row];
      groupSize[group[u]]++;
      middle[u] = start[u] + cut[row] - from[row];
      start[u + 1] = start[u] + from[row + 1] - from[row];
    });
    return {
      ...instance,
      users: IdPool.from(order.map((row) => ids[row])),
      start,
      middle: whole.oneList ? middleOf(start, contract, instance.sponsoredContracts) : middle,
      group,
      groupSize,
      contract,
      score,
    };
  }
}

/** First unsponsored pair of each user, where types don't matter and both lie in one list. */
function middleOf(start: Uint32Array, contract: Uint16Array, sponsored: number): Uint32Array {
  return Uint32Array.from({ length: start.length - 1 }, (_, u) => {
    let p = start[u];
    while (p < start[u + 1] && contract[p] < sponsored) p++;
    return p;
  });
}
