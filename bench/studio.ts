/**
 * How fast a studio answers: `deno run -A bench/studio.ts FOLDER [WORKERS]`, a folder of the four inputs as `divvy generate`
 * writes them. Drags one group's ratio, then a cap, then all ratios; tells for each when the bound came and when the result, from the
 * call on, and what processor time all threads took until then: with one worker, the time on a machine with nothing else to do.
 */
import process from "node:process";
import { readDrop } from "../lib/io/drop_reader.ts";
import { defaultPolicy } from "../lib/allocator/model/policy.ts";
import { sessionInWorker } from "../lib/studio/session/hosted_session.ts";
import type { Change, StudioEvents } from "../lib/studio/session/messages.ts";
import { sentStart } from "../lib/studio/session/sent_start.ts";
import { dropFiles } from "./divvy_run.ts";

const [folder, workers = String(navigator.hardwareConcurrency)] = Deno.args;
const drop = await readDrop(dropFiles(folder));
const { instance } = drop;
console.log(`${instance.group.length} users, ${instance.score.length} pairs, ${workers} workers`);

let waiting: ((event: { name: string; at: number; value: unknown }) => void) | null = null;
const begun = performance.now();
const session = sessionInWorker(
  sentStart({
    drop,
    policy: defaultPolicy,
    workers: Number(workers),
    details: {
      title: "bench",
      files: {},
      further: { columns: [], rows: {} },
      served: true,
      options: {},
      gap: 1e-6,
    },
  }),
  (name, value) => waiting?.({ name, at: performance.now(), value }),
);

/** Does something, and waits until a result is there. */
async function timed(name: string, version: number, act: () => void, rows = false) {
  const from = performance.now();
  const cpu = process.cpuUsage();
  let bound = NaN, state = NaN, first = NaN;
  const result = await new Promise<StudioEvents["result"]>((resolve) => {
    let latest: StudioEvents["result"];
    waiting = ({ name, at, value }) => {
      if (name === "state") state = at - from;
      if (name === "bound") bound = at - from;
      if (name === "failed") throw new Error(JSON.stringify(value));
      if (name === "result") {
        latest = value as StudioEvents["result"];
        if (latest.preliminary && latest.version === version) first = at - from;
        if (latest.version === version && !latest.preliminary && !rows) resolve(latest);
      }
      if (name === "rows" && rows) resolve(latest);
    };
    act();
  });
  const used = process.cpuUsage(cpu);
  const ms = (n: number) => `${n.toFixed(0)} ms`;
  console.log(
    `${name}: state ${ms(state)}, bound ${ms(bound)}, first ${ms(first)}, result ${
      ms(performance.now() - from)
    } (solve ${ms(1000 * result.row.seconds)}), processor ${
      ms((used.user + used.system) / 1000)
    }, gap ${result.row.gap}, score ${result.row.score}`,
  );
}

await timed("as it is, twice", 0, () => {}, true);
console.log(`open after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
const [group] = instance.groups, [contract] = instance.contracts;
const changes: [string, Change][] = [
  ["a ratio", { setRatio: { [group]: instance.ratio[0] * 0.9 } }],
  ["the same, further", { setRatio: { [group]: instance.ratio[0] * 0.8 } }],
  ["a cap", { setCap: { [contract]: Math.round(instance.cap[0] * 1.2) } }],
  ["all ratios × 0.9", { ratioScale: 0.9 }],
  ["all ratios × 0.95", { ratioScale: 0.95 }],
  ["sponsored caps × 1.1", { capScale: { sponsored: 1.1 } }],
];
for (const [i, [name, change]] of changes.entries()) {
  await timed(name, i + 1, () => session.call("change", { change }));
}
session.close();
