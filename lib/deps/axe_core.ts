/**
 * axe, which checks pages for accessibility. Used by tests only, loaded when first used.
 *
 * @module
 */

/** axe's script, to be run in a page; it defines `axe`. */
export async function axeSource(): Promise<string> {
  const { default: axe } = await import("npm:axe-core@4.11.0");
  return axe.source;
}
