/** Kills runs while they write: `deno run -A tests/fuzz/kills.ts --count 200 --seed 1`. A fault is printed with its seed. */
import { parseArgs } from "node:util";
import { judgeKills } from "./judge_kill.ts";

const { values: { count, seed } } = parseArgs({
  args: Deno.args,
  options: {
    count: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
  },
});

const seeds = Array.from({ length: Number(count) }, (_, i) => Number(seed) + i);
const { faults, ...told } = await judgeKills(seeds);
console.log(JSON.stringify(told));
for (const fault of faults) console.log(fault);
if (faults.length > 0) Deno.exit(1);
