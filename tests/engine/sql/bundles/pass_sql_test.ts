/** A pass from each user's best bundles gives what a pass over all pairs gives, for whatever prices are settled after. */
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { DuckDbRun } from "../../../../lib/engine/duckdb/duckdb_run.ts";
import { DuckDbStore } from "../../../../lib/engine/duckdb/store.ts";
import { WorkFolder } from "../../../../lib/engine/duckdb/work_folder.ts";
import { USER_COLUMNS } from "../../../../lib/engine/sql/bundles/state_sql.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { withFolder } from "../../../support/temp_folder.ts";

const policies = {
  uniform: { ...defaultPolicy, model: "uniform" as const, k: 3 },
  "mixed bundles": { ...defaultPolicy, model: "uniform" as const, k: 4, mixTail: true },
  "one of a brand": { ...defaultPolicy, model: "uniform" as const, k: 3, maxPerBrand: 1 },
};

for (const [name, policy] of Object.entries(policies)) {
  Deno.test(`a pass from best bundles is that over all pairs: ${name}`, () =>
    withFolder(async (path) => {
      const instance = randomInstance({
        ...{ seed: 15, users: 90, contracts: 12, groups: 3, ratios: [0.2, 0.6], brands: 4 },
      });
      const problem = compileDualProblem(instance, policy);
      assert(problem.countsSponsored);
      const folder = await WorkFolder.open(path, `${path}/out.csv`, false);
      const store = await DuckDbStore.open(folder.database, {
        ...{ memory: "500MB", threads: 2, spill: folder.spill },
      });
      const inputs = { pairs: "none", userGroups: "none" };
      const run = new DuckDbRun(store, inputs, folder, `${path}/out.csv`, {
        pairRows: 1,
        memory: 1e9,
      });
      const { users, group, start, middle, contract, score } = instance;
      const list = (of: ArrayLike<number>, from: number, to: number) =>
        JSON.stringify(Array.from(of).slice(from, to));
      const rows = users.toArray().map((user, u) => {
        const [a, m, b] = [start[u], middle[u], start[u + 1]];
        const lists = [list(contract, a, m), list(score, a, m), list(contract, m, b)];
        return [user, `${group[u]}`, "0", "0", "0", "0", ...lists, list(score, m, b)];
      });
      try {
        await store.makeTable("users", USER_COLUMNS, "uid", {});
        await store.insert(0, "users", USER_COLUMNS, rows, {});
        const prices = zeroPrices(problem);
        prices.contract.forEach((_, c) => prices.contract[c] = 0.01 * (c % 5));
        await run.settle(problem, prices, {});
        for (const price of [0, 0.01, 0.3, 5]) {
          const settled = { ...prices, minSponsored: prices.minSponsored.map((_, g) => g * price) };
          const quick = await run.evaluate(problem, settled, {});
          // Other arrays with the same prices: it is not known that they are the same.
          const slow = await run.evaluate(
            problem,
            { ...settled, contract: prices.contract.slice() },
            {},
          );
          assertAlmostEquals(quick.bound, slow.bound, 1e-9);
          assertEquals(quick.counts.sponsoredUsers, slow.counts.sponsoredUsers);
          assertEquals(quick.offers, slow.offers);
        }
        // Other prices of contracts are no longer those of the table.
        const other = { ...prices, contract: prices.contract.map(() => 0) };
        const found = await run.evaluate(problem, other, {});
        assert(found.bound !== (await run.evaluate(problem, prices, {})).bound);
      } finally {
        await run.end(false);
      }
    }));
}
