/**
 * The judge is judged: small changes of the checker's code (an operator, a comparison, a constant) of lib/allocator/check, one
 * at a time, each of which some test must notice.
 *
 *     deno task mutate [--seed N] [--mutants N] [--files certificate.ts,tally.ts]
 *
 * A copy of lib and tests is made in a temporary folder, where all mutants stand behind switches (checker_mutations.ts), so
 * that the tests are loaded once (run_mutants.ts). The few that are decided when a module loads take their file's place, each
 * with a run of the tests of its own. Tests run with `--no-check`, as a mutant that does not compile proves nothing.
 * Exit code 1: a mutant survived that is not among those of equivalent_mutants.ts, which change nothing that can be seen and
 * say why.
 */
import { parseArgs } from "node:util";
import { TextLineStream } from "../../lib/deps/std_streams.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { type Mutation, mutationsOf, switchable } from "./checker_mutations.ts";
import { reasonOf } from "./equivalent_mutants.ts";
import { modulesIn } from "../support/modules_in.ts";
import { CHECKER_TESTS } from "./checker_tests.ts";
import type { Told } from "./run_mutants.ts";

/** Longest that the tests may take for one mutant that is loaded. */
const SECONDS = 240;

/** What came of a mutant. */
export interface Verdict {
  readonly mutation: Mutation;
  readonly killed: boolean;
  /** The test that noticed it, where that is known. */
  readonly by: string | null;
}

const ROOT = new URL("../../", import.meta.url).pathname;
const CHECKER = "lib/allocator/check", TESTS = "tests/allocator";

/** The checker's files and their texts. */
export async function checkerFiles(): Promise<[file: string, text: string][]> {
  return await Promise.all(
    modulesIn(new URL(`../../${CHECKER}/`, import.meta.url)).map(
      async ({ pathname }): Promise<[string, string]> => [
        pathname.slice(ROOT.length),
        await Deno.readTextFile(pathname),
      ],
    ),
  );
}

/** Every mutation of the checker; a mutation's number is its place. */
export async function checkerMutations(): Promise<Mutation[]> {
  return (await checkerFiles()).flatMap(([file, text]) => mutationsOf(file, text));
}

/** Tries mutants in a copy of the project. `all`: those of the checker; `chosen`: some of them. */
export async function tryMutants(
  all: readonly Mutation[],
  chosen: readonly Mutation[],
  told: (verdict: Verdict) => void = () => {},
): Promise<Verdict[]> {
  const folder = await copyOfProject();
  try {
    const verdicts: Verdict[] = [], loaded: Mutation[] = [];
    const take = (verdict: Verdict) => {
      verdicts.push(verdict);
      told(verdict);
    };
    let first = 0;
    for (const [file, text] of await checkerFiles()) {
      await Deno.writeTextFile(`${folder}/${file}`, switchable(text, first));
      first += mutationsOf(file, text).length;
    }
    for await (
      const { id, by, atLoad } of switched(
        folder,
        chosen.map((one) => all.indexOf(one)),
      )
    ) {
      if (atLoad) loaded.push(all[id]);
      else take({ mutation: all[id], killed: by !== null, by });
    }
    for (const [file, text] of await checkerFiles()) {
      await Deno.writeTextFile(`${folder}/${file}`, text);
    }
    for (const mutation of loaded) {
      const path = `${folder}/${mutation.file}`, plain = await Deno.readTextFile(path);
      await Deno.writeTextFile(path, mutation.text);
      take({ mutation, killed: !await passes(folder), by: null });
      await Deno.writeTextFile(path, plain);
    }
    return verdicts;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Code that solves, and the same with what was found kept: solvers share no code with the checker, so no mutant changes it. */
const SOLVING =
  "return await solve(instance, { ...policy, model: model ?? policy.model }, options);";
const SOLVING_ONCE = `const known = ((globalThis as any).__found ??= new Map());
  const plain = (_: string, value: unknown) =>
    value instanceof Map ? [...value] : typeof value === "bigint" ? String(value) : value;
  const key = JSON.stringify([name, instance, policy, options], plain);
  if (!known.has(key)) {
    known.set(key, await solve(instance, { ...policy, model: model ?? policy.model }, options));
  }
  return known.get(key);`;

/** A copy of what the checker's tests need. */
async function copyOfProject(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "divvy-mutants-" });
  for (
    const part of [
      "lib",
      `${TESTS}/check`,
      `${TESTS}/across`,
      "tests/support",
      "tests/fuzz",
      "tests/fixtures",
    ]
  ) {
    await copy(`${ROOT}${part}`, `${folder}/${part}`);
  }
  for (const file of ["deno.json", "deno.lock", "mod.ts", "split.ts", "types.ts"]) {
    await Deno.copyFile(`${ROOT}${file}`, `${folder}/${file}`);
  }
  const solvers = `${folder}/lib/api/solvers.ts`, text = await Deno.readTextFile(solvers);
  if (!text.includes(SOLVING)) throw new Error("lib/api/solvers.ts solves otherwise now");
  await Deno.writeTextFile(solvers, text.replace(SOLVING, SOLVING_ONCE));
  return folder;
}

/** What comes of mutants behind switches, by number. */
async function* switched(folder: string, ids: readonly number[]): AsyncGenerator<Told> {
  const run = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", "--quiet", "tests/fuzz/run_mutants.ts"],
    cwd: folder,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = run.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(ids)));
  await writer.close();
  const lines = run.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  let count = 0;
  for await (const line of lines) {
    if (!line.startsWith('{"id":')) continue;
    count++;
    yield JSON.parse(line);
  }
  if (!(await run.status).success || count < ids.length) {
    throw new Error(`the tests ended after ${count} of ${ids.length} mutants`);
  }
}

/** Whether the checker's tests pass in a folder. */
export async function passes(folder: string): Promise<boolean> {
  const test = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--no-check", "--quiet", "--fail-fast", ...CHECKER_TESTS],
    cwd: folder,
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(1000 * SECONDS),
  });
  return (await test.output()).success;
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/** `count` of them, drawn by `seed`. */
export function drawn(all: readonly Mutation[], count: number, seed: number): Mutation[] {
  const random = seededRandom(seed), left = [...all];
  return Array.from(
    { length: Math.min(count, all.length) },
    () => left.splice(random.below(left.length), 1)[0],
  );
}

if (import.meta.main) {
  const text = { type: "string" } as const;
  const { values: flags } = parseArgs({
    args: Deno.args,
    options: { seed: text, mutants: text, files: text },
  });
  const all = await checkerMutations();
  const some = all.filter(({ file }) =>
    flags.files === undefined || flags.files.split(",").some((one) => file.endsWith(`/${one}`))
  );
  const asked = flags.mutants === undefined
    ? some
    : drawn(some, Number(flags.mutants), Number(flags.seed ?? 1));
  const chosen = asked.filter((one) => reasonOf(one) === null);
  const verdicts = await tryMutants(all, chosen, (verdict) => {
    const { mutation: { file, line, from, to, text }, killed } = verdict;
    if (killed) return;
    console.log(
      `survived: ${file}:${line}: ${from} became ${to}: ${text.split("\n")[line - 1].trim()}`,
    );
  });
  const survived = verdicts.filter(({ killed }) => !killed).length;
  console.log(
    `${verdicts.length} of ${all.length} mutants tried, ${survived} survived; ${
      asked.length - chosen.length
    } change nothing`,
  );
  if (survived > 0) Deno.exit(1);
}
