/**
 * Results that show themselves in a notebook. The code that shows them is loaded when one is shown.
 *
 * @module
 */
import { displaying, type MediaBundle } from "../report/display.ts";
import type * as Notebook from "../report/notebook.ts";

/**
 * Lets `value` show itself; see {@link displaying}.
 *
 * @param show returns what is shown, made by one of the functions of `notebook`
 */
export function shownInNotebook<T extends object>(
  value: T,
  show: (notebook: typeof Notebook) => MediaBundle | Promise<MediaBundle>,
): T {
  return displaying(value, async () => await show(await import("../report/notebook.ts")));
}
