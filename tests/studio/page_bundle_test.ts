import { assertEquals } from "../../lib/deps/std_assert.ts";
import { unpacked } from "../../lib/studio/session/packed_text.ts";
import { type Bundle, bundledScript, BUNDLES } from "../../scripts/bundle_studio.ts";

/** The script that is kept. */
async function kept({ target, name }: Bundle): Promise<string> {
  return await unpacked((await import(`../../${target}`))[name]);
}

Deno.test("studio: the pages that are kept are those of their sources (else: deno task bundle:studio)", async () => {
  for (const bundle of BUNDLES.slice(0, 2)) {
    const same = await kept(bundle) === await bundledScript(bundle.source);
    assertEquals(same, true, `${bundle.target}: run deno task bundle:studio`);
  }
});

Deno.test("studio: solver and packages of exported pages are scripts; they are made anew for a release", async () => {
  for (const bundle of BUNDLES.slice(2)) {
    const script = await kept(bundle);
    // Half of the library is in the solver, so what is kept may be older than its sources: the browser's test makes it anew.
    if (script !== await bundledScript(bundle.source)) {
      console.warn(`${bundle.target} is older than its sources: deno task bundle:studio`);
    }
    // Throws where it is no script.
    new Function(script);
  }
});
