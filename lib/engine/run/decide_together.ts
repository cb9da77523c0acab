/**
 * The users who are nearly undecided at the final prices, decided together on this machine.
 *
 * Nearly all users have a bundle that is clearly the best at the prices; what they hold stands. The others are read, and
 * what those leave of the caps and of the groups' rules is a drop of its own, small and with the same prices: the price
 * solver's recovery, which moves users along chains, settles it.
 *
 * @module
 */
import { usedOf, withAmounts } from "../../allocator/limits/kinds/group_rules.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import type { Assignment } from "../../allocator/optimal/recovery/assignment.ts";
import { compileDualProblem, type DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { NOISES } from "../../allocator/optimal/search/homotopy.ts";
import { minimiseDual } from "../../allocator/optimal/search/minimise_dual.ts";
import { noise } from "../../allocator/optimal/dual/noise.ts";
import { recover } from "../../allocator/optimal/recovery/recover.ts";
import type { RunControl } from "../../base/progress.ts";
import { sqlNumber } from "../server/literal.ts";
import { type Cluster, rowsOf, run } from "../server/shards.ts";
import { usageSql } from "../sql/state_sql.ts";
import { addUsage, noUsage, type Usage } from "../sql/usage.ts";
import { UserRows, type UsersRead } from "../server/user_rows.ts";
import type { WorkTables } from "../server/work_tables.ts";

/** Margins, in offers, among which that is chosen below which users are undecided: each larger by a tenth. */
const MARGINS = Array.from({ length: 170 }, (_, n) => 1e-6 * 1.1 ** n);
/**
 * Margins below this are ties, in offers. Between pairs of equal score whose contracts cost nothing they mean nothing, and
 * users with such pairs may be many: where ties would fill half of the places they are left as they are.
 */
const TIE = 1e-9;
/** Users that are read or written at a time. */
const AT_A_TIME = 10_000;

/**
 * How far the next best bundle is behind, as SQL over the columns of `bestBundles`: that of another shape, or with the last
 * pair of a type exchanged for the next one.
 */
export function marginSql(): string {
  const exchange = (nets: string, n: string) =>
    `if(${n} = 0 OR ${n} >= length(${nets}), 1e100, arrayReverseSort(${nets})[${n}] - arrayReverseSort(${nets})[${n} + 1])`;
  const shape = "if(length(vals) < 2, 1e100, best - arrayReverseSort(vals)[2])";
  return `arrayReduce('min', [${shape}, ${exchange("sn", "i")}, ${exchange("un", "j")}])`;
}

/**
 * Decides at most `most` users, those with the least margins, and writes what they get as the moves of a round.
 *
 * @param options `enough` is a loss that is not worth an effort
 */
export async function decideTogether(
  problem: DualProblem,
  cluster: Cluster,
  tables: WorkTables,
  prices: Prices,
  round: number,
  options: RunControl & { most: number; enough: number; deadline: number },
): Promise<void> {
  const undecided = await leastDecided(problem, cluster, tables, options);
  if (undecided === null) return;
  const read = await readUsers(problem, cluster, tables, undecided, options);
  const users = read.instance.group.length;
  options.onProgress?.({ phase: "decide", detail: `${users} users together` });
  const others = noUsage(problem);
  const sql = usageSql(problem, tables, `NOT (${undecided})`);
  for (const { server } of cluster.shards) {
    addUsage(problem, others, await rowsOf(server, sql, options));
  }
  const rest = restOf(problem, read, others);
  const { signal, deadline } = options;
  const dual = await minimiseDual(rest, {
    ...{ startPrices: prices, tolerance: 1e-8, signal, deadline },
  });
  signal?.throwIfAborted();
  const amplitude = NOISES[NOISES.length - 1] * problem.unit;
  const assignment = await recover(rest, dual.prices, {
    noise: (user, contract) => amplitude * noise(user, contract),
    enough: dual.bound - options.enough,
    hurry: () => signal?.aborted === true || performance.now() >= deadline,
  });
  await writeMoves(cluster, tables, assignment, read, round, options);
}

/** The condition that holds for the users with the least margins, not too many; null where there are none. */
async function leastDecided(
  { unit }: DualProblem,
  cluster: Cluster,
  tables: WorkTables,
  options: RunControl & { most: number },
): Promise<string | null> {
  const margins = [TIE, ...MARGINS].map((margin) => margin * unit);
  const sql = marginsSql(tables, margins);
  const counts = margins.map(() => 0);
  for (const { server } of cluster.shards) {
    const [row] = await rowsOf(server, sql, options);
    row.forEach((count, at) => counts[at] += Number(count));
  }
  const [ties] = counts;
  const without = ties > options.most / 2 ? ties : 0;
  const at = counts.findLastIndex((count) => count > without && count - without <= options.most);
  if (at < 0) return null;
  const below = `margin < ${sqlNumber(margins[at])}`;
  return without === 0 ? below : `(margin >= ${sqlNumber(margins[0])} AND ${below})`;
}

/** The statement that counts the users below each margin. */
export function marginsSql(tables: WorkTables, margins: readonly number[]): string {
  const counts = margins.map((margin) => `sum(margin < ${sqlNumber(margin)})`);
  return `SELECT ${counts.join(", ")} FROM ${tables.current}`;
}

/** The statement that reads a part of the users that a condition holds for. */
export function undecidedSql(
  tables: WorkTables,
  where: string,
  part: number,
  parts: number,
): string {
  return `SELECT toString(uid), g, sc, sv, uc, uv FROM ${tables.current}
WHERE ${where} AND cityHash64(uid, 3) % ${parts} = ${part}`;
}

/** Reads the users that a condition holds for. */
async function readUsers(
  problem: DualProblem,
  cluster: Cluster,
  tables: WorkTables,
  where: string,
  options: RunControl & { most: number },
): Promise<UsersRead> {
  const rows = new UserRows();
  const parts = Math.ceil(options.most / AT_A_TIME);
  for (const [shard, { server }] of cluster.shards.entries()) {
    for (let part = 0; part < parts; part++) {
      const sql = undecidedSql(tables, where, part, parts);
      rows.add(await rowsOf(server, sql, options), shard);
    }
  }
  return rows.finish(problem);
}

/** The drop of the users read: of every limit they have what the others leave. */
function restOf(problem: DualProblem, { instance }: UsersRead, others: Usage): DualProblem {
  const cap = problem.instance.cap.map((most, c) => Math.max(0, most - others.load[c]));
  const { countsSponsored, shortfallPrice, oneList, unit } = problem;
  return {
    ...compileDualProblem({ ...instance, cap }, problem.policy, { k: problem.k }),
    ...{ countsSponsored, shortfallPrice, oneList, unit },
    rules: withAmounts(problem.rules, (rule, g) => {
      const left = rule.amount[g] - usedOf(rule, g, others.counts.of(g));
      return rule.countsOffers ? left : Math.max(0, left);
    }),
  };
}

/** Writes each user's bundle as a move. */
async function writeMoves(
  cluster: Cluster,
  tables: WorkTables,
  { problem, slots, count, sponsored }: Assignment,
  { instance, shard }: UsersRead,
  round: number,
  control: RunControl,
): Promise<void> {
  const { k } = problem;
  const lines: string[][] = cluster.shards.map(() => []);
  const flush = async (s: number) => {
    if (lines[s].length === 0) return;
    const { server } = cluster.shards[s];
    const text = lines[s].join("");
    lines[s].length = 0;
    await run(
      server,
      `INSERT INTO ${tables.moves} (uid, round, i, j, h) FORMAT TabSeparated\n${text}`,
      control,
    );
  };
  for (let u = 0; u < shard.length; u++) {
    const i = sponsored[u], s = shard[u];
    const held = Array.from(slots.subarray(u * k, u * k + count[u]), (p) => instance.contract[p]);
    lines[s].push(
      `${instance.users.at(u)}\t${round}\t${i}\t${count[u] - i}\t[${held.join(",")}]\n`,
    );
    if (lines[s].length === AT_A_TIME) await flush(s);
  }
  for (const s of lines.keys()) await flush(s);
}
