import { assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";

/** A drop of one pair, with parts replaced by what somebody may pass in JavaScript. */
function from(parts: Record<string, unknown>, options: Record<string, unknown> = {}): Drop {
  const input: Record<string, unknown> = {
    users: [{ id: "ann", group: "north" }],
    contracts: [{ id: "tea", cap: 1, sponsored: true }],
    groups: [{ id: "north", ratio: 0 }],
    pairs: [{ user: "ann", contract: "tea", score: 1 }],
    ...parts,
  };
  // deno-lint-ignore no-explicit-any
  return Drop.from(input as any, options);
}

const ANN = { ids: ["ann"], group: [0] };

/** Parts of a wrong kind, and what is said of them. */
const WRONG: readonly [parts: Record<string, unknown>, message: string][] = [
  [
    { pairs: undefined },
    "pairs is missing, expected a list of {user, contract, score}, or columns",
  ],
  [{ contracts: {} }, "contracts is an object, expected a list of {id, cap, sponsored}"],
  [{ pair: [] }, `the input of Drop.from has no option "pair" (did you mean pairs?)`],
  // rows
  [{ users: [null] }, "users[0] is null, expected {id, group}"],
  [{ pairs: [{ user: "ann", contract: "tea", score: 1 }, undefined] }, "pairs[1] is undefined"],
  [{ contracts: ["tea"] }, `contracts[0] is "tea", expected {id, cap, sponsored}`],
  [{ previous: [null] }, "previous[0] is null, expected {user, contract}"],
  [
    { history: { offers: [] } },
    "history is an object, expected a list of {user, contract, offeredAt, …}, or columns",
  ],
  [{ history: new Map() }, "history is a Map, expected a list of"],
  [
    { contracts: [{ id: "tea", cap: 1, sponsored: true, brand: {} }] },
    "contracts[0]: brand is an object, expected a text",
  ],
  [
    { limits: [{ limit: "one", atMost: 1, where: new Map([["user_id", "ann"]]) }] },
    "limits[0]: where is a Map, expected an object",
  ],
  // ids
  [
    { users: [{ id: 1, group: "north" }] },
    "users[0]: id is 1, expected an id as text, not a number",
  ],
  [{ users: [{ id: "ann", group: null }] }, "users[0]: group is null, expected an id"],
  [{ pins: [{ user: "ann", contract: 7n }] }, "pins[0]: contract is 7n, expected an id as text"],
  [
    // \ud800 and \ud801 would be the same bytes.
    { users: [{ id: "\ud800", group: "north" }, { id: "\ud801", group: "north" }] },
    'users[0]: id is "\ufffd", expected an id without half a character',
  ],
  // From a file these would be read as other ids.
  [{ users: [{ id: " ", group: "north" }] }, 'users[0]: id is " ", expected an id'],
  [{ users: [{ id: " ann ", group: "north" }] }, 'users[0]: id is " ann ", expected an id without'],
  [{ groups: [{ id: "\u00a0north", ratio: 0 }] }, "expected an id without blanks around it"],
  // columns
  [{ pairs: {} }, "pairs: user is missing, expected a column: an array"],
  [
    { users: { ids: [1], group: [0] } },
    "users.ids[0]: id is 1, expected an id as text, not a number",
  ],
  [
    { users: ANN, pairs: { user: [-1], contract: [0], score: [1] } },
    "pairs.user[0]: index is -1, expected an index into the 1 users",
  ],
  [
    { users: ANN, pairs: { user: [0], contract: [0.5], score: [1] } },
    "pairs.contract[0]: index is 0.5, expected an index into the 1 contracts",
  ],
  // what limits name
  [{ limits: [{ limit: "one", atMost: 1, per: 5 }] }, "limits[0]: per is 5, expected columns"],
  [{ limits: [{ limit: "one", atMost: 1, counts: 5 }] }, "limits[0]: counts is 5, expected"],
  [{ limits: [{ limit: "one", atMost: 1, where: "x" }] }, 'limits[0]: where is "x", expected an'],
  ...[null, {}, [], [["a"]], NaN].map((value): [Record<string, unknown>, string] => [
    { limits: [{ limit: "one", atMost: 1, where: { group_id: value } }] },
    "limits[0]: where.group_id is ",
  ]),
  // attributes whose texts would not tell them apart, or depend on where the program runs
  ...[{}, [1], new Date(0), 10n, NaN, Symbol.iterator, () => 1].map(
    (t): [Record<string, unknown>, string] => [
      {
        users: [{ id: "ann", group: "north", attributes: { t } }],
        limits: [{ limit: "one", atMost: 1, per: "t" }],
      },
      "attributes: t is ",
    ],
  ),
  [
    {
      users: [{ id: "ann", group: "north", attributes: {} }],
      limits: [{ limit: "one", atMost: 1, per: "constructor" }],
    },
    'limits[0]: per is "constructor", expected a column',
  ],
  // values with | between them are a cell's way
  [
    { limits: [{ limit: "one", atMost: 1, where: { group_id: "north|south" } }] },
    'such as "north"; several values are a list of them here',
  ],
  // names that could be meant for others
  [
    { limits: [{ limit: "one", atMost: 1, prize: 3 }] },
    `limits[0] has no option "prize" (did you mean price?)`,
  ],
  [
    { limits: [{ limit: "one", atMost: 1, segment: "new" }] },
    `limits[0] has no option "segment" (columns to select by stand in where)`,
  ],
  [
    { limits: [{ limit: "one", atMost: 1, counts: "cost" }] },
    `limits[0]: counts is "cost", expected a column of contracts, users, groups or pairs, such as one of their attributes`,
  ],
  [
    { limits: [{ limit: "one", at_most: 1 }] },
    `limits[0] has no option "at_most" (did you mean atMost?)`,
  ],
  [{ bans: [{ users: "ann" }] }, `bans[0] has no option "users" (did you mean user?)`],
  [
    { pins: [{ user: "ann", contract: "tea", scor: 1 }] },
    `pins[0] has no option "scor" (did you mean score?)`,
  ],
  // fields that are nearly known, and attributes and columns that are none
  [
    { users: [{ id: "ann", group: "north", attribute: {} }] },
    'users[0] has "attribute", expected attributes, or another name',
  ],
  [
    { users: [{ id: "ann", group: "north", K: 1 }] },
    'users[0] has "K", expected k, or another name',
  ],
  // fields by the names that files have for them
  [
    { contracts: [{ id: "tea", cap: 1, sponsored: true, brand_id: "b" }] },
    'contracts[0] has "brand_id", expected brand, or another name',
  ],
  [
    { users: [{ id: "ann", group_id: "north" }] },
    'users[0] has "group_id", expected group, or another name',
  ],
  [
    { history: [{ user: "ann", contract: "old", brand_id: "b" }] },
    'history[0] has "brand_id", expected brand, or another name',
  ],
  [
    { history: { user: ["ann"], contract: ["tea"], offered_at: ["2026-01-01"] } },
    'history has "offered_at", expected offeredAt, or another name',
  ],
  [
    { contracts: [{ id: "tea", cap: 1, sponsored: true, brands: "b" }] },
    'contracts[0] has "brands", expected brand',
  ],
  [
    { history: [{ user: "ann", contract: "tea", offered_at: "2025-08-14" }] },
    'history[0] has "offered_at", expected offeredAt',
  ],
  ...[null, 5, [], new Map([["city", "x"]])].map((
    attributes,
  ): [Record<string, unknown>, string] => [
    { contracts: [{ id: "tea", cap: 1, sponsored: true, attributes }] },
    "contracts[0]: attributes is ",
  ]),
  [{ users: { ...ANN, attribute: {} } }, 'users has "attribute", expected attributes'],
  [{ users: { ...ANN, attributes: [] } }, "users: attributes is [], expected an object of names"],
  [{ users: { ...ANN, k: null } }, "users: k is null, expected a column"],
  ...[1.5, -1, "2", NaN].map((k): [Record<string, unknown>, string] => [
    { users: { ...ANN, k: [k] } },
    "users.k[0]: k is ",
  ]),
  ...[0n, null, "0", undefined].map((index): [Record<string, unknown>, string] => [
    { users: { ids: ["ann"], group: [index] } },
    "users.group[0]: index is ",
  ]),
  [
    { users: { ids: ["ann"], group: BigUint64Array.of(0n) } },
    "users: group is a BigUint64Array, expected a column",
  ],
  [
    { users: { ids: ["ann"], group: new DataView(new ArrayBuffer(4)) } },
    "users: group is a DataView, expected a column",
  ],
  // a day that depends on where the program runs
  [
    { history: [{ user: "ann", contract: "tea", offeredAt: new Date(0) }] },
    "history[0]: offeredAt is a Date, expected a date such as 2025-08-14",
  ],
];

Deno.test("drops from memory: what is not as it must be is named, with its place and what was expected", () => {
  for (const [parts, message] of WRONG) {
    const options = "history" in parts ? { asOf: "2026-01-01" } : {};
    const error = assertThrows(() => from(parts, options), Error, message);
    if (error.message.includes("\n")) throw new Error(`several lines: ${error.message}`);
  }
});

Deno.test("drops from memory: fields of another name are passed over", () => {
  const users = [{ id: "ann", group: "north", age: 30, name: "Ann" }];
  const contracts = [{ id: "tea", cap: 1, sponsored: true, price: 2 }];
  assertEquals(from({ users, contracts }).instance.score.length, 1);
});

Deno.test("drops from memory: what is no object at all is named", () => {
  assertThrows(
    // deno-lint-ignore no-explicit-any
    () => (Drop.from as any)([]),
    Error,
    "input is [], expected {users, contracts, groups, pairs}",
  );
});

Deno.test("drops from memory: messages name the tables as they were given", () => {
  const pairs = [{ user: "bob", contract: "tea", score: 1 }];
  assertThrows(
    () => from({ pairs }),
    Error,
    `pairs: no pair is left: of 1 row 1 has a user that is not in users (pairs has for example "bob", users "ann")`,
  );
});
