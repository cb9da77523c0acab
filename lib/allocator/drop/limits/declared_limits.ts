/**
 * Limits before they are compiled, with the columns that they name.
 *
 * @module
 */
import type { Attributes, TextColumn } from "../instance/attributes.ts";
import type { LimitFamily, LimitSource } from "../instance/limit_family.ts";

/** Limits, and the columns that they name in the tables that Divvy reads itself. An engine holds the other tables. */
export interface DeclaredLimits {
  /** As declared. */
  readonly families: readonly LimitFamily[];
  /** Columns that they name beside those that every drop has. */
  readonly names: readonly string[];
  /** Of them, those whose numbers are counted. */
  readonly counted: ReadonlySet<string>;
  /** Columns that every drop has. */
  readonly own: ReadonlySet<string>;
  /** Columns that are selected by, those without a value too, and where they are named. */
  readonly selectors: readonly { readonly column: string; readonly source: LimitSource }[];
  /** Further columns of caps. */
  readonly caps: ColumnsById;
  /** The columns of contracts that caps have and a drop of these contracts can't give. */
  readonly soldOut: (contracts: readonly string[]) => Attributes["soldOut"];
  /** Further columns of group_ratios. */
  readonly groupRatios: ColumnsById;
}

/** Columns of a table by the ids of its rows. */
export interface ColumnsById {
  /** Whether it has a column. */
  readonly has: (name: string) => boolean;
  /** Its columns, for rows of these ids. */
  readonly columns: (ids: readonly string[]) => ReadonlyMap<string, TextColumn>;
}
