/** Temporary folders for tests. */

/** Where the folders of this file's tests are made; it goes when they are done. */
export const TESTS_FOLDER = Deno.makeTempDirSync({ prefix: "divvy-tests-" });
globalThis.addEventListener("unload", () => Deno.removeSync(TESTS_FOLDER, { recursive: true }));

/** Runs `body` with a fresh folder, which is removed afterwards. */
export async function withFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ dir: TESTS_FOLDER });
  try {
    return await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes files into a folder; returns their paths under the same keys. */
export async function writeFiles<K extends string>(
  folder: string,
  files: Record<K, string | Uint8Array>,
  ending = ".csv",
): Promise<Record<K, string>> {
  const paths: Record<string, string> = {};
  for (const [name, content] of Object.entries<string | Uint8Array>(files)) {
    paths[name] = `${folder}/${name}${ending}`;
    if (typeof content === "string") await Deno.writeTextFile(paths[name], content);
    else await Deno.writeFile(paths[name], content);
  }
  return paths as Record<K, string>;
}

/** Names in a folder, sorted. */
export function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}
