/** Prices of an earlier run are where a run begins. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { allocateInDuckDb } from "../../../lib/engine/duckdb/open_drop.ts";
import type { EngineOptions } from "../../../lib/engine/run/options.ts";
import { generateDrop } from "../../../lib/generate/generate.ts";
import { engineBefore } from "../../support/engine_before.ts";
import { writeFiles } from "../../support/engine_files.ts";
import { engineLimits, LIMITS, writeLimited } from "../../support/engine_limits.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { withFolder } from "../../support/temp_folder.ts";
import { testEngines } from "../../support/tried_engines.ts";
import { divvyMany } from "../../support/many_runs.ts";

testEngines("a run begins at the prices of an earlier one", async (t, engine, few) => {
  const cases: [name: string, limits: string | null, hasPins: boolean][] = [
    ["caps and ratios", null, false],
    ["limits and pins", LIMITS[4][1], true],
  ];
  for (const [n, [name, limits, hasPins]] of cases.slice(0, few ? 1 : undefined).entries()) {
    await t.step(name, () =>
      withFolder(async (folder) => {
        const instance = randomInstance({
          seed: 300 + n,
          users: 150,
          contracts: 20,
          groups: 4,
          brands: 6,
          capShare: 0.4,
          ratios: [0.1, 0.3],
          density: 0.5,
        });
        const { files } = await writeLimited(instance, folder, n, limits);
        const { users, contracts, contract, start } = instance, pins = `${folder}/pins.csv`;
        const pinned = [3, 50, 120].map((u) => `${users.at(u)},${contracts[contract[start[u]]]}\n`);
        await Deno.writeTextFile(pins, `user_id,contract_address\n${pinned.join("")}`);
        const before = hasPins ? await engineBefore({ history: [], pins }, {}) : undefined;
        const input = { ...await engineLimits(files), policy: { ...defaultPolicy, k: 2 }, before };
        const run = async (options: EngineOptions) => {
          const { result } = await engine(files, folder, input, {
            sampleUsers: 20,
            togetherUsers: 0,
            passes: 1,
            gap: 1e-5,
            ...options,
          });
          assertEquals(result.broken, []);
          return result;
        };
        const good = await run({ sampleUsers: 150, passes: 6 });
        // So small a sample is far off, and one pass shows where a run begins.
        const bad = await run({}), size = Math.abs(good.bound);
        assert(bad.bound > good.bound + 1e-3 * size, "the first prices are good");
        const startPrices = good.certificate, warm = await run({ startPrices });
        assert(warm.bound <= good.bound + 1e-6 * size, `${warm.bound}, not ${good.bound}`);
        const cold = await run({ startPrices, warmStart: false });
        assert(cold.bound > bad.bound, "it did not begin at prices 0");
      }));
  }
}, "DuckDB");

Deno.test("a run that goes on from its final prices seeks further ones where it ends above the gap", () =>
  withFolder(async (folder) => {
    const instance = randomInstance({
      ...{ seed: 5, users: 600, contracts: 20, groups: 3, capShare: 0.3, ratios: [0.2] },
      density: 0.5,
    });
    const files = { ...await writeFiles(instance, folder), policy: defaultPolicy, memory: "500MB" };
    const options = { sampleUsers: 200, togetherUsers: 10, gap: 1e-4, passes: 30 };
    /** How many passes come after users were assigned for the first time. */
    const passesAfter = async (more: EngineOptions, stopAt = "") => {
      const controller = new AbortController();
      let passes = 0, isAssigned = false;
      await allocateInDuckDb(files, {
        ...{ ...options, ...more, signal: controller.signal },
        onProgress: ({ phase }) => {
          if (phase === stopAt) controller.abort();
          isAssigned ||= phase === "assign";
          if (isAssigned && phase === "prices of all users") passes++;
        },
      });
      return passes;
    };
    assert(await passesAfter({}) > 0, "the first allocation was near enough");
    const stateFile = `${folder}/state.json`;
    await assertRejects(() => passesAfter({ stateFile }, "assign"));
    assert(await passesAfter({ stateFile }) > 0, "no further prices were sought");
  }));

Deno.test("--engine duckdb --prices: the certificate of one machine is where it begins", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 300 });
    const engine = ["--engine", "duckdb", "--sample-users", "20", "--passes", "2", "--gap", "1e-3"];
    const asked = [
      ["--certificate", "c.json"],
      [...engine, "--prices", "c.json"],
      engine,
      [...engine, "--no-warm-start"],
      ["--engine", "duckdb", "--prices", "0.json"],
    ];
    const runs = await divvyMany(
      asked.map((args, i) => {
        const files = ["--dir", ".", "--out", "a.csv", "--summary", `${i}.json`, "-q"];
        return { cwd, args: ["allocate", ...files, ...args] };
      }),
      ["--allow-all"],
    );
    const refused = runs.pop()!;
    for (const { code, stderr } of runs) assertEquals(code, 0, stderr);
    const [local, warm, cold, zero] = runs.map((_, i) =>
      JSON.parse(Deno.readTextFileSync(`${cwd}/${i}.json`))
    );
    assert(warm.bound < cold.bound && warm.bound <= local.bound * (1 + 1e-6), `${warm.bound}`);
    assert(zero.bound > warm.bound);
    assertEquals([refused.code, refused.stderr.split("\n").length], [1, 2], refused.stderr);
  }));
