/**
 * Imports of every package that {@link loadPackage} loads. The program doesn't import this module: it is for `deno compile` and
 * `deno pack`, which would not find those packages otherwise. A test checks that the list is complete.
 *
 * @module
 */
import "npm:aws4fetch@1.0.20";
import "npm:highs@1.15.3";
import "npm:hucre@1.0.0/xlsx";
import "npm:hyparquet-writer@0.17.0";
import "npm:hyparquet-writer@0.17.0/src/datapage.js";
import "npm:hyparquet-writer@0.17.0/src/snappy.js";
import "npm:postgres@3.4.9";
import "npm:vega@6.4.0";
import "npm:vega-lite@6.5.0";
