/**
 * Environment variables and files with settings of connections, read only where permission was given.
 *
 * @module
 */
import { platform } from "../base/platform/platform.ts";

/** The source of settings outside the address; tests use one of their own. */
export interface Environment {
  /** An environment variable's value, or undefined where it is unset or may not be read. */
  variable(name: string): string | undefined;
  /** A file's text, or undefined where there is none or it may not be read. */
  file(path: string): Promise<string | undefined>;
  /** Whether users other than the owner have any rights on a file; false on Windows, which has no such bits. */
  othersMayRead(path: string): Promise<boolean>;
}

/** The process's own environment. It never asks for permission: what was not granted counts as unset. */
export const processEnvironment: Environment = {
  variable: (name) =>
    platform.permissions.querySync({ name: "env", variable: name }).state === "granted"
      ? platform.env.get(name)
      : undefined,
  file: async (path) => {
    if (platform.permissions.querySync({ name: "read", path }).state !== "granted") {
      return undefined;
    }
    try {
      return await platform.readTextFile(path);
    } catch {
      return undefined;
    }
  },
  othersMayRead: async (path) => {
    if (platform.isWindows) return false;
    const { mode } = await platform.stat(path) as { mode?: number | null };
    return ((mode ?? 0) & 0o077) !== 0;
  },
};
