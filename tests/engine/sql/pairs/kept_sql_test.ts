/** Previous offers that stay in engines are those that stay on one machine, and the rest of the drop is the same. */
import { solveOptimal } from "../../../../lib/allocator/optimal/optimal.ts";
import type { Allocation } from "../../../../lib/allocator/model/allocation.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { type Instance, userOfPair } from "../../../../lib/allocator/drop/instance/instance.ts";
import { InputError, UsageError } from "../../../../lib/base/errors.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "../../../../lib/deps/std_assert.ts";
import type { EngineOptions } from "../../../../lib/engine/run/options.ts";
import { readDrop } from "../../../../lib/io/drop_reader.ts";
import { engineBefore } from "../../../support/engine_before.ts";
import { assertNear, judgeRows } from "../../../support/engine_judge.ts";
import { engineLimits, LIMITS, writeLimited } from "../../../support/engine_limits.ts";
import { engineInstance, tinyInstance } from "../../../support/engine_instance.ts";
import { withFolder } from "../../../support/temp_folder.ts";
import { testEngines } from "../../../support/tried_engines.ts";
import { solveHere } from "../../../support/local_solution.ts";

interface Case {
  readonly name: string;
  readonly limits: string | null;
  readonly change?: Partial<Policy>;
  readonly options?: Pick<EngineOptions, "minScore" | "topN">;
  readonly hasPins?: boolean;
  readonly holdout?: number;
  readonly maxChanged?: string;
}

/** The first has nearly everything at once. */
const CASES: readonly Case[] = [
  {
    name: "beside limits, pins, a holdout, a cost of changes and the best of each user",
    limits: LIMITS[0][1],
    hasPins: true,
    holdout: 0.1,
    change: { changeCost: 0.1 },
    options: { topN: 5 },
  },
  {
    name: "a least score, one of a brand",
    limits: null,
    change: { maxPerBrand: 1 },
    options: { minScore: 0.3 },
  },
  { name: "a share of changes", limits: null, change: { model: "coverage" }, maxChanged: "40%" },
  { name: "pins below the least score", limits: null, hasPins: true, options: { minScore: 0.6 } },
];

/** Offers of an allocation as rows (user, contract), those of some places. */
function offersOf(
  { users, contracts, contract }: Instance,
  { offerPair, offerStart }: Allocation,
  isChosen: (place: number) => boolean,
): string[] {
  const lines: string[] = [];
  for (let u = 0; u + 1 < offerStart.length; u++) {
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
      if (isChosen(o)) lines.push(`${users.at(u)},${contracts[contract[offerPair[o]]]}`);
    }
  }
  return lines;
}

const table = (lines: readonly string[]) => `user_id,contract_address\n${lines.join("\n")}\n`;

testEngines("previous offers stay as on one machine", async (t, engine, few) => {
  for (const [n, one] of CASES.slice(0, few ? 1 : undefined).entries()) {
    await t.step(one.name, () =>
      withFolder(async (folder) => {
        const { limits, change, options = {}, hasPins, holdout, maxChanged } = one;
        const instance = engineInstance({
          seed: 730 + n,
          users: 150,
          capShare: 0.6,
          ratios: [0, 0.1],
          density: 0.5,
        });
        const { files } = await writeLimited(instance, folder, n, limits);
        const policy = { ...defaultPolicy, k: 2, ...change };
        const { instance: earlier } = await readDrop(files);
        const score = earlier.score.map((s, p) => s + ((p * 7919) % 13) / 13);
        const was = await solveHere({ ...earlier, score }, policy, 1e-2);
        const previous = `${folder}/previous.csv`, pins = `${folder}/pins.csv`;
        const lines = offersOf(earlier, was, (o) => o % 3 !== 0);
        await Deno.writeTextFile(previous, table([...lines, "nobody,c1", `u1,gone`, lines[0]]));
        await Deno.writeTextFile(pins, table(offersOf(earlier, was, (o) => o % 12 === 0)));
        const { result, rows } = await engine({ ...files, previous }, folder, {
          ...await engineLimits(files),
          policy,
          maxChanged,
          onlyNew: true,
          ...(hasPins && { before: await engineBefore({ history: [], pins }, {}) }),
          ...(holdout !== undefined && { holdout: { share: holdout, seed: 42 } }),
        }, { ...options, sampleUsers: 240, togetherUsers: 240, gap: 1e-4 });
        const { instance: drop } = await readDrop(
          { ...files, previous, ...(hasPins && { pins }) },
          {
            ...options,
            onlyNew: true,
            maxChanged,
            ...(holdout !== undefined && { holdout: `${100 * holdout}%` }),
          },
        );
        assertEquals(result.gathered.pairs, drop.score.length);
        const given = new Set(rows.map(([user, contract]) => `${user} ${contract}`));
        const { users, contracts, contract } = drop;
        assert(drop.pins!.pair.length > 60, `${drop.pins!.pair.length}`);
        for (const pair of drop.pins!.pair) {
          const id = `${users.at(userOfPair(drop, pair))} ${contracts[contract[pair]]}`;
          assertEquals(given.has(id), true, id);
        }
        judgeRows(drop, policy, rows, result);
        assertNear(await solveHere(drop, policy, 1e-4), result, true);
      }));
  }
});

testEngines(
  "previous offers that can't stay are one line",
  (_t, engine, few) =>
    withFolder(async (folder) => {
      const instance = tinyInstance({ seed: 3, ratios: [0], density: 1, brands: 2 });
      const { files } = await writeLimited(instance, folder, 1, null);
      const tables = await engineLimits(files), previous = `${folder}/previous.csv`;
      const run = async (
        lines: readonly string[] | null,
        cap = 30,
        change: Partial<Policy> = {},
      ) => {
        if (lines !== null) await Deno.writeTextFile(previous, table(lines));
        const caps = { ...tables.caps, cap: tables.caps.cap.map(() => cap) };
        const policy = { ...defaultPolicy, k: 2, ...change };
        return await engine({ ...files, ...(lines !== null && { previous }) }, folder, {
          ...tables,
          caps,
          policy,
          onlyNew: true,
        });
      };
      const ids = instance.users.toArray(), [a, b, c] = instance.contracts;
      const { brand, sponsoredContracts } = instance, last = instance.contracts.at(-1)!;
      const other = instance.contracts.findIndex((_, at) =>
        at > 0 && at < sponsoredContracts && brand![at] === brand![0]
      );
      assert(other > 0 && sponsoredContracts < instance.contracts.length);
      const contradictions: [lines: string[], cap: number, change: Partial<Policy>][] = [
        [[`${ids[0]},${a}`, `${ids[1]},${a}`, `${ids[2]},${a}`], 2, {}],
        [[`${ids[3]},${a}`, `${ids[3]},${instance.contracts[other]}`], 30, { maxPerBrand: 1 }],
        [[`${ids[3]},${a}`, `${ids[3]},${last}`], 30, {}],
        [[`${ids[0]},${a}`, `${ids[1]},${a}`, `${ids[2]},${a}`], 30, { maxSponsoredRatio: 0.05 }],
      ];
      for (const [lines, cap, change] of contradictions.slice(0, few ? 2 : undefined)) {
        await Deno.writeTextFile(previous, table(lines));
        const { instance: read } = await readDrop({ ...files, previous }, { onlyNew: true });
        const drop = { ...read, cap: read.cap.map(() => cap) };
        const { message } = await assertRejects(
          () => solveOptimal(drop, { ...defaultPolicy, k: 2, ...change }),
          InputError,
        );
        assertStringIncludes(message, "previous (");
        await assertRejects(() => run(lines, cap, change), InputError, message);
      }
      if (few) return;
      await assertRejects(
        () => run([a, b, c].map((contract) => `${ids[0]},${contract}`)),
        InputError,
        `previous (${ids[0]}, ${c}): the pinned pair of ${
          ids[0]
        } and ${c} is one more than k = 2 beside the pin of previous`,
      );
      await assertRejects(() => run(null), UsageError, "--only-new needs --previous");
      // None that is a pair now: nothing stays.
      const { result } = await run([`nobody,${a}`]);
      assertEquals(result.previous!.eligible, 0);
    }),
  "DuckDB",
);
