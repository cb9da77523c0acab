/**
 * Paths of files in a folder, as people write them.
 *
 * @module
 */

/**
 * The path of `name` in a folder: the name alone where the folder is the present one, and no separator twice.
 *
 * @example
 * ```ts
 * import { pathIn } from "./path_in.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(pathIn("drop", "caps.csv"), "drop/caps.csv");
 * assertEquals(pathIn("drop/", "caps.csv"), "drop/caps.csv");
 * assertEquals(pathIn(".", "caps.csv"), "caps.csv");
 * assertEquals(pathIn("/", "caps.csv"), "/caps.csv");
 * ```
 */
export function pathIn(folder: string, name: string): string {
  if (/^(\.[/\\]*)?$/.test(folder)) return name;
  return `${folder.replace(/[/\\]+$/, "")}/${name}`;
}
