/** Rules that are options, written as limits: what docs/limits.md says of the replaced tool's. */
import { fileURLToPath } from "node:url";
import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocate, type AllocateOptions } from "../../../lib/api/allocate.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { withFolder } from "../../support/temp_folder.ts";

const EXAMPLE = fileURLToPath(new URL("../../../examples/limits/", import.meta.url));

/** The best objective of the small drop of examples/limits, with these ratios, under these limits and options. */
async function best(limits: string, options: AllocateOptions, ratios = [0.4, 0.3]) {
  return await withFolder(async (folder) => {
    const [north, south] = ratios;
    const groupRatios = `${folder}/group_ratios.csv`, file = `${folder}/limits.csv`;
    await Deno.writeTextFile(
      groupRatios,
      "group_id,sponsorship_ratio,unsponsored\n" +
        `north,${north},${1 - north}\nsouth,${south},${1 - south}\n`,
    );
    await Deno.writeTextFile(file, limits);
    const drop = await readDrop({
      caps: `${EXAMPLE}caps.csv`,
      elig: `${EXAMPLE}elig.csv`,
      userGroups: `${EXAMPLE}user_groups.csv`,
      groupRatios,
      limits: limits === "" ? undefined : file,
    });
    const { objective, bound } = await allocate(drop, { gap: 0, k: 2, ...options });
    assertAlmostEquals(bound!, objective, 1e-9);
    return objective;
  });
}

/** That a rule brings the same by its option as by limits, and less than without it. */
async function same(
  option: AllocateOptions,
  limits: string,
  { others = {}, ratios, slack = true }: {
    others?: AllocateOptions;
    ratios?: number[];
    slack?: boolean;
  } = {},
): Promise<void> {
  const byOption = await best("", { ...others, ...option }, ratios);
  assertAlmostEquals(await best(limits, others, ratios), byOption, 1e-9);
  if (slack) {
    assert(byOption < await best("", others, ratios) - 1e-6, "the rule makes no difference");
  }
}

Deno.test("-k is a limit per user", () =>
  same({ k: 2 }, "limit,per,at_most\nk,user_id,2\n", { others: { k: 3 } }));

Deno.test("--max-per-brand is a limit per user and brand", () =>
  same({ maxPerBrand: 1 }, "limit,per,at_most\nbrand,user_id+brand_id,1\n"));

Deno.test("the hard assignment ratio is a share of unsponsored offers", () =>
  same(
    { enforceAssignmentRatio: true, assignmentRatioGuard: "hard" },
    "limit,per,at_most,share_of,is_sponsored\nratio,group_id,unsponsored,offers,no\n",
    { ratios: [0.8, 0.75] },
  ));

Deno.test("with one offer a user, most sponsored users are a share of offers", () =>
  same(
    { maxSponsoredRatio: 0.5 },
    "limit,per,at_most,share_of,is_sponsored\nmost,group_id,0.5,offers,true\n",
    { others: { k: 1 } },
  ));

Deno.test("a cap is a limit per contract", async () => {
  assertEquals(
    await best("limit,per,at_most\ncap,contract_address,cap_face\n", {}),
    await best("", {}),
  );
});
