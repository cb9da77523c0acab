/** Changes files while they are read: `deno run -A tests/fuzz/swaps.ts --count 1000 --seed 1`. A fault is printed with its seed. */
import { parseArgs } from "node:util";
import { withFolder } from "../support/temp_folder.ts";
import { judgeSwaps } from "./judge_swap.ts";

const { values: { count, seed } } = parseArgs({
  args: Deno.args,
  options: {
    count: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
  },
});

const seeds = Array.from({ length: Number(count) }, (_, i) => Number(seed) + i);
await withFolder(async (folder) => {
  const { faults, ...told } = await judgeSwaps(folder, seeds);
  console.log(JSON.stringify(told));
  for (const fault of faults) console.log(fault);
  if (faults.length > 0) Deno.exitCode = 1;
});
