/**
 * The people of a split as a list whose objects are made when they are asked for.
 *
 * @module
 */
import type { IdPool } from "../../base/ids/ids.ts";
import {
  type Asked,
  type ColumnSplit,
  type Got,
  personAt,
  type SplitPerson,
  type SplitSummary,
} from "../split.ts";
import { fromZero, type MethodColumns, type MethodSummary } from "./split_by.ts";

/** People in a piece of {@link pieces}. */
const PIECE = 10_000;

const decoder = new TextDecoder();

/** What reports need of a list of people: an array is one. */
export interface PersonList {
  /** Number of people. */
  readonly length: number;
  /** The people from number `from` on, up to but not including `to`. */
  slice(from: number, to?: number): SplitPerson[];
}

/** A split by any method, with its people, however these are kept. */
export interface ListedSplit
  extends
    Omit<SplitSummary, "more" | "less" | "multiplier">,
    Partial<Pick<SplitSummary, "more" | "less" | "multiplier">>,
    Partial<Pick<MethodSummary, "method" | "level" | "tie">> {
  /** The people, in the order of the requirements. */
  readonly people: PersonList;
}

/**
 * People in pieces, in order, so that of millions only a few thousand objects are there at a time.
 *
 * @example
 * ```ts
 * import { split } from "../split.ts";
 * import { pieces } from "./person_list.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const { people } = split({ total: 1, requirements: [{ name: "ann", interval: [0, 1], target: 1 }] });
 * assertEquals([...pieces(people)].flat(), people);
 * ```
 */
export function* pieces(people: PersonList): Generator<SplitPerson[]> {
  for (let from = 0; from < people.length; from += PIECE) yield people.slice(from, from + PIECE);
}

/** A split by a method, in columns, with the people's names. */
export function listedBy(names: IdPool, asked: Asked, found: MethodColumns): ListedSplit {
  const { units, discontent, share, payment, tie, ...summary } = found;
  return {
    ...summary,
    tie: tie && { ...tie, people: tie.people.map((i) => names.at(i)) },
    people: new ColumnPeople(names, { ...asked, lower: fromZero(asked.lower) }, {
      units,
      discontent,
      share,
      payment,
    }),
  };
}

/** A split in columns with the people's names. */
export function listedSplit(names: IdPool, asked: Asked, found: ColumnSplit): ListedSplit {
  // Some fields are getters that make further splits when they are read: they are copied, not read.
  const fields: Record<string, PropertyDescriptor> = Object.getOwnPropertyDescriptors(found);
  for (const column of ["units", "discontent", "share", "payment"]) delete fields[column];
  fields.people = { value: new ColumnPeople(names, asked, found), enumerable: true };
  return Object.defineProperties({}, fields) as ListedSplit;
}

/** The people of a split in columns, as a list. */
class ColumnPeople implements PersonList {
  readonly #names: IdPool;
  readonly #asked: Asked;
  readonly #got: Got;

  constructor(names: IdPool, asked: Asked, got: Got) {
    this.#names = names;
    this.#asked = asked;
    this.#got = got;
  }

  get length(): number {
    return this.#names.length;
  }

  slice(from: number, to: number = this.length): SplitPerson[] {
    const end = Math.min(to, this.length);
    const nameOf = namesBetween(this.#names, from, end);
    const people: SplitPerson[] = [];
    for (let i = from; i < end; i++) people.push(personAt(nameOf(i), i, this.#asked, this.#got));
    return people;
  }
}

/** Ids of a pool, decoded together where all of them are ASCII: a call for each would take most of the time. */
function namesBetween(names: IdPool, from: number, to: number): (i: number) => string {
  const { bytes, offsets } = names, start = offsets[from];
  const text = decoder.decode(bytes.slice(start, offsets[Math.max(from, to)]));
  return text.length === offsets[to] - start
    ? (i) => text.slice(offsets[i] - start, offsets[i + 1] - start)
    : (i) => names.at(i);
}
