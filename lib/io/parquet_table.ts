import type { ByteReader } from "./byte_reader.ts";
import type { Part } from "./source.ts";
import type { Table } from "./table.ts";
import { InputError } from "../errors.ts";
export function parquetTable(
  part: Part,
  _raw: ByteReader,
  _wanted: readonly string[],
  _optional: readonly string[] = [],
): Promise<Table> {
  throw new InputError(`${part.name}: Parquet is not read yet`);
}
