/**
 * Drives an installed browser. Used by tests only, loaded when first used.
 *
 * @module
 */
import type { Browser } from "npm:playwright-core@1.65.1";
export type { Browser, Page } from "npm:playwright-core@1.65.1";

/** Starts the Chromium at `executablePath`, headless, asking no host for anything on its own. */
export async function launchChromium(executablePath: string): Promise<Browser> {
  const { chromium } = await import("npm:playwright-core@1.65.1");
  return await chromium.launch({
    executablePath,
    // Long, for machines that are busy with other tests.
    timeout: 120_000,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}
