/**
 * Reads the goods of a split from CSV text.
 *
 * @module
 */
import { InputError, type InputFault } from "../../../base/errors.ts";
import { type Good, NAME_EXPECTED, repeated } from "../../../woptim/problem/problem.ts";
import {
  AMOUNT_EXPECTED,
  isAmount,
  isNumberOfSplits,
  NUMBER_EXPECTED,
} from "../../../woptim/problem/size.ts";
import { parseNumberText } from "../../bytes/parse_number.ts";
import { emptyInput } from "../../csv/header.ts";
import { parseTable } from "../../tables/rows/table.ts";
import type { TableColumns } from "./problem_bytes.ts";
import { linesOf, type TablePlaces } from "./problem_places.ts";
import { errorOf } from "./split_problem_file.ts";

/** Columns of a table of goods. */
export const GOOD_COLUMNS: TableColumns = {
  wanted: ["name", "total"],
  optional: ["price"],
  numbers: ["total", "price"],
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
 * const { goods } = parseSplitGoods("name,total\nbread,7\n", "goods.csv");
 * assertEquals(goods, [{ name: "bread", total: 7 }]);
 * ```
 */
export function parseSplitGoods(
  text: string,
  file: string,
): { goods: Good[]; places: TablePlaces; blankRows?: number } {
  if (text.trim() === "") throw emptyInput(file, ["name", "total", "price"]);
  const { wanted, optional } = GOOD_COLUMNS;
  const { rows, blankRows } = parseTable(text, file, wanted, optional);
  const faults: InputFault[] = [];
  const twice = new Set(repeated(rows.map(({ fields }) => fields[0])));
  const goods = rows.map(({ line, fields }, i): Good => {
    const [name, totalText, priceText] = fields.map((field) => field ?? "");
    const fault = (column: string, value: string, expected: string) =>
      faults.push({ file, line, column, value, expected });
    if (name === "") fault("name", name, "a name");
    else if (twice.has(i)) fault("name", name, NAME_EXPECTED);
    const total = parseNumberText(totalText), price = parseNumberText(priceText);
    if (!isAmount(total)) fault("total", totalText, AMOUNT_EXPECTED);
    if (priceText === "") return { name, total };
    if (!isNumberOfSplits(price)) fault("price", priceText, NUMBER_EXPECTED);
    return { name, total, price };
  });
  if (rows.length === 0) {
    throw new InputError(`${file}: no rows, expected at least one good`, { file });
  }
  if (faults.length > 0) throw errorOf(faults);
  return { goods, places: { file, lines: linesOf(rows) }, blankRows };
}
