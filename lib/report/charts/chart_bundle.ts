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

/** A chart by itself. */
export async function chartBundle(spec: VegaLiteSpec): Promise<MediaBundle> {
  return {
    "text/plain": `${spec.title}\n${spec.description}`,
    "text/html": onWhite(await renderSvg(spec)),
    ...drawn(spec),
  };
}

/** A chart for notebooks to draw. Its words are dark, so it brings a light ground for dark notebooks. */
export function drawn(spec: VegaLiteSpec): MediaBundle {
  const config = { ...spec.config as Record<string, unknown>, background: GROUND };
  return { [VEGA_LITE]: { ...spec, config, $schema: NOTEBOOK_SCHEMA } };
}

/** A drawn chart on a light ground of its own. */
function onWhite(svg: string): string {
  return `<div style="background:${GROUND};width:fit-content;padding:4px;border-radius:8px">${svg}</div>`;
}
