/**
 * Bundles the studio's scripts to modules of text, lib/studio/…_bundle.ts: `deno task bundle:studio`. What comes out is kept
 * in the repository, so that a program run from a URL and the executable carry it; a test compares the two.
 */

import { packed } from "../lib/studio/session/packed_text.ts";

/** What is bundled, where to, and the name of what the module exports. */
export const BUNDLES = [
  {
    source: "lib/studio/page/served_page.ts",
    target: "lib/studio/page_bundle.ts",
    name: "PAGE_BUNDLE",
  },
  {
    source: "lib/studio/page/alone_page.ts",
    target: "lib/studio/alone_page_bundle.ts",
    name: "ALONE_PAGE_BUNDLE",
  },
  {
    source: "lib/studio/session/alone_session.ts",
    target: "lib/studio/session_bundle.ts",
    name: "SESSION_BUNDLE",
  },
  {
    source: "lib/deps/carried_packages.ts",
    target: "lib/studio/packages_bundle.ts",
    name: "PACKAGES_BUNDLE",
  },
] as const;

/** One of the bundles. */
export type Bundle = (typeof BUNDLES)[number];

const ROOT = new URL("../", import.meta.url);

/** The script that a source gives, minified. */
export async function bundledScript(source: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", "--format", "iife", "--minify", source],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** The module that carries a script: deflated, in base64. */
export async function bundleModule({ source, name }: Bundle, script: string): Promise<string> {
  const lines = (await packed(new TextEncoder().encode(script)))
    .match(/.{1,90}/g)!.map((line) => `  "${line}",`);
  return `/**
 * The script of ${source}. Made by \`deno task bundle:studio\`; not to be changed by hand.
 *
 * @module
 */

/** The script, deflated, in base64, in lines. */
export const ${name}: readonly string[] = [
${lines.join("\n")}
];
`;
}

if (import.meta.main) {
  for (const bundle of BUNDLES) {
    const script = await bundledScript(bundle.source);
    await Deno.writeTextFile(new URL(bundle.target, ROOT), await bundleModule(bundle, script));
    console.error(`${bundle.target}: ${script.length} characters of script`);
  }
}
