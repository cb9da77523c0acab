/** Limits in DuckDB are kept, priced and certified as they are on one machine. */
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { InputError } from "../../../../lib/base/errors.ts";
import { assertRejects } from "../../../../lib/deps/std_assert.ts";
import { allocateInDuckDb } from "../../../../lib/engine/duckdb/open_drop.ts";
import { readDrop } from "../../../../lib/io/drop_reader.ts";
import { readRows } from "../../../support/engine_files.ts";
import { assertNear, judgeRows } from "../../../support/engine_judge.ts";
import { engineLimits, LIMITS, writeLimited } from "../../../support/engine_limits.ts";
import { judgeInDuckDb } from "../../../support/judge_in_duckdb.ts";
import { engineInstance, tinyInstance } from "../../../support/engine_instance.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { withFolder } from "../../../support/temp_folder.ts";
import { testEngines } from "../../../support/tried_engines.ts";
import { solveHere } from "../../../support/local_solution.ts";

const POLICIES: Partial<Policy>[] = [
  {},
  { model: "coverage", maxPerBrand: 1 },
  { mixTail: true, thirdSlotOnlyMixing: false, sponsoredFirstRounds: 1 },
];

Deno.test("DuckDB: limits of every form are kept, near the local solver's results", async (t) => {
  for (const [n, [name, limits]] of LIMITS.entries()) {
    await t.step(name, () =>
      withFolder(async (folder) => {
        const instance = engineInstance({ seed: 90 + n, density: 0.4 });
        const policy = { ...defaultPolicy, ...POLICIES[n % POLICIES.length] };
        const { files, out } = await writeLimited(instance, folder, n, limits);
        const { instance: drop } = await readDrop(files);
        const input = { ...files, ...await engineLimits(files), out, policy, memory: "500MB" };
        const local = await solveHere(drop, policy, 1e-3);
        // The last, with everything, is decided together: ClickHouse has it without.
        await judgeInDuckDb(drop, local, input, n + 1);
      }));
  }
});

Deno.test("DuckDB: limits that can't be kept are one line", () =>
  withFolder(async (folder) => {
    const instance = tinyInstance({ seed: 5, contracts: 6, brands: 2 });
    const run = async (limits: string, change?: (elig: string) => Promise<void>) => {
      const { files, out } = await writeLimited(instance, folder, 1, limits);
      await change?.(files.elig);
      return await allocateInDuckDb({
        ...files,
        ...await engineLimits(files),
        out,
        policy: defaultPolicy,
      });
    };
    const cases: [string, string][] = [
      ["limit,at_most,town\na,2,\n", "there is no column"],
      ["limit,at_most,city\na,2,paris\n", "a value that user_groups has there"],
      ["limit,counts,at_most\na,channel,2\n", 'channel is "'],
    ];
    for (const [limits, expected] of cases) {
      await assertRejects(() => run(limits), InputError, expected);
    }
    await assertRejects(
      () =>
        run("limit,at_most,channel\na,2,mail\n", async (elig) => {
          const lines = (await Deno.readTextFile(elig)).trimEnd().split("\n");
          const other = lines[1].replace(/^\w+/, (word) => word === "mail" ? "app" : "mail");
          await Deno.writeTextFile(elig, `${[...lines, other].join("\n")}\n`);
        }),
      InputError,
      "1 pair comes again with another channel",
    );
  }));

/** Limits of single users; the first has all of their forms. */
const SINGLE: readonly (readonly [name: string, rows: string])[] = [
  [
    "offers, offers of a brand, a weight, and some users by their ids",
    "limit,per,counts,at_most,at_least,price,user_id\noffers,user_id,,3,,,\nbrand,user_id+brand_id,,1,,,\n" +
    "weight,user_id,weight,8,,,\nsome,,,4,,,u000003|u000011|u000020\nwished,,,,3,0.2,u000030\n",
  ],
  [
    "users by their ids alone, beside the city",
    "limit,per,at_most,user_id\nsome,city,3,u000003|u000011|u000020\nother,,1,u000005\n",
  ],
];

testEngines(
  "limits of single users are kept, near the local solver's results",
  async (t, engine, few) => {
    for (const [n, [name, limits]] of SINGLE.slice(0, few ? 1 : undefined).entries()) {
      await t.step(name, () =>
        withFolder(async (folder) => {
          const instance = engineInstance({ seed: 390 + n, users: 120, density: 0.4 });
          const policy = { ...defaultPolicy, k: 4 };
          const { files } = await writeLimited(instance, folder, n, limits);
          const { instance: drop } = await readDrop(files);
          const local = await solveHere(drop, policy, 1e-3);
          const { result, rows } = await engine(files, folder, {
            ...await engineLimits(files),
            policy,
          }, { sampleUsers: 120, togetherUsers: 120, gap: 1e-4 });
          judgeRows(drop, policy, rows, result);
          assertNear(local, result, true);
        }));
    }
  },
);

Deno.test("DuckDB: limits of more single users than there are slots for are one line; by their ids there may be any number", () =>
  withFolder(async (folder) => {
    const instance = randomInstance({
      seed: 8,
      users: 5000,
      contracts: 14,
      groups: 2,
      brands: 2,
      ratios: [0.1],
      density: 1,
    });
    const run = async (limits: string) => {
      const { files, out } = await writeLimited(instance, folder, 1, limits);
      const input = { ...files, ...await engineLimits(files), out, policy: defaultPolicy };
      const result = await allocateInDuckDb(input, { gap: 1e-2, sampleUsers: 300, passes: 3 });
      judgeRows((await readDrop(files)).instance, defaultPolicy, await readRows(out), result);
    };
    await assertRejects(
      () => run("limit,per,at_most\na,user_id,2\n"),
      InputError,
      "--limits name user_id, so that each pair is of its own kind, and there are more than 65535",
    );
    await run("limit,per,at_most,user_id\na,user_id,2,u000007\n");
  }));
