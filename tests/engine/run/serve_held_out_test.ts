/** Random offers to users held out in engines are those of one machine, and the rest is allocated beside them. */
import { applyScenario, type Scenario } from "../../../lib/allocator/explain/whatif.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { serveHeldOut } from "../../../lib/allocator/model/random_offers.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../../../lib/deps/std_assert.ts";
import type { EngineOptions } from "../../../lib/engine/run/allocate_in_engine.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { generateDrop } from "../../../lib/generate/generate.ts";
import { divvy } from "../../support/cli.ts";
import { engineBefore } from "../../support/engine_before.ts";
import { assertNearLocal, judgeRows } from "../../support/engine_judge.ts";
import { engineLimits, LIMITS, writeLimited } from "../../support/engine_limits.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { withFolder } from "../../support/temp_folder.ts";
import { testEngines } from "../../support/tried_engines.ts";

interface Case {
  readonly name: string;
  readonly share: number;
  readonly change?: Partial<Policy>;
  readonly options?: Pick<EngineOptions, "minScore" | "topN">;
  readonly ownK?: boolean;
  readonly hasPins?: boolean;
  readonly isPrevious?: boolean;
  readonly scenario?: (instance: Instance) => Omit<Scenario, "name">;
}

/** The first has everything at once; others what slow engines need not try. */
const CASES: readonly Case[] = [
  {
    name: "own k, brands, each user's best, pins, previous offers that stay, a scenario",
    share: 0.3,
    ownK: true,
    hasPins: true,
    isPrevious: true,
    change: { maxPerBrand: 1, maxSponsoredRatio: 0.5 },
    options: { topN: 6, minScore: 0.05 },
    scenario: ({ contracts, users, groups }) => ({
      capScale: { all: 0.9 },
      bans: [{ contract: contracts[2] }, { group: groups[0], contract: contracts[7] }, {
        user: users.at(4),
      }],
    }),
  },
  { name: "model coverage", share: 0.2, change: { model: "coverage" } },
  { name: "own k, most sponsored", share: 0.5, ownK: true, change: { maxSponsoredRatio: 0.2 } },
  { name: "the best of each user", share: 0.4, options: { topN: 3 } },
  { name: "nobody", share: 0 },
];

/** Rows (user, contract) of users held out. */
function heldOutRows({ heldOut }: Instance): string[] {
  const { instance: { users, contracts, contract }, offers } = heldOut!;
  return users.toArray().flatMap((user, u) =>
    Array.from(
      offers!.offerPair.subarray(offers!.offerStart[u], offers!.offerStart[u + 1]),
      (p) => `${user} ${contracts[contract[p]]}`,
    )
  );
}

testEngines("users held out get the random offers of one machine", async (t, engine, few) => {
  for (const [n, one] of CASES.slice(0, few ? 1 : undefined).entries()) {
    await t.step(one.name, () =>
      withFolder(async (folder) => {
        const { share, change, options = {}, ownK, hasPins, isPrevious } = one;
        const instance = randomInstance({
          seed: 710 + n,
          users: 300,
          contracts: 12,
          groups: 4,
          brands: 5,
          capShare: 0.8,
          ratios: [0.1, 0.2],
          density: 0.6,
        });
        const { files } = await writeLimited(instance, folder, n, null, { ownK });
        const { users, contracts, start, contract } = instance;
        const rowOf = (u: number) => `${users.at(u)},${contracts[contract[start[u + 1] - 1]]}`;
        const write = async (name: string, at: readonly number[]) => {
          const text = ["user_id,contract_address", ...at.map(rowOf)].join("\n");
          await Deno.writeTextFile(`${folder}/${name}`, `${text}\n`);
          return `${folder}/${name}`;
        };
        const pins = hasPins ? await write("pins.csv", [6, 60, 160]) : undefined;
        const previous = isPrevious ? await write("previous.csv", [2, 17, 90, 201]) : undefined;
        const policy = { ...defaultPolicy, k: 2, ...change };
        const scenario = one.scenario && { name: "other", ...one.scenario(instance) };
        const read = await readDrop({ ...files, pins, previous }, {
          ...options,
          holdout: `${100 * share}%`,
          holdoutSeed: 5,
          holdoutSolver: "random",
          ...(isPrevious && { onlyNew: true }),
        });
        const local = scenario === undefined
          ? { instance: serveHeldOut(read.instance, policy), policy }
          : applyScenario(read.instance, policy, scenario);
        const before = pins && await engineBefore({ history: [], pins }, {});
        const { result, rows } = await engine({ ...files, previous }, folder, {
          ...await engineLimits(files),
          policy,
          ...(before && { before }),
          holdout: { share, seed: 5, solver: "random" },
          ...(isPrevious && { onlyNew: true }),
        }, { sampleUsers: 300, gap: 1e-4, ...options, ...(scenario && { scenario }) });
        const isOut = new Set(result.heldOut!.users.map(({ user }) => user));
        const drawn = rows.filter(([user]) => isOut.has(user));
        const expected = heldOutRows(local.instance);
        assertEquals(drawn.map(([user, id]) => `${user} ${id}`).sort(), expected.sort());
        assertEquals(result.heldOut!.randomOffers, expected.length);
        assert(share === 0 || expected.length > 20, `${expected.length} offers`);
        const score = new Map(
          users.toArray().flatMap((user, u) =>
            Array.from(
              contract.subarray(start[u], start[u + 1]),
              (c, i) => [`${user} ${contracts[c]}`, instance.score[start[u] + i]] as const,
            )
          ),
        );
        for (const [user, id, s] of drawn) assertEquals(Number(s), score.get(`${user} ${id}`));
        assertEquals([...result.capOf.values()], [...local.instance.cap]);
        judgeRows(local.instance, local.policy, rows.filter(([user]) => !isOut.has(user)), result);
        await assertNearLocal(local.instance, local.policy, result, true);
      }));
  }
}, "DuckDB");

testEngines(
  "random offers beside limits are refused in the words of one machine",
  (_t, engine) =>
    withFolder(async (folder) => {
      const instance = randomInstance({
        seed: 3,
        users: 40,
        contracts: 20,
        groups: 2,
        ratios: [0.1],
        brands: 2,
      });
      const { files } = await writeLimited(instance, folder, 1, LIMITS[0][1]);
      const holdout = { share: 0.1, seed: 1, solver: "random" as const };
      await assertRejects(
        async () =>
          await engine(files, folder, {
            ...await engineLimits(files),
            policy: defaultPolicy,
            holdout,
          }),
        UsageError,
        "random offers to users held out (holdoutSolver random) don't go with limits yet",
      );
    }),
  "DuckDB",
);

Deno.test("--engine duckdb --holdout-solver random: the file tells users held out apart", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 400 });
    const run = async (out: string, args: string[]) => {
      const all = ["allocate", "--dir", ".", "--out", out, "--summary", "s.json", "-q", ...args];
      const { code, stderr } = await divvy(all, { cwd, permissions: ["--allow-all"] });
      assertEquals(code, 0, stderr);
      const { input } = JSON.parse(await Deno.readTextFile(`${cwd}/s.json`));
      const [head, ...rows] = (await Deno.readTextFile(`${cwd}/${out}`)).trimEnd().split("\n");
      // Engines write numbers in texts of their own.
      const own = rows.filter((row) => row.endsWith("True")).map((row) =>
        row.split(",").map((cell, at) => at === 2 ? Number(cell) : cell)
      );
      return { head, rows: own, holdout: input.holdout };
    };
    const asked = ["--holdout", "20%", "--holdout-solver", "random"];
    const here = await run("a.csv", asked);
    const there = await run("b.csv", [...asked, "--engine", "duckdb"]);
    assertEquals(there, here);
    assert(there.rows.length > 10);
    // Minima count users held out here, so they are missed in both files; units are not given twice.
    const { stdout, stderr } = await divvy(["check", "--dir", ".", "--assign", "b.csv"], { cwd });
    assertMatch(stdout + stderr, /holds +over_cap/);
    assertMatch(stdout + stderr, /holds +more_than_k/);
  }));
