/** Why somebody gets so much: every number is that of a split made again, and no exchange is for the better. */
import { fc } from "../../../lib/deps/fast_check.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { explainPerson, MOST_CHANGES } from "../../../lib/woptim/methods/explain_person.ts";
import { type MethodName, METHODS } from "../../../lib/woptim/methods/methods.ts";
import { personText } from "../../../lib/report/text/person_text.ts";
import { splitArraysBy } from "../../../lib/woptim/methods/split_by.ts";
import { splitArrays } from "../../../lib/woptim/split.ts";

const drawn = fc.record({
  people: fc.array(
    fc.record({
      lower: fc.integer({ min: -4, max: 5 }),
      room: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 9 })),
      target: fc.integer({ min: -4, max: 20 }),
    }),
    { minLength: 1, maxLength: 15 },
  ),
  total: fc.integer({ min: 0, max: 120 }),
  person: fc.nat(),
  step: fc.constantFrom(undefined, 1),
});

type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

function problemOf({ people, total, person }: Drawn) {
  const lower = people.map((p) => p.lower), upper = people.map((p) => p.lower + p.room);
  const columns = { total, lower, upper, target: people.map((p) => p.target) };
  return { columns, i: person % people.length };
}

Deno.test("explain a person: woptim's numbers are those of splits, and no exchange is for the better", () => {
  let exchanges = 0;
  fc.assert(
    fc.property(drawn, (problem) => {
      const { columns, i } = problemOf(problem), { step } = problem;
      const why = explainPerson("woptim", columns, i, { step });
      const at = (total: number) => splitArrays({ ...columns, total }, { step });
      const found = at(columns.total);
      const requirements = columns.lower.map((lower, k) => ({
        name: `p${k}`,
        interval: [lower, columns.upper[k]] as const,
        target: columns.target[k],
      }));
      const same = explainPerson("woptim", { total: columns.total, requirements }, i, { step });
      assertEquals(same, why, "as objects or as columns");
      assertEquals([why.units, why.status], [found.units[i], found.status]);
      assertEquals(why.discontent, found.discontent[i]);
      assertEquals(why.atOneMore, at(columns.total + 1).units[i]);
      assertEquals(why.atOneLess, columns.total < 1 ? null : at(columns.total - 1).units[i]);
      for (const exchange of [why.oneMore, why.oneLess]) {
        if (exchange === null) continue;
        exchanges++;
        const size = 1e-9 * (1 + found.objective + columns.total);
        // With the hard bounds of the same status the exchange was a choice, and not the best one.
        const isWithin = why.lower <= exchange.units && exchange.units <= why.upper;
        if (exchange.status === found.status && isWithin) {
          assert(exchange.cost >= -size, `${exchange.cost}`);
        }
        if (exchange.changed > MOST_CHANGES) continue;
        const moved = exchange.changes.reduce((sum, { change }) => sum + change, 0);
        assert(Math.abs(moved + exchange.units - why.units) <= size, `${moved}`);
      }
      // Without steps only a bound that is kept, or zero, keeps somebody from the price; a bound that may be passed never does.
      const { held, lower, upper, units, marginal, price, status } = why;
      if (held === "bound") {
        const isLower = marginal! > price!;
        assert(status !== (isLower ? "total_too_low" : "total_too_high"), "a bound that is kept");
        assertEquals(units, isLower ? lower : upper, "the bound in the way");
      }
      if (held === "zero") assert(units === 0 && status === "total_too_low" && marginal! > price!);
      assert(step !== undefined || held !== "steps", "no steps without steps");
      // At no bound of anybody the price is what a unit is worth to each.
      if (step === undefined && why.place === "inside") {
        assert(Math.abs(why.marginal! - why.price!) <= 1e-9, `${why.marginal} ${why.price}`);
      }
    }),
    { numRuns: 400, seed: 9 },
  );
  assert(exchanges > 300, `${exchanges}`);
});

Deno.test("explain a person: under every method the others give one unit in all for one more", () => {
  const names = Object.keys(METHODS) as MethodName[];
  fc.assert(
    fc.property(drawn, fc.constantFrom(...names), (problem, method) => {
      const { columns, i } = problemOf(problem);
      let units: Float64Array;
      try {
        ({ units } = splitArraysBy(method, columns));
      } catch {
        assertThrows(() => explainPerson(method, columns, i));
        return;
      }
      const why = explainPerson(method, columns, i);
      assertEquals([why.units, why.marginal, why.price], [units[i], null, null]);
      if (why.oneMore === null || why.oneMore.changed > MOST_CHANGES) return;
      const moved = why.oneMore.changes.reduce((sum, { change }) => sum + change, 0);
      assert(Math.abs(moved + 1) <= 1e-7, `${moved}`);
    }),
    { numRuns: 400, seed: 10 },
  );
});

Deno.test("explain a person: amounts may be negative where a lower bound is, and what is not split is not called nobody's", () => {
  const columns = { total: 3, lower: [-5, -3], upper: [8, 8], target: [-2, 4] };
  const ann = explainPerson("woptim", columns, 0, { absolute: true });
  assertEquals([ann.units, ann.oneMore?.units, ann.oneLess?.units], [-1.5, -0.5, -2.5]);
  assertEquals(ann.oneLess!.changes, [{ person: 1, units: 4.5, change: 1 }]);
  assertAlmostEquals(ann.oneLess!.cost, 0.4);
  // Ann would have −2.5 alone, a total that is not split.
  const bob = explainPerson("woptim", columns, 1, { absolute: true });
  assertEquals([bob.units, bob.oneMore], [4.5, null]);
  const text = personText(bob, (person) => ["ann", "bob"][person]);
  assertEquals(text.includes("Nobody"), false);
  assertStringIncludes(text, "Who would give a unit to bob can't be said");
});

Deno.test("explain a person: one alone, and nobody", () => {
  const columns = { total: 2, lower: [0], upper: [3], target: [1] };
  const why = explainPerson("woptim", columns, 0);
  assertEquals([why.oneMore, why.oneLess, why.units], [null, null, 2]);
  assertThrows(() => explainPerson("woptim", columns, 1), Error, "a number of a person");
});

Deno.test("explain: beside very large units nothing is told that is only rounding", () => {
  // In units of 1, of a billion and of a trillion, absolutely: shares of a change stay the same.
  const people = {
    lower: [0.5, 1.3, 0.5],
    upper: [2, 5, Infinity],
    target: [2, 5, 0.5],
    weight: [2, 2, 2],
  };
  const options = { gamma: 0.001, absolute: true };
  for (const size of [1e6, 1e9, 1e11]) {
    const scaled = (values: number[]) => values.map((value) => value * size);
    const columns = {
      lower: scaled(people.lower),
      upper: scaled(people.upper),
      target: scaled(people.target),
      weight: people.weight,
      total: size,
    };
    const { more, less, multiplier } = splitArrays(columns, options);
    // The second difference is the curvature, 2 / Σ 1 / w, next to nothing beside the slope.
    const rounding = 1e-12 * Math.abs(multiplier!);
    assert(more! >= multiplier! - rounding && more! <= multiplier! + 2 + rounding, `${more}`);
    assert(less! >= -multiplier! - rounding && less! <= -multiplier! + 2 + rounding, `${less}`);
    const why = explainPerson("woptim", columns, 0, options);
    for (const [exchange, sign] of [[why.oneMore!, 1], [why.oneLess!, -1]] as const) {
      assert(exchange.cost >= 0 && exchange.cost <= 4, `${size}: ${exchange.cost}`);
      assertEquals(exchange.changes.length, 2);
      const given = exchange.changes.reduce((sum, { change }) => sum + change, 0);
      assertAlmostEquals(given, -sign, 1e-3);
    }
  }
  const steps = { lower: [0, 0], upper: [9e9, 9e9], target: [4e9, 3e9] };
  const why = explainPerson("woptim", { ...steps, total: 6e9 }, 0, { step: 1 });
  assertEquals(why.oneMore!.changes.map(({ change }) => change), [-1]);
  assert(why.oneMore!.cost >= 0 && why.oneLess!.cost >= 0);
});

Deno.test("explain a person: who has one more is told where doubles make the step more than is left", () => {
  const people = { lower: [0, 0], upper: [1, 1], target: [0.2, 0.1], total: 0.3 };
  const { units, oneMore } = explainPerson("woptim", people, 0, { step: 0.1 });
  assert(units + 0.1 > people.total);
  assertEquals(oneMore?.changes, [{ person: 1, units: 0.1, change: -0.1 }]);
});

Deno.test("explain a person: an exchange costs what the whole split with it costs more, and one less is that of decimals", () => {
  // Beside ben alone nobody's bound is below 0, but in the whole split amounts may be.
  const people = { lower: [0, -2], upper: [9, 6], target: [9, 5], total: 0 };
  const { units, oneMore } = explainPerson("woptim", people, 1, { absolute: true });
  assert(units < 0);
  const whole = { ...people, fixed: [null, units + 1] };
  const [before, after] = [people, whole].map((one) =>
    splitArrays(one, { absolute: true, allowNegative: true }).objective
  );
  assertAlmostEquals(oneMore!.cost, after - before, 1e-12);
  // 1.4 − 1 is 0.3999999999999999 in doubles, which is below the sum of the lower bounds.
  const decimals = { lower: [0.3, 0.1], upper: [0.9, 1], target: [0.7, 1.1] };
  assertEquals(explainPerson("woptim", { ...decimals, total: 1.4 }, 0).atOneLess, 0.3);
  const [most, least] = [1.4, 0.4].map((total) => splitArrays({ ...decimals, total }));
  assertAlmostEquals(most.less!, least.objective - most.objective, 1e-12);
});

Deno.test("explain a person: what the others can't make whole steps of is said to be left over", () => {
  const requirements = [
    { name: "ann", interval: [0, 9] as const, target: 0, step: 1 },
    { name: "ben", interval: [0, 20] as const, target: 10, step: 10 },
  ];
  const problem = { total: 12, requirements };
  const why = explainPerson("woptim", problem, 0, { leftover: true });
  assertEquals([why.units, why.oneLess?.changes, why.oneLess?.leftover], [2, [], 1]);
  const text = personText(why, (i) => requirements[i].name);
  assertStringIncludes(
    text,
    "One less for ann (1) would leave 1 more over: discontent in all −1.2.",
  );
  assertStringIncludes(
    text,
    "One more for ann (3) would come from ben (−10) and leave 9 more over",
  );
});

Deno.test("explain a person: who is at no bound that is kept is not held by one, but by whole steps", () => {
  const told = (
    people: { lower: number[]; upper: number[]; target: number[]; total: number },
    allowNegative = false,
  ) => {
    const why = explainPerson("woptim", people, 0, { step: 2, absolute: true, allowNegative });
    return /^(.*?):/m.exec(personText(why, () => "ann").split("\n")[1])![1];
  };
  // More than all upper bounds: these may be passed, and Ann is beyond hers.
  assertEquals(
    told({ lower: [0, 0], upper: [3, 4], target: [2, 4], total: 18 }),
    "Held by whole steps",
  );
  // Between two multiples of the step, none of which lies in her interval.
  assertEquals(
    told({ lower: [13, 0], upper: [13, 9], target: [16, 3], total: 18 }),
    "Held by whole steps",
  );
  // At the lower bound, but she would rather have more.
  assertEquals(
    told({ lower: [0, 0], upper: [9, 9], target: [1.2, 1.9], total: 2 }),
    "Held by whole steps",
  );
  // Amounts may be negative: zero is no bound.
  assertEquals(
    told({ lower: [3, 4], upper: [9, 9], target: [3, 7], total: 2 }, true),
    "Held by whole steps",
  );
  assertEquals(
    told({ lower: [2, 0], upper: [9, 9], target: [1, 9], total: 6 }),
    "Held by the bound",
  );
});

Deno.test("explain a person: beside very large units a slope that only rounding moves off the price is not whole steps", () => {
  const people = {
    total: 2573173.11,
    lower: [236.4, 0, 0, 0],
    upper: [4980330, 0.5568, 0.08, 82889.9051],
    target: [2490283.2, 0.0053, 7.6e-7, 82889.9051],
  };
  for (const person of people.lower.keys()) {
    const { held } = explainPerson("woptim", people, person, { absolute: true, tMin: 3 });
    assert(held === "price" || held === "bound", `${person}: ${held}`);
  }
});
