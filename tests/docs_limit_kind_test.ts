/** docs/limits.md: its kind of limit is one file and one line, and all solvers and engines keep it. */
import { assert, assertEquals } from "../lib/deps/std_assert.ts";
import { modulesIn } from "./support/modules_in.ts";
import { LIMIT_KINDS } from "../lib/allocator/limits/kinds/list.ts";
import { TempFolder } from "./support/cli.ts";

const ROOT = new URL("../", import.meta.url);

/** A copy of the modules of a folder. */
async function copyModules(from: URL, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyModules(new URL(`${name}/`, from), `${to}/${name}`);
    else if (name.endsWith(".ts")) await Deno.copyFile(new URL(name, from), `${to}/${name}`);
  }
}

/**
 * Solves a drop by all solvers, and in DuckDB with prices of a part of the users, so that rounds of moves have to mend what
 * they leave; prints what each group has and what is proven.
 */
const PROGRAM = `
import { defaultPolicy } from "./lib/allocator/model/policy.ts";
import { certificateOf } from "./lib/allocator/model/certificate.ts";
import { solveGreedy } from "./lib/allocator/greedy/greedy.ts";
import { solveIlp } from "./lib/allocator/ilp/ilp.ts";
import { solveOptimal } from "./lib/allocator/optimal/optimal.ts";
import { generateInstance } from "./lib/generate/generate_instance.ts";
import { allocateInDuckDb } from "./lib/engine/duckdb/open_drop.ts";
import { readRows, writeFiles } from "./tests/support/engine_files.ts";
const instance = generateInstance({ users: 60, groups: 4, pairs: 9, seed: 5 });
const policy = { ...defaultPolicy, mixTail: true };
const found = {
  optimal: await solveOptimal(instance, policy),
  ilp: await solveIlp(instance, policy),
  greedy: solveGreedy(instance, policy),
};
const files = await writeFiles(instance, Deno.args[0]);
await allocateInDuckDb({ ...files, policy, memory: "500MB" }, {
  ...{ sampleUsers: 20, togetherUsers: 0, passes: 1 },
});
const rows = await readRows(files.out);
const over = [
  ...Object.values(found).map(({ offerPair }) => offerPair),
  pairsOf(rows),
].map((offerPair) => {
  const left = Float64Array.from(instance.groupSize);
  const userOf = instance.contract.map(() => 0);
  for (let u = 0; u + 1 < instance.start.length; u++) userOf.fill(u, instance.start[u], instance.start[u + 1]);
  for (const p of offerPair) {
    if (instance.contract[p] >= instance.sponsoredContracts) left[instance.group[userOf[p]]]--;
  }
  return Math.max(0, ...left.map((n) => -n));
});
/** Pairs of rows of assignments. */
function pairsOf(rows: string[][]): number[] {
  const users = instance.users.toArray();
  return rows.map(([user, contract]) => {
    const u = users.indexOf(user), c = instance.contracts.indexOf(contract);
    return instance.contract.indexOf(c, instance.start[u]);
  });
}
const { groups } = certificateOf(instance, found.optimal);
console.log(JSON.stringify({
  over,
  objectives: Object.values(found).map(({ objective }) => objective),
  bound: found.optimal.bound,
  priced: Object.values(groups).some((prices) => "most_unsponsored" in prices),
}));
`;

/** Runs the program on a copy of lib, type-checked or not. */
async function run(folder: TempFolder, check: "--check" | "--no-check") {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", check, "--allow-all", `${folder.path}/program.ts`, folder.path],
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(text !== "", new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

Deno.test("docs/limits.md: a kind of limit is one file and one line, kept by all", async () => {
  await using folder = new TempFolder();
  for (const name of ["lib", "tests/support"]) {
    await copyModules(new URL(`${name}/`, ROOT), `${folder.path}/${name}`);
  }
  folder.write("program.ts", PROGRAM);
  const without = await run(folder, "--no-check");
  assert(Math.min(...without.over) > 0, "the limit would bind nobody");
  assertEquals(without.priced, false);

  const page = await Deno.readTextFile(new URL("docs/limits.md", ROOT));
  const kinds = `${folder.path}/lib/allocator/limits/kinds`;
  const [, kind] = page.match(/^```ts ignore most_unsponsored\.ts\n([\s\S]*?)^```$/m)!;
  const [, line] = page.match(/^```ts ignore list\.ts\n([\s\S]*?)^```$/m)!;
  await Deno.writeTextFile(`${kinds}/most_unsponsored.ts`, kind);
  const list = await Deno.readTextFile(`${kinds}/list.ts`);
  const longer = `import { mostUnsponsored } from "./most_unsponsored.ts";\n${
    list.replace(/export const LIMIT_KINDS: [^;]*;\n/, line)
  }`;
  assert(longer.includes(line), "the list is there to be replaced");
  await Deno.writeTextFile(`${kinds}/list.ts`, longer);
  const { over, objectives: [optimal, ilp, greedy], bound, priced } = await run(folder, "--check");
  assertEquals(over, [0, 0, 0, 0], "optimal, ilp, greedy, DuckDB");
  assert(priced, "the certificate names its price");
  assert(optimal >= ilp - 1e-6 * Math.abs(ilp), `optimal has ${optimal}, the ILP ${ilp}`);
  assert(bound >= ilp - 1e-9 * Math.abs(ilp), `the bound ${bound} is below ${ilp}`);
  assert(greedy <= ilp + 1e-9 && ilp < without.objectives[1], "the limit costs something");
});

/**
 * Where kinds of limits are named: in files of their own, and by the checker, which declares them once more. Beside these a few
 * files have words for what has the same name: reasons why not, rules of the checker, the figure `assignment_ratio` of a group.
 */
const KINDS_NAMED =
  /\/(?:allocator\/check|kinds|certify)\/|\/(?:why_not|explain_text|check_text|check_run)\.ts$|_bundle\.ts$/;
const FIGURES = /\/report\/(?:facts\/summary|html\/html|text\/text)\.ts$/;

/** The text of a module without comments. */
async function codeOf(module: URL): Promise<string> {
  return (await Deno.readTextFile(module)).replace(/\/\*.*?\*\/|\/\/.*$/gms, "");
}

Deno.test("limits: nothing but its own file, the list and the checker names a kind of limit", async () => {
  const names = LIMIT_KINDS.flatMap(({ name, field }) => [name, field]), found: string[] = [];
  for (const module of modulesIn(new URL("lib/", ROOT))) {
    const path = module.pathname;
    if (KINDS_NAMED.test(path)) continue;
    const code = await codeOf(module);
    const named = names.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
    const isFigure = named.length === 1 && named[0] === "assignment_ratio" && FIGURES.test(path);
    if (named.length > 0 && !isFigure) found.push(`${path}: ${named.join(", ")}`);
  }
  assertEquals(found, []);
});
