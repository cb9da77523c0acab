/**
 * The names of an input's columns, without its rows.
 *
 * @module
 */
import { scanHeader } from "../csv/scan_csv.ts";
import { decompressed, type Part, resolveSource, withPart } from "../bytes/source.ts";

/** Bytes that a header is looked for in at first. */
const HEAD = 1 << 16;

/** Whether an input can be read a second time: files can, pipes and standard input can't, databases are asked again. */
export async function isReadableAgain(source: string): Promise<boolean> {
  const parts = await resolveSource(source);
  return parts.every(({ size, database }) => size !== null || database !== undefined);
}

/** The columns of an input's first file, trimmed. Opens it and reads its beginning. */
export async function columnNames(source: string): Promise<readonly string[]> {
  const [part] = await resolveSource(source);
  const own = await withPart(part, async (open) => {
    if (open.format === "parquet") {
      const { ParquetFile } = await import("../parquet/parquet_file.ts");
      return (await ParquetFile.open(part, open, [])).columns.map((name) => name.trim());
    }
    return await headerOf(await decompressed(open, part), part);
  });
  return [...own, ...(part.partitions ?? []).map(({ column }) => column)];
}

async function headerOf(
  reader: { read(into: Uint8Array): Promise<number> },
  { name }: Part,
): Promise<readonly string[]> {
  let bytes = new Uint8Array(HEAD), length = 0;
  for (;;) {
    // The scanner may write behind the data.
    const read = await reader.read(bytes.subarray(length, bytes.length - 8));
    length += read;
    const header = scanHeader(bytes, length, read === 0, name, []);
    if (header !== null) return header.layout.names;
    if (length >= bytes.length - 8) {
      const grown = new Uint8Array(2 * bytes.length);
      grown.set(bytes.subarray(0, length));
      bytes = grown;
    }
  }
}
