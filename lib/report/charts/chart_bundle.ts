/**
 * A chart in a notebook: text, a picture, and a specification that the notebook draws itself.
 *
 * @module
 */
import { renderSvg, type VegaLiteSpec } from "../../deps/vega.ts";
import type { MediaBundle } from "../display.ts";
import { WIDE_NAME, withShortNames } from "./short_names.ts";

/** The MIME type that JupyterLab and VS Code draw Vega-Lite from. */
export const VEGA_LITE = "application/vnd.vegalite.v5+json";
/** The specifications use only what version 5 knows; a notebook expects its own version to be named. */
const NOTEBOOK_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";

/** The ground of charts. */
const GROUND = "#ffffff";

/**
 * A chart as a picture, and as a specification for notebooks that may draw it. There is no HTML: notebooks prefer HTML
 * to the other forms, and one that is opened without trust would strip the drawing out of it.
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
  return await renderSvg(onWhite(withShortNames(spec, WIDE_NAME)));
}

/** A chart whose words are dark, with a light ground for dark notebooks. */
function onWhite(spec: VegaLiteSpec): VegaLiteSpec {
  return { ...spec, config: { ...spec.config as Record<string, unknown>, background: GROUND } };
}

/** A specification that notebooks draw themselves. */
export function drawn(spec: VegaLiteSpec): MediaBundle {
  return { [VEGA_LITE]: { ...onWhite(spec), $schema: NOTEBOOK_SCHEMA } };
}
