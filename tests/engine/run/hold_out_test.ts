/** Users held out in engines are those held out on one machine, and the rest of the drop is the same. */
import type { Policy } from "../../../lib/allocator/model/policy.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import type { EngineOptions } from "../../../lib/engine/run/allocate_in_engine.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
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
  readonly limits?: string;
  readonly ownK?: boolean;
  /** Every user of this group has a pin. */
  readonly pinnedGroup?: number;
}

/** The first has everything that can stand beside limits; others what slow engines need not try. */
const CASES: readonly Case[] = [
  { name: "beside limits and own k", share: 0.1, limits: LIMITS[0][1], ownK: true },
  {
    name: "model coverage, a least score",
    share: 0.33,
    change: { model: "coverage" },
    options: { minScore: 0.4 },
  },
  { name: "beside pins", share: 0.2, pinnedGroup: 1 },
  { name: "nearly everybody", share: 0.99, options: { topN: 4 } },
];

testEngines("users are held out as on one machine", async (t, engine, few) => {
  for (const [n, one] of CASES.slice(0, few ? 1 : undefined).entries()) {
    await t.step(one.name, () =>
      withFolder(async (folder) => {
        const { share, change, options = {}, limits = null, ownK, pinnedGroup } = one;
        const instance = randomInstance({
          seed: 410 + n,
          users: 300,
          contracts: 12,
          groups: 4,
          brands: 5,
          capShare: 0.5,
          ratios: [0.1, 0.3],
          density: 0.6,
        });
        const { files } = await writeLimited(instance, folder, n, limits, { ownK });
        const pins = pinnedGroup === undefined ? undefined : `${folder}/pins.csv`;
        if (pins !== undefined) {
          const { users, group, start, contract, contracts } = instance;
          const lines = users.toArray().flatMap((id, u) =>
            group[u] === pinnedGroup ? [`${id},${contracts[contract[start[u]]]}`] : []
          );
          await Deno.writeTextFile(pins, `user_id,contract_address\n${lines.join("\n")}\n`);
        }
        const policy = { ...defaultPolicy, k: 2, ...change };
        const before = pins && await engineBefore({ history: [], pins }, {});
        const tables = await engineLimits(files);
        const caps = { ...tables.caps, cap: tables.caps.cap.map((cap) => Math.max(cap, 90)) };
        const { result, rows } = await engine(files, folder, {
          ...tables,
          policy,
          holdout: { share, seed: 7 },
          ...(before && { before, caps }),
        }, { sampleUsers: 300, gap: 1e-4, ...options });
        const read = await readDrop({ ...files, pins }, {
          ...options,
          holdout: `${100 * share}%`,
          holdoutSeed: 7,
        });
        const local = before === undefined
          ? read.instance
          : { ...read.instance, cap: read.instance.cap.map((cap) => Math.max(cap, 90)) };
        const { users, group } = local.heldOut!.instance;
        assertEquals(
          result.heldOut!.users,
          [...group].map((g, u) => ({ user: users.at(u), group: g })),
        );
        assert(pinnedGroup === undefined || !group.includes(pinnedGroup));
        assertEquals(result.gathered.pairs, local.score.length);
        judgeRows(local, policy, rows, result);
        await assertNearLocal(local, policy, result, true);
      }));
  }
});
