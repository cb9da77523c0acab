/** The 60 reference splits, solved by an independent QP solver and polished to the exact KKT point. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { splitArrays } from "../../../lib/woptim/split.ts";
import { exactSum } from "../../support/exact_sum.ts";

interface ReferenceCase {
  id: number;
  kind: string;
  n: number;
  absolute: boolean;
  gamma: number;
  t_min: number;
  T: number;
  t: number[];
  l: number[];
  u: number[];
  hard_lower: boolean;
  hard_upper: boolean;
  x: number[];
  objective: number;
  has_negative_x: boolean;
}

const { cases }: { cases: ReferenceCase[] } = JSON.parse(
  await Deno.readTextFile(new URL("../../fixtures/split/split_cases.json", import.meta.url)),
);

Deno.test("there are 60 reference splits", () => assertEquals(cases.length, 60));

for (const reference of cases) {
  Deno.test(`reference split ${reference.id}: ${reference.kind}, n = ${reference.n}`, () => {
    const { T: total, t: target, l: lower, u: upper, x } = reference;
    const { absolute, gamma, t_min: tMin, has_negative_x: allowNegative } = reference;
    const result = splitArrays(
      { total, lower, upper, target },
      { absolute, gamma, tMin, allowNegative },
    );

    const status = !reference.hard_upper
      ? "total_too_high"
      : !reference.hard_lower
      ? "total_too_low"
      : "feasible";
    assertEquals(result.status, status);
    for (let i = 0; i < x.length; i++) {
      const off = Math.abs(result.units[i] - x[i]);
      assert(
        off <= 1e-13 * Math.max(1, Math.abs(x[i])),
        `person ${i}: ${result.units[i]} is not ${x[i]}`,
      );
    }
    const off = Math.abs(result.objective - reference.objective);
    assert(off <= 1e-12 * Math.max(1, reference.objective), `objective ${result.objective}`);
    assertEquals(exactSum(result.units), total);
  });
}
