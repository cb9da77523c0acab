/**
 * A split with money: seven slices of pizza, each person with an interval and a target, in whole slices.
 *
 *     deno run --allow-read examples/split_with_money.ts
 */
import { split } from "../mod.ts";

const pizza = {
  total: 7,
  price: 25,
  requirements: [
    { name: "ann", interval: [1, 3] as [number, number], target: 2 },
    { name: "bob", interval: [2, 5] as [number, number], target: "upper" as const },
    { name: "cleo", interval: [0, 2] as [number, number], target: "center" as const },
  ],
};

for (const options of [{}, { step: 1 }, { step: 0.5, absolute: true }]) {
  const { people, status, objective } = split(pizza, options);
  console.log(JSON.stringify(options), status, `discontent ${objective.toFixed(4)}`);
  for (const { name, units, target, payment } of people) {
    console.log(
      `  ${name.padEnd(5)} ${units.toFixed(3)} of ${target}, pays ${payment!.toFixed(2)}`,
    );
  }
}

// More than anybody's limit: the limits give way, and the status says by how much.
const { status, amount } = split({ ...pizza, total: 12 });
console.log(`12 slices: ${status} by ${amount}`);
