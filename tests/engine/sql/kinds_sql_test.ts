/** Limits in DuckDB are kept, priced and certified as they are on one machine. */
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { InputError, UsageError } from "../../../lib/base/errors.ts";
import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { allocateInDuckDb } from "../../../lib/engine/duckdb/open_drop.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { readRows } from "../../support/engine_files.ts";
import { assertNear, judgeRows } from "../../support/engine_judge.ts";
import { engineLimits, LIMITS, writeLimited } from "../../support/engine_limits.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { withFolder } from "../../support/temp_folder.ts";

const POLICIES: Partial<Policy>[] = [
  {},
  { model: "coverage", maxPerBrand: 1 },
  { mixTail: true, thirdSlotOnlyMixing: false, sponsoredFirstRounds: 1 },
];

Deno.test("DuckDB: limits of every form are kept, near the local solver's results", async (t) => {
  for (const [n, [name, limits]] of LIMITS.entries()) {
    await t.step(name, () =>
      withFolder(async (folder) => {
        const instance = randomInstance({
          ...{ seed: 90 + n, users: 200, contracts: 14, groups: 3, brands: 5 },
          ...{ capShare: 0.4, density: 0.4, ratios: [0.1, 0.3] },
        });
        const policy = { ...defaultPolicy, ...POLICIES[n % POLICIES.length] };
        const { files, out } = await writeLimited(instance, folder, n, limits);
        const { instance: drop } = await readDrop(files);
        const input = { ...files, ...await engineLimits(files), out, policy, memory: "500MB" };
        const local = await solveOptimal(drop, policy, { gap: 1e-3 });
        for (const togetherUsers of [0, 200]) {
          const result = await allocateInDuckDb(input, {
            ...{ sampleUsers: togetherUsers > 0 ? 200 : 150, togetherUsers, passes: 8, gap: 1e-4 },
          });
          assertEquals(result.broken, []);
          judgeRows(drop, policy, await readRows(out), result);
          assertNear(local, result, togetherUsers > 0);
        }
      }));
  }
});

Deno.test("DuckDB: limits that can't be kept are one line", () =>
  withFolder(async (folder) => {
    const instance = randomInstance({
      ...{ seed: 5, users: 30, contracts: 6, groups: 2, brands: 2, ratios: [0.1] },
    });
    const run = async (limits: string, change?: (elig: string) => Promise<void>) => {
      const { files, out } = await writeLimited(instance, folder, 1, limits);
      await change?.(files.elig);
      return await allocateInDuckDb({
        ...{ ...files, ...await engineLimits(files), out, policy: defaultPolicy },
      });
    };
    const cases: [string, typeof UsageError | typeof InputError, string][] = [
      ["limit,per,at_most\na,user_id,2\n", UsageError, "limits of single users (user_id)"],
      ["limit,at_most,town\na,2,\n", InputError, "there is no column"],
      ["limit,at_most,city\na,2,paris\n", InputError, "a value that user_groups has there"],
      ["limit,counts,at_most\na,channel,2\n", InputError, 'channel is "'],
    ];
    for (const [limits, kind, expected] of cases) {
      await assertRejects(() => run(limits), kind as typeof Error, expected);
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
