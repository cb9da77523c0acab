/**
 * The columns that a Parquet file's schema has at its first level.
 *
 * @module
 */
import { arrowTypes } from "./arrow_schema.ts";
import type { FileMetadata, SchemaElement } from "./parquet_metadata.ts";
import { type ColumnType, columnType } from "./parquet_types.ts";

/** A column of the file. */
export interface Column {
  /** Its name as in the file, not trimmed. */
  readonly name: string;
  /** Its type. */
  readonly type: ColumnType;
  /** Its element in the schema. */
  readonly element: SchemaElement;
  /** Its number among the schema's leaves, by which row groups list columns; −1 for a nested column. */
  readonly leaf: number;
}

/**
 * The columns of the first level.
 *
 * @throws {RangeError} where the schema is not a tree
 */
export function columnsOf({ schema, keyValues }: FileMetadata): Column[] {
  const arrow = keyValues.get("ARROW:schema");
  const arrowType = arrow === undefined ? null : arrowTypes(arrow);
  const columns: Column[] = [];
  let at = 1, leaves = 0;
  const readElement = (): SchemaElement => {
    const element = schema[at++];
    if (element === undefined || !(element.children >= 0 && element.children < schema.length)) {
      throw new RangeError("its schema is no tree");
    }
    if ((element.type === undefined) === (element.children === 0)) {
      throw new RangeError(`its column ${element.name} has no type`);
    }
    if (element.children === 0) leaves++;
    for (let i = 0; i < element.children; i++) readElement();
    return element;
  };
  for (let i = 0; i < (schema[0]?.children ?? 0); i++) {
    const leaf = leaves, element = readElement(), { name, children } = element;
    const type = columnType(element, arrowType?.get(name));
    columns.push({ name, element, leaf: children === 0 ? leaf : -1, type });
  }
  if (at !== schema.length) throw new RangeError("its schema is no tree");
  return columns;
}
