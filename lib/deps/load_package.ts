/**
 * Packages that load when they are first used.
 *
 * @module
 */

/**
 * Imports a package when it is first used. The specifier is not a literal inside `import()` on purpose: Deno downloads
 * whatever literal imports can reach before a program starts, and a program run from a URL would fetch megabytes that
 * it may never use. Elsewhere than in Deno (the npm package in Node.js, Bun) the package's plain name is imported.
 *
 * @param specifier `npm:name@version`, perhaps with a file of the package behind it
 */
export function loadPackage<M>(specifier: `npm:${string}`): Promise<M> {
  const name = "Deno" in globalThis ? specifier : specifier.replace(/^npm:(@?[^@]+)@[^/]+/, "$1");
  return import(name);
}
