import { checkAssignments } from "../../../lib/allocator/check/check.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { IdPool } from "../../../lib/base/ids/ids.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { type Row, tableOf } from "../../support/assignment_table.ts";

/** Sponsored s, unsponsored t (at score 0) and v; ann may have s and t, bob v, cat all of them. */
const drop: Instance = {
  users: IdPool.from(["ann", "bob", "cat"]),
  contracts: ["s", "t", "v"],
  sponsoredContracts: 1,
  cap: Float64Array.of(3, 3, 3),
  brand: null,
  brands: [],
  groups: ["g"],
  ratio: Float64Array.of(0),
  groupSize: Uint32Array.of(3),
  group: new Uint32Array(3),
  start: Uint32Array.of(0, 2, 3, 6),
  middle: Uint32Array.of(1, 2, 4),
  contract: Uint16Array.of(0, 1, 2, 0, 1, 2),
  score: Float64Array.of(0.5, 0, 0.25, 0.5, 0, 0.25),
};
const policy: Policy = { ...defaultPolicy, k: 3, covW: [], sponsoredBonus: 0 };

const judged = (rows: Row[], further: Partial<Policy> = {}, of: Partial<Instance> = {}) =>
  checkAssignments({ ...drop, ...of }, tableOf(rows), { ...policy, ...further });

/** What is broken, with its number. */
function broken(...of: Parameters<typeof judged>): string {
  return judged(...of).rules.filter(({ count }) => count > 0)
    .map(({ rule, count }) => `${rule} ${count}`).join(", ");
}

Deno.test("tally: who and what a row names is told apart, the first and the last of each too", () => {
  assertEquals(broken([["ann", "s", 0.5], ["ann", "t", 0]], { model: "coverage" }), "");
  assertEquals(broken([["cat", "v", 0.25], ["bob", "v", 0.25]]), "");
  // Of the user after ann v is the first pair.
  assertEquals(broken([["ann", "v", 0.25]]), "ineligible_pair 1");
  assertEquals(broken([["bob", "s", 0.5]]), "ineligible_pair 1");
  assertEquals(broken([["ann", "x", 1]]), "unknown_contract 1");
  assertEquals(broken([["zoe", "s", 0.5]]), "unknown_user 1");
  assertEquals(broken([["zoe", "x", 0.5]]), "unknown_user 1, unknown_contract 1");
});

Deno.test("tally: scores are the drop's to a part in 10^9", () => {
  const scored = (score: number) => broken([["ann", "s", score]]);
  assertEquals([scored(0.5 + 4e-10), scored(0.5 - 4e-10)], ["", ""]);
  assertEquals([scored(0.5 + 8e-10), scored(-0.5)], ["wrong_score 1", "wrong_score 1"]);
  assertEquals([broken([["ann", "t", 0]]), broken([["ann", "t", 1e-20]])], ["", "wrong_score 1"]);
});

Deno.test("tally: rules are listed where there are such rules", () => {
  const names = (further: Partial<Policy> = {}, of: Partial<Instance> = {}) =>
    judged([], further, of).rules.map(({ rule }) => rule);
  const all = ["unknown_user", "unknown_contract", "ineligible_pair", "duplicate_pair"];
  const always = [...all, "wrong_score", "over_cap", "more_than_k"];
  assertEquals(names({ model: "coverage" }) as string[], always);
  assertEquals(names() as string[], [...always, "mixed_bundle", "min_sponsored"]);
  const branded = names({ model: "coverage", maxPerBrand: 1 }, {
    brand: Uint32Array.of(0, 1, 1),
    brands: ["x", "y"],
  });
  assertEquals(branded as string[], [...always, "max_per_brand"]);
  const heldOut = { solver: "none" as const, share: 0.5, seed: 1, instance: drop };
  assertEquals(names({ model: "coverage" }, { heldOut }).includes("held_out"), true);
});

Deno.test("tally: offers to users held out are that and nothing else", () => {
  const instance = { ...drop, users: IdPool.from(["hal", "ida", "joe"]) };
  const heldOut = { solver: "none" as const, share: 0.5, seed: 1, instance };
  const rows: Row[] = [["hal", "s", 0.5], ["joe", "x", 0.5], ["ann", "s", 0.5], ["zoe", "t", 0]];
  assertEquals(
    broken(rows, {}, { heldOut }),
    "unknown_user 1, held_out 2, unknown_contract 1",
  );
});

Deno.test("tally: of one brand as many as may be, and no more", () => {
  const of = { brand: Uint32Array.of(0, 1, 1), brands: ["x", "y"] };
  const rows: Row[] = [["cat", "t", 0], ["cat", "v", 0.25], ["bob", "v", 0.25]];
  assertEquals(broken(rows, { maxPerBrand: 2 }, of), "");
  assertEquals(broken(rows, { maxPerBrand: 1 }, of), "max_per_brand 1");
});

Deno.test("tally: sponsored, mixed and served users, and what users without an offer are worth", () => {
  const rows: Row[] = [["ann", "s", 0.5], ["bob", "v", 0.25], ["cat", "s", 0.5], ["cat", "t", 0]];
  const { sponsored_users, mixed_users, users_without_offers, assignments } = judged(rows);
  assertEquals([sponsored_users, mixed_users, users_without_offers, assignments], [2, 1, 0, 4]);
  assertEquals(judged(rows.slice(0, 2)).mixed_users, 0);
  assertEquals(judged([["zoe", "s", 0.5], ...rows.slice(0, 1)]).users_without_offers, 2);
  const missing = { covMode: "shortfall" as const, shortfallPenalty: 1 };
  assertEquals(judged(rows.slice(0, 1), missing).objective, 0.5 - 2 - 3 - 3);
  // Of ann's one offer none is missing, of bob's three all, of cat's two both.
  const k = Int32Array.of(1, -1, 2);
  assertEquals(judged(rows.slice(0, 1), missing, { k }).objective, 0.5 - 3 - 2);
});

Deno.test("tally: the very first pair is a pin that is given, or is missing", () => {
  const rows = {
    nameOf: () => "score",
    placeOf: () => ({ file: "pins", line: 2 }),
    placeText: () => "pins:2",
  };
  const pins = {
    pair: Uint32Array.of(0),
    created: new Uint8Array(1),
    row: new Uint32Array(1),
    rows,
  };
  assertEquals(broken([["ann", "s", 0.5]], {}, { pins }), "");
  assertEquals(broken([["ann", "t", 0]], {}, { pins }), "missing_pin 1");
});
