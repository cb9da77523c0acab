import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocateInDuckDb } from "../../../lib/engine/duckdb/open_drop.ts";
import { readRows, writeFiles } from "../../support/engine_files.ts";
import { assertNearLocal, judgeRows } from "../../support/engine_judge.ts";
import { policies } from "../../support/engine_policies.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { ALL_TESTS } from "../../support/effort.ts";

Deno.test("DuckDB: every policy's rules are kept, near the local solver's results", async (t) => {
  for (const [n, [name, change, inSql]] of policies.entries()) {
    await t.step(name, async () => {
      const folder = await Deno.makeTempDir();
      try {
        const instance = randomInstance({
          ...{ seed: 40 + n, users: 250, contracts: 24, groups: 5, brands: 7 },
          ...{ capShare: 0.25, density: 0.4, ratios: [0, 0.1, 0.3, 0.5] },
        });
        const policy = { ...defaultPolicy, ...change };
        const files = await writeFiles(instance, folder);
        // Where SQL alone is tried, users are decided together too: in a usual run for one of those policies.
        const both = inSql && (ALL_TESTS || name === "everything at once");
        for (const togetherUsers of both ? [0, 400] : [inSql ? 0 : 400]) {
          const result = await allocateInDuckDb({ ...files, policy, memory: "500MB" }, {
            ...{ sampleUsers: 200, togetherUsers, passes: 6, gap: 1e-4 },
          });
          assertEquals(result.broken, []);
          judgeRows(instance, policy, await readRows(files.out), result);
          await assertNearLocal(instance, policy, result, togetherUsers > 0);
        }
        // What a run made beside the result is gone.
        const left = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
        assertEquals(left, ["assignments.csv", "elig.csv", "user_groups.csv"]);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
});
