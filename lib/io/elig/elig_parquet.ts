/**
 * Rows of an eligibility file in Parquet.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { NO_CAP } from "../../allocator/drop/directory.ts";
import { IdTable, viewOf } from "../../base/id_table.ts";
import { beginRun, emptyChunk } from "../../allocator/drop/pair_rows.ts";
import { sharedFloat64, sharedUint16 } from "../../base/shared_array.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import { ELIG_COLUMNS, type EligLookup } from "./elig_parser.ts";
import { PairsRead } from "./pairs_read.ts";
import { type ColumnReader, ParquetFile, type RowRange } from "../parquet/parquet_file.ts";
import { BLANK, type Numbering } from "../parquet/parquet_pages.ts";
import type { Part } from "../bytes/source.ts";

/** Of the columns of users, contracts and scores. */
type Readers = readonly [
  users: ColumnReader<Int32Array>,
  contracts: ColumnReader<Int32Array>,
  scores: (range: RowRange, into: Float64Array) => Promise<Float64Array>,
];

/** A Parquet file of eligible pairs: ids as text or integers, scores as floats or integers. */
export class PairsFile {
  readonly #file: ParquetFile;
  readonly #readers: Readers;
  /** Numbering of users and contracts in the row group that is being read. */
  readonly #numbering: [users: Numbering, contracts: Numbering];

  private constructor(
    file: ParquetFile,
    numbering: [users: Numbering, contracts: Numbering],
    readers: Readers,
  ) {
    this.#file = file;
    this.#numbering = numbering;
    this.#readers = readers;
  }

  /** Opens a part; see {@link ParquetFile.open}. */
  static async open(part: Part, raw: ByteReader): Promise<PairsFile> {
    const file = await ParquetFile.open(part, raw, ELIG_COLUMNS);
    const [users, contracts, scores] = ELIG_COLUMNS;
    const numbering: [Numbering, Numbering] = [() => BLANK, () => BLANK];
    return new PairsFile(file, numbering, [
      await file.ids(users, (view, from, to) => numbering[0](view, from, to)),
      await file.ids(contracts, (view, from, to) => numbering[1](view, from, to)),
      await file.numbers(scores),
    ]);
  }

  /** Its row groups. */
  get rowGroups(): readonly RowRange[] {
    return this.#file.ranges;
  }

  /**
   * Reads a row group; one at a time.
   *
   * @throws {InputError} for the first row at fault; its `line` is the row, counted from 1
   */
  async read(rowGroup: RowRange, lookup: EligLookup): Promise<PairsRead> {
    const { known, contractIndex } = lookup, users = lookup.users ?? new IdTable();
    const strangeUsers = new Strangers(users), strangeContracts = new Strangers(known);
    this.#numbering[0] = strangeUsers.number;
    this.#numbering[1] = strangeContracts.number;
    const [readUsers, readContracts, readScores] = this.#readers;
    const userOf = await readUsers(rowGroup), contractOf = await readContracts(rowGroup);
    const rows = userOf.length, contract = sharedUint16(rows), score = sharedFloat64(rows);
    await readScores(rowGroup, score);

    const read = new PairsRead(lookup), { leftOut, unresolved } = read;
    const knownContracts = known.length;
    // What is kept moves to the front of its arrays.
    const chunk = emptyChunk(contract, score);
    let kept = 0, last = BLANK, own = BLANK, owner = BLANK;
    for (let i = 0; i < rows; i++) {
      const u = userOf[i], c = contractOf[i], s = score[i];
      if (u === BLANK || c === BLANK || s - s !== 0) {
        throw faultOf(this.#file.name, rowGroup.rowStart + i + 1, u, c, s);
      }
      if (c >= knownContracts) {
        leftOut.unknownContractRows++;
        strangeContracts.addTo(leftOut.unknownContracts, c);
        continue;
      }
      if (u !== last) {
        last = u;
        own = u < users.length
          ? u
          : unresolved === null
          ? BLANK
          : strangeUsers.addTo(unresolved.ids, u);
      }
      const index = contractIndex[c];
      if (own === BLANK) {
        leftOut.withoutGroupRows++;
        strangeUsers.addTo(leftOut.usersWithoutGroup, u);
      } else if (index === NO_CAP) {
        if (unresolved === null) leftOut.withoutCapRows++;
        else unresolved.withoutCap.push(own);
      } else {
        contract[kept] = index;
        score[kept] = s;
        if (own !== owner) beginRun(chunk, owner = own);
        chunk.end[chunk.runs - 1] = ++kept;
      }
    }
    leftOut.rows = rows;
    chunk.length = kept;
    read.rows.add(chunk);
    return read;
  }
}

/** The file that a thread reads row groups of, kept open for the next as long as it looks ids up in the same tables. */
const open = new WeakMap<IdTable, { path: string; file: Promise<PairsFile> }>();

/** Opens the file of a task, or finds it open. */
export function openPairs(
  { path, name }: { readonly path: string; readonly name: string },
  { known }: EligLookup,
): Promise<PairsFile> {
  let found = open.get(known);
  if (found?.path !== path) {
    const nothing: ByteReader = { read: () => Promise.resolve(0), close: () => {} };
    found = { path, file: PairsFile.open({ path, name, size: null }, nothing) };
    open.set(known, found);
  }
  return found.file;
}

/** Numbers ids: those of a table as there, others after them. */
class Strangers {
  readonly number: Numbering;
  readonly #known: IdTable;
  readonly #others = new IdTable();

  constructor(known: IdTable) {
    this.#known = known;
    let next = 0;
    this.number = (view, from, to) => {
      const found = known.findAt(next, view, from, to);
      if (found < 0) return known.length + this.#others.intern(view, from, to);
      next = found + 1;
      return found;
    };
  }

  /** Adds the id with this number, which is none of the table's, to `ids`; returns its number there. */
  addTo(ids: IdTable, number: number): number {
    const { bytes, offsets } = this.#others.pool, i = number - this.#known.length;
    return ids.intern(viewOf(bytes), offsets[i], offsets[i + 1]);
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
