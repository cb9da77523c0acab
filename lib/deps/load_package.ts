/**
 * Packages that load when they are first used.
 *
 * @module
 */

/** Property of globalThis where a page that contains its packages, and fetches nothing, has them by specifier. */
const CARRIED = Symbol.for("divvy.carried");

/** The packages that the page contains. */
function carried(): Map<string, unknown> {
  const all = globalThis as { [CARRIED]?: Map<string, unknown> };
  return all[CARRIED] ??= new Map();
}

/** Registers a package, or a file of one, that the page contains, for {@link loadPackage} and {@link carriedFile}. */
export function carry(specifier: `npm:${string}`, what: unknown): void {
  carried().set(specifier, what);
}

/** Functions that load the packages of an executable, which contains them as files of its own, by specifier. */
const loaders = new Map<string, () => Promise<unknown>>();

/** Makes {@link loadPackage} load a package by `load`: for executables, which have files of their own in place of npm packages. */
export function loadBy(specifier: `npm:${string}`, load: () => Promise<unknown>): void {
  loaders.set(specifier, load);
}

/** Functions that read files of packages of an executable, by specifier. */
const readers = new Map<string, () => Uint8Array<ArrayBuffer>>();

/** Makes {@link carriedFile} read a file of a package by `read`: for executables. */
export function carryBy(specifier: `npm:${string}`, read: () => Uint8Array<ArrayBuffer>): void {
  readers.set(specifier, read);
}

/** A package that the page contains; undefined: it does not. */
export function carriedPackage<M>(specifier: `npm:${string}`): M | undefined {
  return carried().get(specifier) as M | undefined;
}

/** A file of a package that the page or the executable contains; undefined: it does not. */
export function carriedFile(specifier: `npm:${string}`): Uint8Array<ArrayBuffer> | undefined {
  return carried().get(specifier) as Uint8Array<ArrayBuffer> | undefined ??
    readers.get(specifier)?.();
}

/**
 * Imports a package when it is first used. The specifier is not a literal inside `import()` on purpose: Deno downloads
 * whatever literal imports can reach before a program starts, and a program run from a URL would fetch megabytes that
 * it may never use. Elsewhere than in Deno (the npm package in Node.js, Bun) the package's plain name is imported.
 *
 * @param specifier `npm:name@version`, perhaps with a file of the package behind it
 */
export function loadPackage<M>(specifier: `npm:${string}`): Promise<M> {
  const own = carriedPackage<M>(specifier);
  if (own !== undefined) return Promise.resolve(own);
  const load = loaders.get(specifier);
  if (load !== undefined) return load() as Promise<M>;
  const name = "Deno" in globalThis ? specifier : specifier.replace(/^npm:(@?[^@]+)@[^/]+/, "$1");
  return import(name);
}
