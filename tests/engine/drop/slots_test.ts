/** Limits of an engine are those of the pairs that are left, as on one machine. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { limitsReport } from "../../../lib/cli/commands/allocate/engine_summary.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import type { EngineOptions } from "../../../lib/engine/run/options.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { engineBefore } from "../../support/engine_before.ts";
import { judgeRows } from "../../support/engine_judge.ts";
import { engineLimits } from "../../support/engine_limits.ts";
import { withFolder } from "../../support/temp_folder.ts";
import { testEngines } from "../../support/tried_engines.ts";

const FILES = {
  caps:
    "contract_address,cap_face,is_sponsored,brand_id\nc1,5,true,b1\nc2,5,false,b2\nc3,5,false,b3\n",
  group_ratios: "group_id,sponsorship_ratio\ng1,0\ng2,0\n",
  // u7 and u8 have no pairs, and quotas of their own.
  user_groups: "user_id,group_id,is_new,quota\nu1,g1,no,2\nu2,g1,yes,2\nu3,g1,no,2\nu4,g2,yes,2\n" +
    "u5,g2,yes,2\nu7,g1,no,9\nu8,g2,only,some\n",
  // Contract c3: one pair with a low score, one of a user who has no group.
  elig:
    "user_id,contract_address,score\nu1,c1,1\nu1,c2,2\nu1,c3,0.1\nu2,c1,3\nu2,c2,1\nu3,c2,4\nu3,c1,2\n" +
    "u4,c1,1\nu4,c2,3\nu5,c1,2\nu5,c1,1\nu9,c3,7\n",
};

const LEASTS = "limit,per,at_least,price\neach,contract_address,1,7\n";
const SHARE = "limit,per,at_most,share_of,is_new\nnew,group_id,0.2,offers,yes\n";

interface Case {
  readonly name: string;
  readonly limits: string;
  readonly options?: Pick<EngineOptions, "minScore" | "topN">;
  readonly bans?: string;
  /** Part of the report that is there, if any. */
  readonly reports?: "limits" | "closed_shares";
}

const CASES: readonly Case[] = [
  {
    name: "leasts of what only low scores count toward",
    limits: LEASTS,
    options: { minScore: 0.5 },
    reports: "limits",
  },
  {
    name: "leasts of what only pairs beyond the best count toward",
    limits: LEASTS,
    options: { topN: 2 },
    reports: "limits",
  },
  {
    name: "leasts of what only users without a group are eligible for, and bans",
    limits: LEASTS,
    bans: "u1,c3\n",
    reports: "limits",
  },
  { name: "shares that allow no offer", limits: SHARE, reports: "closed_shares" },
  {
    name: "shares that allow no offer once low scores are left out",
    limits: "limit,at_most,share_of,contract_address\nc3,0.3,offers,c1|c2\n",
    options: { minScore: 0.5 },
    reports: "closed_shares",
  },
  {
    name: "amounts that users say, of whom those without a pair say others",
    limits: "limit,per,at_most\nquotas,is_new,quota\n",
  },
];

/** Writes the files of a case. */
async function writeCase({ limits, bans }: Case, folder: string) {
  const texts: Record<string, string> = { ...FILES, limits };
  if (bans !== undefined) texts.bans = `user_id,contract_address\n${bans}`;
  const paths: Record<string, string> = {};
  for (const [name, text] of Object.entries(texts)) {
    paths[name] = `${folder}/${name}.csv`;
    await Deno.writeTextFile(paths[name], text);
  }
  const { user_groups: userGroups, group_ratios: groupRatios, ...rest } = paths;
  return { ...rest, userGroups, groupRatios } as
    & {
      [name in "caps" | "elig" | "userGroups" | "groupRatios" | "limits"]: string;
    }
    & { bans?: string };
}

testEngines("limits count the pairs that are left", async (t, engine, few) => {
  const policy = { ...defaultPolicy, k: 1 };
  for (const one of few ? [CASES[0], CASES[3], CASES[5]] : CASES) {
    await t.step(one.name, () =>
      withFolder(async (folder) => {
        const { options = {}, reports } = one, files = await writeCase(one, folder);
        const local = await readDrop(files, { duplicates: "largest", ...options });
        const best = await solveOptimal(local.instance, policy, { gap: 1e-9 });
        const before = files.bans === undefined
          ? undefined
          : await engineBefore({ history: [], bans: files.bans }, {});
        const input = { ...await engineLimits(files), policy, before };
        const { result, rows } = await engine(files, folder, input, { ...options, gap: 1e-9 });
        judgeRows(local.instance, policy, rows, result);
        assertAlmostEquals(result.objective, best.objective, 1e-9);
        const { limits, limits_without_pairs, closed_shares } = local.input;
        const there = limitsReport(result);
        assertEquals(
          [there.limits, there.limits_without_pairs, there.closed_shares],
          [limits, limits_without_pairs, closed_shares],
        );
        assert(reports === undefined || there[reports] !== undefined);
      }));
  }
});
