/**
 * Finding `divvy.json` where no `--config` names one.
 *
 * @module
 */
import { relative, resolve } from "node:path";

/** Name of the configuration file that is looked for. */
export const CONFIG_NAME = "divvy.json";

/**
 * The path of the `divvy.json` of a folder or of the nearest folder above it, as short as it can be said from here;
 * undefined where there is none. Nobody is asked for permission: the search ends where reading is not allowed. It also ends
 * at a folder of another owner's: what lies in a shared folder above ours is not meant for us.
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
