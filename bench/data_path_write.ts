/**
 * Writes about 3 million assignments once to each file named and prints seconds and sizes as JSON. Run by data_path.ts.
 *
 * deno run --allow-read --allow-write bench/data_path_write.ts FILE…
 */
import { offersFromSlots } from "../lib/allocator/model/offers.ts";
import { generateInstance } from "../lib/generate/generate_instance.ts";
import { writeAssignments } from "../lib/io/tables/results/assignments_writer.ts";

const k = 3;
const instance = generateInstance({ users: 1_030_000, pairs: 5 });
const users = instance.group.length;
const slots = new Uint32Array(k * users), count = new Uint8Array(users);
for (let u = 0; u < users; u++) {
  const end = Math.min(instance.start[u + 1], instance.start[u] + k);
  for (let p = instance.start[u]; p < end; p++) slots[k * u + count[u]++] = p;
}
const offers = offersFromSlots(instance, k, slots, count);
for (const file of Deno.args) {
  const started = performance.now();
  await writeAssignments(file, instance, offers);
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify({
    file,
    seconds,
    rows: offers.offerPair.length,
    bytes: (await Deno.stat(file)).size,
  }));
}
