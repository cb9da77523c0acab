/** History, pins and bans in memory: what they leave of a drop. */
import { assert, assertEquals, assertThrows } from "../../../../lib/deps/std_assert.ts";
import { fc } from "../../../../lib/deps/fast_check.ts";
import { allocate } from "../../../../lib/api/allocate.ts";
import { check } from "../../../../lib/api/check.ts";
import { explain } from "../../../../lib/api/explain.ts";
import { parseCooldown } from "../../../../lib/allocator/drop/before/cooldown.ts";
import { dayOf, dayOfBytes, dayText, NO_DAY } from "../../../../lib/base/text/day.ts";
import { Drop, type DropInput, type DropOptions } from "../../../../lib/allocator/drop/drop.ts";
import { InputError, UsageError } from "../../../../lib/base/errors.ts";
import { inputNotes } from "../../../../lib/report/facts/preview/input_notes.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";

const BASE: DropInput = {
  users: [{ id: "ann", group: "n" }, { id: "bob", group: "n" }, { id: "cleo", group: "s" }],
  contracts: [
    { id: "tea", cap: 2, sponsored: true, brand: "leaf" },
    { id: "mate", cap: 2, sponsored: true, brand: "leaf" },
    { id: "cake", cap: 3, sponsored: false, brand: "oven" },
    { id: "bun", cap: 3, sponsored: false },
  ],
  groups: [{ id: "n", ratio: 0 }, { id: "s", ratio: 0 }],
  pairs: [
    ...["tea", "mate", "cake", "bun"].map((contract, i) => ({
      user: "ann",
      contract,
      score: 1 - i / 10,
    })),
    { user: "bob", contract: "tea", score: 0.5 },
    { user: "bob", contract: "cake", score: -0.5 },
    { user: "cleo", contract: "bun", score: 0.5 },
  ],
};

/** The pairs of a drop as "user contract": score. */
function pairsOf({ instance }: Drop): Record<string, number> {
  const { users, contracts, start, contract, score } = instance;
  const pairs: Record<string, number> = {};
  for (let u = 0; u < users.length; u++) {
    for (let p = start[u]; p < start[u + 1]; p++) {
      pairs[`${users.at(u)} ${contracts[contract[p]]}`] = score[p];
    }
  }
  return pairs;
}

function from(more: Partial<DropInput>, options: DropOptions = {}): Drop {
  return Drop.from({ ...BASE, ...more }, options);
}

Deno.test("days: dates and times as written, and nothing that is no day", () => {
  for (const text of ["2025-08-14", "2024-02-29", "2025-08-14T23:59:59.5-05:00", "1969-12-31"]) {
    const bytes = new TextEncoder().encode(text);
    assertEquals(dayOfBytes(new DataView(bytes.buffer), 0, bytes.length), dayOf(text), text);
    assertEquals(dayText(dayOf(text)), text.slice(0, 10));
  }
  for (const text of ["2025-02-29", "2025-13-01", "14.08.2025", "2025-08-14Z", "2025-8-1", ""]) {
    const bytes = new TextEncoder().encode(text);
    assertEquals(dayOf(text), NO_DAY, text);
    assertEquals(dayOfBytes(new DataView(bytes.buffer), 0, bytes.length), NO_DAY, text);
  }
  fc.assert(fc.property(fc.integer({ min: -700_000, max: 2_000_000 }), (day) => {
    const text = dayText(day);
    if (text.length !== 10) return;
    const bytes = new TextEncoder().encode(text);
    assertEquals(dayOfBytes(new DataView(bytes.buffer), 0, 10), day);
  }));
});

Deno.test("cooldowns: spans as written, and what is none", () => {
  assertEquals(parseCooldown(["contract=2drops", " brand = 1w "]), {
    contract: { count: 2, unit: "drops" },
    brand: { count: 7, unit: "days" },
  });
  for (const text of ["contract", "contract=0d", "contract=8", "user=8d", "contract=8d;brand=1w"]) {
    assertThrows(() => parseCooldown([text]), UsageError, "expected contract=SPAN");
  }
  for (const texts of [["contract=8d,contract=3d"], ["brand=1w", "contract=8d", "brand=2drops"]]) {
    assertThrows(() => parseCooldown(texts), UsageError, " twice");
  }
});

Deno.test("a cooldown leaves out what a user had, for as many days as it says, and explain says when", async () => {
  const history = [{ user: "ann", contract: "tea", offeredAt: "2025-08-14T10:00:00Z" }];
  const within = from({ history }, { asOf: "2025-08-21", cooldown: "contract=8d" });
  assertEquals(Object.keys(pairsOf(within)).includes("ann tea"), false);
  assertEquals(within.input.history!.pairs_cooling_by_contract, 1);
  const after = from({ history }, { asOf: "2025-08-22", cooldown: "contract=8d" });
  assertEquals(pairsOf(after), pairsOf(from({})));
  const brand = from({ history }, { asOf: "2025-08-21", cooldown: ["brand=8d"] });
  assertEquals(Object.keys(pairsOf(brand)).filter((pair) => pair.startsWith("ann")), [
    "ann bun",
    "ann cake",
  ]);
  const { held_back } = explain(brand, await allocate(brand), { user: "ann" });
  assertEquals(held_back?.map(({ contract_address, because }) => [contract_address, because]), [
    ["tea", "had its brand on 2025-08-14"],
    ["mate", "had its brand on 2025-08-14"],
  ]);
});

Deno.test("rows after the drop's day are passed over; drops count the latest days of the history", () => {
  const history = ["2025-08-07", "2025-08-14", "2025-08-28"].map((offeredAt, i) => ({
    user: "ann",
    contract: ["tea", "mate", "cake"][i],
    offeredAt,
  }));
  const drop = from({ history }, { asOf: "2025-08-21", cooldown: "contract=1drop" });
  assertEquals(drop.input.history!.rows_after_as_of, 1);
  assertEquals(drop.input.history!.drops, 2);
  const gone = Object.keys(pairsOf(from({}))).filter((pair) => !(pair in pairsOf(drop)));
  assertEquals(gone, ["ann mate"]);
});

Deno.test("scores that rotation takes as 0 or as the most are counted and said, and no others", () => {
  const told = (scores: (number | undefined)[], rotate = 0.5) => {
    const history = scores.map((score) => ({ user: "ann", contract: "tea", score }));
    const { input } = from(
      { history: [...history, { user: "zoe", contract: "tea", score: 1e-9 }] },
      {
        rotate,
      },
    );
    const { scores_counted_as_0: small, scores_counted_as_most: large } = input.history!;
    const notes = inputNotes(input).filter((note) => note.includes("--rotate"));
    return { small, large, notes };
  };
  const none = { small: undefined, large: undefined, notes: [] };
  assertEquals(told([1e-7, 4e-7, 2 ** 20 + 1, 2e6, 3e9]), {
    small: 2,
    large: 3,
    notes: [
      "history: 3 scores above 1,048,576 taken as that by --rotate",
      "history: 2 scores below 4.8e-7 taken as 0 by --rotate",
    ],
  });
  assertEquals(told([0, -1, 2 ** -21, 1, 2 ** 20]), none);
  // Offers are counted, where one has no score; and nothing is, where scores don't matter.
  assertEquals([told([1e-7, undefined]), told([1e-7], 0)], [none, none]);
});

Deno.test("rows too long ago for every rule are passed over and counted; declines and rotation still see them", () => {
  const history = ["2025-05-01", "2025-06-01", "2025-08-13"].map((offeredAt, i) => ({
    user: i === 0 ? "stranger" : "ann",
    contract: ["tea", "cake", "mate"][i],
    offeredAt,
    outcome: i === 1 ? "declined" as const : "offered" as const,
  }));
  const counts = (options: DropOptions) => {
    const drop = from({ history }, { asOf: "2025-08-21", ...options });
    const { rows_too_long_ago, rows_of_other_users, drops } = drop.input.history!;
    return { old: rows_too_long_ago, others: rows_of_other_users, drops, pairs: pairsOf(drop) };
  };
  const { "ann mate": _, ...left } = pairsOf(from({}));
  const cooling = { cooldown: "contract=9d" };
  assertEquals(counts(cooling), { old: 2, others: 0, drops: 3, pairs: left });
  const lowered = counts({ ...cooling, declineFactor: 0.5 });
  assertEquals([lowered.old, lowered.others, lowered.pairs["ann cake"]], [1, 0, 0.4]);
  const rotated = counts({ ...cooling, rotate: 0.5 });
  assertEquals([rotated.old, rotated.others], [0, 1]);
  // Which drops are the latest is known in the end only: nothing is passed over.
  const drops = counts({ cooldown: "contract=2drops" });
  assertEquals([drops.old, drops.others], [0, 1]);
  assertEquals(Object.keys(drops.pairs).filter((pair) => pair.startsWith("ann")), [
    "ann tea",
    "ann bun",
  ]);
});

Deno.test("declines of a contract or its brand lower scores above 0, each once", () => {
  const history = [
    { user: "ann", contract: "tea", outcome: "declined" as const },
    { user: "ann", contract: "mate", outcome: "declined" as const },
    { user: "ann", contract: "bun", outcome: "declined" as const },
    { user: "bob", contract: "cake", outcome: "declined" as const },
    { user: "bob", contract: "tea" },
  ];
  const pairs = pairsOf(from({ history }, { declineFactor: 0.5 }));
  assertEquals(pairs["ann tea"], 0.25);
  assertEquals(pairs["ann mate"], 0.9 * 0.25);
  assertEquals(pairs["ann bun"], 0.7 * 0.5);
  assertEquals(pairs["ann cake"], 0.8);
  assertEquals([pairs["bob cake"], pairs["bob tea"]], [-0.5, 0.5]);
});

Deno.test("the brand of a contract that can't be given any more counts for cooldowns and declines", () => {
  const contracts = [...BASE.contracts, { id: "pot", cap: 0, sponsored: true, brand: "leaf" }];
  const history = [{ user: "ann", contract: "pot", outcome: "declined" as const }];
  const cooling = from({ contracts, history }, { cooldown: "brand=1drop" });
  assertEquals(Object.keys(pairsOf(cooling)).filter((pair) => pair.startsWith("ann")), [
    "ann bun",
    "ann cake",
  ]);
  const declined = from({ contracts, history }, { declineFactor: 0.5 });
  assertEquals(pairsOf(declined)["ann tea"], 0.5);
  // What caps say goes before what stands beside the offer.
  const said = from(
    { contracts, history: [{ ...history[0], brand: "oven" }] },
    { declineFactor: 0.5 },
  );
  assertEquals(pairsOf(said), pairsOf(declined));
});

Deno.test("rotation: 1 + W for who got nothing, 1 for who got the mean or more", () => {
  const history = [
    { user: "ann", contract: "tea", offeredAt: "2025-08-21" },
    { user: "ann", contract: "cake", offeredAt: "2025-07-24" },
    { user: "bob", contract: "tea", offeredAt: "2025-07-24" },
  ];
  const pairs = pairsOf(from({ history }, { asOf: "2025-08-21", rotate: 0.5 }));
  // Ann got 1.5, bob 0.5 (28 days halve), cleo 0: the mean is 2/3.
  assertEquals(pairs["ann tea"], 1);
  assert(Math.abs(pairs["bob tea"] - 0.5 * (1 + 0.5 * (1 - 0.75))) < 1e-9);
  assertEquals(pairs["cleo bun"], 0.75);
  assertEquals(pairs["bob cake"], -0.5);
});

Deno.test("bans: each column and combination takes out the pairs that it names, and no others", () => {
  const gone = (ban: NonNullable<DropInput["bans"]>[number]) => {
    const left = pairsOf(from({ bans: [ban] }));
    return Object.keys(pairsOf(from({}))).filter((pair) => !(pair in left)).sort();
  };
  assertEquals(gone({ contract: "tea" }), ["ann tea", "bob tea"]);
  assertEquals(gone({ user: "bob", brand: "oven" }), ["bob cake"]);
  assertEquals(gone({ brand: "leaf", group: "n" }), ["ann mate", "ann tea", "bob tea"]);
  assertEquals(gone({ group: "s" }), ["cleo bun"]);
  assertEquals(gone({ user: "bob", group: "s" }), []);
  assertEquals(gone({ user: "ann", contract: "bun" }), ["ann bun"]);
  assertEquals(from({ bans: [{ user: "zoe" }] }).input.bans!.rows_of_others, 1);
  assertThrows(() => from({ bans: [{}] }), InputError, "bans[0]: every column is blank");
});

Deno.test("pins: pass min-score and top-n, are made where asked, and contradictions are reported", async () => {
  const pins = [{ user: "ann", contract: "bun" }];
  const kept = from({ pins }, { minScore: 0.75, topN: 1 });
  assertEquals(Object.keys(pairsOf(kept)), ["ann bun"]);
  const made = from({ pins: [{ user: "cleo", contract: "tea", score: 0.25 }] }, {
    pinsCreate: true,
  });
  assertEquals(pairsOf(made)["cleo tea"], 0.25);
  assertEquals(made.input.pins!.created, 1);
  const failing: [Partial<DropInput>, DropOptions, string][] = [
    [{ pins: [{ user: "cleo", contract: "tea" }] }, {}, "is not eligible"],
    [{ pins: [{ user: "cleo", contract: "tea" }] }, { pinsCreate: true }, "a score beside it"],
    [{ pins: [{ user: "zoe", contract: "tea" }] }, {}, 'pinned user is "zoe"'],
    [{ pins: [{ user: "ann", contract: "te" }] }, {}, "did you mean tea?"],
    [{ pins, bans: [{ user: "ann" }] }, {}, "is banned by bans[0]"],
    [
      { pins, history: [{ user: "ann", contract: "bun", offeredAt: "2025-08-20" }] },
      { asOf: "2025-08-21", cooldown: "contract=8d" },
      "is cooling: had it on 2025-08-20",
    ],
  ];
  for (const [more, options, message] of failing) {
    assertThrows(() => from(more, options), InputError, message);
  }
  const conflicting: [Partial<DropInput>, string][] = [
    [{ pins: [...pins, { user: "ann", contract: "tea" }] }, "mixes types"],
    [
      { pins: [...pins, { user: "ann", contract: "cake" }], limits: [{ limit: "few", atMost: 1 }] },
      "is beyond the limit few of 1 beside the pin of pins[",
    ],
    [
      {
        pins: [{ user: "ann", contract: "tea" }, { user: "bob", contract: "tea" }],
        contracts: BASE.contracts.map((c) => ({ ...c, cap: 1 })),
      },
      "is one more than the cap of 1 beside the pin of pins[0]",
    ],
  ];
  for (const [more, message] of conflicting) {
    for (const solver of ["optimal", "greedy", "ilp"] as const) {
      const error = await allocate(from(more), { solver }).then(() => null, (e) => e);
      assert(error instanceof InputError && error.message.includes(message), String(error));
    }
  }
});

Deno.test("rules that lack what they need are reported by their names", () => {
  const history = [{ user: "ann", contract: "tea" }];
  const dated = [{ user: "ann", contract: "tea", offeredAt: "2025-08-14" }];
  for (
    const [more, options, message] of [
      [{}, { cooldown: "contract=8d" }, "cooldown needs history"],
      [{ history: dated }, { cooldown: "contract=8d" }, "needs asOf"],
      [{ history: dated }, { rotate: 1 }, "needs asOf"],
      [{}, { pinsCreate: true }, "pinsCreate needs pins"],
      [{ history }, { asOf: "14 August" }, "asOf is"],
      [{ history }, { declineFactor: 2 }, "declineFactor is 2"],
    ] as [Partial<DropInput>, DropOptions, string][]
  ) assertThrows(() => from(more, options), UsageError, message);
  assertThrows(
    () => from({ history }, { asOf: "2025-08-21", cooldown: "contract=8d" }),
    InputError,
    "it has no offeredAt",
  );
});

/** A random drop of some users and contracts with all that may come before it. */
function randomWeek(seed: number) {
  const random = seededRandom(seed), users = 12, contracts = 6;
  const pick = (n: number) => random.below(n);
  const pairs: { user: string; contract: string; score: number }[] = [];
  for (let u = 0; u < users; u++) {
    for (let c = 0; c < contracts; c++) {
      if (random.next() < 0.7) {
        pairs.push({ user: `u${u}`, contract: `c${c}`, score: pick(1000) / 1000 });
      }
    }
  }
  const history = Array.from({ length: 15 }, () => ({
    user: `u${pick(users)}`,
    contract: `c${pick(contracts)}`,
    offeredAt: `2025-08-${10 + pick(20)}`,
    outcome: (["offered", "declined"] as const)[pick(2)],
    score: pick(100) / 100,
  }));
  const bans = Array.from({ length: 2 }, () => ({
    ...(pick(2) === 0 && { user: `u${pick(users)}` }),
    ...(pick(2) === 0 ? { contract: `c${pick(contracts)}` } : { brand: `b${pick(3)}` }),
    ...(pick(2) === 0 && { group: `g${pick(2)}` }),
  }));
  const input: DropInput = {
    users: Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: `g${u % 2}` })),
    contracts: Array.from({ length: contracts }, (_, c) => ({
      id: `c${c}`,
      cap: 1 + pick(8),
      sponsored: c % 2 === 0,
      brand: `b${c % 3}`,
    })),
    groups: [{ id: "g0", ratio: 0.3 }, { id: "g1", ratio: 0.5 }],
    pairs,
    history,
    bans,
  };
  const options: DropOptions = {
    asOf: "2025-08-25",
    cooldown: ["contract=8d", "brand=2drops"],
    declineFactor: 0.8,
    rotate: 0.5,
  };
  return { input, options, random };
}

Deno.test("a banned or cooling pair is never given, a pinned one always, whatever the order of rows", async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const { input, options, random } = randomWeek(seed);
    const plain = Drop.from(input, options);
    // Pins of what is left, so that they contradict neither bans nor cooldowns.
    const names = Object.keys(pairsOf(plain));
    const [user, contract] = names[random.below(names.length)].split(" ");
    const pins = [{ user, contract }];
    const drop = Drop.from({ ...input, pins }, options);
    const allocation = await allocate(drop);
    const given = [...allocation.offerPair].map((p) => {
      const { start, users, contracts, contract } = drop.instance;
      const u = start.findLastIndex((from) => from <= p);
      return [users.at(u), contracts[contract[p]]];
    });
    assert(given.some(([u, c]) => u === user && c === contract), `seed ${seed}`);
    for (const [u, c] of given) {
      const { group } = (input.users as { id: string; group: string }[]).find((x) => x.id === u)!;
      const brandOf = (id: string) => input.contracts.find((x) => x.id === id)!.brand;
      const banned = input.bans!.some((ban) =>
        (ban.user ?? u) === u && (ban.contract ?? c) === c &&
        (ban.brand ?? brandOf(c)) === brandOf(c) && (ban.group ?? group) === group
      );
      assert(!banned, `seed ${seed}: ${u} ${c} is banned`);
      const rows = (input.history as { user: string; contract: string; offeredAt: string }[])
        .filter(({ offeredAt }) => offeredAt <= "2025-08-25");
      const days = [...new Set(rows.map(({ offeredAt }) => offeredAt))].sort().slice(-2);
      const cooling = rows.some((row) =>
        row.user === u &&
        ((row.contract === c && row.offeredAt >= "2025-08-18") ||
          (brandOf(row.contract) === brandOf(c) && days.includes(row.offeredAt)))
      );
      assert(!cooling, `seed ${seed}: ${u} ${c} is cooling`);
    }
    assertEquals(
      check(drop, allocation).rules.filter(({ rule, count }) =>
        count > 0 && rule !== "min_sponsored"
      ),
      [],
    );
    const turned = Drop.from({
      ...input,
      pairs: [...input.pairs as { user: string; contract: string; score: number }[]].reverse(),
      history: [...input.history as []].reverse(),
      bans: [...input.bans!].reverse(),
      pins,
    }, options);
    assertEquals(pairsOf(turned), pairsOf(drop));
    const again = await allocate(turned);
    assertEquals([again.offerPair, again.bound], [allocation.offerPair, allocation.bound]);
  }
});

Deno.test("check fails what is banned, cooling or lacks a pin, and names the row or the day", async () => {
  const given = await allocate(from({}));
  const drop = from({
    bans: [{ user: "bob", contract: "tea" }],
    history: [{ user: "ann", contract: "mate", offeredAt: "2025-08-20" }],
    pins: [{ user: "ann", contract: "cake" }],
  }, { asOf: "2025-08-21", cooldown: "contract=2d" });
  const { assignmentTableOf } = await import("../../../../lib/allocator/model/assignment_table.ts");
  const report = check(drop, assignmentTableOf(from({}).instance, given));
  const cases = Object.fromEntries(
    report.rules.filter(({ count }) => count > 0).map(({ rule, cases: [first] }) => [rule, first]),
  );
  assertEquals(cases.banned_pair.because, "bans[0]");
  assertEquals(cases.cooling_pair.because, "had it on 2025-08-20");
  assertEquals(cases.missing_pin.pinned_by, "pins[0]");
});

Deno.test("a holdout takes nobody who has a pin, and pins and scaled scores stay with their users", async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const { input, options, random } = randomWeek(seed);
    const rules = { ...options, cooldown: "contract=2d" };
    const names = Object.keys(pairsOf(Drop.from({ ...input, bans: [] }, rules)));
    const [user, contract] = names[random.below(names.length)].split(" ");
    const pins = [{ user, contract }];
    const whole = Drop.from({ ...input, bans: [], pins }, rules);
    const drop = Drop.from({ ...input, bans: [], pins }, { ...rules, holdout: "40%" });
    assert(drop.input.holdout!.users > 0);
    const left = pairsOf(drop), all = pairsOf(whole);
    for (const [pair, score] of Object.entries(left)) assertEquals(score, all[pair]);
    const { offerPair } = await allocate(drop);
    const [pin] = drop.instance.pins!.pair, { start, users, contract: of } = drop.instance;
    const u = start.findLastIndex((from) => from <= pin);
    assertEquals([users.at(u), drop.instance.contracts[of[pin]]], [user, contract]);
    assert(offerPair.includes(pin));
  }
});
