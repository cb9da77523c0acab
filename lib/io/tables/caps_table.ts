/**
 * Reads the caps table.
 *
 * @module
 */
import { InputError, type InputFault } from "../../base/errors.ts";
import type { CapsColumns } from "../../allocator/drop/instance/table_columns.ts";
import { readTable, type Table, type TableRow } from "./rows/table.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import { type FurtherColumns, furtherColumns } from "./rows/further_columns.ts";
import { numberExpected } from "../csv/dialect_options.ts";
import type { TableControl } from "../csv/table_control.ts";
import { columnsWanted, shownColumns } from "./shown_columns.ts";
import { idOf } from "./rows/id_field.ts";
import { PLANNED_RATE, RATE_RULE } from "./planned_rate.ts";

const TRUE = new Set(["true", "t", "yes", "y", "1"]);
const FALSE = new Set(["false", "f", "no", "n", "0"]);

/** Columns of the caps table. */
export const CAPS_COLUMNS = ["contract_address", "cap_face", "is_sponsored"] as const;

/** Rules for further columns. */
const RULES = new Map([[PLANNED_RATE, RATE_RULE]]);

/**
 * Reads the caps table: contract_address, cap_face, is_sponsored, and brand_id if it has one.
 *
 * @param names further columns to keep, if the table has them
 * @param about columns to show beside contracts: those of `show`, by default a name and a brand if the table has them; null:
 *   none
 * @throws {InputError} for what can't be read, or a column of `show` that is missing
 */
export async function readCaps(
  source: string,
  names: readonly string[] = [],
  control?: TableControl,
  about: { readonly show?: readonly string[] } | null = null,
): Promise<CapsColumns & { readonly further: FurtherColumns }> {
  const shown = about === null ? [] : columnsWanted(about.show);
  const optional = [...new Set(["brand_id", ...names, ...shown])];
  const table = await readTable(source, CAPS_COLUMNS, optional, control);
  return {
    ...capsOf(table),
    further: furtherColumns(table, names, RULES),
    ...(about !== null && {
      about: await shownColumns(table, source, CAPS_COLUMNS, about.show, control),
    }),
  };
}

/**
 * The columns of a caps table, from its rows.
 *
 * @throws {InputError} for a blank contract, a cap that is not a finite number, or an is_sponsored that is neither true nor
 *   false
 */
export function capsOf({ rows, has: [hasBrands], blankRows }: Table): CapsColumns {
  const contracts: string[] = [], brands: string[] = [];
  const sponsored = new Uint8Array(rows.length), cap = new Float64Array(rows.length);
  rows.forEach((row, i) => {
    const { file, line, fields: [, capText, sponsoredText, brand] } = row;
    contracts.push(idOf(row, "contract_address"));
    cap[i] = parseNumberText(capText!);
    if (!Number.isFinite(cap[i])) {
      throw InputError.at({
        file,
        line,
        column: "cap_face",
        value: capText,
        expected: numberExpected(capText!) +
          (capText === "" ? ", 0 for an unsponsored contract without a cap of its own" : ""),
      });
    }
    sponsored[i] = sponsorshipOf(row, sponsoredText!) ? 1 : 0;
    if (hasBrands) brands.push(brand ?? "");
  });
  return { contracts, sponsored, cap, brands: hasBrands ? brands : null, blankRows };
}

/**
 * Whether the text of an is_sponsored field means true.
 *
 * @throws {InputError} for a word that is neither true nor false
 */
export function sponsorshipOf({ file, line }: TableRow, text: string): boolean {
  return truthOf(text, { file, line, column: "is_sponsored" });
}

/**
 * Whether a text means true.
 *
 * @param place file, line and column of the text, for the error
 * @throws {InputError} for a word that is neither true nor false
 */
export function truthOf(text: string, place: InputFault): boolean {
  const word = text.toLowerCase();
  if (!TRUE.has(word) && !FALSE.has(word)) {
    throw InputError.at({
      ...place,
      value: text,
      expected: "true/false, t/f, yes/no, y/n or 1/0",
    });
  }
  return TRUE.has(word);
}
