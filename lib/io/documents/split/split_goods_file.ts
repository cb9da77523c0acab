/**
 * Reads the goods of a split from CSV text.
 *
 * @module
 */
import type { Good } from "../../../woptim/problem/problem.ts";
import { AMOUNT_EXPECTED, isAmount, NUMBER_EXPECTED } from "../../../woptim/problem/size.ts";
import { readSplitTable, type SplitTable, type TableForm } from "./split_table.ts";

/** A table of goods. */
export const GOOD_TABLE: TableForm = {
  wanted: ["name", "total"],
  optional: ["price"],
  numbers: ["total", "price"],
  shown: ["name", "total", "price"],
  least: "good",
};

/**
 * Reads goods from the text of a CSV file with the columns name, total and, if they are paid for, price.
 *
 * @throws {InputError} with a line for every error in the file
 *
 * @example
 * ```ts
 * import { parseSplitGoods } from "./split_goods_file.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 * const { items } = parseSplitGoods("name,total\nbread,7\n", "goods.csv");
 * assertEquals(items, [{ name: "bread", total: 7 }]);
 * ```
 */
export function parseSplitGoods(text: string, file: string): SplitTable<Good> {
  return readSplitTable(text, file, GOOD_TABLE, (row, name): Good => {
    const total = row.number("total", AMOUNT_EXPECTED, isAmount);
    if (row.text("price") === "") return { name, total };
    return { name, total, price: row.number("price", NUMBER_EXPECTED) };
  });
}
