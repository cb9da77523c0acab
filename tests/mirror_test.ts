import { assertEquals } from "../lib/deps/std_assert.ts";

/**
 * Folders of tests that mirror none of lib/: pages in a browser, checkers in other languages, fuzzing, and what tests share.
 * A folder `across/` in any room has what is about that room as a whole, and tests/ itself what is about the project.
 */
const OWN_ROOMS = ["browser", "checkers", "fuzz", "support"];

/** The tests below a folder, by their paths in tests/, without `_test.ts`. */
function* testsIn(folder: URL, path = ""): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* testsIn(new URL(`${name}/`, folder), `${path}${name}/`);
    else if (name.endsWith("_test.ts")) yield `${path}${name.slice(0, -"_test.ts".length)}`;
  }
}

/** Those of the tests that are no file's of lib/, and in no folder where they need not be. */
function strays(tests: Iterable<string>, isFile: (path: string) => boolean): string[] {
  return [...tests].filter((test) => {
    const folders = test.split("/").slice(0, -1);
    const isOwn = folders.length === 0 || OWN_ROOMS.includes(folders[0]) ||
      folders.at(-1) === "across";
    return !isOwn && !isFile(`lib/${test}.ts`);
  }).toSorted();
}

Deno.test("tests: each is of the file of lib that its name says, or in a folder for what is not", () => {
  const root = new URL("../", import.meta.url);
  const isFile = (path: string) => {
    try {
      return Deno.statSync(new URL(path, root)).isFile;
    } catch {
      return false;
    }
  };
  assertEquals(strays(testsIn(new URL("tests/", root)), isFile), []);
});

Deno.test("tests: a stray one is found", () => {
  const tests = ["layers", "io/csv/csv", "io/csv/speed", "io/across/speed", "fuzz/drops"];
  assertEquals(strays(tests, (path) => path === "lib/io/csv/csv.ts"), ["io/csv/speed"]);
});
