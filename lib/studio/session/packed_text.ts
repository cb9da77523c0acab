/**
 * Bytes as text: deflated, in base64. Scripts are kept so in modules, drops in pages.
 *
 * @module
 */

/** Bytes, deflated, in base64. */
export async function packed(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const deflated = new Uint8Array(await new Response(stream).arrayBuffer());
  const parts: string[] = [];
  // A multiple of three, so that the parts' base64 can be joined; short, because they become arguments.
  const PART = 24_576;
  for (let at = 0; at < deflated.length; at += PART) {
    parts.push(btoa(String.fromCharCode(...deflated.subarray(at, at + PART))));
  }
  return parts.join("");
}

/** The bytes of a text of {@link packed}. */
export async function unpackedBytes(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Uint8Array.from(atob(text), (digit) => digit.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The text of a bundle: UTF-8 as {@link packed} has it, in lines. */
export async function unpacked(bundle: readonly string[]): Promise<string> {
  return new TextDecoder().decode(await unpackedBytes(bundle.join("")));
}
