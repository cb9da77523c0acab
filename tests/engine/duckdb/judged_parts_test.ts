/** Certification finds the same where its sources are split by user. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../lib/allocator/optimal/dual/dual_problem.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { assertAlmostEquals, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { splitJudged } from "../../../lib/engine/duckdb/judged_parts.ts";
import { SPLIT_FROM } from "../../../lib/engine/duckdb/part_files.ts";
import { splitByUser } from "../../../lib/engine/duckdb/split_by_user.ts";
import { DuckDbStore } from "../../../lib/engine/duckdb/store.ts";
import { WorkFolder } from "../../../lib/engine/duckdb/work_folder.ts";
import { certify } from "../../../lib/engine/sql/certify/certify.ts";
import type { Judged } from "../../../lib/engine/sql/certify/judge_sql.ts";
import { RESULT_COLUMNS } from "../../../lib/engine/sql/bundles/result_sql.ts";
import { ALL_PAIRS } from "../../support/engine_judge.ts";
import type { Rows } from "../../../lib/engine/sql/store/store.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { withFolder } from "../../support/temp_folder.ts";

const instance = randomInstance({
  ...{ seed: 12, users: 40, contracts: 8, groups: 3, ratios: [0.5], density: 0.7 },
});
const problem = compileDualProblem(instance, { ...defaultPolicy, k: 2 });
const prices = zeroPrices(problem);
prices.contract.forEach((_, c) => prices.contract[c] = 0.03 * c);
prices.minSponsored.fill(0.125);

/** Nothing is split before, and how many pairs there are is not known. */
const UNKNOWN = { pairRows: null, before: null };

/** Tables of the instance, and assignments of the first pair of every third user, one with a wrong score. */
async function putTables(store: DuckDbStore): Promise<Judged> {
  const { users, group, groups, start, contract, contracts, score } = instance;
  const pairs: string[][] = [], owners: string[][] = [], result: string[][] = [];
  users.toArray().forEach((user, u) => {
    owners.push([user, groups[group[u]]]);
    for (let p = start[u]; p < start[u + 1]; p++) {
      pairs.push([user, contracts[contract[p]], `${score[p]}`]);
    }
    if (u % 3 > 0) return;
    const [, id, said] = pairs.at(-1)!;
    result.push([user, id, u === 0 ? "77" : said, "0", groups[group[u]], "0"]);
  });
  const id = { user_id: "user", contract_address: "text" } as const;
  const put = async (name: string, columns: Parameters<typeof store.makeTable>[1], rows: Rows) => {
    await store.makeTable(name, columns, "user_id", {});
    await store.insert(0, name, columns, rows, {});
  };
  await put("all_pairs", { ...id, score: "real" }, pairs);
  await put("owners", { user_id: "user", group_id: "text" }, owners);
  await put("given", RESULT_COLUMNS, result);
  return { pairs: "all_pairs", userGroups: "owners", result: "given" };
}

/** Runs with a store of its own. */
async function withStore(
  work: (store: DuckDbStore, folder: WorkFolder, judged: Judged) => Promise<void>,
) {
  await withFolder(async (path) => {
    const folder = await WorkFolder.open(path, `${path}/out.csv`, false);
    const store = await DuckDbStore.open(folder.database, {
      ...{ memory: "500MB", threads: 2, spill: folder.spill },
    });
    try {
      await work(store, folder, await putTables(store));
    } finally {
      store.close();
    }
  });
}

Deno.test("DuckDB: what is certified is the same split by user, parts without rows among them", () =>
  withStore(async (store, folder, judged) => {
    const whole = await certify(store, problem, judged, ALL_PAIRS, prices, {});
    assertEquals(whole.broken.at(-1), "assignments with a score that is not the pair's (1)");
    const rows = instance.contract.length;
    for (const pairRows of [rows, null]) {
      // More parts than users: some have none.
      const parts = { ...judged, parts: 60 };
      const split = await splitJudged(store, folder, parts, { pairRows, before: null }, {});
      assertEquals(typeof split.split, "function");
      const found = await certify(store, problem, split, ALL_PAIRS, prices, {});
      for (const name of ["bound", "objective", "score"] as const) {
        assertAlmostEquals(found[name], whole[name], 1e-9);
      }
      const exact = { bound: 0, objective: 0, score: 0 };
      assertEquals({ ...found, ...exact }, { ...whole, ...exact });
    }
    const few = { ...judged, parts: SPLIT_FROM - 1 };
    assertEquals(await splitJudged(store, folder, few, { pairRows: rows, before: null }, {}), few);
  }));

Deno.test("DuckDB: what was split for gathering is certified from the same files", () =>
  withStore(async (store, folder, judged) => {
    const whole = await certify(store, problem, judged, ALL_PAIRS, prices, {});
    const { pairs, userGroups } = judged, pairRows = instance.contract.length;
    for (const parts of [SPLIT_FROM - 1, SPLIT_FROM]) {
      await folder.clear(folder.pairs);
      const before = await splitByUser(store, folder.pairs, { pairs, userGroups }, parts, {});
      // In how many parts it would be judged otherwise does not matter.
      const many = { ...judged, parts: 2 };
      const split = await splitJudged(store, folder, many, { pairRows, before }, {});
      assertEquals(split.parts, parts);
      const found = await certify(store, problem, split, ALL_PAIRS, prices, {});
      for (const name of ["bound", "objective", "score"] as const) {
        assertAlmostEquals(found[name], whole[name], 1e-9);
      }
      const exact = { bound: 0, objective: 0, score: 0 };
      assertEquals({ ...found, ...exact }, { ...whole, ...exact });
      // Other pairs than those that were split are read themselves.
      const other = { ...many, pairs: "(SELECT * FROM all_pairs) AS other" };
      assertEquals(await splitJudged(store, folder, other, { pairRows, before }, {}), other);
      await assertRejects(
        () => splitJudged(store, folder, many, { pairRows: pairRows + 1, before }, {}),
        InputError,
        "expected all of them",
      );
    }
  }));

Deno.test("DuckDB: no assignments, and users without a pair, are split too", () =>
  withStore(async (store, folder, judged) => {
    await store.run("DELETE FROM given", {});
    await store.run("DELETE FROM all_pairs WHERE hash(user_id) % 3 = 0", {});
    const whole = await certify(store, problem, judged, ALL_PAIRS, prices, {});
    const split = await splitJudged(store, folder, { ...judged, parts: 9 }, UNKNOWN, {});
    const found = await certify(store, problem, split, ALL_PAIRS, prices, {});
    assertAlmostEquals(found.bound, whole.bound, 1e-9);
    assertEquals([found.users, found.assignments], [whole.users, 0]);
  }));

Deno.test("DuckDB: split pairs that are not all there are refused", () =>
  withStore(async (store, folder, judged) => {
    await assertRejects(
      () =>
        splitJudged(store, folder, { ...judged, parts: 9 }, {
          pairRows: instance.contract.length + 1,
          before: null,
        }, {}),
      InputError,
      "expected all of them",
    );
  }));

Deno.test("DuckDB: where the disk has no room to split, pairs are read as they are", () =>
  withStore(async (store, folder, judged) => {
    const full = Object.create(store, {
      run: {
        value: () => Promise.reject(new InputError("DuckDB: IO Error: No space left on device")),
      },
      dialect: { value: store.dialect },
    }) as DuckDbStore;
    const parts = { ...judged, parts: 9 }, said: string[] = [];
    const onProgress = ({ detail = "" }: { detail?: string }) => void said.push(detail);
    assertEquals(await splitJudged(full, folder, parts, UNKNOWN, { onProgress }), parts);
    assertEquals(said.at(-1), "no room on disk to split pairs");
    await assertRejects(() => Deno.stat(folder.judged), Deno.errors.NotFound);
  }));
