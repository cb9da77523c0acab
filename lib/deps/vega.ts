/**
 * Vega and Vega-Lite: a chart's specification compiled and rendered to SVG, without canvas or DOM.
 * Loaded when first used (they are large).
 *
 * @module
 */
import type { TopLevelSpec } from "npm:vega-lite@6.5.0";
import { carriedPackage, loadPackage } from "./load_package.ts";

/** A Vega-Lite specification of one chart, with the parts that the report itself reads. */
export interface VegaLiteSpec {
  /** Version of the language. */
  $schema: string;
  /** Heading. */
  title: string;
  /** What the chart shows, in words: its text alternative. */
  description: string;
  /** Its numbers, a row each. */
  data: { values: Record<string, unknown>[] };
  /** Everything else of the language. */
  [key: string]: unknown;
}

/** Compiles a Vega-Lite specification and renders it as an `<svg>` element. */
export async function renderSvg(spec: VegaLiteSpec): Promise<string> {
  const vegaLite = await loadPackage<typeof import("npm:vega-lite@6.5.0")>(
    "npm:vega-lite@6.5.0",
  );
  const vega = await loadPackage<typeof import("npm:vega@6.4.0")>("npm:vega@6.4.0");
  const compiled = vegaLite.compile(spec as unknown as TopLevelSpec).spec;
  // A page's policy may forbid to make code of text, which Vega does unless expressions are interpreted.
  const interpreter = carriedPackage<typeof import("npm:vega-interpreter@2.3.2")>(
    "npm:vega-interpreter@2.3.2",
  );
  const parsed = interpreter === undefined
    ? vega.parse(compiled)
    : vega.parse(compiled, undefined, { ast: true });
  const view = new vega.View(parsed, {
    renderer: "none",
    ...(interpreter !== undefined && { expr: interpreter.expressionInterpreter }),
  });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
