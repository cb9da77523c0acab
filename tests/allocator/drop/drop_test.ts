import { assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { Drop, type DropInput } from "../../../lib/allocator/drop/drop.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { IdPool } from "../../../lib/base/ids/ids.ts";

const input: DropInput = {
  users: [{ id: "u2", group: "g2" }, { id: "u1", group: "g1" }, { id: "u1", group: "g2" }],
  contracts: [
    { id: "b", cap: 2.9, sponsored: true },
    { id: "a", cap: 0, sponsored: false },
    { id: "z", cap: -1, sponsored: true },
  ],
  groups: [{ id: "g1", ratio: 0.5 }, { id: "g2", ratio: 1 }],
  pairs: [
    { user: "u1", contract: "a", score: 0.5 },
    { user: "u2", contract: "b", score: 1 },
    { user: "u1", contract: "a", score: 0.6 },
    { user: "u3", contract: "a", score: 1 },
    { user: "u1", contract: "q", score: 1 },
    { user: "u1", contract: "z", score: 1 },
    { user: "u1", contract: "b", score: 0.1 },
  ],
};

Deno.test("a drop from objects has sorted columns, and counts what it leaves out", () => {
  const { instance, input: counts } = Drop.from(input);
  assertEquals(instance.users.toArray(), ["u1", "u2"]);
  assertEquals(instance.contracts, ["b", "a"]);
  assertEquals([...instance.cap], [2, 10_000]);
  assertEquals([...instance.contract], [0, 1, 0]);
  assertEquals([...instance.score], [0.1, 0.5, 1]);
  assertEquals([...instance.ratio], [0.5, 1]);
  assertEquals(counts.elig.pairs_without_group, 1);
  assertEquals(counts.elig.pairs_with_unknown_contract, 1);
  assertEquals(counts.elig.pairs_without_cap, 1);
  assertEquals(counts.elig.conflicting_duplicate_pairs, 1);
  assertEquals(counts.user_groups.conflicting_duplicate_rows, 1);
});

Deno.test("columns give the same as objects", () => {
  const byObjects = Drop.from({
    users: [{ id: "x", group: "g2" }, { id: "w", group: "g1" }],
    contracts: input.contracts.slice(0, 2),
    groups: input.groups,
    pairs: [{ user: "x", contract: "a", score: 2 }, { user: "w", contract: "b", score: 3 }],
  });
  const byColumns = Drop.from({
    users: { ids: ["x", "w"], group: Uint32Array.of(1, 0) },
    contracts: input.contracts.slice(0, 2),
    groups: input.groups,
    pairs: {
      user: Uint32Array.of(0, 1),
      contract: Uint16Array.of(1, 0),
      score: Float64Array.of(2, 3),
    },
  });
  assertEquals(byColumns.input, byObjects.input);
  assertEquals(byColumns.instance.users.toArray(), byObjects.instance.users.toArray());
  assertEquals(
    { ...byColumns.instance, users: null },
    { ...byObjects.instance, users: null },
  );
});

Deno.test("filters: min score and top n, ties by contract id", () => {
  const contracts = ["d", "c", "b", "a"].map((id, i) => ({ id, cap: 1, sponsored: i < 2 }));
  const pairs = contracts.map(({ id }) => ({
    user: "u",
    contract: id,
    score: id === "d" ? 0.1 : 1,
  }));
  const drop = {
    users: [{ id: "u", group: "g" }],
    groups: [{ id: "g", ratio: 0 }],
    contracts,
    pairs,
  };
  const kept = (options: { topN?: number; minScore?: number }) => {
    const { instance } = Drop.from(drop, options);
    return [...instance.contract].map((c) => instance.contracts[c]).join("");
  };
  assertEquals(kept({}), "cdab");
  assertEquals(kept({ topN: 2 }), "ab");
  assertEquals(kept({ topN: 3 }), "cab");
  assertEquals(kept({ minScore: 0.5 }), "cab");
  assertEquals(Drop.from(drop, { topN: 1, minScore: 0.5 }).input.elig.pairs_beyond_top_n, 2);
  assertEquals(Drop.from(drop, { topN: 1, minScore: 0.5 }).input.elig.pairs_below_min_score, 1);
});

Deno.test("values that can't be used are named", () => {
  const users = { ids: ["x"], group: Uint32Array.of(0) };
  const pairs = { user: Uint32Array.of(0), contract: Uint16Array.of(0), score: Float64Array.of(1) };
  const { contracts, groups } = input;
  const faults: [Partial<DropInput>, string][] = [
    [
      { pairs: [{ user: "u1", contract: "a", score: NaN }] },
      "pairs[0]: score is NaN, expected a finite number",
    ],
    [{ pairs: [{ user: "", contract: "a", score: 1 }] }, 'pairs[0]: user is "", expected an id'],
    [
      { contracts: [{ id: "a", cap: Infinity, sponsored: true }] },
      "contracts[0]: cap is Infinity, expected a finite number",
    ],
    [
      { groups: [{ id: "g1", ratio: 1.1 }] },
      "groups[0]: ratio is 1.1, expected a number from 0 to 1",
    ],
    [
      { users: { ids: ["x", "x"], group: Uint32Array.of(0, 0) } },
      "users.ids: an id occurs twice, expected distinct ids",
    ],
    [
      { users: { ids: ["x"], group: Uint32Array.of(9) } },
      "users.group[0]: index is 9, expected an index into the 2 groups",
    ],
    [
      { users, pairs: { ...pairs, user: Uint32Array.of(4) } },
      "pairs.user[0]: index is 4, expected an index into the 1 users",
    ],
    [
      { users, pairs: { ...pairs, score: Float64Array.of(1, 2) } },
      "pairs: columns have different lengths: user 1, contract 1, score 2",
    ],
    [{ pairs: [] }, "pairs: no pair is left: it has no rows"],
  ];
  for (const [change, message] of faults) {
    const error = assertThrows(
      () => Drop.from({ users: input.users, contracts, groups, pairs: input.pairs, ...change }),
      InputError,
    );
    assertEquals(error.message, message);
  }
});

Deno.test("contracts without a brand are brands of their own", () => {
  const brands = ["x", undefined, "", "x", "w"];
  const { instance } = Drop.from({
    ...input,
    contracts: brands.map((brand, i) => ({ id: `c${i}`, cap: 1, sponsored: false, brand })),
    pairs: [{ user: "u1", contract: "c0", score: 1 }],
  });
  assertEquals(instance.brands, ["w", "x", "", ""]);
  assertEquals([...instance.brand!], [1, 2, 3, 1, 0]);
});

Deno.test("pairs that come again, where that is an error: one is named, the same in any order of rows", () => {
  const pairs = [
    { user: "ann", contract: "tea", score: 1 },
    { user: "bob", contract: "cake", score: 1 },
    { user: "bob", contract: "tea", score: 1 },
    { user: "bob", contract: "cake", score: 2 },
    { user: "cy", contract: "tea", score: 1 },
    { user: "cy", contract: "tea", score: 1 },
  ];
  for (const rows of [pairs, pairs.toReversed()]) {
    const input = {
      users: ["ann", "bob", "cy"].map((id) => ({ id, group: "north" })),
      contracts: [
        { id: "tea", cap: 1, sponsored: true },
        { id: "cake", cap: 2, sponsored: false },
      ],
      groups: [{ id: "north", ratio: 0 }],
      pairs: rows,
    };
    assertThrows(
      () => Drop.from(input, { duplicates: "error" }),
      InputError,
      "pairs: 2 pairs come again, such as user bob with contract cake, expected each once",
    );
  }
});

Deno.test("columns of pairs with attributes: users as rows, as a list of ids and as a pool are the same", () => {
  const ids = ["u2", "u1"], city = ["oslo", "rome"];
  const weightOf = (users: DropInput["users"]) => {
    const { instance } = Drop.from({
      users,
      contracts: [{ id: "a", cap: 9, sponsored: false }],
      groups: [{ id: "g", ratio: 0 }],
      pairs: {
        user: Uint32Array.of(0, 1),
        contract: Uint16Array.of(0, 0),
        score: Float64Array.of(0.5, 0.25),
        attributes: { weight: [2, 3] },
      },
      limits: [{ limit: "weight", per: "city", counts: "weight", atMost: 4 }],
    });
    const { key, row, coefficient } = instance.limits!.rows;
    return Array.from(row, (r, e) => [key[r][0], coefficient[e]]);
  };
  const rows = ids.map((id, i) => ({ id, group: "g", attributes: { city: city[i] } }));
  const columns = { group: Uint32Array.of(0, 0), attributes: { city } };
  const expected = [["rome", 3], ["oslo", 2]];
  assertEquals(weightOf(rows), expected);
  assertEquals(weightOf([...rows, rows[0]]), expected);
  assertEquals(weightOf({ ids, ...columns }), expected);
  assertEquals(weightOf({ ids: IdPool.from(ids), ...columns }), expected);
});

Deno.test("where no pair is left, the reasons are of all rows, repeated ones too", () => {
  const pair = { user: "ann", contract: "tea", score: 0.5 };
  assertThrows(
    () =>
      Drop.from({
        users: [{ id: "ann", group: "north" }],
        contracts: [{ id: "tea", cap: 1, sponsored: true }],
        groups: [{ id: "north", ratio: 0 }],
        pairs: [pair, pair, pair],
      }, { minScore: 0.9 }),
    InputError,
    "of 3 rows 1 has a score below 0.9, 2 repeat a pair",
  );
});
