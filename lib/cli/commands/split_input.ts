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
import { namedColumnsOf } from "../../woptim/named_columns.ts";
import type { Good, SplitColumns, SplitProblem } from "../../woptim/problem.ts";
import { refuseForGoods, type SplitValues } from "./split_values.ts";

/** The header of a table is within so many bytes, or the table is read with care. */
const HEADER_BYTES = 1 << 16;

/** A problem in one of the two forms, and what of its file was not understood. */
export type SplitInput =
  & { readonly ignored: string[] }
  & (
    | { readonly people: PeopleColumns; readonly columns: SplitColumns }
    | {
      readonly people: null;
      readonly problem: SplitProblem;
      /** Several goods, to be split one by one. */
      readonly goods?: readonly Good[];
    }
  );

/**
 * Reads a problem from a file or standard input, and the files of its groups and goods.
 *
 * @param limits how large they may be. @default DEFAULT_LIMITS
 * @throws {InputError} for one that can't be read, with a line for each fault
 * @throws {UsageError} for options that do not go with what the file has
 */
export async function readSplit(
  source: string,
  values: SplitValues,
  limits?: ReadLimits,
): Promise<SplitInput> {
  const bytes = await bytesOf(source, limits);
  const header = headerOf(new TextDecoder().decode(bytes.subarray(0, HEADER_BYTES)));
  const given = await givenBeside(values, limits);
  const { total, price, groups, goods } = given;
  const people = header !== null && total !== undefined && (groups ?? goods) === undefined
    ? await readPlainPeople(bytes, header, COLUMNS)
    : null;
  if (people !== null) {
    const { lower, upper, target } = people;
    const columns = { total: total!, price, lower, upper, target };
    return { people, columns, ignored: unknownColumns(header!) };
  }
  const read = await parseSplitProblem(decodeText(bytes, source), source, given);
  if (read.goods !== undefined) {
    refuseForGoods(values);
    if (read.problem.groups !== undefined) {
      throw new InputError("groups and goods can't be combined: give one of them");
    }
  }
  return { people, ...read };
}

/** What the command line gives beside the file of the people. */
async function givenBeside(values: SplitValues, limits?: ReadLimits): Promise<GivenAmounts> {
  const { price, totals, groups, goods } = values;
  const textOf = async (source: string) => decodeText(await bytesOf(source, limits), source);
  // Of several totals each takes its turn later on.
  const total = totals === undefined ? values.total : values.total ?? 0;
  return {
    ...{ total, price },
    ...(groups !== undefined && {
      groups: (await import("../../io/documents/split_groups_file.ts")).parseSplitGroups(
        await textOf(groups),
        groups,
      ),
    }),
    ...(goods !== undefined && {
      goods: (await import("../../io/documents/split_goods_file.ts")).parseSplitGoods(
        await textOf(goods),
        goods,
      ),
    }),
  };
}

/** The people as columns with their names as strings. */
export function namedColumns(input: SplitInput) {
  if (input.people === null) return namedColumnsOf(input.problem);
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
