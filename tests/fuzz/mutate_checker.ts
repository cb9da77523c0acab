/**
 * The judge is judged: small changes of the checker's code (an operator, a comparison, a constant, a condition) of
 * lib/allocator/check, one at a time, each of which some test must notice.
 *
 *     deno task mutate [--seed N] [--mutants N] [--files certificate.ts,tally.ts]
 *
 * A copy of lib and tests is made in a temporary folder, where a mutant takes the place of its file. Tests run with
 * `--no-check`, as a mutant that does not compile proves nothing; one that fails to load counts as found.
 * Tests run from the quickest to the slowest, until one fails. Exit code 1: a mutant survived that is not among those of
 * equivalent_mutants.ts, which change nothing that can be seen and say why.
 */
import { parseArgs } from "node:util";
import { seededRandom } from "../../lib/base/random.ts";
import { reasonOf } from "./equivalent_mutants.ts";

/** The tests that a mutant must get past, the quickest first; those of the folder that are not named come last. */
const QUICK = [
  ...["check/limits", "check/before", "check/check"],
  ...["across/recorded_verdicts", "check/certificate", "across/certificate_cases"],
].map((name) => `${name}_test.ts`);

/** Longest that tests may take: a mutant that loops is found. */
const SECONDS = 120;

/** A change at a place of a file. */
export interface Mutation {
  readonly file: string;
  readonly line: number;
  readonly from: string;
  readonly to: string;
  /** The file's text with the change. */
  readonly text: string;
}

/** What is replaced by what; spaces are those of deno fmt. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/ < /g, " <= "],
  [/ <= /g, " < "],
  [/ > /g, " >= "],
  [/ >= /g, " > "],
  [/ === /g, " !== "],
  [/ !== /g, " === "],
  [/ && /g, " || "],
  [/ \|\| /g, " && "],
  [/ \+ /g, " - "],
  [/ - /g, " + "],
  [/ \* /g, " / "],
  [/ \+= /g, " -= "],
  [/ -= /g, " += "],
  [/\bMath\.max\(/g, "Math.min("],
  [/\bMath\.min\(/g, "Math.max("],
  [/\bceilOf\(/g, "floorOf("],
  [/\bfloorOf\(/g, "ceilOf("],
  [/\bunits\.up\(/g, "units.down("],
  [/\bunits\.down\(/g, "units.up("],
  [/\? 1 : -1\b/g, "? -1 : 1"],
  [/\btrue\b/g, "false"],
  [/\bfalse\b/g, "true"],
];

/** Every mutation of a text. */
export function mutationsOf(file: string, text: string): Mutation[] {
  const found: Mutation[] = [];
  const lines = text.split("\n");
  lines.forEach((line, l) => {
    const code = line.replace(/\/\/.*$/, "");
    // Comments, types and imports do nothing.
    if (
      /^\s*(\*|\/\*|import|export type|export interface|readonly \w+:|\w+\??: [a-z|" _]+;)/.test(
        code,
      )
    ) return;
    for (const [pattern, to] of REPLACEMENTS) {
      for (const match of code.matchAll(pattern)) {
        // Arrows and type arguments are no comparisons.
        if (/=> *$/.test(code.slice(0, match.index + 2))) continue;
        const changed = line.slice(0, match.index) + to + line.slice(match.index + match[0].length);
        const all = [...lines.slice(0, l), changed, ...lines.slice(l + 1)];
        found.push({
          file,
          line: l + 1,
          from: match[0].trim(),
          to: to.trim(),
          text: all.join("\n"),
        });
      }
    }
  });
  return found;
}

/** What came of a mutant. */
export interface Verdict {
  readonly mutation: Mutation;
  readonly killed: boolean;
}

const ROOT = new URL("../../", import.meta.url).pathname;

/** Tries mutants in a copy of the project, one after the other. */
export async function tryMutants(
  mutations: readonly Mutation[],
  told: (verdict: Verdict) => void = () => {},
): Promise<Verdict[]> {
  const folder = await Deno.makeTempDir({ prefix: "divvy-mutants-" });
  try {
    const parts = [
      ...["lib", "tests/allocator/check", "tests/allocator/across"],
      ...["tests/support", "tests/fuzz", "tests/fixtures"],
    ];
    for (const part of parts) {
      await copy(`${ROOT}${part}`, `${folder}/${part}`);
    }
    for (const file of ["deno.json", "deno.lock", "mod.ts", "types.ts"]) {
      await Deno.copyFile(`${ROOT}${file}`, `${folder}/${file}`);
    }
    const verdicts: Verdict[] = [];
    for (const mutation of mutations) {
      const path = `${folder}/${mutation.file}`;
      const plain = await Deno.readTextFile(path);
      await Deno.writeTextFile(path, mutation.text);
      const verdict = { mutation, killed: !await passes(folder) };
      await Deno.writeTextFile(path, plain);
      verdicts.push(verdict);
      told(verdict);
    }
    return verdicts;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Whether the checker's tests pass in a folder. */
export async function passes(folder: string): Promise<boolean> {
  const tests = "tests/allocator";
  const names = [...Deno.readDirSync(`${folder}/${tests}/check`)].map(({ name }) =>
    `check/${name}`
  );
  const rest = names.filter((name) => !QUICK.includes(name)).toSorted();
  for (const name of [...QUICK, ...rest]) {
    const test = new Deno.Command(Deno.execPath(), {
      args: ["test", "--allow-all", "--no-check", "--quiet", "--fail-fast", `${tests}/${name}`],
      cwd: folder,
      stdout: "null",
      stderr: "null",
      signal: AbortSignal.timeout(1000 * SECONDS),
    });
    if (!(await test.output()).success) return false;
  }
  return true;
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Every mutation of the checker, of some of its files where they are named. */
export async function checkerMutations(files?: readonly string[]): Promise<Mutation[]> {
  const all: Mutation[] = [];
  const folder = "lib/allocator/check";
  const names = [...Deno.readDirSync(`${ROOT}${folder}`)].map(({ name }) => name).toSorted();
  for (const name of names) {
    if (files !== undefined && !files.includes(name)) continue;
    const text = await Deno.readTextFile(`${ROOT}${folder}/${name}`);
    all.push(...mutationsOf(`${folder}/${name}`, text));
  }
  return all;
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
  const all = await checkerMutations(flags.files?.split(","));
  const count = Number(flags.mutants ?? all.length);
  const chosen = drawn(all, count, Number(flags.seed ?? 1)).filter((one) => reasonOf(one) === null);
  const verdicts = await tryMutants(chosen, (verdict) => {
    const { mutation: { file, line, from, to }, killed } = verdict;
    if (!killed) console.log(`survived: ${file}:${line}: ${from} became ${to}`);
  });
  const survived = verdicts.filter(({ killed }) => !killed).length;
  const same = all.filter((one) => reasonOf(one) !== null).length;
  console.log(
    `${verdicts.length} of ${all.length} mutants tried, ${survived} survived; ${same} change nothing`,
  );
  if (survived > 0) Deno.exit(1);
}
