/** Seats by the divisor methods and Hamilton's: known answers, brute force on tiny cases, properties on random ones. */
import { fc } from "../../../lib/deps/fast_check.ts";
import { assert, assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { parse } from "../../../lib/deps/std_csv.ts";
import type { MethodName } from "../../../lib/woptim/methods/methods.ts";
import { type MethodOptions, splitBy } from "../../../lib/woptim/methods/split_by.ts";

const SEAT_METHODS = ["webster", "dhondt", "huntington-hill", "hamilton"] as const;
type SeatMethod = typeof SEAT_METHODS[number];

/** A party, its votes, and its least and most seats. */
type Party = [name: string, votes: number, least?: number, most?: number];

function seatsOf(method: MethodName, total: number, parties: Party[], options?: MethodOptions) {
  return splitBy(method, {
    total,
    requirements: parties.map(([name, target, least = 0, most]) => ({
      name,
      interval: [least, most ?? null],
      target,
    })),
  }, options);
}

function units(method: MethodName, total: number, parties: Party[], options?: MethodOptions) {
  return seatsOf(method, total, parties, options).people.map((person) => person.units);
}

function table(name: string): string[][] {
  const file = new URL(`../../fixtures/split/${name}`, import.meta.url);
  return parse(Deno.readTextFileSync(file)).slice(1);
}

const HOUSE_2020 = table("house_2020.csv").map(([state, inhabitants]): Party => [
  state,
  Number(inhabitants),
  1,
]);

Deno.test("huntington-hill: the House of Representatives of 2020", () => {
  const seats = table("house_2020.csv").map(([, , seats]) => Number(seats));
  assertEquals(units("huntington-hill", 435, HOUSE_2020), seats);
  // Least seats follow from the method: everybody has one before anybody has two.
  const free = HOUSE_2020.map(([state, inhabitants]): Party => [state, inhabitants]);
  assertEquals(units("huntington-hill", 435, free), seats);
});

Deno.test("huntington-hill: 89 people more in New York would have moved the last seat from Minnesota", () => {
  const seats = units("huntington-hill", 435, HOUSE_2020);
  const with_ = (more: number) =>
    units(
      "huntington-hill",
      435,
      HOUSE_2020.map(([state, n, least]) => [state, state === "New York" ? n + more : n, least]),
    );
  assertEquals(with_(88), seats);
  const changed = with_(89).map((n, i) => [HOUSE_2020[i][0], n - seats[i]])
    .filter(([, change]) => change !== 0);
  assertEquals(changed, [["Minnesota", -1], ["New York", 1]]);
});

Deno.test("hamilton: the Alabama paradox", () => {
  assertEquals(units("hamilton", 10, [["a", 6], ["b", 6], ["c", 2]]), [4, 4, 2]);
  assertEquals(units("hamilton", 11, [["a", 6], ["b", 6], ["c", 2]]), [5, 5, 1]);
  // The census in which it was found. (Alabama itself lost a seat from 299 to 300 as Nevada was given one that its quota,
  // 0.38, did not earn, and the other quotas were left as they were.)
  const states = table("house_1880.csv").map(([state, n]): Party => [state, Number(n)]);
  const lost = (from: number, least: number) => {
    const asked = states.map(([state, n]): Party => [state, n, least]);
    const before = units("hamilton", from, asked), after = units("hamilton", from + 1, asked);
    return states.flatMap(([state], i) => after[i] < before[i] ? [state] : []);
  };
  assertEquals([271, 272, 298, 299, 327].map((from) => lost(from, 0)), [
    ["Florida"],
    ["Nebraska"],
    ["Florida"],
    [],
    ["Nevada"],
  ]);
  assertEquals([273, 286, 298, 299, 334].map((from) => lost(from, 1)), [
    ["Nebraska"],
    ["New Jersey"],
    [],
    ["Florida"],
    ["Arkansas"],
  ]);
});

Deno.test("seats: textbook elections have the textbook's seats", () => {
  const parties: Party[] = [["A", 100_000], ["B", 80_000], ["C", 30_000], ["D", 20_000]];
  assertEquals(units("dhondt", 8, parties), [4, 3, 1, 0]);
  assertEquals(units("webster", 8, parties), [3, 3, 1, 1]);
  const seven: Party[] = [["A", 53_000], ["B", 24_000], ["C", 23_000]];
  assertEquals(units("webster", 7, seven), [3, 2, 2]);
  assertEquals(units("dhondt", 7, seven), [4, 2, 1]);
});

Deno.test("seats: ties are told, and the first in order get the seats", () => {
  const { people, tie } = seatsOf("webster", 2, [["a", 10], ["b", 10], ["c", 10]]);
  assertEquals(people.map((p) => p.units), [1, 1, 0]);
  assertEquals(tie, { units: 2, people: ["a", "b", "c"] });
  assertEquals(seatsOf("webster", 3, [["a", 10], ["b", 10], ["c", 10]]).tie, null);
  // 6 / 3 = 2 / 1: equal claims of different parties, in decimals too.
  assertEquals(seatsOf("dhondt", 3, [["a", 0.6], ["b", 0.2]]).tie, {
    units: 1,
    people: ["a", "b"],
  });
  assertEquals(units("dhondt", 3, [["b", 0.1], ["a", 0.3]]), [1, 2]);
  assertEquals(seatsOf("hamilton", 2, [["a", 5], ["b", 5], ["c", 5]]).tie, {
    units: 2,
    people: ["a", "b", "c"],
  });
  // More people than seats: the larger claims first, equal ones tie.
  const few = seatsOf("huntington-hill", 2, [["a", 1], ["b", 7], ["c", 5], ["d", 5]]);
  assertEquals(few.people.map((p) => p.units), [0, 1, 1, 0]);
  assertEquals(few.tie, { units: 1, people: ["c", "d"] });
});

Deno.test("seats: a price, steps and bounds", () => {
  const packs = seatsOf("webster", 60, [["a", 3, 0, 12], ["b", 2], ["c", 1, 12]], { step: 6 });
  assertEquals(packs.people.map((p) => p.units), [12, 30, 18]);
  const paid = splitBy("dhondt", {
    total: 3,
    price: 1,
    requirements: [
      { name: "a", interval: [0], target: 2 },
      { name: "b", interval: [0], target: 1 },
    ],
  }, { currencyDigits: 2 });
  assertEquals(paid.people.map((p) => p.payment), [0.67, 0.33]);
});

Deno.test("seats: what can't be divided is refused", () => {
  const two: Party[] = [["a", 2, 3], ["b", 1, 0, 4]];
  assertThrows(() => units("webster", 2, two), Error, "at least 3, the sum of the lower bounds");
  const most: Party[] = [["a", 2, 0, 3], ["b", 1, 0, 4]];
  assertThrows(() => units("hamilton", 8, most), Error, "at most 7, the sum of the upper bounds");
  assertThrows(() => units("dhondt", 1.5, two), Error, "a multiple of the step 1");
  for (const method of SEAT_METHODS) {
    assertThrows(() => units(method, 3, [["a", 0], ["b", 0]]), Error, "a number above 0");
    assertThrows(() => units(method, 3, [["a", -1], ["b", 1]]), Error, "a number from 0");
    assertThrows(
      () => units(method, 3, [["a", 1]], { gamma: 1 } as MethodOptions),
      Error,
      `gamma is not an option of the method ${method}`,
    );
  }
  assertThrows(() => units("borda" as MethodName, 3, [["a", 1]]), Error, "expected one of max-min");
});

Deno.test("splitBy: an unknown method is named, with the one that was meant", () => {
  assertThrows(
    () => units("dhont" as MethodName, 3, [["north", 2]]),
    Error,
    'method is "dhont", expected one of max-min, proportional, webster, dhondt, huntington-hill, hamilton (did you mean dhondt?)',
  );
});

Deno.test("seats: 10^15 seats are counted, not handed out one by one", () => {
  for (const method of SEAT_METHODS) {
    const seats = units(method, 1e15, [["a", 1], ["b", 2, 5], ["c", 1e-9, 0, 7], ["d", 0]]);
    assertEquals(seats.reduce((sum, n) => sum + n), 1e15);
    assert(Math.abs(seats[0] - 1e15 / 3) <= 1e6, `${method}: ${seats}`);
    assertEquals(seats[3], 0);
  }
});

/** A few parties with small numbers, so that claims are often equal, and a total that the bounds allow. */
const smallCase = fc.record({
  parties: fc.array(
    fc.record({
      votes: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0.1, 0.2, 0.3, 0.6, 1e-7)),
      least: fc.integer({ min: 0, max: 2 }),
      room: fc.option(fc.integer({ min: 0, max: 4 }), { nil: null }),
    }),
    { minLength: 1, maxLength: 4 },
  ).map((all) =>
    all.map(({ votes, least, room }, i): Party => [
      `p${i}`,
      votes,
      least,
      room === null ? undefined : least + room,
    ])
  ),
  total: fc.integer({ min: 0, max: 10 }),
});

/** Every way to divide `total` seats within the bounds. */
function* vectors(total: number, parties: Party[], at = 0): Generator<number[]> {
  if (at === parties.length) {
    if (total === 0) yield [];
    return;
  }
  const [, , least = 0, most = total] = parties[at];
  for (let n = least; n <= Math.min(most, total); n++) {
    for (const rest of vectors(total - n, parties, at + 1)) yield [n, ...rest];
  }
}

/** Votes as integers: those of the cases have at most seven decimals. */
function votesOf(parties: Party[]): bigint[] {
  return parties.map(([, votes]) => BigInt(Math.round(votes * 1e7)));
}

/** A sum that the seats of a divisor method make least, as a fraction over one denominator; smaller is better. */
function objective(method: SeatMethod, seats: number[], votes: bigint[]): bigint {
  const all = votes.reduce((product, v) => product * (v || 1n), 1n) * 5040n ** 2n;
  return seats.map(BigInt).reduce((sum, s, i) => {
    const v = votes[i];
    // Σ s² / v and Σ s (s + 1) / v; Σ −v² Σ 1 / (k (k + 1)), a first seat being worth more than all others.
    if (method === "webster") return sum + (v === 0n ? 0n : s * s * all / v);
    if (method === "dhondt") return sum + (v === 0n ? 0n : s * (s + 1n) * all / v);
    const first = s > 0n ? all * 10n ** 20n * (1n + v) : 0n;
    return sum + (s === 0n ? 0n : v * v * all / s) - first;
  }, 0n);
}

Deno.test("seats: the divisor methods are the best of all vectors, by the sum that each makes least", () => {
  let divided = 0;
  fc.assert(
    fc.property(smallCase, ({ parties, total }) => {
      const votes = votesOf(parties);
      const all = [...vectors(total, parties)]
        // Whoever has no votes gets no more than the least.
        .filter((seats) => seats.every((n, i) => votes[i] > 0n || n === parties[i][2]));
      for (const method of ["webster", "dhondt", "huntington-hill"] as const) {
        if (all.length === 0) {
          assertThrows(() => units(method, total, parties));
          continue;
        }
        divided++;
        const got = units(method, total, parties);
        const best = all.reduce<bigint | null>((least, seats) => {
          const sum = objective(method, seats, votes);
          return least === null || sum < least ? sum : least;
        }, null);
        assertEquals(objective(method, got, votes), best, `${method}: ${got}`);
        const ways = all.filter((seats) => objective(method, seats, votes) === best);
        assertEquals(seatsOf(method, total, parties).tie !== null, ways.length > 1, method);
        // The first in order get the seats: of equally good vectors, the lexicographically largest.
        assertEquals(got, ways.sort((a, b) => compare(b, a))[0]);
      }
    }),
    { numRuns: 400, seed: 2 },
  );
  assert(divided > 300, `${divided}`);
});

function compare(a: number[], b: number[]): number {
  const at = a.findIndex((n, i) => n !== b[i]);
  return at < 0 ? 0 : a[at] - b[at];
}

Deno.test("hamilton: quotas within bounds, found by trying every set of those at a bound", () => {
  let divided = 0;
  fc.assert(
    fc.property(smallCase, ({ parties, total }) => {
      const quotas = quotasByTrial(total, parties);
      if (quotas === null) return void assertThrows(() => units("hamilton", total, parties));
      divided++;
      const got = units("hamilton", total, parties);
      assertEquals(got.reduce((sum, n) => sum + n), total);
      const rest = quotas.map(({ n, d }, i) => ({ n: n - BigInt(got[i]) * d, d }));
      for (const [i, { n, d }] of rest.entries()) {
        assert(n > -d && n < d, `quota rule: ${got} of ${quotas.map((q) => `${q.n}/${q.d}`)}`);
        // Nobody rounded down has a larger remainder than somebody rounded up.
        for (const up of rest) {
          if (n > 0n && up.n < 0n) assert(n * up.d <= (up.n + up.d) * d, `${got} ${i}`);
        }
      }
    }),
    { numRuns: 600, seed: 3 },
  );
  assert(divided > 200, `${divided}`);
});

/** min(most, max(least, λ · votes)) with the sum `total`, as fractions; null where there is none. */
function quotasByTrial(total: number, parties: Party[]): { n: bigint; d: bigint }[] | null {
  const votes = votesOf(parties);
  for (let code = 0; code < 3 ** parties.length; code++) {
    const place = parties.map((_, i) => Math.floor(code / 3 ** i) % 3);
    const free = place.flatMap((p, i) => p === 2 ? [i] : []);
    const bound = (i: number) => place[i] === 0 ? parties[i][2]! : parties[i][3] ?? NaN;
    let left = total;
    parties.forEach((_, i) => place[i] === 2 || (left -= bound(i)));
    const d = free.reduce((sum, i) => sum + votes[i], 0n);
    if (Number.isNaN(left) || left < 0) continue;
    if (free.some((i) => votes[i] === 0n) || (free.length === 0 ? left !== 0 : d === 0n)) continue;
    const n = BigInt(left);
    const fits = parties.every(([, , least, most], i) => {
      if (votes[i] === 0n) return place[i] === 0;
      const quota = votes[i] * n;
      if (place[i] === 2) {
        return quota >= BigInt(least!) * d && (most === undefined || quota <= BigInt(most) * d);
      }
      // With nobody free any level between those at the least and those at the most will do.
      if (free.length === 0) return true;
      return place[i] === 0 ? quota <= BigInt(least!) * d : quota >= BigInt(most!) * d;
    });
    const most = parties.map(([, , least, m], i) => place[i] === 1 ? [m!, i] : [least!, i]);
    if (free.length === 0 && !isLevel(parties, place, votes, most)) continue;
    if (fits) {
      return parties.map((_, i) =>
        place[i] === 2 ? { n: votes[i] * n, d } : { n: BigInt(bound(i)), d: 1n }
      );
    }
  }
  return null;
}

/** Whether one level has these at the least and those at the most: max most / votes ≤ min least / votes. */
function isLevel(parties: Party[], place: number[], votes: bigint[], at: number[][]): boolean {
  return parties.every((_, i) =>
    parties.every((_, j) => {
      if (place[i] !== 1 || place[j] !== 0 || votes[j] === 0n) return true;
      return BigInt(at[i][0]) * votes[j] <= BigInt(at[j][0]) * votes[i];
    })
  );
}

Deno.test("seats: divisor methods are house monotone, and quotas are kept where they must be", () => {
  const election = fc.record({
    votes: fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 20 }),
    total: fc.integer({ min: 0, max: 400 }),
  });
  fc.assert(
    fc.property(election, ({ votes, total }) => {
      const parties = votes.map((v, i): Party => [`p${i}`, v]);
      const sum = votes.reduce((a, b) => a + b);
      for (const method of ["webster", "dhondt", "huntington-hill"] as const) {
        const seats = units(method, total, parties), more = units(method, total + 1, parties);
        assert(more.every((n, i) => n >= seats[i]), `${method} is house monotone`);
      }
      const quota = votes.map((v) => v * total / sum);
      const lower = units("dhondt", total, parties);
      assert(lower.every((n, i) => n >= Math.floor(quota[i])), "D'Hondt keeps the lower quota");
      const hamilton = units("hamilton", total, parties);
      assert(hamilton.every((n, i) => Math.abs(n - quota[i]) < 1), "Hamilton keeps the quota");
    }),
    { numRuns: 300, seed: 4 },
  );
});

Deno.test("seats: a claim of 0.1 with a weight of 3 is one of 0.3, and the person has the weight", () => {
  const tenths = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 12 }));
  const election = fc.record({
    parties: fc.array(tenths, { minLength: 1, maxLength: 6 })
      .filter((parties) => parties.some(([t]) => t > 0)),
    total: fc.integer({ min: 0, max: 15 }),
  });
  fc.assert(
    fc.property(election, ({ parties, total }) => {
      const weighted = parties.map(([t, w], i) => (
        { name: `p${i}`, interval: [0] as [number], target: t / 10, weight: w / 10 }
      ));
      const whole = parties.map(([t, w], i): Party => [`p${i}`, t * w]);
      for (const method of SEAT_METHODS) {
        const { people, tie } = splitBy(method, { total, requirements: weighted });
        const expected = seatsOf(method, total, whole);
        assertEquals(people.map((person) => person.units), expected.people.map((p) => p.units));
        assertEquals(tie, expected.tie);
        assertEquals(people.map(({ weight = 1 }) => weight), weighted.map(({ weight }) => weight));
      }
    }),
    { numRuns: 300, seed: 5 },
  );
});
