import { assertEquals } from "../../lib/deps/std_assert.ts";
import { PAGE_BUNDLE } from "../../lib/studio/page_bundle.ts";
import { unpacked } from "../../lib/studio/unpacked.ts";
import { bundledScript } from "../../scripts/bundle_studio.ts";

Deno.test("studio's page: what is kept is what its sources give (else: deno task bundle:studio)", async () => {
  const script = await bundledScript("lib/studio/page/served_page.ts");
  const same = await unpacked(PAGE_BUNDLE) === script;
  assertEquals(same, true, "the page's sources changed: run deno task bundle:studio");
});
