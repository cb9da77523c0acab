/** A scenario in engines is what it is on one machine. */
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { applyScenario, type Scenario } from "../../../lib/allocator/explain/whatif.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertRejects,
} from "../../../lib/deps/std_assert.ts";
import type { EngineOptions } from "../../../lib/engine/run/allocate_in_engine.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { generateDrop } from "../../../lib/generate/generate.ts";
import { engineBefore, writeBefore } from "../../support/engine_before.ts";
import { assertNearLocal, judgeRows } from "../../support/engine_judge.ts";
import { engineLimits, LIMITS, writeLimited } from "../../support/engine_limits.ts";
import { divvy } from "../../support/cli.ts";
import { divvyMany } from "../../support/many_runs.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { withFolder } from "../../support/temp_folder.ts";
import { testEngines } from "../../support/tried_engines.ts";

/** Ids of the random drops are u00001 …, contracts s… are sponsored. */
type Ids = { readonly users: readonly string[]; readonly contracts: readonly string[] };

interface Case {
  readonly name: string;
  readonly change?: Partial<Policy>;
  readonly options?: Pick<EngineOptions, "minScore" | "topN">;
  readonly limits?: string;
  readonly hasPins?: boolean;
  readonly hasHistory?: boolean;
  readonly holdout?: number;
  readonly onlyNew?: boolean;
  readonly scenario: (
    ids: Ids,
    brands: readonly string[],
    groups: readonly string[],
  ) => Omit<Scenario, "name">;
}

const CAPPED = "limit,per,at_most,at_least,price\ncapped,contract_address,cap_face,,\n" +
  "some,group_id,,20,0.2\n";

/** The first has everything that can stand side by side; others what slow engines need not try. */
const CASES: readonly Case[] = [
  {
    name: "pins, bans, caps, limits and k, each user's best, beside pins and a holdout",
    limits: LIMITS[4][1],
    options: { topN: 6, minScore: 0.05 },
    hasPins: true,
    holdout: 0.1,
    scenario: ({ users, contracts }, brands, groups) => ({
      k: 3,
      capScale: { sponsored: 0.8 },
      limitScale: { all: 1.25 },
      ratioScale: 0.5,
      bans: [
        ...users.slice(0, 40).map((user) => ({ user, contract: contracts[2] })),
        { brand: brands[1], group: groups[0] },
        { user: users[7] },
      ],
    }),
  },
  {
    name: "caps and ratios of single ones, no limits",
    scenario: ({ contracts }, brands, groups) => ({
      setCap: { [contracts[0]]: 3, [contracts[9]]: 0 },
      brandCapScale: { [brands[0]]: 1.3 },
      capScale: { all: 1.15 },
      setRatio: { [groups[1]]: 0.3 },
      ratioScale: 1.1,
    }),
  },
  {
    name: "limits that are the caps follow them",
    limits: CAPPED,
    scenario: () => ({ capScale: { all: 0.7 }, limitScale: { some: 1.5 } }),
  },
  {
    name: "another model, a limit per brand, a cost of changes",
    onlyNew: false,
    scenario: () => ({ policy: { model: "coverage", maxPerBrand: 1, changeCost: 0.2 } }),
  },
  {
    name: "bans beside history, bans and each user's best",
    hasHistory: true,
    options: { topN: 5 },
    scenario: ({ users }, brands) => ({
      bans: [{ brand: brands[2] }, { user: users[3], brand: brands[0] }, { user: users[9] }],
    }),
  },
  {
    name: "bans of offers that would stay",
    onlyNew: true,
    scenario: ({ contracts }, _, groups) => ({
      bans: [{ contract: contracts[3] }, { group: groups[1], contract: contracts[10] }],
    }),
  },
];

/** Rows (user, contract) of which no contract has more than its cap. */
function withinCaps({ contracts, cap }: Instance, rows: readonly string[]): string[] {
  const left = new Map(contracts.map((id, c) => [id, cap[c]]));
  return rows.filter((row) => {
    const id = row.split(",")[1];
    left.set(id, left.get(id)! - 1);
    return left.get(id)! >= 0;
  });
}

testEngines("a scenario is what it is on one machine", async (t, engine, few) => {
  for (const [n, one] of CASES.slice(0, few ? 1 : undefined).entries()) {
    await t.step(one.name, () =>
      withFolder(async (folder) => {
        const { change, options = {}, limits = null, hasPins, hasHistory, holdout, onlyNew } = one;
        const instance = randomInstance({
          seed: 610 + n,
          users: hasHistory ? 120 : 160,
          contracts: 12,
          groups: 4,
          brands: 5,
          capShare: 0.5,
          ratios: [0.1, 0.3],
          density: 0.6,
        });
        const { files } = await writeLimited(instance, folder, n, limits);
        const { users, contracts, start, contract, brands, groups } = instance;
        const pairs = users.toArray().map((id, u) => {
          const options = contract.subarray(start[u], start[u + 1]);
          return `${id},${contracts[options[u % options.length]]}`;
        });
        const head = "user_id,contract_address";
        const write = async (name: string, lines: readonly string[]) => {
          await Deno.writeTextFile(`${folder}/${name}`, `${[head, ...lines].join("\n")}\n`);
          return `${folder}/${name}`;
        };
        const own = pairs.filter((_, u) => u % 37 === 0);
        const pins = hasPins ? await write("pins.csv", own) : undefined;
        const previous = onlyNew === undefined
          ? undefined
          : await write("previous.csv", withinCaps(instance, pairs.filter((_, u) => u % 9 === 0)));
        const past = hasHistory
          ? await writeBefore(instance, folder, { seed: n, rows: 300, dated: false })
          : undefined;
        const read = await readDrop({ ...files, ...past, pins, previous }, {
          ...options,
          ...(onlyNew === true && { onlyNew }),
          ...(holdout !== undefined && { holdout: `${100 * holdout}%` }),
        });
        const policy = { ...defaultPolicy, k: 2, ...change };
        const ids = { users: users.toArray(), contracts };
        const asked = one.scenario(ids, brands, groups);
        // Pins of pairs that are left, and free of bans.
        const free = applyScenario(read.instance, policy, { name: "free", ...asked }).instance;
        const scenario: Scenario = {
          name: "other",
          ...asked,
          ...(hasPins && {
            pins: [11, 50, 77].map((u) => ({
              user: free.users.at(u),
              contract: free.contracts[free.contract[free.start[u]]],
            })),
          }),
        };
        const local = applyScenario(read.instance, policy, scenario);
        const before = (pins ?? past) === undefined
          ? undefined
          : await engineBefore({ history: [], ...past, pins }, {});
        const { result, rows } = await engine({ ...files, previous }, folder, {
          ...await engineLimits(files),
          policy,
          before,
          ...(onlyNew === true && { onlyNew }),
          ...(holdout !== undefined && { holdout: { share: holdout, seed: 42 } }),
        }, { sampleUsers: 300, gap: 1e-4, ...options, scenario });
        assertEquals(result.gathered.pairs, local.instance.score.length);
        assertEquals(result.tally.pairs, read.input.elig.pairs);
        assertEquals(result.previous?.eligible, read.input.previous?.eligible);
        assertEquals([...result.capOf.values()], [...local.instance.cap]);
        judgeRows(local.instance, local.policy, rows, result);
        await assertNearLocal(local.instance, local.policy, result, true);
        for (const { user, contract } of scenario.pins ?? []) {
          assert(rows.some(([u, c]) => u === user && c === contract), `${user} lacks ${contract}`);
        }
      }));
  }
}, "DuckDB");

testEngines(
  "a scenario that bans a pinned pair is refused, one that bans a previous offer lets it go",
  (_t, engine) =>
    withFolder(async (folder) => {
      const instance = randomInstance({ seed: 11, users: 40, contracts: 6, groups: 2, brands: 2 });
      const { files } = await writeLimited(instance, folder, 1, null);
      const { users, contracts, start, contract, groups, group } = instance;
      const idOf = (u: number) => `${users.at(u)},${contracts[contract[start[u]]]}`;
      const write = async (name: string, line: string) => {
        await Deno.writeTextFile(`${folder}/${name}`, `user_id,contract_address\n${line}\n`);
        return `${folder}/${name}`;
      };
      const pins = await write("pins.csv", idOf(3)), previous = await write("kept.csv", idOf(5));
      const { instance: drop } = await readDrop({ ...files, pins, previous }, { onlyNew: true });
      const before = await engineBefore({ history: [], pins }, {});
      const input = { ...await engineLimits(files), policy: defaultPolicy, before, onlyNew: true };
      const run = (change: Omit<Scenario, "name">) =>
        engine({ ...files, previous }, folder, input, { scenario: { name: "other", ...change } });
      for (
        const ban of [{ user: users.at(3) }, {
          contract: contracts[contract[start[3]]],
          group: groups[group[3]],
        }]
      ) {
        let words = "";
        try {
          applyScenario(drop, defaultPolicy, { name: "other", bans: [ban] });
        } catch (error) {
          words = (error as Error).message;
        }
        assertMatch(
          words,
          /^scenario "other": it bans the pair of .*, which is pinned by .*pins\.csv:2$/,
        );
        await assertRejects(() => run({ bans: [ban] }), UsageError, words);
      }
      const bans = [{ user: users.at(5), contract: contracts[contract[start[5]]] }];
      const local = applyScenario(drop, defaultPolicy, { name: "other", bans });
      const { result, rows } = await run({ bans });
      assertEquals(local.instance.pins!.pair.length, 1);
      judgeRows(local.instance, local.policy, rows, result);
    }),
  "DuckDB",
);

testEngines(
  "scenarios that can't be are refused in the words of one machine",
  (_t, engine, few) =>
    withFolder(async (folder) => {
      const instance = randomInstance({
        seed: 9,
        users: 60,
        contracts: 6,
        groups: 2,
        brands: 3,
        ratios: [0.1],
        density: 0.5,
      });
      const { files } = await writeLimited(instance, folder, 1, null);
      // A group whose only user has no pair is none of the drop's.
      await Deno.writeTextFile(files.userGroups, "idle,unused,oslo\n", { append: true });
      await Deno.writeTextFile(files.groupRatios, "unused,0.1\n", { append: true });
      const { users, contracts, brands, start, contract } = instance;
      const has = (u: number, c: number) => contract.subarray(start[u], start[u + 1]).includes(c);
      const [user] = users.toArray(), lacks = contracts.find((_, c) => !has(0, c))!;
      const there = contracts[contract[start[0]]];
      await Deno.writeTextFile(
        `${folder}/bans.csv`,
        `user_id,contract_address\n${user},${there}\n`,
      );
      const sources = { bans: `${folder}/bans.csv`, history: [] };
      const input = { ...await engineLimits(files), policy: defaultPolicy };
      const before = await engineBefore(sources, {});
      const { instance: drop } = await readDrop({ ...files, bans: sources.bans }, {
        holdout: "30%",
      });
      const out = drop.heldOut!.instance, outUser = out.users.at(0);
      const given = out.contracts[out.contract[0]];
      const all: Omit<Scenario, "name">[] = [
        { pins: [{ user, contract: lacks }] },
        { capScale: { nothing: 2 } },
        { pins: [{ user, contract: there }] },
        { pins: [{ user: outUser, contract: given }] },
        { pins: [{ user: "nobody", contract: there }] },
        { pins: [{ user, contract: "nothing" }] },
        {
          pins: [{
            user: drop.users.at(5),
            contract: drop.contracts[drop.contract[drop.start[5]]],
          }],
          bans: [{ user: drop.users.at(5) }],
        },
        { bans: [{}] },
        { bans: [{ user: "nobody" }] },
        { bans: [{ contract: "nothing" }] },
        { bans: [{ brand: `${brands[0]}x` }] },
        { bans: [{ group: "nothing" }] },
        { bans: contracts.map((contract) => ({ contract })) },
        { bans: [{ group: "unused" }] },
        { setRatio: { nothing: 1 } },
        { setRatio: { unused: 1 } },
        { limitScale: { all: 2 } },
        { policy: { changeCost: 1 } },
      ];
      for (const change of all.slice(0, few ? 1 : undefined)) {
        const scenario = { name: "odd", ...change };
        let words = "";
        try {
          applyScenario(drop, defaultPolicy, scenario);
        } catch (error) {
          words = (error as Error).message;
        }
        assert(words !== "", JSON.stringify(change));
        await assertRejects(
          () =>
            engine(files, folder, { ...input, before, holdout: { share: 0.3, seed: 42 } }, {
              scenario,
            }),
          UsageError,
          // Of many users no id is looked for that is like one.
          words.replace(/ \(did you mean .*nobody.*/, "").replace(
            /(user nobody is not in the drop).*/,
            "$1",
          ),
        );
      }
    }),
  "DuckDB",
);

Deno.test("--engine duckdb --scenario: the file changes the drop, and its rules", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 150 });
    await Deno.writeTextFile(
      `${cwd}/less.json`,
      JSON.stringify([{ name: "less", cap_scale: { all: 0.5 }, k: 1 }]),
    );
    const run = async (args: string[]) => {
      const { code, stderr } = await divvy(
        ["allocate", "--dir", ".", "--out", "a.csv", "--summary", "s.json", "-q", ...args],
        { cwd, permissions: ["--allow-all"] },
      );
      assertEquals(code, 0, stderr);
      const { assignments, objective, k } = JSON.parse(await Deno.readTextFile(`${cwd}/s.json`));
      return { assignments, objective, k };
    };
    const here = await run(["--scenario", "less.json"]);
    const there = await run(["--engine", "duckdb", "--scenario", "less.json"]);
    assertEquals([there.k, there.assignments], [1, here.assignments]);
    assertAlmostEquals(there.objective, here.objective, 1e-3 * Math.abs(here.objective));
  }));

Deno.test("--engine duckdb --scenario: users held out are listed as on one machine, the dry run shows its rules", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 100 });
    const groups = await Deno.readTextFile(`${cwd}/user_groups.csv`);
    const group = groups.split("\n")[1].split(",")[1];
    const scenario = async (name: string, changes: Record<string, unknown>) => {
      await Deno.writeTextFile(`${cwd}/${name}.json`, JSON.stringify([{ name, ...changes }]));
      return ["--scenario", `${name}.json`];
    };
    const bans = await scenario("without", { bans: [{ group_id: group }] });
    const k1 = await scenario("k1", { k: 1 });
    const less = await scenario("less", { cap_scale: { all: 0.5 } });
    const engine = ["--engine", "duckdb"];
    const listed = [bans, [], [...engine, ...bans], engine];
    const shown = [k1, ["-k", "1"], less, [], bans];
    const runs = await divvyMany(
      [
        ...listed.map((args, i) => ["--holdout", "30%", "--holdout-out", `${i}.csv`, ...args]),
        ...shown.map((args) => [...engine, "--dry-run", ...args]),
      ].map((args) => ({ cwd, args: ["allocate", "--dir", ".", "--out", "a.csv", "-q", ...args] })),
      ["--allow-all"],
    );
    for (const { code, stderr } of runs) assertEquals(code, 0, stderr);
    const [here, all, hereInEngine, allInEngine] = listed.map((_, i) =>
      Deno.readTextFileSync(`${cwd}/${i}.csv`)
    );
    assert(here.length < all.length && !here.includes(`,${group}\n`));
    assertEquals([hereInEngine, allInEngine], [here, all]);
    const [ofK1, k, ofLess, plain, ofBans] = runs.slice(listed.length).map(({ stdout }) => stdout);
    assertEquals(ofK1, k);
    assert(ofLess !== plain);
    assertMatch(ofBans, /^-- Not shown: tables of the scenario's pins and bans, /);
  }));
