/** Splits in columns: their options are checked as those of all other functions are. */
import { split, splitArrays, splitBy, splitTotals } from "../../split.ts";
import { InputError, UsageError } from "../../lib/base/errors.ts";
import { assertEquals, assertThrows } from "../../lib/deps/std_assert.ts";

const COLUMNS = { total: 4, lower: [0, 0], upper: [5, 5], target: [2, 3] };

Deno.test("splits in columns: an option that there is not is refused, and one of the wrong type", () => {
  const meant = 'has no option "gama" (did you mean gamma?)';
  const wrong = { gama: 1 } as never;
  assertThrows(() => splitArrays(COLUMNS, wrong), UsageError, `splitArrays ${meant}`);
  assertThrows(() => splitTotals(COLUMNS, [4], wrong), UsageError, `splitTotals ${meant}`);
  assertThrows(() => splitArrays(COLUMNS, null as never), UsageError, "expected an object");
  const totals = "totals is 4, expected a list of numbers";
  assertThrows(() => splitTotals(COLUMNS, 4 as never), UsageError, totals);
});

Deno.test("splits: an option that stands in the problem is refused, as it would change nothing", () => {
  const step = "step is in the problem, expected beside it, among the options";
  const requirements = [{ name: "ann", interval: [0, 5] as [number, number], target: 2 }];
  const problem = { total: 4, requirements, step: 1 };
  assertThrows(() => split(problem), UsageError, step);
  assertThrows(() => splitArrays({ ...COLUMNS, step: 1 } as typeof COLUMNS), UsageError, step);
});

Deno.test("splits: what no problem has is refused, and what is nearly a person's field", () => {
  const person = { name: "ann", interval: [0, 5] as [number, number], target: 2 };
  const prize = { total: 4, prize: 3, requirements: [person] };
  assertThrows(() => split(prize), UsageError, 'no field "prize" (did you mean price?)');
  const weights = { ...COLUMNS, weights: [1, 1] };
  assertThrows(() => splitArrays(weights), UsageError, 'no field "weights" (did you mean weight?)');
  const { total: _, ...people } = weights;
  assertThrows(() => splitTotals(people, [4]), UsageError, 'no field "weights"');
  const near = 'requirements[0] has "wieght", expected weight, or another name';
  const slip = { total: 4, requirements: [{ ...person, wieght: 2 }] };
  assertThrows(() => split(slip), InputError, near);
  assertThrows(() => splitBy("webster", slip), InputError, near);
  // Other fields of people are nobody's mistake.
  assertEquals(
    split({ total: 4, requirements: [{ ...person, ...{ email: "a@b" } }] }).people[0].units,
    4,
  );
});

Deno.test("splits in columns: everybody's own steps, and what they have beside, are columns", () => {
  const own = { ...COLUMNS, step: [2, "1/3"], weight: [1, 2] };
  const { units, leftover } = splitArrays(own);
  assertEquals([...units, leftover], [2, 2, 0]);
  const { total: _, ...people } = own;
  assertEquals([...splitTotals(people, [4])[0].units], [2, 2]);
  assertEquals([...splitArrays({ ...COLUMNS, step: undefined }).units], [1.6, 2.4]);
});
