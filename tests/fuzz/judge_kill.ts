/** Runs that are killed (kill -9) while they write: old files or new whole ones, and nothing that a reader takes as input. */
import { type Random, seededRandom } from "../../lib/base/numbers/random.ts";
import { resolveSource } from "../../lib/io/bytes/source.ts";
import { denoArgs, TempFolder } from "../support/cli.ts";

const OUTPUTS = ["assign.csv.gz", "certificate.json", "summary.json"] as const;
const TEMPORARY = /^\.divvy-[0-9a-f]{12}\.tmp$/;

/** A drop with enough to write that a kill may fall into the writing. */
function writeInputs(folder: TempFolder, users: number): void {
  const ids = Array.from({ length: users }, (_, u) => `user-${u}`);
  const contracts = Array.from({ length: 20 }, (_, c) => `c${c}`);
  const rows = (header: string, rows: string[]) => `${header}\n${rows.join("\n")}\n`;
  folder.write(
    "caps.csv",
    rows(
      "contract_address,cap_face,is_sponsored",
      contracts.map((c, i) => `${c},${users},${i < 9}`),
    ),
  );
  folder.write("user_groups.csv", rows("user_id,group_id", ids.map((id, u) => `${id},g${u % 7}`)));
  folder.write(
    "group_ratios.csv",
    rows("group_id,sponsorship_ratio", Array.from({ length: 7 }, (_, g) => `g${g},0.2`)),
  );
  folder.write(
    "elig.csv",
    rows(
      "user_id,contract_address,score",
      ids.flatMap((id, u) =>
        [0, 3, 7, 11].map((c) => `${id},c${(u + c) % 20},0.${(u * 7919 + c * 31) % 997 + 1}`)
      ),
    ),
  );
}

/** What the kills came to. */
export interface Kills {
  /** Runs that were killed before they ended. */
  killed: number;
  /** Runs of which a temporary file was there when they were killed. */
  whileWriting: number;
  /** Files with their new content, and with their old one, over all killed runs. */
  renewed: number;
  kept: number;
  /** What went wrong, with the seed. */
  faults: string[];
}

/** Kills a run for each seed, at a moment drawn at random, and looks at what is left. */
export async function judgeKills(seeds: readonly number[], users = 3000): Promise<Kills> {
  await using folder = new TempFolder();
  writeInputs(folder, users);
  Deno.mkdirSync(`${folder.path}/out`);
  const started = performance.now();
  const whole = await run(folder);
  if (whole.code !== 0) throw new Error(`the run fails: ${whole.stderr}`);
  const took = performance.now() - started;
  const fresh = new Map(OUTPUTS.map((name) => [name, folder.read(`out/${name}`)]));
  const kills: Kills = { killed: 0, whileWriting: 0, renewed: 0, kept: 0, faults: [] };
  for (const seed of seeds) await judgeKill(folder, seed, took, fresh, kills);
  // The next run takes away what the killed ones left.
  await run(folder);
  const left = names(folder).filter((name) => TEMPORARY.test(name));
  if (left.length > 0) kills.faults.push(`left over after a whole run: ${left.join(", ")}`);
  return kills;
}

async function judgeKill(
  folder: TempFolder,
  seed: number,
  took: number,
  fresh: ReadonlyMap<string, string>,
  kills: Kills,
): Promise<void> {
  const random = seededRandom(seed);
  for (const name of OUTPUTS) folder.write(`out/${name}`, `old ${name}`);
  const wasKilled = await killed(folder, took, random);
  const hidden = names(folder).filter((name) => TEMPORARY.test(name));
  if (wasKilled) kills.killed++;
  if (wasKilled && hidden.length > 0) kills.whileWriting++;
  const fault = (what: string) => kills.faults.push(`seed ${seed}: ${what}`);
  for (const name of OUTPUTS) {
    const text = folder.read(`out/${name}`);
    if (text === `old ${name}`) kills.kept++;
    else if (text === fresh.get(name) || (name === "summary.json" && isSummary(text))) {
      kills.renewed++;
    } else fault(`${name} is torn: ${text.length} of ${fresh.get(name)!.length} characters`);
  }
  const others = names(folder).filter((name) =>
    !TEMPORARY.test(name) && !(OUTPUTS as readonly string[]).includes(name)
  );
  if (others.length > 0) fault(`left over: ${others.join(", ")}`);
  const read = (await resolveSource(`${folder.path}/out`)).map(({ name }) => name);
  if (read.length !== OUTPUTS.length) fault(`read as shards: ${read.join(", ")}`);
}

/** Summaries differ in their times only. */
function isSummary(text: string): boolean {
  try {
    return JSON.parse(text).input.elig.rows > 0 && text.endsWith("}\n");
  } catch {
    return false;
  }
}

function names(folder: TempFolder): string[] {
  return [...Deno.readDirSync(`${folder.path}/out`)].map(({ name }) => name);
}

function spawn(folder: TempFolder): Deno.ChildProcess {
  const args = ["allocate", "--solver", "optimal", "--quiet"];
  for (const name of ["caps", "elig", "user_groups", "group_ratios"]) {
    args.push(`--${name.replace("_", "-")}`, `${name}.csv`);
  }
  args.push("--out", `out/${OUTPUTS[0]}`, "--certificate", `out/${OUTPUTS[1]}`);
  args.push("--summary", `out/${OUTPUTS[2]}`);
  return new Deno.Command(Deno.execPath(), {
    args: denoArgs(args, { cwd: folder.path }),
    cwd: folder.path,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

async function run(folder: TempFolder): Promise<{ code: number; stderr: string }> {
  const { code, stderr } = await spawn(folder).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

/** Kills a run at any moment, or (two times of three) when so many outputs are new and another one is being written. */
async function killed(folder: TempFolder, took: number, random: Random): Promise<boolean> {
  const child = spawn(folder), ended = child.output();
  let isOver = false;
  ended.then(() => isOver = true);
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const wanted = random.below(OUTPUTS.length), pause = 4 * random.next() ** 2;
  if (random.next() < 1 / 3) await Promise.race([ended, sleep(took * random.next())]);
  else {
    while (!isOver && !isWriting(folder, wanted)) await sleep(0);
    await sleep(pause);
  }
  try {
    child.kill("SIGKILL");
  } catch {
    // It had ended.
  }
  const { success } = await ended;
  return !success;
}

/** Whether `fresh` outputs or more are new, and something stands in the temporary file of another. */
function isWriting(folder: TempFolder, fresh: number): boolean {
  let renewed = 0, isOpen = false;
  for (const name of names(folder)) {
    try {
      const { size } = Deno.statSync(`${folder.path}/out/${name}`);
      if (TEMPORARY.test(name)) isOpen ||= size > 0;
      else if (size !== `old ${name}`.length) renewed++;
    } catch {
      // It has got its name meanwhile.
    }
  }
  return isOpen && renewed >= fresh;
}
