/**
 * HiGHS (LP, MIP and QP, WebAssembly, 3.5 MB), loaded when first used.
 *
 * @module
 */
import type { Highs } from "npm:highs@1.15.3";
import { UsageError } from "../base/errors.ts";
import { loadPackage } from "./load_package.ts";
export type * from "npm:highs@1.15.3";

let loaded: Promise<Highs> | undefined;

/** Forgets a HiGHS whose memory a fault of its own has spoilt: the next {@link loadHighs} loads a new one. */
export function forgetHighs(): void {
  loaded = undefined;
}

/**
 * Loads HiGHS once and returns its entry object; later calls return the same one.
 *
 * @throws {UsageError} where its .wasm file may not be read
 */
export function loadHighs(): Promise<Highs> {
  return loaded ??= loadPackage<typeof import("npm:highs@1.15.3")>("npm:highs@1.15.3")
    // The package's typings look like CommonJS to Deno: the default export is typed as the module.
    .then((module) => (module.default as unknown as () => Promise<Highs>)())
    .catch((error) => {
      const file = /NotCapable: Requires read access to "([^"]+)"/.exec(String(error))?.[1];
      if (file === undefined) throw error;
      throw new UsageError(`HiGHS must read its own file: run again with --allow-read=${file}`);
    });
}
