/**
 * Packages that load when they are first used.
 *
 * @module
 */

/** Where a page that carries all of its packages has them, by specifier. */
const CARRIED = Symbol.for("divvy.carried");

/** What a page carries. */
function carried(): Map<string, unknown> {
  const all = globalThis as { [CARRIED]?: Map<string, unknown> };
  return all[CARRIED] ??= new Map();
}

/** Has a package, or a file of one, at hand for {@link loadPackage} and {@link carriedFile}: in a page that fetches nothing. */
export function carry(specifier: `npm:${string}`, what: unknown): void {
  carried().set(specifier, what);
}

/** A package that the page carries. */
export function carriedPackage<M>(specifier: `npm:${string}`): M | undefined {
  return carried().get(specifier) as M | undefined;
}

/** A file of a package that the page carries. */
export function carriedFile(specifier: `npm:${string}`): Uint8Array<ArrayBuffer> | undefined {
  return carried().get(specifier) as Uint8Array<ArrayBuffer> | undefined;
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
  const name = "Deno" in globalThis ? specifier : specifier.replace(/^npm:(@?[^@]+)@[^/]+/, "$1");
  return import(name);
}
