/**
 * HiGHS (LP, MIP and QP, WebAssembly, 3.5 MB), loaded when first used.
 *
 * @module
 */
import type { Highs } from "npm:highs@1.15.3";
export type * from "npm:highs@1.15.3";

let loaded: Promise<Highs> | undefined;

/** Loads HiGHS once and returns its entry object; later calls return the same one. */
export function loadHighs(): Promise<Highs> {
  return loaded ??= import("npm:highs@1.15.3").then((module) =>
    // The package's typings look like CommonJS to Deno: the default export is typed as the module.
    (module.default as unknown as () => Promise<Highs>)()
  );
}
