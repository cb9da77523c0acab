/**
 * Preact, and htm for markup in template literals: what the studio's page is made with. Bundled into the page
 * (scripts/bundle_studio.ts), so that nothing fetches them to run.
 *
 * @module
 */
import { h } from "npm:preact@10.27.2";
import htm from "npm:htm@3.1.1";

export { render } from "npm:preact@10.27.2";
export type { ComponentChildren, VNode } from "npm:preact@10.27.2";
export { useEffect, useMemo, useRef, useState } from "npm:preact@10.27.2/hooks";

/** A tagged template that makes Preact's nodes of HTML. */
// The package's typings look like CommonJS to Deno: the default export is typed as the module.
export const html = (htm as unknown as typeof htm.default).bind(h);
