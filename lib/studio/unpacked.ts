/**
 * Scripts that are kept as text of modules.
 *
 * @module
 */

/** The text of a bundle: base64 of deflated UTF-8, in lines. */
export async function unpacked(bundle: readonly string[]): Promise<string> {
  const bytes = Uint8Array.from(atob(bundle.join("")), (digit) => digit.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return await new Response(stream).text();
}
