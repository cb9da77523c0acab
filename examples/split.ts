/**
 * Twelve slices of pizza and their price, divided among four people in whole slices.
 *
 *     deno run examples/split.ts
 */
import { split } from "../mod.ts";

const { people, status, objective } = split({
  total: 12,
  price: 42.5,
  requirements: [
    { name: "ann", interval: [2, 4], target: 3 },
    { name: "ben", interval: [3, 6], target: "upper" },
    { name: "cleo", interval: [1, 3], target: "lower" },
    { name: "dan", interval: [0, 2], target: "center" },
  ],
}, { step: 1 });

for (const { name, units, target, payment } of people) {
  console.log(
    `${name} gets ${units} slices (${target} wished for) and pays ${payment?.toFixed(2)}`,
  );
}
console.log(`${status}, discontent in all ${objective.toFixed(3)}`);
