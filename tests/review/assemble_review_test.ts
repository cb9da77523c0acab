/** What came of a drop: every count against a naive model of rows and sets. */
import { fc } from "../../lib/deps/fast_check.ts";
import { assertEquals, assertThrows } from "../../lib/deps/std_assert.ts";
import { InputError } from "../../lib/base/errors.ts";
import { IdTable } from "../../lib/base/ids/id_table.ts";
import { assembleReview } from "../../lib/review/assemble_review.ts";
import type { PairColumns, ReviewParts } from "../../lib/review/review_parts.ts";
import { reviewFacts } from "../../lib/report/facts/review/gather_review.ts";

/** Offers and what became of them as rows. */
interface Rows {
  offers: { user: string; contract: string; score: number }[];
  selections: [string, string][];
  redemptions: [string, string][];
  groups: Record<string, string>;
  heldOut: string[];
}

const CONTRACTS = ["a", "b", "c", "d"], SPONSORED = new Set(["a", "b"]);
const BRAND: Record<string, string> = { a: "x", b: "y", c: "x", d: "" };
const RATIO: Record<string, number> = { north: 0.5, south: 0.2 };

function pairs(rows: readonly [string, string][]): PairColumns {
  const users = new IdTable(), contracts = new IdTable();
  const user = Uint32Array.from(rows, ([u]) => users.internString(u));
  return {
    users,
    contracts,
    user,
    contract: Uint32Array.from(rows, ([, c]) => contracts.internString(c)),
  };
}

function partsOf(rows: Rows): ReviewParts {
  const grouped = Object.entries(rows.groups), groupIds = [...new Set(Object.values(rows.groups))];
  return {
    offers: {
      ...pairs(rows.offers.map(({ user, contract }) => [user, contract])),
      score: Float64Array.from(rows.offers, ({ score }) => score),
      type: null,
      group: null,
      ratio: null,
      heldOut: null,
    },
    selections: pairs(rows.selections),
    redemptions: pairs(rows.redemptions),
    contracts: {
      contracts: CONTRACTS,
      sponsored: Uint8Array.from(CONTRACTS, (c) => SPONSORED.has(c) ? 1 : 0),
      brands: CONTRACTS.map((c) => BRAND[c]),
      cap: null,
      plannedRate: null,
    },
    userGroups: {
      users: IdTable.from(grouped.map(([id]) => id)),
      groupIds,
      user: Uint32Array.from(grouped.keys()),
      group: Uint32Array.from(grouped, ([, group]) => groupIds.indexOf(group)),
    },
    groupRatios: { groups: Object.keys(RATIO), ratio: Float64Array.from(Object.values(RATIO)) },
    heldOut: IdTable.from(rows.heldOut),
  };
}

/** The counts by the plainest of means. */
function naive(rows: Rows) {
  const held = new Set(rows.heldOut), key = (u: string, c: string) => `${u}/${c}`;
  const selected = new Set(rows.selections.map(([u, c]) => key(u, c)));
  const redeemed = new Set(rows.redemptions.map(([u, c]) => key(u, c)));
  const best = new Map<string, { user: string; contract: string; score: number }>();
  for (const offer of rows.offers) {
    const before = best.get(key(offer.user, offer.contract));
    if (before === undefined || before.score < offer.score) {
      best.set(key(offer.user, offer.contract), offer);
    }
  }
  const offers = [...best.values()].filter(({ user }) => !held.has(user)).map((offer) => ({
    ...offer,
    brand: BRAND[offer.contract] || null,
    group: rows.groups[offer.user] ?? null,
    selected: selected.has(key(offer.user, offer.contract)),
    redeemed: redeemed.has(key(offer.user, offer.contract)),
    rank: 1 +
      [...best.values()].filter((other) =>
        other.user === offer.user && (other.score > offer.score ||
          (other.score === offer.score && other.contract < offer.contract))
      ).length,
  }));
  const by = (of: (offer: (typeof offers)[number]) => string | number | null) => {
    const steps: Record<string, number[]> = {};
    for (const offer of offers) {
      const row = steps[String(of(offer))] ??= [0, 0, 0];
      row[0]++;
      row[1] += offer.selected ? 1 : 0;
      row[2] += offer.redeemed ? 1 : 0;
    }
    return steps;
  };
  const users = new Set([...rows.offers.map(({ user }) => user), ...Object.keys(rows.groups)]);
  const everybody = [...new Set([...users, ...rows.heldOut])];
  const took = (list: [string, string][]) => new Set(list.map(([u]) => u));
  const arm = (isHeld: boolean, list: [string, string][]) => {
    const own = everybody.filter((u) => held.has(u) === isHeld), hits = took(list);
    return [own.length, own.filter((u) => hits.has(u)).length];
  };
  return {
    contracts: by(({ contract }) => contract),
    brands: by(({ brand }) => brand),
    groups: by(({ group }) => group),
    ranks: by(({ rank }) => rank),
    types: by(({ contract }) => SPONSORED.has(contract) ? "sponsored" : "unsponsored"),
    cells: by(({ contract, group }) => `${contract}|${group}`),
    lift: [rows.selections, rows.redemptions].map((list) => [arm(false, list), arm(true, list)]),
    sponsored: Object.keys(RATIO).map((group) => {
      const own = everybody.filter((u) => !held.has(u) && (rows.groups[u] ?? null) === group);
      const with_ = (test: (offer: (typeof offers)[number]) => boolean) =>
        own.filter((u) => offers.some((offer) => offer.user === u && test(offer))).length;
      return [
        own.length,
        with_(({ contract }) => SPONSORED.has(contract)),
        with_(({ contract, selected }) => SPONSORED.has(contract) && selected),
      ];
    }),
    choseNone: new Set(offers.map(({ user }) => user)).size -
      new Set(
        offers.filter(({ selected, redeemed }) => selected || redeemed).map(({ user }) => user),
      )
        .size,
  };
}

/** The same shape out of the facts. */
function counted(rows: Rows) {
  const facts = reviewFacts(assembleReview(partsOf(rows)));
  type Steps = { offered: number; selected: number; redeemed: number | null };
  const record = (entries: [string | number | null, Steps][]) =>
    Object.fromEntries(
      entries.filter(([, { offered }]) => offered > 0)
        .map(([name, s]) => [String(name), [s.offered, s.selected, s.redeemed!]]),
    );
  return {
    contracts: record(facts.contracts.map((row) => [row.contract_address, row])),
    brands: record(facts.brands!.map((row) => [row.name, row])),
    groups: record(facts.groups.map((row) => [row.name, row])),
    ranks: record(facts.ranks!.map((row) => [row.rank, row])),
    types: record(facts.types.map((row) => [row.name, row])),
    cells: record(facts.cells.map((row) => [`${row.contract_address}|${row.group_id}`, row])),
    lift: facts.lift!.map(({ offered, held_out }) => [
      [offered.users, offered.hits],
      [held_out.users, held_out.hits],
    ]),
    sponsored: Object.keys(RATIO).map((group) => {
      const row = facts.sponsored!.groups.find(({ group_id }) => group_id === group);
      if (row === undefined) return [0, 0, 0];
      const of = (share: number) => Math.round(share * row.users);
      return [row.users, of(row.ratio_by_assignments), of(row.ratio_by_selections.share!)];
    }),
    choseNone: facts.totals.users_chose_none,
  };
}

const user = fc.constantFrom("u1", "u2", "u3", "u4", "u5", "u6");
const contract = fc.constantFrom(...CONTRACTS);
const rowsOf = fc.record<Rows>({
  offers: fc.array(
    fc.record({ user, contract, score: fc.integer({ min: 0, max: 3 }) }),
    { maxLength: 20 },
  ),
  selections: fc.array(fc.tuple(user, contract), { maxLength: 14 }),
  redemptions: fc.array(fc.tuple(user, contract), { maxLength: 10 }),
  groups: fc.dictionary(user, fc.constantFrom("north", "south")),
  heldOut: fc.uniqueArray(user, { maxLength: 3 }),
});

/** What counts of events there must be: users that nothing else names are strangers. */
Deno.test("review: every count is that of a naive model", () => {
  fc.assert(fc.property(rowsOf, (rows) => assertEquals(counted(rows), naive(rows))), {
    numRuns: 400,
  });
});

Deno.test("review: the order of rows changes nothing", () => {
  fc.assert(
    fc.property(rowsOf, (rows) => {
      const turned: Rows = {
        offers: rows.offers.toReversed(),
        selections: rows.selections.toReversed(),
        redemptions: rows.redemptions.toReversed(),
        groups: Object.fromEntries(Object.entries(rows.groups).toReversed()),
        heldOut: rows.heldOut.toReversed(),
      };
      const facts = (of: Rows) => JSON.stringify(reviewFacts(assembleReview(partsOf(of))));
      assertEquals(facts(turned), facts(rows));
    }),
    { numRuns: 150 },
  );
});

Deno.test("review: rows that are odd are counted, and a user of many offers is no trouble", () => {
  const many = Array.from({ length: 3000 }, (_, i) => ({
    user: "u1",
    contract: `c${i % 1000}`,
    score: i % 7,
  }));
  const { input, totals, ranks } = reviewFacts(assembleReview({
    ...partsOf({
      offers: many,
      selections: [["u1", "c1"], ["u1", "c1"], ["u1", "elsewhere"], ["stranger", "c1"]],
      redemptions: [["u1", "c2"]],
      groups: {},
      heldOut: [],
    }),
    contracts: null,
    userGroups: null,
    heldOut: null,
  }));
  assertEquals(input.repeated_offers, 2000);
  assertEquals(input.selections, {
    rows: 4,
    repeated: 1,
    not_offered: 1,
    unknown_users: 1,
    outside_days: 0,
  });
  assertEquals([totals.offered, totals.selected, totals.redeemed], [1000, 1, 1]);
  assertEquals([ranks!.length, input.redeemed_unselected], [1000, 1]);
});

Deno.test("review: ratios beside the offers are of their users' groups, wherever these are named", () => {
  const parts = partsOf({
    offers: ["u1", "u2", "u3"].map((user) => ({ user, contract: "a", score: 1 })),
    selections: [],
    redemptions: [],
    groups: { u1: "north", u2: "south" },
    heldOut: [],
  });
  const ratio = Float64Array.of(0.5, 0.2, 0.9);
  const targets = (offers: Partial<ReviewParts["offers"]>) =>
    reviewFacts(
      assembleReview({
        ...parts,
        groupRatios: null,
        offers: { ...parts.offers, ratio, ...offers },
      }),
    ).sponsored!.groups.map(({ group_id, sponsorship_ratio }) => [group_id, sponsorship_ratio]);
  assertEquals(targets({}), [["north", 0.5], ["south", 0.2], [null, null]]);
  // A row that names a group is about that one.
  const group = { code: Uint32Array.of(1, 1, 0), values: ["east", ""] };
  assertEquals(targets({ group }), [["east", 0.9], ["north", 0.5], ["south", 0.2]]);
});

Deno.test("review: what was redeemed was chosen; offers to users held out are counted", () => {
  const { never_chosen, totals, input } = reviewFacts(assembleReview(partsOf({
    offers: ["u1", "u2"].flatMap((user) =>
      CONTRACTS.slice(0, 2).map((contract) => ({ user, contract, score: 1 }))
    ),
    selections: [],
    redemptions: [["u1", CONTRACTS[0]]],
    groups: {},
    heldOut: ["u2"],
  })));
  assertEquals(totals.users_chose_none, 0);
  assertEquals(never_chosen.map(({ contract_address }) => contract_address), [CONTRACTS[1]]);
  assertEquals(input.offers_to_held_out, 2);
});

Deno.test("review: assignments that contradict themselves are an error that names the row", () => {
  const parts = partsOf({
    offers: [
      { user: "u1", contract: "a", score: 1 },
      { user: "u1", contract: "b", score: 1 },
    ],
    selections: [],
    redemptions: [],
    groups: {},
    heldOut: [],
  });
  const offers = {
    ...parts.offers,
    placeOf: (row: number) => ({ file: "a.csv", line: 2 + row }),
  };
  const alone = { contracts: null, userGroups: null, groupRatios: null };
  const group = { code: Uint32Array.of(0, 1), values: ["north", "south"] };
  assertThrows(
    () => assembleReview({ ...parts, ...alone, offers: { ...offers, group } }),
    InputError,
    'a.csv:3: group_id is "south", expected "north" as in an earlier row of user "u1"',
  );
  const twice = { ...offers, contract: Uint32Array.of(0, 0), type: Uint8Array.of(1, 0) };
  assertThrows(
    () => assembleReview({ ...parts, ...alone, offers: twice }),
    InputError,
    'a.csv:3: is_sponsored is "false", expected "true" as in an earlier row of contract "a"',
  );
});
