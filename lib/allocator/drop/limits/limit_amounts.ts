/**
 * The amounts of limits: numbers, or cells of a column of the table that the limit is per.
 *
 * @module
 */
import { decimalOf } from "../../../base/numbers/decimal_text.ts";
import { quote } from "../../../base/errors.ts";
import type { AttributeTable } from "../instance/attributes.ts";
import { limitFault, wordsOf } from "../instance/limit_family.ts";
import type { Column, Columns, ResolvedFamily } from "./limit_columns.ts";

/** The amounts of rows: numbers, or cells of a column of the table that `per` names. */
export class LimitAmounts {
  readonly #columns: Columns;
  readonly #amount: number[] = [];
  /** Where a column gives the amounts: the code of the row's value of the column that the limit is per. */
  readonly #codeOf: number[] = [];
  /** By column of amounts and name of the column that the limit is per: see {@link #textsOf}. */
  readonly #texts = new Map<string, readonly Set<string>[]>();

  /** Looks amounts up in these columns. */
  constructor(columns: Columns) {
    this.#columns = columns;
  }

  /**
   * The amount of row r.
   *
   * @throws {InputError} for a column that is not there, has no number, or has different amounts for the row's value
   */
  amountOf(r: number, resolved: ResolvedFamily, sense: number, codes: readonly number[]): number {
    if (this.#amount[r] !== undefined) return this.#amount[r];
    const { family, per } = resolved;
    const declared = sense > 0 ? family.atMost! : family.atLeast!;
    if (typeof declared === "string") this.#codeOf[r] = codes[0];
    return this.#amount[r] = typeof declared === "number"
      ? declared
      : this.#cell(resolved, sense > 0 ? "atMost" : "atLeast", declared, per, codes);
  }

  #cell(
    { family }: ResolvedFamily,
    side: "atMost" | "atLeast",
    name: string,
    per: readonly Column[],
    codes: readonly number[],
  ): number {
    const tables = new Set(per.map((column) => this.#tableOf(column, name)));
    const [table] = tables, words = wordsOf(family), field = words[side];
    const column = tables.size === 1 && per.length === 1 && table !== "elig"
      ? this.#columns.amountColumn(table, name)
      : undefined;
    if (column === undefined) {
      throw limitFault(family, {
        column: field,
        value: name,
        expected: isPercentage(name)
          ? `a number; a share is ${parseFloat(name) / 100} here, with offers as ${words.shareOf}`
          : per.length === 1
          ? `a number, or a column of the table that has ${per[0].name}${words.lacking ?? ""}`
          : "a number (a column can give the amounts only where per is one column)",
      });
    }
    const key = this.#columns.find(family, "per", per[0].name);
    const found = this.#textsOf(key, table, name)[codes[0]];
    const [text] = found, amount = decimalOf(text);
    const most = family.shareOf === null ? Infinity : 1;
    if (found.size > 1 || !(amount >= 0 && amount <= most && amount < Infinity)) {
      const value = key.text!.values[codes[0]];
      throw limitFault(family, {
        column: field,
        value: name,
        expected: found.size > 1
          ? `one amount for ${key.name} ${quote(value)}; ${words.tables[table]} has ${
            [...found].join(" and ")
          }`
          : `a column of ${
            family.shareOf === null ? "numbers of at least 0" : "shares from 0 to 1"
          }; ${words.tables[table]} has ${quote(text)} for ${quote(value)}`,
      });
    }
    return amount;
  }

  /** The table of the column `name` with amounts per this column. For group_id it is group_ratios, if it has that column. */
  #tableOf(column: Column, name: string): AttributeTable {
    if (column.name !== "group_id") return column.table;
    return this.#columns.amountColumn("group_ratios", name) === undefined
      ? "user_groups"
      : "group_ratios";
  }

  /** By code of a value of `key`: the distinct texts of the column `amounts` in its rows. Each of many users may have a row of its own. */
  #textsOf(key: Column, table: AttributeTable, amounts: string): readonly Set<string>[] {
    const name = JSON.stringify([table, amounts, key.name]);
    let texts = this.#texts.get(name);
    if (texts === undefined) {
      const column = this.#columns.amountColumn(table, amounts)!;
      const own: Set<string>[] = texts = key.text!.values.map(() => new Set());
      this.#keyCodes(key, table).forEach((code, i) => {
        own[code].add(column.values[column.code[i]]);
      });
      this.#texts.set(name, texts);
    }
    return texts;
  }

  #keyCodes(key: Column, table: AttributeTable): Uint32Array {
    // group_id of group_ratios: its rows are the groups.
    if (key.name === "group_id" && table === "group_ratios") {
      return Uint32Array.from({ length: key.text!.values.length }, (_, g) => g);
    }
    return key.text!.code;
  }

  /**
   * The columns of amounts and prices, and amounts as declared, of rows whose families and senses are given.
   *
   * @throws {InputError} for a least above its most
   */
  of(
    { family, sense }: { readonly family: readonly number[]; readonly sense: readonly number[] },
    resolved: readonly ResolvedFamily[],
  ): { amount: number[]; price: number[]; declared: number[] } {
    const amount = family.map((f, r) =>
      // The amount of a share is in the coefficients, and the row's own amount is 0.
      resolved[f].family.shareOf === null ? sense[r] * (this.#amount[r] ?? 0) : 0
    );
    // 0 is added to what is given, as what is divided by −0 is −Infinity.
    const price = family.map((f, r) =>
      0 + (resolved[f].family.price ?? (sense[r] > 0 ? Infinity : NaN))
    );
    this.#refuseContradictions(family, sense, resolved);
    return { amount, price, declared: family.map((_, r) => this.#amount[r] ?? 0) };
  }

  /** Refuses a least above the most of the same row. */
  #refuseContradictions(
    family: readonly number[],
    sense: readonly number[],
    resolved: readonly ResolvedFamily[],
  ): void {
    for (let r = 0; r + 1 < family.length; r++) {
      // The two rows of one combination are made one after the other.
      if (family[r] !== family[r + 1] || sense[r] < 0 || sense[r + 1] > 0) continue;
      const most = this.#amount[r], least = this.#amount[r + 1];
      if (least <= most) continue;
      const { family: declared, per: [key] } = resolved[family[r]], words = wordsOf(declared);
      const code = this.#codeOf[r] ?? this.#codeOf[r + 1];
      const where = code === undefined ? "" : `, for ${key.name} ${quote(key.text!.values[code])}`;
      throw limitFault(declared, {
        column: words.atLeast,
        value: String(least),
        expected: `at most ${words.atMost}, ${most}${where}`,
      });
    }
  }
}

/** Whether a text is a percentage such as 50 %. */
function isPercentage(text: string): boolean {
  return /^\d+(\.\d+)?\s*%$/.test(text);
}
