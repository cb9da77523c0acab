import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { BlockRadii } from "../../../../lib/allocator/optimal/search/block_radii.ts";
import type { Evaluation } from "../../../../lib/allocator/optimal/passes/dual_pass.ts";
import { type PricePoint, zeroPoint } from "../../../../lib/allocator/optimal/dual/price_point.ts";

/** A cap and a row of each of two groups. */
const BLOCKS = { groupOf: Int32Array.of(-1, 0, 1), groups: Int32Array.of(0, 1) };

function step(...row: number[]): PricePoint {
  const change = zeroPoint(row.length, 2, 0);
  change.row.set(row);
  return change;
}

function at(...rowGradient: number[]): Evaluation {
  return {
    value: 0,
    point: step(0, 0, 0),
    rowGradient: Float64Array.from(rowGradient),
    otherGradients: [],
    held: new Uint8Array(2),
    confined: false,
    curvature: null,
  };
}

function limitsOf(radii: BlockRadii): number[] {
  const limits = { row: Float64Array.of(9, 0, 0), others: [] };
  radii.limit(limits, { row: new Float64Array(3).fill(100), others: [] });
  return [...limits.row.subarray(1)];
}

Deno.test("a group whose part of a step goes straight down gets a longer one, a group that went too far a shorter one", () => {
  const radii = new BlockRadii(BLOCKS, 2, 1);
  const shares = radii.learn(at(-1, -4, -4), at(0, -4, 4), step(0.1, 1, 1), 0.5)!;
  // Group 1 fell by 4 and rises by 4: D is flat half-way. The cap and group 0 keep all of their steps.
  assertEquals(limitsOf(radii), [2.5, 0.5]);
  assertEquals([...shares], [1, 0.5, 1]);
  assertEquals([...radii.scaled(step(0.1, 1, 1), shares).row], [0.1, 1, 0.5]);
});

Deno.test("a group goes further than all others only where D falls at the end as it did at the beginning", () => {
  const after = (slope: number) => {
    const radii = new BlockRadii(BLOCKS, 2, 1);
    radii.learn(at(0, -4, 0), at(0, slope, 0), step(0, 1, 0), 0.5);
    return limitsOf(radii)[0];
  };
  assertEquals([after(-3), after(-1), after(1)], [2.5, 1, 1]);
  // However far it went, a tenth is left.
  assertAlmostEquals(after(12), 0.25);
  assertAlmostEquals(after(396), 0.1);
});

Deno.test("parts of few groups are left out, or of many, or of the prices that all share", () => {
  const groups = 40;
  const blocks = {
    groupOf: Int32Array.from({ length: groups }, (_, g) => g),
    groups: Int32Array.from({ length: groups }, (_, g) => g),
  };
  const radii = new BlockRadii(blocks, groups, 1);
  const sharesOf = (held: number, shared: number) =>
    Float64Array.from({ length: groups + 1 }, (_, g) => g < held ? 0.5 : g < groups ? 1 : shared);
  assert(radii.areFew(sharesOf(2, 1)));
  assert(!radii.areFew(sharesOf(3, 1)));
  assert(!radii.areFew(sharesOf(2, 0.9)));
});

Deno.test("a group that went well has at least the radius of the prices that all share", () => {
  const radii = new BlockRadii(BLOCKS, 2, 0.25);
  assertEquals(radii.learn(at(0, -4, -4), at(0, -1, 1), step(0, 0.1, 0.1), 0.5), null);
  assertEquals(limitsOf(radii), [0.5, 0.5]);
});

Deno.test("the size of a step is that without a few groups that go further, for which a view has more room", () => {
  const groups = 40;
  const blocks = {
    groupOf: Int32Array.from({ length: groups + 1 }, (_, r) => r - 1),
    groups: Int32Array.from({ length: groups }, (_, g) => g),
  };
  const radii = new BlockRadii(blocks, groups, 1);
  const change = zeroPoint(groups + 1, groups, 0);
  change.row.fill(0.5);
  change.row.set([0.75, -2, -2]);
  const sizes = radii.sizes(change);
  assertEquals(radii.typicalSize(sizes), 0.75);
  // Room for three steps of 2.
  assertEquals([...radii.farIn(3, sizes).row.subarray(0, 4)], [0, 6, 6, 0]);
});
