/**
 * Lets drops show themselves in notebooks, and their sizes where they are printed. Drop's own file lies in a lower layer than
 * reports, so the methods are added here.
 *
 * @module
 */
import { Drop } from "../allocator/drop/drop.ts";
import { defaultPolicy } from "../allocator/model/policy.ts";
import { DISPLAY } from "../report/display.ts";
import { dropSizes, printedShort } from "./short_view.ts";

Object.defineProperty(Drop.prototype, DISPLAY, {
  configurable: true,
  value: async function (this: Drop) {
    const { previewFacts } = await import("../report/facts/preview/preview_facts.ts");
    const { dropBundle } = await import("../report/notebook.ts");
    return dropBundle(previewFacts(this, defaultPolicy));
  },
});

printedShort(Drop.prototype, "Drop", function () {
  return { ...dropSizes(this.instance), input: this.input };
});
