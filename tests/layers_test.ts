import { assert, assertEquals } from "../lib/deps/std_assert.ts";
import { modulesIn } from "./support/modules_in.ts";

/**
 * The rooms of lib/ and what each stands on: it may import from those, from what they stand on, and from itself. A room is
 * a folder, or files that stand on less or more than their folder does. Data goes one way: a solver never reads a file, a
 * reader never knows a solver, a report never changes a result.
 */
const STANDS_ON: Record<string, readonly string[]> = {
  "lib/base/arrays": [],
  "lib/base/numbers": [],
  "lib/base/platform": [],
  "lib/base/text": ["lib/base/numbers"],
  "lib/base/ids": ["lib/base/arrays", "lib/base/text"],
  "lib/base": ["lib/base/platform", "lib/base/text", "lib/base/ids"],
  "lib/deps": ["lib/base"],
  // What came before the drop, beside columns of pairs.
  "lib/allocator/drop/instance/contract_indices.ts": ["lib/base"],
  "lib/allocator/drop/before": ["lib/allocator/drop/instance/contract_indices.ts"],
  // What a drop is, column by column; then limits row by row, pairs in order, and what came before as it applies to them.
  "lib/allocator/drop/instance": ["lib/allocator/drop/before"],
  "lib/allocator/drop/limits": ["lib/allocator/drop/instance"],
  "lib/allocator/drop/pairs": ["lib/allocator/drop/limits"],
  "lib/allocator/drop/applied": ["lib/allocator/drop/pairs"],
  "lib/allocator/drop": ["lib/allocator/drop/applied"],
  // What each kind of limit on groups is, from which prices and certificates take their names.
  "lib/allocator/model/policy_table.ts": ["lib/allocator/drop"],
  "lib/allocator/limits/kinds": ["lib/allocator/drop", "lib/allocator/model/policy_table.ts"],
  "lib/allocator/model": ["lib/allocator/limits/kinds"],
  "lib/allocator/pins": ["lib/allocator/model"],
  "lib/allocator/limits": ["lib/allocator/pins"],
  "lib/allocator/greedy": ["lib/allocator/limits"],
  // Stopped early, it may have nothing better than the greedy solver's allocation.
  "lib/allocator/ilp": ["lib/allocator/greedy", "lib/deps"],
  "lib/allocator/optimal/dual": ["lib/allocator/limits"],
  "lib/allocator/optimal/passes": ["lib/allocator/optimal/dual"],
  "lib/allocator/optimal/joint": ["lib/allocator/optimal/passes"],
  "lib/allocator/optimal/search": ["lib/allocator/optimal/passes"],
  // What users hold meanwhile and what a user may have; then rules are kept, units moved along paths, and recover.ts is the whole.
  "lib/allocator/optimal/recovery": ["lib/allocator/optimal/joint"],
  "lib/allocator/optimal/recovery/repair": ["lib/allocator/optimal/recovery"],
  "lib/allocator/optimal/recovery/changes": ["lib/allocator/optimal/recovery"],
  "lib/allocator/optimal/recovery/recover.ts": [
    "lib/allocator/optimal/recovery/repair",
    "lib/allocator/optimal/recovery/changes",
  ],
  "lib/allocator/optimal/flow": ["lib/allocator/optimal/dual"],
  "lib/allocator/optimal/programs": ["lib/allocator/optimal/recovery", "lib/allocator/ilp"],
  "lib/allocator/optimal/columns": ["lib/allocator/optimal/programs"],
  "lib/allocator/optimal/knapsacks": ["lib/allocator/optimal/programs"],
  "lib/allocator/optimal/cases": ["lib/allocator/optimal/columns"],
  // For given types of users the rest is a flow.
  "lib/allocator/optimal/local_search": [
    "lib/allocator/optimal/programs",
    "lib/allocator/optimal/flow",
  ],
  // The greedy solver's allocation is one to compare with.
  "lib/allocator/optimal/core": [
    "lib/allocator/optimal/recovery/recover.ts",
    "lib/allocator/optimal/columns",
    "lib/allocator/optimal/knapsacks",
    "lib/allocator/optimal/local_search",
    "lib/allocator/greedy",
  ],
  "lib/allocator/optimal": [
    "lib/allocator/optimal/search",
    "lib/allocator/optimal/core",
    "lib/allocator/optimal/cases",
  ],
  // Judges by rules of its own: neither the solvers' nor the limits' code.
  "lib/allocator/check/rules": ["lib/allocator/model"],
  "lib/allocator/check/bound": ["lib/allocator/check/rules"],
  "lib/allocator/check/exact": ["lib/allocator/check/bound"],
  "lib/allocator/check": ["lib/allocator/check/exact"],
  // What users' own limits leave of a bound is the checker's to say.
  "lib/allocator/explain": ["lib/allocator/optimal", "lib/allocator/check"],
  "lib/woptim/exact": ["lib/base"],
  "lib/woptim/problem": ["lib/woptim/exact"],
  "lib/woptim/groups": ["lib/woptim/problem"],
  "lib/woptim/price": ["lib/woptim/groups"],
  "lib/woptim/steps": ["lib/woptim/price"],
  "lib/woptim/or_zero": ["lib/woptim/price"],
  "lib/woptim": ["lib/woptim/steps", "lib/woptim/or_zero"],
  "lib/woptim/methods": ["lib/woptim"],

  // What came of a drop, and what it says about the next: counts and statistics, pure.
  "lib/review": ["lib/deps", "lib/allocator/drop"],

  "lib/sources": ["lib/deps"],
  "lib/io/bytes": ["lib/sources"],
  // Rows of other documents than CSV, read and written as CSV.
  "lib/io/records": ["lib/io/bytes"],
  "lib/io/csv": ["lib/io/records"],
  "lib/io/parquet": ["lib/io/csv"],
  "lib/io/elig": ["lib/io/parquet", "lib/allocator/drop"],
  // A table's rows, whatever they say; the small tables of a drop; what of a result is written, and assignments read again.
  "lib/io/tables/rows": ["lib/io/parquet", "lib/allocator/drop"],
  "lib/io/tables": ["lib/io/tables/rows", "lib/allocator/model", "lib/review"],
  "lib/io/tables/results": ["lib/io/tables/rows", "lib/allocator/model", "lib/review"],
  "lib/io": ["lib/io/elig", "lib/io/tables", "lib/io/tables/results"],
  // What a database gives, written into files; what a file has, put into a database.
  "lib/transfer": ["lib/io/tables/results"],
  // Weeks of history are allocated by the greedy solver.
  "lib/generate": ["lib/io/tables", "lib/allocator/greedy"],

  // Wording, and how results show themselves: for all of lib/report.
  "lib/report/words.ts": ["lib/base"],
  "lib/report/signed.ts": ["lib/report/words.ts"],
  "lib/report/proof_words.ts": ["lib/report/words.ts"],
  "lib/report/display.ts": ["lib/base"],
  "lib/report/facts": [
    "lib/report/signed.ts",
    "lib/report/proof_words.ts",
    "lib/allocator/explain",
    "lib/allocator/check",
  ],
  // Before a drop is allocated; two allocations side by side; what came of one.
  "lib/report/facts/preview": ["lib/report/facts"],
  "lib/report/facts/compare": ["lib/report/facts"],
  "lib/report/facts/review": ["lib/report/signed.ts", "lib/allocator/drop", "lib/review"],
  "lib/report/text": [
    "lib/report/facts/preview",
    "lib/report/facts/compare",
    "lib/report/facts/review",
    "lib/allocator/check",
    "lib/woptim/methods",
  ],
  "lib/report/charts": ["lib/report/text", "lib/report/display.ts"],
  "lib/report/html": ["lib/report/charts"],
  "lib/report": ["lib/report/html"],
  "lib/api": ["lib/report", "lib/allocator/greedy", "lib/io"],
  "lib/io/documents": [
    "lib/report/facts",
    "lib/report/facts/review",
    "lib/io/tables",
    "lib/io/tables/results",
  ],
  // The problem of a split, and what came of it.
  "lib/io/documents/split": ["lib/io/documents", "lib/woptim/methods"],

  // What steers and engines both know of a drop, and what a run asks of an engine.
  "lib/engine/drop": ["lib/allocator/optimal/dual"],
  "lib/engine/steps": ["lib/engine/drop"],
  // Tables and how statements reach them; which pairs are in a drop; what users get at prices; the proof; the steps of a run.
  "lib/engine/sql/store": ["lib/engine/steps", "lib/io/csv"],
  "lib/engine/sql/pairs": ["lib/engine/sql/store"],
  "lib/engine/sql/bundles": ["lib/engine/sql/store"],
  // It certifies by the checker's arithmetic.
  "lib/engine/sql/certify": ["lib/engine/sql/store", "lib/allocator/check"],
  "lib/engine/sql": ["lib/engine/sql/pairs", "lib/engine/sql/bundles", "lib/engine/sql/certify"],
  // Drops in files that an engine reads itself. Rows that it can't use are named by Divvy's own readers.
  "lib/engine/sql/files": ["lib/engine/sql", "lib/io/tables"],
  // What steers knows no engine. Scenarios are those of what-if.
  "lib/engine/run": ["lib/engine/steps", "lib/allocator/explain", "lib/io/bytes"],
  "lib/engine/clickhouse": ["lib/engine/run", "lib/engine/sql/files", "lib/sources"],
  "lib/engine/duckdb": ["lib/engine/run", "lib/engine/sql/files", "lib/io/parquet"],
  "lib/engine/spark": ["lib/engine/run", "lib/engine/sql/files"],

  "lib/studio/session": ["lib/api", "lib/io", "lib/io/documents"],
  // What a browser runs: of the session it knows the messages.
  "lib/studio/page": ["lib/studio/session"],
  "lib/studio": ["lib/studio/session"],
  "lib/cli/frame/terminal": ["lib/api"],
  "lib/cli/frame": ["lib/cli/frame/terminal", "lib/api", "lib/io", "lib/io/documents"],
  "lib/cli/frame/options": ["lib/cli/frame"],
  "lib/cli/frame/config": ["lib/cli/frame"],
  "lib/cli/commands": ["lib/cli/frame/options", "lib/cli/frame/config"],
  "lib/cli/commands/engines": [
    "lib/cli/frame/options",
    "lib/engine/clickhouse",
    "lib/engine/duckdb",
    "lib/engine/spark",
  ],
  "lib/cli/commands/allocate": ["lib/cli/commands", "lib/cli/commands/engines"],
  "lib/cli/commands/results": ["lib/cli/commands", "lib/studio"],
  "lib/cli/commands/data": ["lib/cli/commands", "lib/generate", "lib/transfer"],
  "lib/cli/commands/split": ["lib/cli/commands", "lib/io/documents/split"],
  "lib/cli/commands/shell": ["lib/cli/commands"],
  "lib/cli": [
    "lib/cli/commands/allocate",
    "lib/cli/commands/results",
    "lib/cli/commands/data",
    "lib/cli/commands/split",
    "lib/cli/commands/shell",
  ],
  "mod.ts": ["lib/api", "lib/io", "lib/io/documents/split"],
  "split.ts": ["lib/api", "lib/io/documents/split"],
  "types.ts": ["lib/api", "lib/io", "lib/io/documents/split"],
  "cli.ts": ["lib/cli"],
};

/** What each file imports, types included. */
type Imports = ReadonlyMap<string, readonly string[]>;

/** The room of a file: itself, or its folder; null where no room is known. */
function roomOf(path: string): string | null {
  if (path in STANDS_ON) return path;
  const folder = path.slice(0, path.lastIndexOf("/"));
  return folder in STANDS_ON ? folder : null;
}

/** A room, and all that it stands on. */
function below(room: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(room)) return found;
  found.add(room);
  for (const other of STANDS_ON[room]) below(other, found);
  return found;
}

/** Imports that do not go down, and files in a folder that is no room. */
function layerBreaks(imports: Imports): string[] {
  const breaks: string[] = [];
  for (const [path, others] of imports) {
    const room = roomOf(path);
    if (room === null) {
      breaks.push(`${path} is in no room`);
      continue;
    }
    const allowed = below(room);
    for (const other of others) {
      const to = roomOf(other);
      if (to !== null && !allowed.has(to)) breaks.push(`${path} imports ${other}`);
    }
  }
  return breaks;
}

/** A circle of files through each file that is in one, told from its first file. */
function circles(imports: Imports): string[] {
  const found = new Set<string>();
  for (const start of imports.keys()) {
    // The shortest way back to the file.
    const cameFrom = new Map<string, string>();
    const queue = [start];
    for (const path of queue) {
      for (const other of imports.get(path) ?? []) {
        if (cameFrom.has(other)) continue;
        cameFrom.set(other, path);
        queue.push(other);
      }
    }
    if (!cameFrom.has(start)) continue;
    const circle = [start];
    for (let at = cameFrom.get(start)!; at !== start; at = cameFrom.get(at)!) circle.unshift(at);
    const first = circle.indexOf(circle.toSorted()[0]);
    found.add([...circle.slice(first), ...circle.slice(0, first + 1)].join(" → "));
  }
  return [...found];
}

const ROOT = new URL("../", import.meta.url);

/** Relative imports in a source text: of values and types, also where they load when first used; not those of examples. */
function importsOf(text: string): string[] {
  const code = text.split("\n").filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line)).join("\n");
  return [...code.matchAll(/\b(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g)].map(([, to]) => to);
}

/** What the files of the project proper import. */
async function readImports(): Promise<Imports> {
  const imports = new Map<string, string[]>();
  const add = async (path: string) => {
    const url = new URL(path, ROOT);
    const others = importsOf(await Deno.readTextFile(url));
    imports.set(path, others.map((to) => new URL(to, url).href.slice(ROOT.href.length)));
  };
  await add("mod.ts");
  await add("split.ts");
  await add("types.ts");
  await add("cli.ts");
  for (const { href } of modulesIn(new URL("lib/", ROOT))) await add(href.slice(ROOT.href.length));
  return imports;
}

Deno.test("layers: imports go down, from room to room", async () => {
  assertEquals(layerBreaks(await readImports()), []);
});

// What is imported when it runs is not looked for by the type check.
Deno.test("layers: each file that is imported is there", async () => {
  const imports = await readImports(), missing: string[] = [];
  for (const [path, others] of imports) {
    missing.push(...others.filter((to) => !imports.has(to)).map((to) => `${path}: ${to}`));
  }
  assertEquals(missing, []);
});

Deno.test("layers: the checker imports no file of limits", async () => {
  for (const [path, others] of await readImports()) {
    if (!path.startsWith("lib/allocator/check/")) continue;
    for (const other of others) assert(!other.startsWith("lib/allocator/limits/"), path);
  }
});

Deno.test("layers: no circle of files, type imports included", async () => {
  assertEquals(circles(await readImports()), []);
});

Deno.test("layers: an import that goes up, a file in no room and a circle are found", () => {
  const imports = new Map([
    ["lib/allocator/greedy/greedy.ts", ["lib/io/bytes/source.ts", "lib/base/errors.ts"]],
    ["lib/io/elig/elig_reader.ts", ["lib/allocator/optimal/dual/bound.ts"]],
    ["lib/attic/old.ts", []],
    ["lib/base/errors.ts", ["lib/base/ids.ts"]],
    ["lib/base/ids.ts", ["lib/base/bytes.ts"]],
    ["lib/base/bytes.ts", ["lib/base/errors.ts"]],
  ]);
  assertEquals(layerBreaks(imports), [
    "lib/allocator/greedy/greedy.ts imports lib/io/bytes/source.ts",
    "lib/io/elig/elig_reader.ts imports lib/allocator/optimal/dual/bound.ts",
    "lib/attic/old.ts is in no room",
  ]);
  assertEquals(circles(imports), [
    "lib/base/bytes.ts → lib/base/errors.ts → lib/base/ids.ts → lib/base/bytes.ts",
  ]);
  const text = [
    'import type { A } from "./a.ts";',
    'export { b } from "../b.ts";',
    'const c = await import("./c.ts");',
    ' * import { d } from "./d.ts";',
    'import "npm:e@1.0.0";',
  ].join("\n");
  assertEquals(importsOf(text), ["./a.ts", "../b.ts", "./c.ts"]);
});

Deno.test("layers: the rooms themselves stand in no circle", () => {
  for (const [room, others] of Object.entries(STANDS_ON)) {
    for (const other of others) assertEquals(below(other).has(room), false, `${room}: ${other}`);
  }
});

/** What the repository's top holds beside folders; what its folders hold, by the ends of names. */
const TOP_FILES = [
  ".gitignore",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "LICENSE",
  "README.md",
  "SECURITY.md",
  "cli.ts",
  "deno.json",
  "deno.lock",
  "mod.ts",
  "split.ts",
  "types.ts",
];
const FOLDER_FILES: Record<string, RegExp> = {
  ".ci": /^(?:run|install\.sh)$/,
  ".github": /^workflows\/\w+\.yml$/,
  bench: /^(?:(?:peers\/)?\w+\.(?:ts|py|md|txt))$/,
  checkers: /^\w+\.(?:py|sql)$/,
  docs: /^(?:(?:cli\/)?\w+\.md|cli\/generate\.ts|gallery\/[\w-]+\.svg|report\.png)$/,
  examples: /^(?:\w+\.(?:ts|ipynb)|[\w/-]+\/\w+\.(?:csv|json))$/,
  // Texts of the readers' fast paths in WebAssembly, and the program that Spark runs.
  lib: /^(?:[a-z_/0-9]+\/\w+\.(?:ts|as)|engine\/spark\/driver\.py)$/,
  scripts: /^(?:gallery\/)?\w+\.ts$/,
  sql: /^\w+\.sql$/,
  tests:
    /^(?:[\w/]*\w_test\.ts|requirements\.txt|(?:support|fuzz|checkers)\/[\w/]+\.(?:ts|py)|fixtures\/[\w/.=-]+\.(?:csv|gz|json|parquet|py|txt|xlsx))$/,
};

/** Files that belong to nothing: at the top none but those listed, in a folder none of other kinds than its own. */
function strayFiles(paths: readonly string[]): string[] {
  return paths.filter((path) => {
    const at = path.indexOf("/");
    if (at < 0) return !TOP_FILES.includes(path);
    return !(FOLDER_FILES[path.slice(0, at)]?.test(path.slice(at + 1)) ?? false);
  });
}

/** The files that git tracks; null where there is no git, or the files are no clone's. */
function trackedFiles(): string[] | null {
  try {
    const { code, stdout } = new Deno.Command("git", { args: ["ls-files", "-z"], cwd: ROOT })
      .outputSync();
    const paths = code === 0 ? new TextDecoder().decode(stdout).split("\0").slice(0, -1) : [];
    return paths.includes("mod.ts") ? paths : null;
  } catch {
    return null;
  }
}

const TRACKED = trackedFiles();

// What git does not track is of nobody's concern: builds, a demo's files, notes of the day.
Deno.test({
  name: "layers: the top and each folder hold known files only",
  ignore: TRACKED === null,
  fn: () => {
    assertEquals(strayFiles(TRACKED!), []);
  },
});

Deno.test("layers: stray files are found", () => {
  const strays = [
    "x",
    "notes.md",
    "attic/old.ts",
    "lib/x",
    "lib/io/csv/csv.ts.orig",
    "lib/io/tables.csv",
    "docs/draft.txt",
    "tests/io/csv/speed.ts",
    "tests/fixtures/x",
    "bench/out/data.ts",
  ];
  const known = ["mod.ts", "lib/io/csv/csv.ts", "tests/layers_test.ts", "tests/fuzz/drops.ts"];
  assertEquals(strayFiles([...strays, ...known]), strays);
});
