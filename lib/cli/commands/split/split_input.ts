/**
 * Reads the problem of `divvy split`. Plain tables of people, which may be large, are read into columns; everything else into
 * objects.
 *
 * @module
 */
import { type PeopleColumns, readPlainPeople } from "../../../io/documents/split/plain_people.ts";
import {
  headerOf,
  PEOPLE_COLUMNS,
  PEOPLE_TABLE,
  unknownColumns,
} from "../../../io/documents/split/split_people_file.ts";
import { type ProblemFile, totalNeeded } from "../../../io/documents/split/split_problem_file.ts";
import {
  type ProblemControl,
  problemText,
  readProblemBytes,
} from "../../../io/documents/split/problem_bytes.ts";
import { readProblem, refuseBesideGoods } from "../../../io/documents/split/split_reader.ts";
import { nameOfSource } from "../../../io/bytes/source.ts";
import { noteBlankRows } from "../../../io/csv/table_control.ts";
import { columnsOf } from "../../../woptim/problem/check_problem.ts";
import type { Good, SplitColumns, SplitProblem } from "../../../woptim/problem/problem.ts";

/** The fast reader of plain tables only takes tables whose header is within so many bytes. */
const HEADER_BYTES = 1 << 16;

/** A problem in one of the two forms, and the names in its file that are ignored because they mean nothing. */
export type SplitInput =
  & Pick<ProblemFile, "ignored" | "places">
  & (
    | { readonly people: PeopleColumns; readonly columns: SplitColumns }
    | { readonly people: null; readonly problem: SplitProblem; readonly goods?: readonly Good[] }
  );

/** Options that give parts of the problem beside its file. */
interface Given {
  total?: number;
  price?: number;
  totals?: string;
  groups?: string;
  goods?: string;
}

/**
 * Reads a problem from a file or standard input, and the files of its groups and goods.
 *
 * @throws {InputError} for one that can't be read, with a line for each fault
 */
export async function readSplit(
  source: string,
  given: Given,
  control: ProblemControl,
): Promise<SplitInput> {
  const name = nameOfSource(source), { price, groups, goods } = given, total = totalOf(given);
  const onTable = totalNeeded(name, { total, goods });
  const bytes = await readProblemBytes(source, PEOPLE_TABLE, { ...control, onTable });
  const header = headerOf(new TextDecoder().decode(bytes.subarray(0, HEADER_BYTES)));
  const isPlain = header !== null && total !== undefined && groups === undefined &&
    goods === undefined;
  const people = isPlain ? await readPlainPeople(bytes, header, PEOPLE_COLUMNS) : null;
  if (people !== null) {
    const { lower, upper, target } = people;
    const columns = { total: total!, price, lower, upper, target };
    const ignored = unknownColumns(header!, name);
    noteBlankRows(name, people, control);
    return { people, columns, ignored, places: { file: name, lines: people.lines } };
  }
  return { people, ...await readOthers(problemText(bytes, name), name, given, control) };
}

/** The total; with `--totals` 0, which each of those replaces later. */
function totalOf({ total, totals }: Given): number | undefined {
  return totals === undefined ? total : total ?? 0;
}

/** Reads any other problem than a plain table of people. */
async function readOthers(
  text: string,
  source: string,
  given: Given,
  control: ProblemControl,
): Promise<ProblemFile> {
  const { price, groups, goods } = given;
  const read = await readProblem(
    text,
    source,
    { total: totalOf(given), price, groups, goods },
    control,
  );
  refuseBesideGoods(read.goods, given);
  return read;
}

/** The problem as columns, with the names as strings. */
export function namedColumns(input: SplitInput) {
  if (input.people === null) return columnsOf(input.problem);
  const { lower, upper, target } = input.people;
  return { ...input.columns, lower, upper, target, names: input.people.names.toArray() };
}
