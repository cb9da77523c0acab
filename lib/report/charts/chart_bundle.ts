/**
 * What a chart shows in a notebook: its words, a picture, and a specification that the notebook draws itself.
 *
 * @module
 */
import { renderSvg, type VegaLiteSpec } from "../../deps/vega.ts";
import type { MediaBundle } from "../display.ts";

/** The MIME type that JupyterLab and VS Code draw Vega-Lite from. */
export const VEGA_LITE = "application/vnd.vegalite.v5+json";
/** The specifications keep to what version 5 knows; a notebook wants its own version named. */
const NOTEBOOK_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";

/** What charts stand on. */
const GROUND = "#ffffff";

/**
 * A chart by itself: a picture for who may not draw, a specification for who may. No HTML: a notebook that is opened without
 * trust would take the drawing out of it, and would show it all the same, as it stands before the others.
 */
export async function chartBundle(spec: VegaLiteSpec): Promise<MediaBundle> {
  return {
    "text/plain": `${spec.title}\n${spec.description}`,
    "image/svg+xml": await chartSvg(spec),
    ...drawn(spec),
  };
}

/** A chart as SVG on a light ground of its own. */
export async function chartSvg(spec: VegaLiteSpec): Promise<string> {
  return await renderSvg(onWhite(spec));
}

/** A chart whose words are dark, with a light ground for dark notebooks. */
function onWhite(spec: VegaLiteSpec): VegaLiteSpec {
  return { ...spec, config: { ...spec.config as Record<string, unknown>, background: GROUND } };
}

/** A chart for notebooks to draw. */
export function drawn(spec: VegaLiteSpec): MediaBundle {
  return { [VEGA_LITE]: { ...onWhite(spec), $schema: NOTEBOOK_SCHEMA } };
}
