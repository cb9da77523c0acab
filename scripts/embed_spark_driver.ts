/**
 * Puts lib/engine/spark/driver.py into a module, so that a run from a URL and the npm package carry it: `deno task
 * embed:spark`.
 *
 * @module
 */
const folder = new URL("../lib/engine/spark/", import.meta.url);

/** The module's text for a script's. */
export function moduleOf(script: string): string {
  return `// Made from driver.py by \`deno task embed:spark\`; a test compares the two.

/** The Python program that runs statements in Spark. */
export const DRIVER_SCRIPT: string = ${JSON.stringify(script)};
`;
}

if (import.meta.main) {
  const script = await Deno.readTextFile(new URL("driver.py", folder));
  await Deno.writeTextFile(new URL("driver_script.ts", folder), moduleOf(script));
}
