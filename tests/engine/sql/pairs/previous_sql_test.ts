/** Previous offers in engines: what changes cost, and limits on them, are what they are on one machine. */
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { InputError, UsageError } from "../../../../lib/base/errors.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
} from "../../../../lib/deps/std_assert.ts";
import type { EngineOptions } from "../../../../lib/engine/run/allocate_in_engine.ts";
import { readDrop } from "../../../../lib/io/drop_reader.ts";
import { readIdRows } from "../../../../lib/io/tables/id_rows.ts";
import { engineBefore, writeBefore } from "../../../support/engine_before.ts";
import { assertNearLocal, judgeRows } from "../../../support/engine_judge.ts";
import { engineLimits, LIMITS, writeLimited } from "../../../support/engine_limits.ts";
import { tinyInstance } from "../../../support/engine_instance.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { withFolder } from "../../../support/temp_folder.ts";
import { testEngines } from "../../../support/tried_engines.ts";
import { solveHere } from "../../../support/local_solution.ts";

interface Case {
  readonly name: string;
  readonly change: Partial<Policy>;
  readonly options?: Pick<EngineOptions, "minScore" | "topN">;
  readonly limits?: string;
  readonly maxChanged?: string;
  readonly hasHistory?: boolean;
  readonly holdout?: number;
}

const ONE = "limit,per,at_most,in_previous\nnew of a brand,brand_id,12,false\n";

const CASES: readonly Case[] = [
  {
    name: "a cost beside limits and a holdout",
    change: { changeCost: 0.3 },
    limits: LIMITS[0][1],
    holdout: 0.1,
  },
  {
    name: "a cost, the best of each user by scores",
    change: { changeCost: 0.2 },
    options: { topN: 4 },
    holdout: 0.1,
  },
  { name: "a cost beyond every score", change: { changeCost: 2, model: "coverage" } },
  {
    name: "a share of changes, beside bans and history",
    change: {},
    maxChanged: "30%",
    hasHistory: true,
    options: { minScore: 0.1 },
  },
  { name: "a limit that names in_previous", change: { maxPerBrand: 1 }, limits: ONE },
];

/** Previous offers: most of an earlier drop's, of which some are pairs no more, some repeated, and blank lines. */
async function writePrevious(
  instance: ReturnType<typeof randomInstance>,
  path: string,
  seed: number,
) {
  const found = await solveHere(
    { ...instance, score: instance.score.map((s, p) => s + ((p * 7919) % 13) / 13) },
    { ...defaultPolicy, k: 2 },
    1e-2,
  );
  const random = seededRandom(seed), lines = ["contract_address,user_id,score"];
  for (let u = 0; u + 1 < found.offerStart.length; u++) {
    for (let o = found.offerStart[u]; o < found.offerStart[u + 1]; o++) {
      if (random.below(4) === 0) continue;
      const contract = random.below(9) === 0
        ? "gone"
        : instance.contracts[instance.contract[found.offerPair[o]]];
      lines.push(`${contract},${instance.users.at(u)},0.5`);
      if (random.below(20) === 0) lines.push(lines.at(-1)!, ",,");
    }
  }
  lines.push(`${instance.contracts[0]},nobody,0.5`);
  await Deno.writeTextFile(path, `${lines.join("\n")}\n`);
}

testEngines("changes cost what they do on one machine", async (t, engine, few) => {
  for (const [n, one] of CASES.slice(0, few ? 1 : undefined).entries()) {
    await t.step(one.name, () =>
      withFolder(async (folder) => {
        const { change, options = {}, limits = null, maxChanged, hasHistory, holdout } = one;
        const instance = randomInstance({
          seed: 510 + n,
          users: hasHistory ? 120 : 160,
          contracts: 12,
          groups: 4,
          brands: 5,
          capShare: 0.5,
          ratios: [0.1, 0.3],
          density: 0.6,
        });
        const { files } = await writeLimited(instance, folder, n, limits);
        const previous = `${folder}/previous.csv`;
        await writePrevious(instance, previous, n);
        const policy = { ...defaultPolicy, k: 2, ...change };
        const past = hasHistory
          ? await writeBefore(instance, folder, { seed: n, rows: 300, dated: false })
          : undefined;
        const rules = hasHistory ? { cooldown: "contract=1drop", declineFactor: 0.8 } : {};
        const { result, rows } = await engine({ ...files, previous }, folder, {
          ...await engineLimits(files),
          policy,
          maxChanged,
          ...(holdout !== undefined && { holdout: { share: holdout, seed: 42 } }),
          ...(past && { before: await engineBefore(past, rules) }),
        }, { sampleUsers: 300, gap: 1e-4, ...options });
        const { instance: local, input } = await readDrop({ ...files, ...past, previous }, {
          ...options,
          ...rules,
          maxChanged,
          ...(holdout !== undefined && { holdout: `${100 * holdout}%` }),
        });
        assertEquals(result.gathered.pairs, local.score.length);
        judgeRows(local, policy, rows, result);
        await assertNearLocal(local, policy, result, true);
        const { rows: read, blankRows, distinct, eligible, left } = result.previous!;
        const said = input.previous!;
        assertEquals(
          [read, blankRows, read - distinct, eligible, distinct - eligible],
          [said.rows, said.blank_rows, said.repeated_rows, said.eligible, said.ineligible],
        );
        assertEquals(left, local.previous!.given.reduce((sum, is) => sum + is, 0));
        const was = new Set(await pairsOf(previous));
        const changed = rows.filter(([user, contract]) => !was.has(`${user} ${contract}`)).length;
        const { slots, slotOffers } = result;
        assertEquals(slotOffers!.reduce((sum, of, s) => sum + of * slots!.isNew![s], 0), changed);
        if (policy.changeCost > 1) assert(changed < rows.length / 3, `${changed} changes`);
        const score = rows.reduce((sum, [, , s]) => sum + Number(s), 0);
        assertAlmostEquals(result.score, score, 1e-6, "scores are those of the pairs");
      }));
  }
});

/** Pairs of a table, as one text each. */
async function pairsOf(path: string): Promise<string[]> {
  const { ids, codes } = await readIdRows(path, ["user_id", "contract_address"]);
  return Array.from(codes[0], (u, row) => `${ids[0].pool.at(u)} ${ids[1].pool.at(codes[1][row])}`);
}

testEngines(
  "previous offers that can't be used are one line",
  (_t, engine, few) =>
    withFolder(async (folder) => {
      const instance = tinyInstance({ seed: 3, brands: 2 });
      const { files } = await writeLimited(instance, folder, 1, null);
      const tables = await engineLimits(files), path = `${folder}/previous.csv`;
      const run = async (text: string | null, change: Partial<Policy>, maxChanged?: string) => {
        if (text !== null) await Deno.writeTextFile(path, text);
        const policy = { ...defaultPolicy, ...change };
        return await engine({ ...files, ...(text !== null && { previous: path }) }, folder, {
          ...tables,
          policy,
          maxChanged,
        });
      };
      await assertRejects(
        () => run(null, { changeCost: 1 }),
        UsageError,
        "--change-cost needs --previous",
      );
      if (few) return;
      await assertRejects(() => run(null, {}, "3%"), UsageError, "--max-changed needs --previous");
      await assertRejects(
        () => run("user_id,contract_address\nu,c\n,c\n", {}),
        InputError,
        'user_id is "", expected an id',
      );
      await assertRejects(
        () => run("user_id,contract_address\nu,\n", {}),
        InputError,
        'contract_address is "", expected an id',
      );
      // Spark: no column; DuckDB, whose files of text Divvy looks through: missing column.
      await assertRejects(() => run("user_id\nu\n", {}), InputError, "column contract_address");
    }),
  "DuckDB",
);
