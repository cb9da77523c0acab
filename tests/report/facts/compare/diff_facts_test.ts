import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { fc } from "../../../../lib/deps/fast_check.ts";
import { matchOffers, type OfferList } from "../../../../lib/allocator/model/offer_list.ts";
import { IdPool } from "../../../../lib/base/ids/ids.ts";
import { diffFacts } from "../../../../lib/report/facts/compare/diff_facts.ts";
import { diffScore } from "../../../../lib/report/facts/compare/diff_words.ts";

type Row = readonly [user: string, contract: string, score: number];

/** Rows as a list whose ids are numbered as they come. */
function listOf(rows: readonly Row[]): OfferList {
  const users = [...new Set(rows.map(([user]) => user))];
  const contracts = [...new Set(rows.map(([, contract]) => contract))];
  return {
    userIds: IdPool.from(users),
    contractIds: contracts,
    user: Uint32Array.from(rows, ([user]) => users.indexOf(user)),
    contract: Uint32Array.from(rows, ([, contract]) => contracts.indexOf(contract)),
    score: Float64Array.from(rows, ([, , score]) => score),
  };
}

const rows = fc.array(
  fc.tuple(
    fc.constantFrom("u1", "u2", "u3", "ü", "v"),
    fc.constantFrom("a", "b", "c", "ç"),
    fc.integer({ min: 0, max: 3 }),
  ),
  { maxLength: 25 },
);

/** The same question answered with sets of texts. */
function naive(before: readonly Row[], after: readonly Row[]) {
  const pairs = (list: readonly Row[]) =>
    new Set(list.map(([user, c]) => JSON.stringify([user, c])));
  const a = pairs(before), b = pairs(after);
  const only = (one: Set<string>, other: Set<string>) => [...one].filter((p) => !other.has(p));
  const out = only(a, b), came = only(b, a);
  const users = new Set([...out, ...came].map((p) => JSON.parse(p)[0]));
  return { kept: [...a].filter((p) => b.has(p)).length, out, came, users };
}

Deno.test("offers in, out and kept, and users with others, are those of sets of pairs", () => {
  fc.assert(fc.property(rows, rows, (before, after) => {
    const facts = diffFacts(matchOffers(listOf(before), listOf(after)));
    const { kept, out, came, users } = naive(before, after);
    assertEquals(facts.offers.kept, kept);
    assertEquals(facts.offers.in, came.length);
    assertEquals(facts.offers.out, out.length);
    assertEquals(facts.changes.length, users.size);
    const told = facts.changes.flatMap(({ user_id, in: ids }) =>
      ids.map((id) => JSON.stringify([user_id, id]))
    );
    assertEquals(told.sort(), came.sort());
    assertEquals(facts.same, users.size === 0);
  }));
});

Deno.test("the diff of a list and itself is empty, in any order of rows", () => {
  fc.assert(fc.property(rows, (list) => {
    const distinct = [...new Map(list.map((row) => [`${row[0]} ${row[1]}`, row])).values()];
    const facts = diffFacts(matchOffers(listOf(distinct), listOf([...distinct].reverse())));
    assertEquals(facts.same, true);
    assertEquals([facts.changes, facts.contracts, facts.moves], [[], [], []]);
    assertEquals(facts.rescored, 0);
    assertEquals(facts.before.score, facts.after.score);
  }));
});

Deno.test("row order changes no bit of it", () => {
  const distinct = (
    list: Row[],
  ) => [...new Map(list.map((row) => [`${row[0]} ${row[1]}`, row])).values()];
  fc.assert(fc.property(rows, rows, (one, two) => {
    const a = distinct(one), b = distinct(two);
    const facts = diffFacts(matchOffers(listOf(a), listOf(b)));
    const turned = diffFacts(matchOffers(listOf([...a].reverse()), listOf([...b].reverse())));
    assertEquals(JSON.stringify(turned), JSON.stringify(facts));
  }));
});

Deno.test("who came, who left, what moved, by group, type and brand", () => {
  const before: Row[] = [["ann", "tea", 0.5], ["bob", "tea", 0.25], ["cyd", "bun", 1], [
    "cyd",
    "bun",
    1,
  ]];
  const after: Row[] = [["ann", "bun", 0.75], ["bob", "tea", 0.5], ["dan", "bun", 2]];
  const matched = matchOffers(listOf(before), listOf(after));
  const facts = diffFacts(matched, {
    groupOf: (u) => u < 2 ? "north" : "south",
    contracts: new Map([["tea", { sponsored: true, brand: "leaf" }]]),
  });
  assertEquals(facts.users, {
    either: 4,
    same: 1,
    changed: 1,
    came: 1,
    left: 1,
    changed_share: 0.75,
  });
  assertEquals(facts.before, { file: "", offers: 3, users: 3, score: 1.75, repeated_rows: 1 });
  assertEquals(facts.moves, [{ from: "tea", to: "bun", users: 1 }]);
  assertEquals(facts.rescored, 1);
  assertEquals(facts.groups!.map((g) => [g.name, g.users_changed, g.score_change]), [
    ["south", 2, 1],
    ["north", 1, 0.5],
  ]);
  assertEquals(facts.types!.map((t) => [t.name, t.in, t.out]), [
    ["(not known)", 2, 1],
    ["sponsored", 0, 1],
  ]);
  assertEquals(facts.brands!.map((b) => [b.name, b.before, b.after]), [
    ["(not known)", 1, 2],
    ["leaf", 2, 1],
  ]);
});

Deno.test("diff: scores are added up as decimals", () => {
  const before = listOf([["u1", "a", 0.1], ["u2", "a", 0.2]]);
  const after = listOf([["u1", "b", 0.1], ["u2", "b", 0.2], ["u3", "a", 0.3]]);
  const facts = diffFacts(matchOffers(before, after));
  assertEquals([facts.before.score, facts.after.score], [0.3, 0.6]);
  assertEquals(facts.contracts.map((c) => [c.name, c.score_change]), [["a", 0], ["b", 0.3]]);
});

Deno.test("diff: sums that scores of both signs leave small are their decimals, too", () => {
  const rows = (scores: number[]) => scores.map((s, i): Row => [`u${i}`, "a", s]);
  const lists = [[600, 0.652437, -600], [1.1, 0.3, 800], [0.3, 1.1, 800.1]].map((scores) =>
    listOf(rows(scores))
  );
  const [one, two, three] = lists, change = diffFacts(matchOffers(two, three));
  assertEquals(diffFacts(matchOffers(one, two)).before.score, 0.652437);
  assertEquals(change.contracts, []);
  const counted = { before: 3, after: 3, kept: 3, in: 0, out: 0, score_change: 0.1 };
  const contracts = new Map([["a", { sponsored: true, brand: "b" }]]);
  const { types } = diffFacts(matchOffers(two, three), { contracts });
  assertEquals(types, [{ name: "sponsored", ...counted }]);
  assertEquals(diffScore(change), "801.4 before, 801.5 after (+0.1, +0.01 %)");
});

Deno.test("diff: blank brands of all contracts are no brands", () => {
  const one = listOf([["u", "a", 1]]), two = listOf([["u", "b", 1]]);
  const brandsWith = (brand: string) => {
    const contracts = new Map([["a", { sponsored: null, brand: "" }], ["b", {
      sponsored: null,
      brand,
    }]]);
    return diffFacts(matchOffers(one, two), { contracts }).brands?.map(({ name }) => name) ?? null;
  };
  assertEquals(brandsWith(""), null);
  assertEquals(brandsWith("x"), ["(not known)", "x"]);
});

Deno.test("what changed as often stands in the order of ids everywhere else, which is that of their letters' numbers", () => {
  // The private letter U+E000 comes before 𝒜 (U+1D49C), whose first half as UTF-16 is a smaller number.
  const ids = ["a", "\ue000", "𝒜"];
  const came = ids.toReversed().map((id): Row => ["u", id, 1]);
  const facts = diffFacts(matchOffers(listOf([]), listOf(came)), { groupOf: () => "g" });
  assertEquals(facts.contracts.map(({ name }) => name), ids);
  const before = ids.map((id): Row => [`u ${id}`, "from", 1]);
  const after = ids.map((id): Row => [`u ${id}`, id, 1]);
  const { moves } = diffFacts(matchOffers(listOf(before), listOf(after)));
  assertEquals(moves.map(({ to }) => to), ids);
});
