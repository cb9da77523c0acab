/** Users' own k in DuckDB is kept as on one machine. */
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { assertEquals, assertRejects, assertThrows } from "../../../lib/deps/std_assert.ts";
import { ownKOf } from "../../../lib/engine/drop/own_k.ts";
import { allocateInDuckDb } from "../../../lib/engine/duckdb/open_drop.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { engineLimits, LIMITS, writeLimited } from "../../support/engine_limits.ts";
import { judgeInDuckDb } from "../../support/judge_in_duckdb.ts";
import { engineInstance, tinyInstance } from "../../support/engine_instance.ts";
import { withFolder } from "../../support/temp_folder.ts";
import { solveHere } from "../../support/local_solution.ts";

const CASES: [name: string, change: Partial<Policy>, limits: string | null][] = [
  ["model coverage, offers missed", { model: "coverage", covMode: "shortfall" }, null],
  ["model uniform", {}, null],
  ["the third slot alone mixes", { mixTail: true }, null],
  [
    "offers missed, mixed, under limits",
    { covMode: "shortfall", mixTail: true, k: 2 },
    LIMITS[0][1],
  ],
];

Deno.test("own k: what one machine takes for no whole number from 1 on is refused", () => {
  const rules = { groupsName: "user_groups", k: 3, groupIds: ["g"], groupK: Int32Array.of(2) };
  const of = (text: string) => ownKOf([["g", text]], ["g"], rules)?.values;
  assertEquals(["1", "1e0", "+1", "1.0", ""].map(of), [[1], [1], [1], [1], [2]]);
  for (const text of ["-1", "0", "1.5", "0x1", "1_0", "nan", "Infinity", "65536", "x"]) {
    assertThrows(
      () => of(text),
      InputError,
      `user_groups: k is "${text}", expected a whole number`,
    );
  }
});

Deno.test("DuckDB: users get as many offers as their own k, or their group's, allows", async (t) => {
  for (const [n, [name, change, limits]] of CASES.entries()) {
    await t.step(name, () =>
      withFolder(async (folder) => {
        const instance = engineInstance({ seed: 130 + n, capShare: 0.6, density: 0.6 });
        const policy = { ...defaultPolicy, ...change };
        const { files, out } = await writeLimited(instance, folder, n, limits, { ownK: true });
        const { instance: drop } = await readDrop(files);
        const local = await solveHere(drop, policy, 1e-3);
        const input = { ...files, ...await engineLimits(files), out, policy, memory: "500MB" };
        await judgeInDuckDb(drop, local, input, n);
      }));
  }
  await t.step("a k that is none is one line", () =>
    withFolder(async (folder) => {
      const instance = tinyInstance({ seed: 5, contracts: 6, brands: 2 });
      const { files, out } = await writeLimited(instance, folder, 1, null, { ownK: true });
      const text = await Deno.readTextFile(files.userGroups);
      await Deno.writeTextFile(files.userGroups, text.replace(/, 1\n/, ",0\n"));
      const tables = await engineLimits(files);
      await assertRejects(
        () => allocateInDuckDb({ ...files, ...tables, out, policy: defaultPolicy }),
        InputError,
        'k is "0", expected a whole number from 1',
      );
    }));
});
