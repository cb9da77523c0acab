/**
 * The columns of history.
 *
 * @module
 */
import { refuseMisspelt } from "./header.ts";

/** Columns that history must have. */
export const HISTORY_COLUMNS = ["user_id", "contract_address"] as const;
/** Columns that it may have. */
export const HISTORY_OPTIONAL = ["offered_at", "outcome", "score", "brand_id"] as const;

/** Which optional columns the rules need. */
export interface HistoryWanted {
  /** Whether outcomes are needed. */
  readonly outcomes: boolean;
  /** Whether scores are needed. */
  readonly scores: boolean;
}

/** The optional columns that these rules need. */
export function wantedBy(
  { declineFactor, rotate }: { readonly declineFactor: number; readonly rotate: number },
): HistoryWanted {
  return { outcomes: declineFactor !== 1, scores: rotate > 0 };
}

/**
 * Refuses a header in which an optional column that is needed is probably misspelt.
 *
 * @param names all names of the header, translated to Divvy's own
 * @param brands whether brands are needed
 * @throws {InputError} naming the column that is probably meant
 */
export function refuseMisspeltHistory(
  names: readonly string[],
  file: string,
  { outcomes, scores }: HistoryWanted,
  brands: boolean,
): void {
  const wanted = [true, outcomes, scores, brands];
  refuseMisspelt(names, HISTORY_OPTIONAL.filter((_, i) => wanted[i]), file);
}
