/**
 * The problem that `divvy split` is given: a plain table of people as columns, anything else as objects.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { decodeText } from "../../io/bytes/decode_text.ts";
import type { ReadLimits } from "../../io/bytes/read_limits.ts";
import { readBytes, resolveSource, withPart } from "../../io/bytes/source.ts";
import { type PeopleColumns, readPlainPeople } from "../../io/documents/plain_people.ts";
import {
  COLUMNS,
  type GivenAmounts,
  headerOf,
  parseSplitProblem,
  unknownColumns,
} from "../../io/documents/split_problem_file.ts";
import { columnsOf, type SplitColumns, type SplitProblem } from "../../woptim/problem.ts";

/** The header of a table is within so many bytes, or the table is read with care. */
const HEADER_BYTES = 1 << 16;

/** A problem in one of the two forms, and what of its file was not understood. */
export type SplitInput =
  & { readonly ignored: string[] }
  & (
    | { readonly people: PeopleColumns; readonly columns: SplitColumns }
    | { readonly people: null; readonly problem: SplitProblem }
  );

/**
 * Reads a problem from a file or standard input.
 *
 * @param limits how large it may be. @default DEFAULT_LIMITS
 * @throws {InputError} for one that can't be read, with a line for each fault
 */
export async function readSplit(
  source: string,
  given: GivenAmounts,
  limits?: ReadLimits,
): Promise<SplitInput> {
  const bytes = await bytesOf(source, limits);
  const header = headerOf(new TextDecoder().decode(bytes.subarray(0, HEADER_BYTES)));
  const { total, price } = given;
  const people = header !== null && total !== undefined
    ? await readPlainPeople(bytes, header, COLUMNS)
    : null;
  if (people !== null) {
    const { lower, upper, target } = people;
    const columns = { total: total!, price, lower, upper, target };
    return { people, columns, ignored: unknownColumns(header!) };
  }
  return { people, ...await parseSplitProblem(decodeText(bytes, source), source, given) };
}

/** The people as columns with their names as strings. */
export function namedColumns(input: SplitInput) {
  if (input.people === null) return columnsOf(input.problem);
  const { lower, upper, target } = input.people;
  return { ...input.columns, lower, upper, target, names: input.people.names.toArray() };
}

async function bytesOf(source: string, limits?: ReadLimits): Promise<Uint8Array> {
  const [part, ...others] = await resolveSource(source);
  if (others.length > 0) {
    const count = others.length + 1;
    throw new InputError(`${source}: a split is one file, and here are ${count}`, { file: source });
  }
  return await withPart(part, (open) => readBytes(open, part, limits));
}
