/**
 * Contracts of a row group.
 *
 * @module
 */
import type { Codes } from "./run_sorter.ts";
import { NO_CAP } from "../../allocator/drop/directory.ts";
import type { LeftOutRows } from "../../allocator/drop/pair_rows.ts";
import type { EligLookup } from "./elig_lookup.ts";
import { Strangers } from "./strangers.ts";

/**
 * Contracts as codes: the index of one that has capacity, `special` for one that has none, and higher numbers for all others,
 * which there are few of.
 */
export class ContractCodes {
  /** Numbers ids. */
  readonly strangers: Strangers;
  /** Code of each row. */
  readonly codes: Codes;
  /** Least code that is no index. */
  readonly special: number;
  /** Whether there are more codes than fit `codes`. */
  isFull = false;
  /** Number of each contract whose code is higher than `special`, negative for none. */
  readonly #others: number[] = [];
  readonly #codeOf = new Map<number, number>();
  /** Contracts that were counted. */
  readonly #counted = new Set<number>();
  readonly #lookup: EligLookup;

  /** Codes for `codes`; none yet. */
  constructor(lookup: EligLookup, codes: Codes) {
    this.#lookup = lookup;
    this.codes = codes;
    this.strangers = new Strangers(lookup.known);
    this.special = lookup.contracts.length;
    this.#checkRoom(this.special);
  }

  /** The code of a contract's number. */
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

  /** Whether a code stands for no contract. */
  isMissing(code: number): boolean {
    return code > this.special && this.#others[code - this.special - 1] < 0;
  }

  /** Counts a row of a contract that the caps table does not have. */
  addUnknown(code: number, leftOut: LeftOutRows): void {
    leftOut.unknownContractRows++;
    if (this.#counted.has(code)) return;
    this.#counted.add(code);
    this.strangers.addTo(leftOut.unknownContracts, this.#others[code - this.special - 1]);
  }

  #checkRoom(code: number): void {
    if (this.codes instanceof Uint16Array && code > 0xffff) this.isFull = true;
  }
}
