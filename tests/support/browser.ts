/** The browser that tests drive: Debian's Chromium, or whatever DIVVY_TEST_BROWSER names. */
const PLACES = [
  Deno.env.get("DIVVY_TEST_BROWSER"),
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Path of an installed browser, or null. */
export function installedBrowser(): string | null {
  for (const path of PLACES) {
    try {
      if (path !== undefined && Deno.statSync(path).isFile) return path;
    } catch {
      // Not there: the next.
    }
  }
  return null;
}

/** A test that needs the browser; its processes and pipes are its own. */
export function browserTest(name: string, fn: () => Promise<void>): void {
  Deno.test({
    name,
    fn,
    ignore: installedBrowser() === null,
    sanitizeOps: false,
    sanitizeResources: false,
  });
}
