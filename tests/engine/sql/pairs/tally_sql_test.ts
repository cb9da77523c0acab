/** What engines count of pairs that are left out is what one machine counts, whatever comes together. */
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { assert } from "../../../../lib/deps/std_assert.ts";
import type { EngineOptions } from "../../../../lib/engine/run/options.ts";
import { readDrop } from "../../../../lib/io/drop_reader.ts";
import { readCaps } from "../../../../lib/io/tables/caps_table.ts";
import { readGroupRatios } from "../../../../lib/io/tables/group_ratios_table.ts";
import { engineBefore } from "../../../support/engine_before.ts";
import { assertTallied } from "../../../support/engine_tally.ts";
import { withFolder, writeFiles } from "../../../support/temp_folder.ts";
import { testEngines } from "../../../support/tried_engines.ts";

const USERS = 120, CONTRACTS = 12;

/** Rows of pairs, up to three about the same one, some of unknown contracts, and scores of either sign. */
function pairRows(seed: number): [user: string, contract: string, score: string][] {
  const random = seededRandom(seed), rows: [string, string, string][] = [];
  for (let u = 0; u < USERS; u++) {
    for (let c = 0; c < CONTRACTS + 2; c++) {
      if (random.below(10) < 4) continue;
      for (let times = random.below(5); times >= 0; times -= 2) {
        const score = random.below(3) === 0 ? 0.25 : (random.below(2000) - 1000) / 1000;
        rows.push([`u${u}`, `c${c}`, `${score}`]);
      }
    }
  }
  return rows.sort(([, a, x], [, b, y]) => x < y ? -1 : x > y ? 1 : a < b ? -1 : 1);
}

const table = (head: string, rows: readonly (readonly string[])[]) =>
  `${[head, ...rows.map((row) => row.join(","))].join("\n")}\n`;

/** Users without a group, contracts in the caps twice, without capacity, with none of their own, and in no caps at all. */
function filesOf(seed: number) {
  const elig = pairRows(seed), users = Array.from({ length: USERS }, (_, u) => u);
  const caps = Array.from({ length: CONTRACTS }, (_, c) => [
    ...[`c${c}`, c === 2 || c === 3 ? "0" : `${8 + c}`, `${c % 2 === 0}`, `b${Math.floor(c / 3)}`],
  ]);
  // Users of g0 have pins: of what is a pair, also one below the least score, and of what becomes one.
  const pinned = users.filter((u) => u % 9 !== 0 && u % 20 === 4)
    .map((u) => [`u${u}`, u % 40 === 4 ? "c0" : "c1", "0.75"]);
  return {
    elig: table("user_id,contract_address,score", elig),
    userGroups: table(
      "user_id,group_id",
      [...users.filter((u) => u % 9 !== 0).map((u) => [`u${u}`, `g${u % 4}`]), ["u4", "g0"], [
        "u5",
        "g9",
      ], ["u5", "g1"]],
    ),
    caps: table("contract_address,cap_face,is_sponsored,brand_id", [
      ...caps,
      ["c8", "0", "true", "b1"],
    ]),
    groupRatios: table("group_id,sponsorship_ratio", [0, 1, 2, 3].map((g) => [`g${g}`, "0.2"])),
    bans: table("user_id,contract_address,brand_id,group_id", [
      ...[["", "c4", "", "g1"], ["u5", "", "", ""], ["u6", "c5", "", ""], ["", "", "b3", "g2"]],
      ...[["nobody", "c1", "", ""], ["u7", "", "", "g3"]],
    ]),
    pins: table("user_id,contract_address,score", pinned),
    history: table(
      "user_id,contract_address,offered_at,outcome",
      users.filter((u) => u % 20 !== 4).map((u) => [
        ...[`u${u}`, `c${(u * 5) % CONTRACTS}`, `2025-08-${String(1 + u % 28).padStart(2, "0")}`],
        ["declined", "redeemed", ""][u % 3],
      ]),
    ),
  };
}

/**
 * What comes together; engines that read tables go without history, which has a test of its own. Of the first, gathering
 * counts the pairs.
 */
const CASES: readonly {
  readonly options: Pick<EngineOptions, "minScore" | "topN">;
  readonly before?: readonly string[];
  readonly holdout?: number;
}[] = [
  { options: { topN: 3 } },
  { options: { minScore: 0.25, topN: 2 }, before: ["bans", "pins", "history"] },
  { options: {}, before: ["pins"] },
  { options: {} },
  { options: { minScore: 0.1 } },
  { options: { minScore: -0.2, topN: 3 }, holdout: 0.3, before: ["bans"] },
  { options: {}, before: ["bans", "history"], holdout: 0.1 },
  { options: { minScore: 0.9 } },
];

const HISTORY = { cooldown: "contract=20d,brand=8d", declineFactor: 0.5, asOf: "2025-09-01" };

testEngines("what is left out is counted as on one machine", async (t, engine, few) => {
  for (const [n, one] of CASES.slice(0, few ? 2 : undefined).entries()) {
    await t.step(JSON.stringify(one), () =>
      withFolder(async (folder) => {
        const { bans, pins, history, ...drop } = await writeFiles(folder, filesOf(n));
        const { options, before: names = [], holdout } = one;
        const has = (name: string) => names.includes(name) && !(few && name === "history");
        const given = {
          ...(has("bans") && { bans }),
          ...(has("pins") && { pins }),
          ...(has("history") && { history: [history] }),
        };
        const rules = has("history") ? HISTORY : {};
        const before = names.length === 0 ? undefined : {
          ...await engineBefore({ history: [], ...given }, rules),
          pinsCreate: true,
        };
        const { result } = await engine(drop, folder, {
          policy: defaultPolicy,
          before,
          caps: await readCaps(drop.caps),
          groupRatios: await readGroupRatios(drop.groupRatios),
          ...(holdout !== undefined && { holdout: { share: holdout, seed: 42 } }),
        }, options);
        const { input } = await readDrop({ ...drop, ...given }, {
          duplicates: "largest",
          ...options,
          ...rules,
          ...(has("pins") && { pinsCreate: true }),
          ...(holdout !== undefined && { holdout: `${100 * holdout}%` }),
        });
        assertTallied(result, input);
        assert(input.elig.conflicting_duplicate_pairs > 100 && input.elig.pairs_without_cap > 0);
      }));
  }
});
