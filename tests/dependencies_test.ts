import { assertEquals } from "../lib/deps/std_assert.ts";

/** Source files of the project proper, as paths relative to the root. */
async function* sources(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(`../${folder}`, import.meta.url))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) yield* sources(`${path}/`);
    else if (/\.[jt]sx?$/.test(entry.name)) yield path;
  }
}

/** Source without its comment lines: they may tell which package would take another's place. */
function withoutComments(text: string): string {
  return text.split("\n").filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line)).join("\n");
}

Deno.test("third-party packages are named in lib/deps only, one file per package and version", async () => {
  const files = ["mod.ts", "split.ts", "types.ts", "cli.ts"];
  for await (const path of sources("lib/")) files.push(path);
  const specifier = /["'](?:npm|jsr|node|https?):[^"']*["']/g;
  const strays: string[] = [];
  for (const path of files) {
    const text = withoutComments(await Deno.readTextFile(new URL(`../${path}`, import.meta.url)));
    const found = text.match(specifier)?.filter((s) => /^.(?:npm|jsr):/.test(s)) ?? [];
    if (path.startsWith("lib/deps/")) {
      // A pinned version, and nothing else than npm, so that the module also runs from a URL.
      const unpinned = found.filter((s) => !/^.npm:(?:@[^/]+\/)?[^@/]+@\d+\.\d+\.\d+/.test(s));
      strays.push(...unpinned.map((s) => `${path}: ${s} is not pinned`));
    } else strays.push(...found.map((s) => `${path}: ${s}`));
  }
  assertEquals(strays, []);
});

Deno.test("imports are relative or full npm: specifiers, so that a URL can run without a configuration file", async () => {
  const files = ["mod.ts", "split.ts", "types.ts", "cli.ts"];
  for await (const path of sources("lib/")) files.push(path);
  const bare: string[] = [];
  for (const path of files) {
    const text = await Deno.readTextFile(new URL(`../${path}`, import.meta.url));
    for (const [, name] of text.matchAll(/^(?:import|export)\b[^;"`]*?from\s+"([^"\n]+)"/gm)) {
      if (!/^(?:\.\.?\/|npm:|node:)/.test(name)) bare.push(`${path}: ${name}`);
    }
  }
  assertEquals(bare, []);
});

Deno.test("what packs the program whole knows every package that loads when first used", async () => {
  const loaded = new Set<string>();
  for await (const path of sources("lib/deps/")) {
    const text = await Deno.readTextFile(new URL(`../${path}`, import.meta.url));
    for (const [, name] of text.matchAll(/loadPackage<[^]*?>\(\s*"([^"]+)"/g)) loaded.add(name);
  }
  const named = await Deno.readTextFile(new URL("../lib/deps/lazy_packages.ts", import.meta.url));
  const packed = [...named.matchAll(/^import "([^"]+)"/gm)].map(([, name]) => name);
  assertEquals(packed.toSorted(), [...loaded].toSorted());
});
