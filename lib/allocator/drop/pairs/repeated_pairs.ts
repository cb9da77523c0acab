/**
 * Repeated pairs in words, for the errors of files and engines alike.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import { placeText } from "../../../base/places.ts";
import { counted } from "../../../base/text/counted.ts";

/** "1 pair comes again", "12 pairs come again". */
export function pairsComeAgain(count: number): string {
  return counted(count, "pair comes again", "pairs come again");
}

/** Where a row stands. */
interface Place {
  readonly file: string;
  readonly line: number;
}

/** Pairs that come again where each is expected once, and one of them. */
export class RepeatedPairs extends InputError {
  /** Id of that pair's user. */
  readonly user: string;
  /** Id of its contract. */
  readonly contract: string;
  readonly #what: string;
  readonly #expected: string;

  /** @param pair of such pairs the one that is named: the ids of its user and contract, and both in words */
  constructor(
    file: string,
    count: number,
    pair: { readonly user: string; readonly contract: string; readonly words: string },
    expected: string,
  ) {
    const what = `${pairsComeAgain(count)}, such as ${pair.words}`;
    super(`${file}: ${what}, expected ${expected}`, { file });
    ({ user: this.user, contract: this.contract } = pair);
    this.#what = what;
    this.#expected = expected;
  }

  /** The error with the place where the pair comes again, and where it was first. */
  at(again: Place, first: Place): InputError {
    const { file, line } = again, had = placeText(first.file, first.line);
    const what = `${this.#what}, which ${had} has, expected ${this.#expected}`;
    return InputError.ofLine(what, { file, line });
  }
}
