/**
 * Finds `divvy.json` when `--config` is not given.
 *
 * @module
 */
import { relative, resolve } from "node:path";

/** Name of the configuration file that is looked for. */
export const CONFIG_NAME = "divvy.json";

/**
 * The path of the `divvy.json` in a folder or the nearest folder above it, relative to the current folder; undefined where
 * there is none. The search ends where reading is not permitted (the user is not asked), and at a folder of another owner,
 * whose files are not meant for this user.
 */
export async function findConfig(folder: string): Promise<string | undefined> {
  if (!await readable(".") || !await readable(folder)) return undefined;
  const here = Deno.cwd();
  let at = resolve(here, folder);
  const owner = await ownerOf(at);
  while (true) {
    const path = resolve(at, CONFIG_NAME);
    if (!await readable(path)) return undefined;
    const isThere = await Deno.stat(path).then(({ isFile }) => isFile, () => false);
    if (isThere) return relative(here, path);
    const above = resolve(at, "..");
    if (above === at || !await readable(above) || await ownerOf(above) !== owner) return undefined;
    at = above;
  }
}

async function readable(path: string): Promise<boolean> {
  return (await Deno.permissions.query({ name: "read", path })).state === "granted";
}

/** The id of a folder's owner; null on Windows. */
async function ownerOf(folder: string): Promise<number | null | undefined> {
  return await Deno.stat(folder).then(({ uid }) => uid, () => undefined);
}
