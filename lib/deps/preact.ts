/**
 * Preact, and htm for markup in template literals: what the studio's page is made with. Bundled into the page
 * (scripts/bundle_studio.ts), so that nothing fetches them to run.
 *
 * @module
 */
import type { ComponentChildren, h, VNode } from "npm:preact@10.27.2";
import htm from "npm:htm@3.1.1";

export { h, render } from "npm:preact@10.27.2";
export type { ComponentChildren, VNode } from "npm:preact@10.27.2";
export { useEffect, useMemo, useRef, useState } from "npm:preact@10.27.2/hooks";

/** A tagged template that makes Preact's nodes of HTML, each by `node`, which takes what `h` takes. */
export function templateOf(
  node: (
    type: Parameters<typeof h>[0],
    props: Record<string, unknown> | null,
    ...children: ComponentChildren[]
  ) => VNode,
) {
  // The package's typings look like CommonJS to Deno: the default export is typed as the module.
  return (htm as unknown as typeof htm.default).bind(node);
}
