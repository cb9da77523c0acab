/** Alternates that engines find are those of one machine, at the same prices and beside the same offers. */
import { findAlternates } from "../../../../lib/allocator/explain/alternates.ts";
import { applyScenario } from "../../../../lib/allocator/explain/whatif.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { readDrop } from "../../../../lib/io/drop_reader.ts";
import { alternateFacts } from "../../../../lib/report/facts/alternate_facts.ts";
import { generateDrop } from "../../../../lib/generate/generate.ts";
import { divvy } from "../../../support/cli.ts";
import { engineBefore, writeTables } from "../../../support/engine_before.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { withFolder } from "../../../support/temp_folder.ts";
import { testEngines } from "../../../support/tried_engines.ts";
import { tried } from "../../../support/effort.ts";

/** The first has everything at once; others what slow engines need not try, the last two what the first has. */
const CASES: [name: string, change: Partial<Policy>, hasPins?: boolean][] = [
  [
    "a limit per brand, mixed types, assignment ratio, beside pins",
    { maxPerBrand: 1, mixTail: true, k: 3, enforceAssignmentRatio: true },
    true,
  ],
  ["model uniform", {}],
  ["model coverage", { model: "coverage" }],
  ["penalties for empty places", { covMode: "shortfall" }],
  ["a limit per brand", { maxPerBrand: 1, k: 3 }],
  ["beside pins", {}, true],
];

/** The offers of rows (user, contract, …), as one machine has them. */
function offersOf({ users, contracts, start, contract }: Instance, rows: string[][]) {
  const given = new Set(rows.map(([user, id]) => `${user} ${id}`));
  const offerStart = new Uint32Array(start.length), offerPair: number[] = [];
  users.toArray().forEach((user, u) => {
    for (let p = start[u]; p < start[u + 1]; p++) {
      if (given.has(`${user} ${contracts[contract[p]]}`)) offerPair.push(p);
    }
    offerStart[u + 1] = offerPair.length;
  });
  return { offerStart, offerPair: Uint32Array.from(offerPair) };
}

testEngines("alternates are those of one machine at the same prices", async (t, engine, few) => {
  for (
    const [n, [name, change, hasPins]] of CASES.slice(0, few ? 1 : tried(4, CASES.length)).entries()
  ) {
    await t.step(name, () =>
      withFolder(async (folder) => {
        const instance = randomInstance({
          seed: 70 + n,
          users: 150,
          contracts: 18,
          groups: 3,
          brands: 6,
          capShare: 1.2,
          density: 0.8,
          ratios: [0.1, 0.3],
        });
        // Equal scores, so that alternates of equal worth have to stand in the order of one machine.
        instance.score.forEach((score, p) => instance.score[p] = Math.ceil(8 * score) / 8);
        const policy = { ...defaultPolicy, k: 2, ...change };
        const { engine: { caps, groupRatios }, sources } = await writeTables(instance, folder);
        const pins = `${folder}/pins.csv`;
        const { users, contracts, contract, start } = instance;
        const lines = [3, 9, 40].map((u) => `${users.at(u)},${contracts[contract[start[u]]]}\n`);
        await Deno.writeTextFile(pins, `user_id,contract_address\n${lines.join("")}`);
        const read = await readDrop({ ...sources, ...(hasPins && { pins }) });
        // Of a contract that nobody can have there are no alternates.
        const scenario = { name: "gone", setCap: { [contracts.at(-1)!]: 0 } };
        const { instance: drop } = applyScenario(read.instance, policy, scenario);
        const before = hasPins ? await engineBefore({ history: [], pins }, {}) : undefined;
        const { result, rows, alternates } = await engine(sources, folder, {
          caps,
          groupRatios,
          policy,
          alternates: { perUser: 3, out: "" },
          ...(before !== undefined && { before }),
        }, { sampleUsers: 150, passes: 4, gap: 1e-3, scenario });
        const offers = offersOf(drop, rows);
        const local = findAlternates(drop, policy, offers, result.prices, 3);
        const { groups, group } = drop;
        const expected: string[][] = [], nets: number[] = [];
        drop.users.toArray().forEach((user, u) => {
          for (let i = local.start[u]; i < local.start[u + 1]; i++) {
            const p = local.pair[i], c = drop.contract[p], rank = i - local.start[u] + 1;
            const type = c < drop.sponsoredContracts ? "1" : "0";
            const cells = [drop.contracts[c], `${rank}`, `${drop.score[p]}`, type];
            expected.push([user, ...cells, groups[group[u]]]);
            nets.push(local.netValue[i]);
          }
        });
        assert(expected.length > 30, `${expected.length} alternates`);
        const found = alternates.map(([user, id, rank, score, net, type, of]) => ({
          cells: [user, id, `${Number(rank)}`, `${Number(score)}`, type, of],
          net: Number(net),
        }));
        assertEquals(found.map(({ cells }) => cells), expected);
        found.forEach(({ net }, i) => assertAlmostEquals(net, nets[i], 1e-9));
        const facts = alternateFacts(drop, offers, local);
        assertEquals(
          [result.alternates!.alternates, result.alternates!.users],
          [facts.alternates, facts.users],
        );
      }));
  }
}, "DuckDB");

Deno.test("--engine duckdb --alternates: the file, its counts, and lines for what is not taken", () =>
  withFolder(async (cwd) => {
    await generateDrop({ dir: cwd, users: 100 });
    const run = (args: string[]) =>
      divvy(["allocate", "--dir", ".", "--out", "a.csv", "--summary", "s.json", "-q", ...args], {
        cwd,
        permissions: ["--allow-all"],
      });
    const factsOf = async (more: string[]) => {
      const asked = ["--alternates", "2", "--alternates-out", "next.csv", ...more];
      const { code, stderr } = await run(asked);
      assertEquals(code, 0, stderr);
      return JSON.parse(await Deno.readTextFile(`${cwd}/s.json`)).alternates;
    };
    const there = await factsOf(["--engine", "duckdb"]);
    const rows = (await Deno.readTextFile(`${cwd}/next.csv`)).trimEnd().split("\n");
    const head = "user_id,contract_address,rank,score,net_value,is_sponsored,group_id";
    assertEquals([rows[0], rows.length - 1], [head, there.alternates]);
    assertEquals(Object.keys(there), Object.keys(await factsOf([])));
    for (
      const [args, line] of [
        [["--engine", "duckdb", "--alternates", "2"], "--alternates needs --alternates-out"],
        [["--engine", "duckdb", "--alternates-out", "x.csv"], "--alternates-out needs"],
        [
          ["--engine", "duckdb", "--alternates", "2", "--alternates-out", "x.json"],
          "--alternates-out x.json: --engine duckdb writes .csv (also .gz or .zst) and .parquet",
        ],
        [
          ["--engine", "spark", "--alternates", "2", "--alternates-out", "a.csv/"],
          "--alternates-out a.csv/: is the folder of --out, expected another",
        ],
      ] as const
    ) {
      const { code, stderr } = await run([...args]);
      assertEquals([code, stderr.trim().split("\n").length], [1, 1], stderr);
      assert(stderr.includes(line), stderr);
    }
  }));
