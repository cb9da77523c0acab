/** The modules of a folder and of those below it, in the order of their paths. */
export function modulesIn(folder: URL): URL[] {
  return [...Deno.readDirSync(folder)]
    .toSorted((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(({ name, isDirectory }) =>
      isDirectory
        ? modulesIn(new URL(`${name}/`, folder))
        : name.endsWith(".ts")
        ? [new URL(name, folder)]
        : []
    );
}
