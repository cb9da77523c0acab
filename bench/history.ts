/**
 * What 20 million rows of history cost beside 5 million pairs: time and memory of reading the drop with and without.
 *
 *   deno run --allow-read --allow-write bench/history.ts FOLDER
 *
 * Writes the inputs into FOLDER (0.7 GB) unless they are there. A history.parquet beside them (such as DuckDB or pyarrow make of
 * history.csv) is read too.
 */
import { readDrop } from "../lib/io/drop_reader.ts";
import { seededRandom } from "../lib/base/numbers/random.ts";

const USERS = 400_000, CONTRACTS = 300, WEEKS = 20;
const folder = Deno.args[0];
if (folder === undefined) throw new Error("name a folder");
const at = (name: string) => `${folder}/${name}`;
const exists = (name: string) => {
  try {
    return Deno.statSync(at(name)).isFile;
  } catch {
    return false;
  }
};

/** Writes lines as they come. */
function write(name: string, header: string, lines: Iterable<string>): void {
  if (exists(name)) return;
  using file = Deno.openSync(at(name), { create: true, write: true });
  const encoder = new TextEncoder();
  let held = [header];
  const flush = () => {
    let bytes = encoder.encode(held.join("\n") + "\n");
    while (bytes.length > 0) bytes = bytes.subarray(file.writeSync(bytes));
    held = [];
  };
  for (const line of lines) if (held.push(line) > 50_000) flush();
  if (held.length > 0) flush();
}

const random = seededRandom(1), user = (u: number) => 1_000_000 + u;

function* pairs() {
  for (let u = 0; u < USERS; u++) {
    const first = random.below(CONTRACTS);
    for (let i = 0; i < 12 + u % 2; i++) {
      yield `${user(u)},c${(first + i * 23) % CONTRACTS},${random.next().toFixed(4)}`;
    }
  }
}

function* history() {
  for (let week = 0; week < WEEKS; week++) {
    const day = new Date(Date.UTC(2025, 7, 14 - 7 * week)).toISOString().slice(0, 10);
    for (let u = 0; u < USERS; u++) {
      const first = random.below(CONTRACTS);
      const outcome = random.next() < 0.05 ? "declined" : "offered";
      for (let i = 0; i < 2 + u % 2; i++) {
        yield `${user(u)},c${(first + 7 * i) % CONTRACTS},${day},${outcome}`;
      }
    }
  }
}

const numbers = (length: number) => Array.from({ length }, (_, i) => i);
write(
  "caps.csv",
  "contract_address,cap_face,is_sponsored,brand_id",
  numbers(CONTRACTS).map((c) => `c${c},8000,${c < CONTRACTS / 2},b${c % 60}`),
);
write("ratios.csv", "group_id,sponsorship_ratio", numbers(20).map((g) => `g${g},0.3`));
write("users.csv", "user_id,group_id", numbers(USERS).map((u) => `${user(u)},g${u % 20}`));
write("elig.csv", "user_id,contract_address,score", pairs());
write("history.csv", "user_id,contract_address,offered_at,outcome", history());

/** Seconds and megabytes of reading the drop. */
async function measured(file: string | null): Promise<string> {
  let peak = 0;
  const look = () => peak = Math.max(peak, Deno.memoryUsage().rss);
  const timer = setInterval(look, 20), begun = performance.now();
  await readDrop({
    caps: at("caps.csv"),
    elig: at("elig.csv"),
    userGroups: at("users.csv"),
    groupRatios: at("ratios.csv"),
    ...(file !== null && { history: at(file) }),
  }, file === null ? {} : { asOf: "2025-08-21", cooldown: "contract=8d,brand=4w" });
  clearInterval(timer);
  look();
  const seconds = (performance.now() - begun) / 1000;
  return `${(file ?? "no history").padEnd(16)} ${seconds.toFixed(2)} s  ${
    Math.round(peak / 1e6)
  } MB`;
}

for (const file of [null, "history.csv", "history.parquet"]) {
  if (file === null || exists(file)) console.log(await measured(file));
}
