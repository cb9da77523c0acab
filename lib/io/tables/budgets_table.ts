/**
 * Reads the budgets table, from which caps are computed.
 *
 * @module
 */
import type { ContractBudget } from "../../allocator/drop/cap_from_budget.ts";
import { InputError } from "../../base/errors.ts";
import { numberExpected } from "../csv/dialect_options.ts";
import { BUDGET_COLUMNS } from "../csv/known_columns.ts";
import { noteBlankRows, type TableControl } from "../csv/table_control.ts";
import { sponsorshipOf } from "./caps_table.ts";
import { idOf } from "./rows/id_field.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import { readTable, type TableRow } from "./rows/table.ts";

/** A row of the budgets table. */
export interface Budget extends ContractBudget {
  /** contract_address. */
  readonly contract: string;
  /** brand_id; null where the table has none. */
  readonly brand: string | null;
}

/** Options of {@link readBudgets}. */
export interface BudgetsControl extends TableControl {
  /** Whether redeemed and assigned are not read, because reviews count them; both are 0 then. @default false */
  countsKnown?: boolean;
}

/**
 * Reads the budgets table. Whether the numbers make sense together is checked by `capFromBudget`.
 *
 * @throws {InputError} for a blank contract or one that occurs twice, and for a text that is not a number, or not true or false
 */
export async function readBudgets(
  source: string,
  { countsKnown = false, ...control }: BudgetsControl = {},
): Promise<Budget[]> {
  const wanted = countsKnown ? BUDGET_COLUMNS.slice(0, -2) : BUDGET_COLUMNS;
  const table = await readTable(source, wanted, ["brand_id"], control);
  noteBlankRows(source, table, control);
  const { rows, has: [hasBrands] } = table, brandField = wanted.length;
  const seen = new Set<string>();
  return rows.map((row) => {
    const number = (column: number) => numberOf(row, column);
    const contract = idOf(row, "contract_address");
    if (seen.has(contract)) {
      const place = { file: row.file, line: row.line, column: "contract_address" };
      throw InputError.at({ ...place, value: contract, expected: "each contract once" });
    }
    seen.add(contract);
    return {
      contract,
      isSponsored: sponsorshipOf(row, row.fields[1]!),
      budget: number(2),
      spent: number(3),
      liveClaims: number(4),
      faceValue: number(5),
      redeemed: countsKnown ? 0 : number(6),
      assigned: countsKnown ? 0 : number(7),
      brand: hasBrands ? row.fields[brandField] ?? "" : null,
    };
  });
}

/** The number in a cell. */
function numberOf({ file, line, fields }: TableRow, column: number): number {
  const value = parseNumberText(fields[column]!);
  if (!Number.isFinite(value)) {
    const place = { file, line, column: BUDGET_COLUMNS[column] }, text = fields[column]!;
    throw InputError.at({ ...place, value: text, expected: numberExpected(text) });
  }
  return value;
}
