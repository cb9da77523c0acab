/**
 * The packages that a page without a server needs. scripts/bundle_studio.ts bundles this module into one script, which runs
 * before the session's. Nothing else imports it.
 *
 * @module
 */
import * as highs from "npm:highs@1.15.3";
import * as vega from "npm:vega@6.4.0";
import * as vegaInterpreter from "npm:vega-interpreter@2.3.2";
import * as vegaLite from "npm:vega-lite@6.5.0";
import { carry } from "./load_package.ts";

carry("npm:highs@1.15.3", highs);
carry("npm:vega@6.4.0", vega);
carry("npm:vega-lite@6.5.0", vegaLite);
carry("npm:vega-interpreter@2.3.2", vegaInterpreter);
