/** Users are gathered the same in one part and in several, from pairs that come again and users without a pair too. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../lib/allocator/optimal/dual/dual_problem.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { columnsOf } from "../../../lib/engine/drop/task.ts";
import { DuckDbRun } from "../../../lib/engine/duckdb/duckdb_run.ts";
import { DuckDbStore } from "../../../lib/engine/duckdb/store.ts";
import { WorkFolder } from "../../../lib/engine/duckdb/work_folder.ts";
import { tablesOf } from "../../support/engine_drop.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { withFolder } from "../../support/temp_folder.ts";

const instance = randomInstance({
  ...{ seed: 14, users: 60, contracts: 9, groups: 4, ratios: [0.3], density: 0.6 },
});
const { caps, groupRatios } = tablesOf(instance);
const columns = columnsOf(caps, groupRatios, instance.groups, 10_000);
const rules = { minScore: -Infinity, topN: Infinity };

/** Rows of pairs: every fifth comes again with a lower score, every seventh as it is. */
function pairRows(): string[][] {
  const { users, start, contract, contracts, score } = instance, rows: string[][] = [];
  users.toArray().forEach((user, u) => {
    for (let p = start[u]; p < start[u + 1]; p++) {
      const id = contracts[contract[p]];
      rows.push([user, id, `${score[p]}`]);
      if (p % 5 === 0) rows.unshift([user, id, `${score[p] - 1}`]);
      if (p % 7 === 0) rows.push([user, id, `${score[p]}`]);
    }
  });
  return rows;
}

/** Gathers and certifies with memory for so many pairs at a time. */
async function gathered(part: number) {
  return await withFolder(async (path) => {
    const folder = await WorkFolder.open(path, `${path}/out.csv`, false);
    const settings = { memory: "500MB", threads: 2, spill: folder.spill };
    const store = await DuckDbStore.open(folder.database, settings);
    const rows = pairRows();
    const groups = instance.users.toArray().map((user, u) => [
      user,
      instance.groups[instance.group[u]],
    ]);
    // Two users without a pair, and one in a group that is not there.
    groups.push(["nobody", instance.groups[0]], ["none", instance.groups[1]], ["x", "unknown"]);
    rows.push(["x", instance.contracts[0], "5"]);
    const put = async (name: string, named: Record<string, "text" | "real">, of: string[][]) => {
      await store.makeTable(name, named, "user_id", {});
      await store.insert(0, name, named, of, {});
    };
    const ids = { user_id: "text", contract_address: "text" } as const;
    await put("all_pairs", { ...ids, score: "real" }, rows);
    await put("owners", { user_id: "text", group_id: "text" }, groups);
    const inputs = { pairs: "all_pairs", userGroups: "owners" };
    const run = new DuckDbRun(store, inputs, folder, `${path}/out.csv`, {
      pairRows: rows.length,
      memory: part * 170,
    });
    try {
      await run.gather(columns, instance.sponsoredContracts, rules, {});
      const facts = await run.countUsers(columns, rules, {});
      const users = await store.rowsOverAll("SELECT * FROM users ORDER BY uid", {});
      const problem = compileDualProblem(instance, { ...defaultPolicy, k: 2 });
      const prices = zeroPrices(problem);
      await run.assign(problem, prices, {});
      const judged = { ...rules, repeats: true, ownK: null, pins: 0, slots: null };
      const { bound, objective, users: judgedUsers, broken } = await run.certify(
        ...[problem, prices, judged, {}] as const,
      );
      const left = Array.from(Deno.readDirSync(folder.path), ({ name }) => name);
      assert(!left.includes("pairs") && !left.includes("judged"), `${left}`);
      return { facts, users, bound, objective, broken, judgedUsers };
    } finally {
      await run.end(false);
    }
  });
}

Deno.test("DuckDB: users are gathered and judged the same in one part and in several", async () => {
  const whole = await gathered(1e6);
  assert(whole.facts.conflicts > 10 && whole.facts.duplicates > whole.facts.conflicts);
  assertEquals(whole.facts.users, instance.users.length);
  // In two parts, and in as many as pairs are judged in by themselves.
  for (const part of [200, 40]) {
    assertEquals(await gathered(part), whole);
  }
});
