/**
 * The limits of a drop beyond caps and the groups' rules, as declared and as solvers see them.
 *
 * @module
 */
import type { Attributes } from "./attributes.ts";
import type { LimitFamily } from "./limit_family.ts";

/** The limits of a drop, as declared and compiled. */
export interface Limits {
  /** As declared. */
  readonly families: readonly LimitFamily[];
  /** The columns that they name. */
  readonly attributes: Attributes;
  /** As the solvers see them. */
  readonly rows: LimitRows;
}

/** Rows Σ coefficient · offers ≤ amount, and the items that count toward them. */
export interface LimitRows {
  /** Uint32Array, length rows: index of the row's family. */
  readonly family: Uint32Array;
  /** Int8Array, length rows: 1 for a most, −1 for a least (its coefficients and amount have their signs changed). */
  readonly sense: Int8Array;
  /** Length rows: the values of the family's `per` columns. */
  readonly key: readonly (readonly string[])[];
  /** Float64Array, length rows: the right-hand side. 0 for a limit of shares, whose share is in the coefficients. */
  readonly amount: Float64Array;
  /** Float64Array, length rows: the amount as declared: with its own sign, and for a limit of shares the share. */
  readonly declared: Float64Array;
  /** Float64Array, length rows: what each unit beyond the amount costs; Infinity: hard; NaN: the shortfall price. */
  readonly price: Float64Array;
  /** Uint32Array, length pairs: item of each pair. */
  readonly item: Uint32Array;
  /** Uint32Array, length items: contract of each item. */
  readonly contract: Uint32Array;
  /** Uint32Array, length items + 1: rows of item i are `row[start[i] … start[i + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array: rows, item after item. */
  readonly row: Uint32Array;
  /** Float64Array, as `row`: what an offer of the item adds to the row. */
  readonly coefficient: Float64Array;
  /** Where items are the same but for a number of their own. Ask {@link cellsOf} for them. */
  readonly cells?: ItemCells | null;
}

/**
 * Cells of items that count toward the same rows, and alike but for one number of each, such as what the offer costs: what millions of
 * pairs count is then known by a cell and a number each.
 */
export interface ItemCells {
  /** Uint32Array, length items: cell of each item. */
  readonly cell: Uint32Array;
  /** Float64Array, length items: the number of each, at least 0. */
  readonly number: Float64Array;
  /** Uint32Array, length cells: contract of each. */
  readonly contract: Uint32Array;
  /** Uint32Array, length cells: an item of each. */
  readonly first: Uint32Array;
  /** Uint32Array, length cells + 1: rows of cell i are `row[start[i] … start[i + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array: rows, cell after cell. */
  readonly row: Uint32Array;
  /** Float64Array, as `row`: an offer adds this, and its number times {@link factor}; together its coefficient, to the last bit. */
  readonly fixed: Float64Array;
  /** Float64Array, as `row`: 1 or −1 where the number counts, else 0. */
  readonly factor: Float64Array;
  /** The coefficients of the items that these cells are of. */
  readonly coefficient: Float64Array;
}

/** The cells of items; null where there are none, or where the items have become others. */
export function cellsOf(
  { cells, coefficient }: Pick<LimitRows, "cells" | "coefficient">,
): ItemCells | null {
  return cells?.coefficient === coefficient ? cells : null;
}

/** A row's name within its family, such as `brand_id=31, group_id=north`; "" if the family has one row. */
export function nameOfRow(
  { families, rows }: Pick<Limits, "families" | "rows">,
  r: number,
): string {
  const { per } = families[rows.family[r]];
  return per.map((column, i) => `${column}=${rows.key[r][i]}`).join(", ");
}

/** The limit's name and that of the row, such as `budget (brand_id=31)`. */
export function labelOfRow(limits: Pick<Limits, "families" | "rows">, r: number): string {
  const { limit } = limits.families[limits.rows.family[r]], row = nameOfRow(limits, r);
  return row === "" ? limit : `${limit} (${row})`;
}
