/** Alternates that DuckDB finds are those of one machine, at the same prices and beside the same offers. */
import { findAlternates } from "../../../lib/allocator/explain/alternates.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocateInDuckDb } from "../../../lib/engine/duckdb/open_drop.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { alternateFacts } from "../../../lib/report/facts/alternate_facts.ts";
import { divvy } from "../../support/cli.ts";
import { engineBefore, writeTables } from "../../support/engine_before.ts";
import { readRows } from "../../support/engine_files.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { withFolder } from "../../support/temp_folder.ts";

const CASES: [name: string, change: Partial<Policy>, hasPins?: boolean][] = [
  ["model uniform", {}],
  ["model coverage", { model: "coverage" }],
  ["a limit per brand, mixed types", { maxPerBrand: 1, mixTail: true, k: 3 }],
  ["assignment ratio", { enforceAssignmentRatio: true }],
  ["penalties for empty places", { covMode: "shortfall" }],
  ["beside pins", {}, true],
];

/** The cells of a file of plain ids and numbers. */
async function linesOf(path: string): Promise<string[][]> {
  return (await Deno.readTextFile(path)).trimEnd().split("\n").map((line) => line.split(","));
}

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

Deno.test("DuckDB: alternates are those of one machine at the same prices", async (t) => {
  for (const [n, [name, change, hasPins]] of CASES.entries()) {
    await t.step(name, () =>
      withFolder(async (folder) => {
        const instance = randomInstance({
          ...{ seed: 70 + n, users: 150, contracts: 18, groups: 3, brands: 6 },
          ...{ capShare: 1.2, density: 0.8, ratios: [0.1, 0.3] },
        });
        const policy = { ...defaultPolicy, k: 2, ...change };
        const { engine, sources, out } = await writeTables(instance, folder);
        const pins = `${folder}/pins.csv`;
        const { users, contracts, contract, start } = instance;
        const lines = [3, 9, 40].map((u) => `${users.at(u)},${contracts[contract[start[u]]]}\n`);
        await Deno.writeTextFile(pins, `user_id,contract_address\n${lines.join("")}`);
        const { instance: drop } = await readDrop({ ...sources, ...(hasPins && { pins }) });
        const before = hasPins ? await engineBefore({ history: [], pins }, {}) : undefined;
        const file = `${folder}/alternates.csv`;
        const alternates = { perUser: 3, out: file };
        const input = { ...engine, policy, alternates, ...(before !== undefined && { before }) };
        const result = await allocateInDuckDb(input, { sampleUsers: 150 });
        const offers = offersOf(drop, await readRows(out));
        const local = findAlternates(drop, policy, offers, result.prices, 3);
        const { groups, group } = drop, [, ...rows] = await linesOf(file);
        const expected: string[][] = [], nets: number[] = [];
        drop.users.toArray().forEach((user, u) => {
          for (let i = local.start[u]; i < local.start[u + 1]; i++) {
            const p = local.pair[i], c = drop.contract[p], rank = i - local.start[u] + 1;
            const type = c < drop.sponsoredContracts ? "True" : "False";
            const cells = [drop.contracts[c], `${rank}`, `${drop.score[p]}`, type];
            expected.push([user, ...cells, groups[group[u]]]);
            nets.push(local.netValue[i]);
          }
        });
        assert(expected.length > 30, `${expected.length} alternates`);
        const found = rows.map(([user, id, rank, score, net, type, of]) => ({
          cells: [user, id, rank, `${Number(score)}`, type, of],
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
});

Deno.test("--engine duckdb --alternates: the file, its counts, and lines for what is not taken", () =>
  withFolder(async (cwd) => {
    await divvy(["generate", "--dir", ".", "--users", "200", "-q"], { cwd });
    const run = (args: string[]) =>
      divvy(["allocate", "--dir", ".", "--out", "a.csv", "--summary", "s.json", "-q", ...args], {
        ...{ cwd, permissions: ["--allow-all"] },
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
          "--alternates-out x.json: engines write .csv and .parquet",
        ],
        [
          ["--engine", "spark", "--alternates", "2", "--alternates-out", "x.csv"],
          "--engine spark does not know --alternates, --alternates-out yet: solve without",
        ],
        [["--engine", "duckdb", "--scenario", "s.json"], "does not know --scenario yet"],
        [
          ["--engine", "duckdb", "--holdout", "5%", "--holdout-solver", "random"],
          "--holdout-solver random is for one machine",
        ],
      ] as const
    ) {
      const { code, stderr } = await run([...args]);
      assertEquals([code, stderr.trim().split("\n").length], [1, 1], stderr);
      assert(stderr.includes(line), stderr);
    }
  }));
