/**
 * Rows of an eligibility file in Parquet.
 *
 * @module
 */
import { InputError } from "../errors.ts";
import { type Directory, NO_CAP } from "../allocator/directory.ts";
import { IdTable, viewOf } from "../allocator/id_table.ts";
import { noRows, PairRows } from "../allocator/pair_rows.ts";
import type { ByteReader } from "./byte_reader.ts";
import { ELIG_COLUMNS } from "./elig_parser.ts";
import type { EligRows } from "./elig_reader.ts";
import { BLANK, type Numbering, ParquetFile } from "./parquet_file.ts";
import type { ReadProgress } from "./read_progress.ts";
import type { Part } from "./source.ts";

/**
 * Reads a Parquet part: ids as text or integers, scores as floats or integers.
 *
 * @throws {InputError} for the first row at fault; its `line` is the row, counted from 1
 */
export async function readEligParquet(
  part: Part,
  raw: ByteReader,
  { users, known, contractIndex }: Directory,
  progress: ReadProgress,
): Promise<EligRows> {
  const file = await ParquetFile.open(part, raw, ELIG_COLUMNS);
  const [user, contract, score] = ELIG_COLUMNS;
  const strangeUsers = new Strangers(users), strangeContracts = new Strangers(known);
  const readUsers = await file.ids(user, strangeUsers.number);
  const readContracts = await file.ids(contract, strangeContracts.number);
  const readScores = await file.numbers(score);

  const rows = new PairRows(), leftOut = noRows();
  for (const range of file.ranges) {
    const userOf = await readUsers(range);
    const contractOf = await readContracts(range);
    const scoreOf = await readScores(range);
    for (let i = 0; i < scoreOf.length; i++) {
      const u = userOf[i], c = contractOf[i], s = scoreOf[i];
      if (u === BLANK || c === BLANK || s - s !== 0) {
        throw faultOf(file.name, range.rowStart + i + 1, u, c, s);
      }
      leftOut.rows++;
      if (c >= known.length) {
        leftOut.unknownContractRows++;
        strangeContracts.addTo(leftOut.unknownContracts, c);
      } else if (u >= users.length) {
        leftOut.withoutGroupRows++;
        strangeUsers.addTo(leftOut.usersWithoutGroup, u);
      } else if (contractIndex[c] === NO_CAP) leftOut.withoutCapRows++;
      else rows.push(u, contractIndex[c], s);
    }
    const { rowEnd } = range, total = file.ranges.at(-1)!.rowEnd;
    if (part.size !== null) {
      progress.addBytes(part.size * (rowEnd - range.rowStart) / total);
    }
    progress.rows(leftOut.rows);
  }
  return { chunks: rows.chunks, leftOut };
}

/** Numbers ids: those of a table as there, others after them. */
class Strangers {
  readonly number: Numbering;
  readonly #known: IdTable;
  readonly #others = new IdTable();

  constructor(known: IdTable) {
    this.#known = known;
    this.number = (view, from, to) => {
      const found = known.find(view, from, to);
      return found >= 0 ? found : known.length + this.#others.intern(view, from, to);
    };
  }

  /** Adds the id with this number, which is none of the table's, to `ids`. */
  addTo(ids: IdTable, number: number): void {
    const { bytes, offsets } = this.#others.pool, i = number - this.#known.length;
    ids.intern(viewOf(bytes), offsets[i], offsets[i + 1]);
  }
}

function faultOf(file: string, line: number, u: number, c: number, score: number): InputError {
  const [user, contract] = ELIG_COLUMNS;
  if (u === BLANK) return InputError.at({ file, line, column: user, value: "", expected: "an id" });
  if (c === BLANK) {
    return InputError.at({ file, line, column: contract, value: "", expected: "an id" });
  }
  return InputError.at({
    file,
    line,
    column: ELIG_COLUMNS[2],
    value: String(score),
    expected: "a finite number",
  });
}
