/** Files as the readers of small tables read them. */
import { decodeText } from "../../lib/io/bytes/decode_text.ts";
import { DEFAULT_LIMITS } from "../../lib/io/bytes/read_limits.ts";
import { readBytes, resolveSource, withPart } from "../../lib/io/bytes/source.ts";

/** The text of a source of one file, decompressed. */
export async function partText(source: string, limits = DEFAULT_LIMITS): Promise<string> {
  const [part] = await resolveSource(source);
  return await withPart(
    part,
    async (open) => decodeText(await readBytes(open, part, limits), part.name),
  );
}
