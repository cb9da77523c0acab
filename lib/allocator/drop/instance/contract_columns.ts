/**
 * Columns of contracts that are shown beside their ids: names, brands, whatever is asked for.
 *
 * @module
 */
import { InputError, quote } from "../../../base/errors.ts";
import { didYouMean } from "../../../base/ids/near_ids.ts";

/** Texts by column, in the order in which they are shown; "" where a contract has none. */
export type ContractColumns = ReadonlyMap<string, readonly string[]>;

/** Columns with the name and the brand of a contract. By default the first name and the first brand that are there are shown. */
const NAMES = ["name", "contract_name", "offer_name", "title", "label"];
const BRANDS = ["brand_name", "brand", "brand_id"];

/** Columns that may be shown without being asked for. */
export const SHOWN_BY_DEFAULT: readonly string[] = [...NAMES, ...BRANDS];

/** Whether a column holds names of contracts; a brand's name is not the contract's. */
export function isNameColumn(column: string): boolean {
  return /(?:^|[_ ])(?:name|title|label)$/i.test(column) && !BRANDS.includes(column);
}

/**
 * Which columns are shown.
 *
 * @param show those asked for; undefined: a name and a brand, where they are there
 * @param there the columns of the input
 * @param source what messages call the input
 * @throws {InputError} for a column asked for that is not there
 */
export function columnsToShow(
  show: readonly string[] | undefined,
  there: readonly string[],
  source: string,
): string[] {
  if (show === undefined) {
    return [NAMES, BRANDS].flatMap((names) => names.find((name) => there.includes(name)) ?? []);
  }
  const missing = show.find((name) => !there.includes(name));
  if (missing === undefined) return [...new Set(show)];
  throw new InputError(
    `${source}: there is no column ${quote(missing)} to show beside contracts${
      didYouMean(missing, there)
    }`,
    { file: source, column: missing, expected: "a column of it" },
  );
}

/** A contract with the columns of caps that are shown beside its id. */
export interface KnownContract {
  /** Its id. */
  contract_address: string;
  /** Columns of caps that are shown beside it, as text, "" for a blank; absent: none are shown. */
  about?: Record<string, string>;
}

/** What is shown beside contract `c`, to spread into its facts. */
export function aboutContract(
  { about }: { readonly about?: ContractColumns },
  c: number,
): Pick<KnownContract, "about"> {
  if (about === undefined || about.size === 0) return {};
  return { about: Object.fromEntries(Array.from(about, ([name, texts]) => [name, texts[c]])) };
}
