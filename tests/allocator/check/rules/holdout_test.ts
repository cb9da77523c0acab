import { checkAssignments } from "../../../../lib/allocator/check/check.ts";
import { besideHeldOut } from "../../../../lib/allocator/check/rules/holdout.ts";
import type { HeldOut, Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { IdPool } from "../../../../lib/base/ids/ids.ts";
import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { type Row, tableOf } from "../../../support/assignment_table.ts";

/** Two users who may both have a sponsored contract s and t, all at 0.5. */
function dropOf(users: string[]): Instance {
  return {
    users: IdPool.from(users),
    contracts: ["s", "t"],
    sponsoredContracts: 1,
    cap: Float64Array.of(2, 9),
    brand: null,
    brands: [],
    groups: ["g"],
    ratio: Float64Array.of(0.5),
    groupSize: Uint32Array.of(2),
    group: new Uint32Array(2),
    start: Uint32Array.of(0, 2, 4),
    middle: Uint32Array.of(1, 3),
    contract: Uint16Array.of(0, 1, 0, 1),
    score: new Float64Array(4).fill(0.5),
  };
}

const held: HeldOut = { solver: "random", share: 0.5, seed: 1, instance: dropOf(["h", "i"]) };
const drop: Instance = { ...dropOf(["a", "b"]), heldOut: held };
const policy: Policy = { ...defaultPolicy, k: 2, covW: [], sponsoredBonus: 0 };

/** Whether all is kept, whether it is but for minima, and what is broken how often. */
function judged(rows: Row[], further: Partial<Policy> = {}) {
  const { ok, feasible, rules, ...report } = checkAssignments(drop, tableOf(rows), {
    ...policy,
    ...further,
  });
  const broken = rules.filter(({ count }) => count > 0).map(({ rule, count }) =>
    `${rule} ${count}`
  );
  return { ok, feasible, broken: broken.join(), rules, report };
}

/** Keeps every rule, for either pair of users: the others' minimum does not ask anything of those held out. */
const GOOD: Row[] = [["a", "s", 0.5], ["b", "t", 0.5], ["h", "t", 0.5], ["i", "t", 0.5]];

Deno.test("holdout: caps are less what those held out have, and their rows are apart", () => {
  const table = tableOf([...GOOD, ["i", "x", 1], ["h", "s", 0.5]]);
  const beside = besideHeldOut(drop, table);
  assertEquals([...beside.instance.cap], [1, 7]);
  assertEquals([...drop.cap], [2, 9]);
  const usersOf = ({ table: { user, userIds } }: typeof beside) =>
    Array.from(user, (v) => userIds.at(v));
  assertEquals(usersOf(beside), ["a", "b"]);
  for (
    const other of [
      { ...drop, heldOut: undefined },
      { ...drop, heldOut: { ...held, solver: "none" as const } },
      {
        ...drop,
        heldOut: {
          ...held,
          offers: { offerStart: new Uint32Array(3), offerPair: new Uint32Array() },
        },
      },
    ]
  ) {
    const same = besideHeldOut(other, table);
    assert(same.instance === other && same.table === table);
  }
});

Deno.test("holdout: those held out are judged without minima and ratios, and counted apart", () => {
  const { ok, feasible, broken, report } = judged(GOOD);
  assertEquals([ok, feasible, broken], [true, true, ""]);
  assertEquals([report.rows, report.assignments, report.held_out_assignments], [4, 2, 2]);
  // A share of sponsored offers is asked of the others alone, even of a group without a ratio.
  const strict = { enforceAssignmentRatio: true, ratioSlack: -0.125 };
  assertEquals(judged(GOOD, strict).broken, "assignment_ratio 1");
  assertEquals(judged([["a", "s", 0.5], ...GOOD.slice(2)], strict).broken, "");
});

Deno.test("holdout: what is broken by either is broken, and the cases of both are shown", () => {
  const twice: Row[] = [["h", "t", 0.5], ["i", "t", 0.5], ["i", "t", 0.25]];
  const both = judged([...GOOD, ["a", "s", 0.5], ...twice]);
  assertEquals([both.ok, both.feasible, both.broken], [
    false,
    false,
    "duplicate_pair 4,wrong_score 1",
  ]);
  const cases = both.rules.find(({ rule }) => rule === "duplicate_pair")!.cases;
  assertEquals(cases.map(({ user_id }) => user_id), ["a", "h", "i", "i"]);
  const ofHeld = judged([...GOOD, ["i", "t", 0.5]]);
  assertEquals([ofHeld.ok, ofHeld.feasible, ofHeld.broken], [false, false, "duplicate_pair 1"]);
  const ofOthers = judged([...GOOD, ["b", "t", 0.5]]);
  assertEquals([ofOthers.ok, ofOthers.feasible], [false, false]);
});

Deno.test("holdout: where rows come from several files, cases of either name theirs", () => {
  const rows: Row[] = [...GOOD, ["a", "s", 0.5], ["i", "t", 0.5]];
  const files = { files: ["a.csv", "b.csv"], file: Uint32Array.of(0, 1, 0, 1, 0, 1) };
  const { rules } = checkAssignments(drop, { ...tableOf(rows), ...files }, policy);
  const cases = rules.find(({ rule }) => rule === "duplicate_pair")!.cases;
  assertEquals(cases.map(({ file, line }) => [file, line]), [["a.csv", 6], ["b.csv", 7]]);
});

Deno.test("holdout: the drop's caps hold for those held out, who may be of before a scenario changed them", () => {
  const rows: Row[] = [["a", "s", 0.5], ["h", "s", 0.5], ["i", "s", 0.5]];
  const over = (cap: number, before: number) => {
    const others = { ...held.instance, cap: Float64Array.of(before, 9) };
    const whole = {
      ...drop,
      cap: Float64Array.of(cap, 9),
      heldOut: { ...held, instance: others },
    };
    const { rules } = checkAssignments(whole, tableOf(rows), policy);
    return rules.find(({ rule }) => rule === "over_cap")!.count;
  };
  assertEquals(over(3, 1), 0);
  assertEquals(over(2, 3), 1);
  assert(over(1, 3) > 0);
});
