import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "../lib/deps/std_assert.ts";
import { VERSION } from "../lib/base/version.ts";
import { DENO_VERSION, pack } from "../scripts/pack.ts";
import { INPUTS } from "./support/cli.ts";
import { generateDrop } from "../lib/generate/generate.ts";
import { withFolder } from "./support/temp_folder.ts";
import { modulesIn } from "./support/modules_in.ts";

const root = new URL("..", import.meta.url);
const decoder = new TextDecoder();

/** What a script does with the package: a small drop and a small split, as their answers in one line. */
const SCRIPT = `import { allocate, check, Drop } from "@divvy/divvy";
import { split } from "@divvy/divvy/split";
const people = Array.from({ length: 200 }, (_, i) => "user" + i);
const drop = Drop.from({
  users: people.map((id, i) => ({ id, group: "group" + i % 4 })),
  contracts: Array.from({ length: 8 }, (_, c) => ({ id: "c" + c, cap: 40 + c, sponsored: c < 4 })),
  groups: [0, 1, 2, 3].map((g) => ({ id: "group" + g, ratio: 0.25 })),
  pairs: people.flatMap((user, i) =>
    Array.from({ length: 8 }, (_, c) => ({ user, contract: "c" + c, score: (i * 7 + c * 13) % 29 / 29 }))
  ),
});
const allocation = await allocate(drop, { solver: "optimal" });
const report = check(drop, allocation);
const pizza = split({
  total: 8,
  requirements: [
    { name: "ann", interval: [2, 4], target: 3 },
    { name: "bob", interval: [3, 6], target: "center" },
  ],
});
const given = [...allocation.offers()].length;
console.log(report.ok, given === allocation.offerPair.length, allocation.score.toFixed(6), pizza.people[0].units.toFixed(6));
`;

/** Reads the drop in this folder, in CSV, gzip and Parquet, writes its assignments in each of them, and tells of bad files. */
const FILES_SCRIPT = `import { allocate, check, readDrop, writeAssignments } from "@divvy/divvy";
const named = (ending) => ({
  caps: "caps.csv",
  elig: "elig" + ending,
  userGroups: "user_groups" + (ending === ".parquet" ? ending : ".csv"),
  groupRatios: "group_ratios.csv",
});
for (const ending of [".csv", ".csv.gz", ".parquet", "*.csv"]) {
  const drop = await readDrop(named(ending));
  const allocation = await allocate(drop, { solver: "greedy" });
  console.log(ending, drop.input.elig.pairs, check(drop, allocation).ok, allocation.score);
  for (const written of ["csv", "csv.gz", "parquet"]) {
    await writeAssignments(drop, allocation, process.argv[2] + "/out." + written);
  }
}
const told = (promise) => promise.then(() => console.log("done"), (error) => console.log(error.name, error.message));
await told(readDrop({ ...named(".csv"), caps: "nowhere.csv" }));
await told(readDrop({ ...named(".csv"), caps: "nowhere/*.csv" }));
await told(readDrop({ ...named(".csv"), elig: "caps.csv" }));
await told(readDrop({ ...named(".csv"), elig: "caps.csv/elig.csv" }));
const drop = await readDrop(named(".csv"));
const allocation = await allocate(drop, { solver: "greedy" });
const piped = await readDrop({ ...named(".csv"), groupRatios: "-" });
console.log(JSON.stringify(piped.input) === JSON.stringify(drop.input));
await told(writeAssignments(drop, allocation, "nowhere/out.csv"));
await told(writeAssignments(drop, allocation, "."));
await told(writeAssignments(drop, allocation, "caps.csv/out.csv"));
`;

/** What a strict program in TypeScript does with the package: names and kinds that would pass as anything are faults here. */
const TYPES_SCRIPT = `import * as divvy from "@divvy/divvy";
import { LIMIT_KINDS, type Certificate, type GroupExplanation, type Prices } from "@divvy/divvy/types";
const input: divvy.DropInput = { users: [], contracts: [], groups: [], pairs: [] };
const options: divvy.AllocateOptions = { solver: "optimal", onProgress: ({ phase }) => phase.trim() };
export async function run(): Promise<string> {
  const drop = divvy.Drop.from(input);
  const allocation = await divvy.allocate(drop, options);
  const prices: Prices | null = allocation.prices;
  const least: number | undefined = prices?.minSponsored[0];
  const certificate: Certificate | null = divvy.report(drop, allocation).certificate();
  const group: GroupExplanation = divvy.explain(drop, allocation, { group: "north" });
  const price: number = group.max_sponsored_price;
  const named: "minSponsored" | "maxSponsored" | "assignmentRatio" | "mixedShare" = LIMIT_KINDS[0].name;
  // @ts-expect-error there is no such price
  prices?.noPrice;
  // @ts-expect-error a seed is a number
  drop.withHoldout("5%", "42");
  // @ts-expect-error there is no such solver
  await divvy.allocate(drop, { solver: "optmal" });
  return [least, certificate?.bound, price, named].join();
}
`;

/** What {@link FILES_SCRIPT} says with a runtime, and the files that it writes. */
async function filesOf(folder: string, name: string, command: string, args: string[]) {
  await Deno.mkdir(`${folder}/${name}`);
  const ratios = await Deno.readTextFile(`${folder}/group_ratios.csv`);
  const said = await run(folder, command, [...args, name], ratios);
  const names = [...Deno.readDirSync(`${folder}/${name}`)].map((entry) => entry.name).sort();
  const [csv, gzip, parquet] = names.map((n) => Deno.readFileSync(`${folder}/${name}/${n}`));
  // The gzip of each runtime's zlib has its own bytes; what is in it is the same.
  const inside = new Blob([gzip]).stream().pipeThrough(new DecompressionStream("gzip"));
  return { said, names, csv, parquet, inside: await new Response(inside).text() };
}

/** Writes a drop of 500 users in CSV, gzip and Parquet. */
async function writeInputs(folder: string): Promise<void> {
  await generateDrop({ dir: folder, users: 500, seed: 7, format: "csv" });
  await generateDrop({ dir: `${folder}/parquet`, users: 500, seed: 7, format: "parquet" });
  for (const name of ["elig", "user_groups"]) {
    await Deno.copyFile(`${folder}/parquet/${name}.parquet`, `${folder}/${name}.parquet`);
  }
  const elig = await Deno.readFile(`${folder}/elig.csv`);
  const gzip = new Blob([elig]).stream().pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(`${folder}/elig.csv.gz`, gzip);
}

/** Runs the package's command and sends it a signal when the pairs have been read; how it ended. */
async function signalled(folder: string, args: string[], signal: Deno.Signal) {
  const child = new Deno.Command("node", {
    args: ["node_modules/.bin/divvy", ...args],
    cwd: folder,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let said = "", isSent = false;
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (isSent || !said.includes("put pairs in order")) continue;
    child.kill(signal);
    isSent = true;
  }
  return { said, code: (await child.status).code };
}

/** Lines of a package's declarations that say `any`: what can't be known from one file alone becomes that. */
async function anyIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await anyIn(path));
    else if (name.endsWith(".d.ts")) {
      const text = (await Deno.readTextFile(path)).replace(/\/\*.*?\*\//gs, "");
      found.push(...text.split("\n").filter((line) => /\bany\b/.test(line)));
    }
  }
  return found;
}

/** Runs a command in `folder`; its standard output, or an error with what it said. */
async function run(
  folder: string,
  command: string,
  args: string[],
  stdin?: string,
): Promise<string> {
  const child = new Deno.Command(command, {
    args,
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // A command that fails early may have gone away.
  const fed = stdin === undefined
    ? null
    : new Blob([stdin]).stream().pipeTo(child.stdin).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  await fed;
  // tsc says on its standard output what is wrong.
  if (code !== 0) {
    const said = decoder.decode(stderr) || decoder.decode(stdout);
    throw new Error(`${command} ${args.join(" ")}: ${said}`);
  }
  return decoder.decode(stdout).trim();
}

/** Whether a command is there at all. */
async function has(command: string): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args: ["--version"], stdout: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

/** What Node.js 20 does not have: declarations that dispose, and functions of ES2024 and later that tempt. */
const NEWER = new RegExp(
  String.raw`^\s*(await )?using \w+ =|\b(Map|Object)\.groupBy\b|Promise\.(withResolvers|try)\b|` +
    String
      .raw`Array\.fromAsync|(keys|values|entries)\(\)\s*\.(map|filter|take|drop|toArray|some|every|find)\(|` +
    String.raw`DisposableStack|[gs]etFloat16\(|Iterator\.from|RegExp\.escape`,
  "m",
);
/** Rooms that need Deno: the program, its pages, the engines. */
const OF_DENO = /^(cli|studio|engine)\//;

Deno.test("what the package runs in Node.js 20 uses nothing that is newer", async () => {
  const lib = new URL("lib/", root), found: string[] = [];
  for (const module of modulesIn(lib)) {
    const path = module.href.slice(lib.href.length);
    if (OF_DENO.test(path)) continue;
    // Comments may name them.
    const text = (await Deno.readTextFile(module)).replace(/^\s*(\*|\/[/*]).*$/gm, "");
    const newer = NEWER.exec(text);
    if (newer !== null) found.push(`${path}: ${newer[0].trim()}`);
  }
  assertEquals(found, []);
});

const nodeIsHere = await has("node") && await has("npm");
if (!nodeIsHere) console.warn("skipped: Node.js and npm are not here: the packed package");

Deno.test({
  name: "the packed package runs in Node.js and Bun, with the answers that Deno gives",
  ignore: !nodeIsHere,
  fn: runPacked,
});

async function runPacked(t: Deno.TestContext): Promise<void> {
  await withFolder(async (folder) => {
    await pack(`${folder}/divvy.tgz`);
    await Deno.writeTextFile(`${folder}/package.json`, '{"private": true, "type": "module"}');
    await Deno.writeTextFile(`${folder}/script.mjs`, SCRIPT);
    const wanted = ["./divvy.tgz", "typescript@5.9.3"];
    await run(folder, "npm", ["install", "--no-audit", "--no-fund", ...wanted]);

    await Deno.writeTextFile(
      `${folder}/script.ts`,
      SCRIPT.replace("@divvy/divvy/split", new URL("split.ts", root).href)
        .replace("@divvy/divvy", new URL("mod.ts", root).href),
    );
    const expected = await run(folder, Deno.execPath(), [
      "run",
      "--allow-read",
      "--no-config",
      "script.ts",
    ]);
    assertEquals(expected.split(" ")[0], "true");
    await writeInputs(folder);
    await Deno.writeTextFile(`${folder}/files.mjs`, FILES_SCRIPT);
    await Deno.writeTextFile(
      `${folder}/files.ts`,
      `import process from "node:process";\n` +
        FILES_SCRIPT.replace("@divvy/divvy", new URL("mod.ts", root).href),
    );
    const files = await filesOf(folder, "deno", Deno.execPath(), [
      "run",
      "--allow-all",
      "--no-check",
      "--no-config",
      "files.ts",
    ]);
    assertEquals(files.names, ["out.csv", "out.csv.gz", "out.parquet"]);
    const lines = files.said.split("\n");
    assertEquals(lines.filter((line) => / 13530 true /.test(line)).length, 4, files.said);
    assertEquals(lines.filter((line) => /^(Input|Usage)Error /.test(line)).length, 7, files.said);
    await t.step("npx divvy: the program, with the Deno that came along", async () => {
      assertStringIncludes(await run(folder, "npx", ["divvy", "--version"]), VERSION);
      await run(folder, "npx", ["divvy", "allocate", ...INPUTS, "--out", "npx.csv", "-q"]);
      await run(folder, Deno.execPath(), [
        ...["run", "-A", "--no-config", new URL("cli.ts", root).href],
        ...["allocate", ...INPUTS, "--out", "deno.csv", "-q"],
      ]);
      const [npx, own] = ["npx", "deno"].map((name) =>
        Deno.readTextFileSync(`${folder}/${name}.csv`)
      );
      assertEquals(npx, own);
      const error = await assertRejects(() => run(folder, "npx", ["divvy", "allocate"]), Error);
      assertStringIncludes(error.message, "--caps");
    });
    await t.step("npx divvy: signals reach the program, which ends as without npx", async () => {
      await generateDrop({ dir: `${folder}/large`, users: 20_000, seed: 7, format: "csv" });
      const args = ["allocate", "--dir", "large", "--gap", "0", "--out"];
      const stopped = await signalled(folder, [...args, "stopped.csv"], "SIGINT");
      assertStringIncludes(stopped.said, "stopping with the best so far");
      assertEquals(stopped.code, 0, stopped.said);
      assertStringIncludes(await Deno.readTextFile(`${folder}/stopped.csv`), "user_id,");
      const ended = await signalled(folder, [...args, "ended.csv"], "SIGTERM");
      assertEquals(ended.code, 143, ended.said);
      // Were the program left alone, it would write its file in the end.
      await new Promise((resolve) => setTimeout(resolve, 3000));
      assertEquals([...Deno.readDirSync(folder)].some(({ name }) => name === "ended.csv"), false);
    });
    await t.step("versions are exact", async () => {
      const { dependencies } = JSON.parse(
        await Deno.readTextFile(`${folder}/node_modules/@divvy/divvy/package.json`),
      );
      for (const version of Object.values(dependencies)) assertMatch(String(version), /^\d/);
      assertEquals(dependencies.deno, DENO_VERSION);
    });
    await t.step(
      "TypeScript takes the declarations, libraries checked, and nothing is any",
      async () => {
        await Deno.writeTextFile(`${folder}/types.ts`, TYPES_SCRIPT);
        const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
        for (const module of ["nodenext", "esnext --moduleResolution bundler"]) {
          const args = [
            "--target",
            "es2022",
            "--lib",
            "es2023,dom",
            "--module",
            ...module.split(" "),
          ];
          await run(folder, "npx", ["tsc", "--noEmit", ...strict, ...args, "types.ts"]);
        }
        assertEquals(await anyIn(`${folder}/node_modules/@divvy/divvy`), []);
      },
    );
    await t.step("Node.js", async () => {
      assertEquals(await run(folder, "node", ["script.mjs"]), expected);
    });
    await t.step("Node.js stops HiGHS, which runs in a thread of its own", async () => {
      // Were it this thread, the signal would come when HiGHS is done with the whole program.
      const script = `import { allocate, Drop } from "@divvy/divvy";
const ids = (name, n) => Array.from({ length: n }, (_, i) => name + i);
const drop = Drop.from({
  users: ids("u", 400).map((id) => ({ id, group: "g" })),
  contracts: ids("c", 40).map((id, i) => ({ id, cap: 7 + i % 5, sponsored: i % 3 === 0 })),
  groups: [{ id: "g", ratio: 0.3 }],
  pairs: ids("u", 400).flatMap((user, u) =>
    ids("c", 40).map((contract, c) => ({ user, contract, score: ((u * 97 + c * 61) % 1009) / 1009 }))),
});
const stop = new AbortController();
let turns = 0;
const turning = setInterval(() => ++turns === 20 && stop.abort(), 10);
const { timedOut, offerPair } = await allocate(drop, { solver: "ilp", signal: stop.signal });
clearInterval(turning);
console.log(timedOut, offerPair.length > 0, turns >= 20);
`;
      await Deno.writeTextFile(`${folder}/stop.mjs`, script);
      assertEquals(await run(folder, "node", ["stop.mjs"]), "true true true");
    });
    await t.step("Zstandard is refused by name where Node.js lacks it", async () => {
      const script = `import { allocate, readDrop, writeAssignments } from "@divvy/divvy";
const drop = await readDrop({ caps: "caps.csv", elig: "elig.csv", userGroups: "user_groups.csv", groupRatios: "group_ratios.csv" });
await writeAssignments(drop, await allocate(drop, { solver: "greedy" }), "out.csv.zst")
  .then(() => console.log("done"), (error) => console.log(error.name, error.message));
`;
      await Deno.writeTextFile(`${folder}/zstd.mjs`, script);
      const where =
        "zstd can be written in Deno, Bun, or Node.js 22.15 or later only; .gz everywhere";
      const said = await run(folder, "node", ["zstd.mjs"]);
      if (said !== "done") assertEquals(said, `UsageError out.csv.zst: ${where}`);
    });
    await t.step("what Node.js lacks is named: Zstandard in Parquet, SQLite", async () => {
      const kinds = new URL("fixtures/parquet_kinds/", import.meta.url);
      await Deno.copyFile(new URL("texts_zstd_1.parquet", kinds), `${folder}/zstd.parquet`);
      await Deno.writeFile(`${folder}/x.sqlite`, new Uint8Array());
      const script = `import { readDrop } from "@divvy/divvy";
const beside = { caps: "caps.csv", userGroups: "user_groups.csv", groupRatios: "group_ratios.csv" };
for (const elig of ["zstd.parquet", "sqlite://x.sqlite?table=t"]) {
  await readDrop({ ...beside, elig }).then(() => console.log("done"), (error) => console.log(error.name, error.message));
}
`;
      await Deno.writeTextFile(`${folder}/lacks.mjs`, script);
      const [zstd, sqlite] = (await run(folder, "node", ["lacks.mjs"])).split("\n");
      const where = "zstd can be read in Deno, Bun, or Node.js 22.15 or later only";
      // Later versions read the first, which has no pair of this drop, and find no table in the second.
      if (zstd.includes("Node.js")) assertEquals(zstd, `InputError zstd.parquet: ${where}`);
      else assertMatch(zstd, /^(InputError .*no pair|done)/);
      assertMatch(sqlite, /Node\.js 22\.16 or later only$|no such table/);
    });
    await t.step("Node.js reads and writes files as Deno does", async () => {
      assertEquals(await filesOf(folder, "node", "node", ["files.mjs"]), files);
    });
    await t.step("Bun", async () => {
      try {
        await run(folder, "npm", ["install", "--no-audit", "--no-fund", "--no-save", "bun@1.4.5"]);
      } catch (error) {
        console.warn(`skipped: Bun can't be had here: ${(error as Error).message.split("\\n")[0]}`);
        return;
      }
      assertEquals(await run(folder, "npx", ["bun", "script.mjs"]), expected);
      assertEquals(await filesOf(folder, "bun", "npx", ["bun", "files.mjs"]), files);
    });
  });
}
