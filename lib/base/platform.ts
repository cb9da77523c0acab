/**
 * Files, standard input and the environment, of whatever runs the program: Deno, or from the npm package Node.js and Bun.
 * Readers and writers call these in place of `Deno`'s, by the same names and with the same errors.
 *
 * @module
 */
import { nodePlatform } from "./node_platform.ts";
import type { Platform } from "./platform_types.ts";
export type { FileInfo, OpenOptions, PlatformFile } from "./platform_types.ts";

/** Deno's own functions. */
function denoPlatform(): Platform {
  const { errors, SeekMode, stdin, stdout, env, permissions, open, openSync, stat, statSync } =
    Deno;
  const { realPath, readTextFile, rename, remove, mkdir, readDir, lstat, readLink, chmod } = Deno;
  return {
    ...{ errors, SeekMode, stdin, stdout, env, permissions, open, openSync, stat, statSync },
    ...{ realPath, readTextFile, rename, remove, mkdir, readDir, lstat, readLink, chmod },
    isWindows: Deno.build.os === "windows",
    cores: () => navigator.hardwareConcurrency,
    hasWorkers: typeof Worker !== "undefined" && typeof SharedArrayBuffer !== "undefined",
  };
}

/** What runs the program. */
export const platform: Platform = "Deno" in globalThis ? denoPlatform() : nodePlatform;
