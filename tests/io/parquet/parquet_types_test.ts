/** A type that a column's values can't have makes no number and no id of them. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { columnType } from "../../../lib/io/parquet/parquet_types.ts";

const DECIMAL = { converted: "DECIMAL", precision: 9, scale: 2 };

Deno.test("a decimal, a date or text stored as a float, or half precision stored otherwise, is of no use", () => {
  const unfit = [
    ...["FLOAT", "DOUBLE", "INT96", "BOOLEAN"].flatMap((type) => [
      { type, ...DECIMAL },
      { type, logical: { type: "DECIMAL", precision: 5, scale: 0 } },
    ]),
    ...["FLOAT", "DOUBLE"].flatMap((type) => [
      ...["DATE", "STRING", "INTEGER", "TIMESTAMP"].map((name) => ({
        type,
        logical: { type: name },
      })),
      { type, converted: "UTF8" },
    ]),
    ...["INT32", "INT64", "FLOAT", "DOUBLE", "BYTE_ARRAY"].map((type) => {
      return { type, logical: { type: "FLOAT16" } };
    }),
    { type: "FIXED_LEN_BYTE_ARRAY", typeLength: 4, logical: { type: "FLOAT16" } },
  ];
  for (const element of unfit) {
    const { kind, isId, isNumber } = columnType({ name: "x", children: 0, ...element }, undefined);
    assertEquals([kind, isId, isNumber], ["other", false, false], JSON.stringify(element));
  }
});

Deno.test("decimals of each storage and floats are what they are", () => {
  const kindOf = (element: Partial<Parameters<typeof columnType>[0]>) =>
    columnType({ name: "x", children: 0, ...element }, undefined).kind;
  for (const type of ["INT32", "INT64", "BYTE_ARRAY"]) {
    assertEquals(kindOf({ type, ...DECIMAL }), "decimal");
  }
  assertEquals(kindOf({ type: "FIXED_LEN_BYTE_ARRAY", typeLength: 5, ...DECIMAL }), "decimal");
  for (const type of ["FLOAT", "DOUBLE"]) assertEquals(kindOf({ type }), "float");
  const half = { typeLength: 2, logical: { type: "FLOAT16" } };
  assertEquals(kindOf({ type: "FIXED_LEN_BYTE_ARRAY", ...half }), "float");
});
