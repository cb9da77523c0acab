/**
 * Reads a drop once, in this fresh process, and prints what it took as JSON. Run by data_path.ts.
 *
 * deno run --allow-read bench/data_path_read.ts DIR ELIG WORKERS
 */
import process from "node:process";
import { readDrop } from "../lib/io/drop_reader.ts";

const [dir, elig, workers] = Deno.args;
const table = async (name: string) => {
  const csv = `${dir}/${name}.csv`;
  return await Deno.stat(csv).then(() => csv, () => `${dir}/${name}.parquet`);
};
const sources = {
  caps: await table("caps"),
  elig,
  userGroups: await table("user_groups"),
  groupRatios: await table("group_ratios"),
};
const started = performance.now(), cpuBefore = process.cpuUsage();
const { instance } = await readDrop(
  sources,
  workers === "auto" ? {} : { workers: Number(workers) },
);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
console.log(JSON.stringify({
  seconds,
  cpu: (user + system) / 1e6,
  rows: instance.score.length,
  rss: Deno.memoryUsage().rss,
}));
