/**
 * The contracts of a row group's rows, as codes.
 *
 * @module
 */
import type { Codes } from "./run_sorter.ts";
import { NO_CAP } from "../../allocator/drop/instance/directory.ts";
import type { LeftOutRows } from "../../allocator/drop/pairs/pair_rows.ts";
import type { EligLookup } from "./elig_lookup.ts";
import { IdNumbering } from "./id_numbering.ts";

/**
 * Contracts as codes: a contract with capacity has its index as its code, one without has `special`, and unknown or missing
 * ones, of which there are few, get higher codes.
 */
export class ContractCodes {
  /** Numbers the contracts' ids. */
  readonly numbering: IdNumbering;
  /** Code of each row's contract. */
  readonly codes: Codes;
  /** Code of contracts without capacity: one above the highest index. */
  readonly special: number;
  /** Whether there are more codes than the elements of `codes` can hold. */
  isFull = false;
  /** Number of each contract whose code is higher than `special`; negative where the id is missing. */
  readonly #others: number[] = [];
  readonly #codeOf = new Map<number, number>();
  /** Codes of unknown contracts that have been added to the counts. */
  readonly #counted = new Set<number>();
  readonly #lookup: EligLookup;

  /** Codes to be written to the array `codes`. */
  constructor(lookup: EligLookup, codes: Codes) {
    this.#lookup = lookup;
    this.codes = codes;
    this.numbering = new IdNumbering(lookup.known);
    this.special = lookup.contracts.length;
    this.#checkRoom(this.special);
  }

  /** The code for a contract's number in {@link numbering}. */
  readonly codeOf = (number: number): number => {
    const { contractIndex, known } = this.#lookup;
    if (number >= 0 && number < known.length) {
      const index = contractIndex[number];
      return index === NO_CAP ? this.special : index;
    }
    let code = this.#codeOf.get(number);
    if (code === undefined) {
      code = this.special + this.#others.push(number);
      this.#codeOf.set(number, code);
      this.#checkRoom(code);
    }
    return code;
  };

  /** Whether a code is that of no contract. */
  isMissing(code: number): boolean {
    return code > this.special && this.#others[code - this.special - 1] < 0;
  }

  /** Counts a row whose contract is not in the caps table. */
  addUnknown(code: number, leftOut: LeftOutRows): void {
    leftOut.unknownContractRows++;
    if (this.#counted.has(code)) return;
    this.#counted.add(code);
    this.numbering.addTo(leftOut.unknownContracts, this.#others[code - this.special - 1]);
  }

  #checkRoom(code: number): void {
    if (this.codes instanceof Uint16Array && code > 0xffff) this.isFull = true;
  }
}
