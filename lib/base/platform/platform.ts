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
  return {
    errors: Deno.errors,
    SeekMode: Deno.SeekMode,
    stdin: Deno.stdin,
    stdout: Deno.stdout,
    env: Deno.env,
    permissions: Deno.permissions,
    open: Deno.open,
    openSync: Deno.openSync,
    stat: Deno.stat,
    statSync: Deno.statSync,
    lstat: Deno.lstat,
    readLink: Deno.readLink,
    chmod: Deno.chmod,
    realPath: Deno.realPath,
    readTextFile: Deno.readTextFile,
    rename: Deno.rename,
    remove: Deno.remove,
    mkdir: Deno.mkdir,
    readDir: Deno.readDir,
    isWindows: Deno.build.os === "windows",
    cores: () => navigator.hardwareConcurrency,
  };
}

/** What runs the program. */
export const platform: Platform = "Deno" in globalThis ? denoPlatform() : nodePlatform;
