import { assertEquals } from "../lib/deps/std_assert.ts";

const ROOT = new URL("../", import.meta.url);

/** Lines of comments that call console.assert, as `path:line`. */
function silentAsserts(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, i) =>
    /^\s*(?:\*|\/\/|\/\*).*\bconsole\.assert\b/.test(line) ? [`${path}:${i + 1}`] : []
  );
}

/** TypeScript files of a folder, as paths relative to the root. */
function* sources(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, ROOT))) {
    if (isDirectory) yield* sources(`${folder}${name}/`);
    else if (name.endsWith(".ts")) yield `${folder}${name}`;
  }
}

Deno.test("doc examples can fail: none uses console.assert, which only prints", () => {
  const found: string[] = [];
  for (const path of ["mod.ts", "split.ts", "types.ts", ...sources("lib/")]) {
    found.push(...silentAsserts(path, Deno.readTextFileSync(new URL(path, ROOT))));
  }
  assertEquals(found, []);
  assertEquals(silentAsserts("a.ts", "/**\n * console.assert(x === 1);\n */"), ["a.ts:2"]);
});
