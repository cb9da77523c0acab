/**
 * Every package that loads when it is first used, by name. Nothing imports this module: it tells those who pack the
 * program whole (`deno compile`, `deno pack`) what belongs to it, since {@link loadPackage}'s imports can't be seen.
 * A test holds it to the packages that are loaded so.
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
