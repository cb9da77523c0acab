/**
 * Fuzzes the reading of Parquet: `deno task fuzz:parquet --files 500 --mutations 10 --seed 1`. Files that pyarrow and
 * DuckDB write are read undamaged, where only types may be refused, and damaged. A fault prints the file's number and
 * that of the damage, and keeps the file in `--keep`.
 */
import { parseArgs } from "node:util";
import { fuzzParquet } from "./run.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    files: { type: "string", default: "500" },
    mutations: { type: "string", default: "10" },
    seed: { type: "string", default: "0" },
    keep: { type: "string" },
  },
});
const counts = await fuzzParquet({
  first: Number(values.seed),
  files: Number(values.files),
  mutations: Number(values.mutations),
  keep: values.keep,
  onFault: (fault) => console.log(fault),
});
console.log(
  `${counts.files} files, ${counts.mutations} damages: ${counts.refused} refused, ${counts.faults} faults`,
);
Deno.exit(counts.faults === 0 ? 0 : 1);
