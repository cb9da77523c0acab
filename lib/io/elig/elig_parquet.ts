/**
 * Rows of an eligibility file in Parquet.
 *
 * @module
 */
import type { InputError } from "../../base/errors.ts";
import { NO_CAP } from "../../allocator/drop/directory.ts";
import { IdTable, viewOf } from "../../base/id_table.ts";
import { beginRun, emptyChunk } from "../../allocator/drop/pair_rows.ts";
import { sharedFloat64, sharedUint16 } from "../../base/shared_array.ts";
import { ELIG_COLUMNS, type EligLookup } from "./elig_parser.ts";
import { PairsRead } from "./pairs_read.ts";
import { type ColumnReader, ParquetFile, type RowRange } from "../parquet/parquet_file.ts";
import { BLANK, internText, type Numbering } from "../parquet/parquet_pages.ts";
import { OpenFile } from "../bytes/open_file.ts";
import type { TableControl } from "../csv/table_control.ts";
import type { TaskFile } from "./elig_task_file.ts";
import type { OpenPart, Part } from "../bytes/source.ts";

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
  static async open(
    part: Part,
    source: Pick<OpenPart, "raw" | "file">,
    control: TableControl,
  ): Promise<PairsFile> {
    const file = await ParquetFile.open(part, source, ELIG_COLUMNS, control);
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
      if ((u | c) < 0 || s - s !== 0) throw await this.#faultOf(rowGroup.rowStart + i + 1, u, c);
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

  /** What is wrong with a row: its user, its contract or, where they are ids, its score. */
  #faultOf(row: number, user: number, contract: number): Promise<InputError> {
    const column = user < 0 ? 0 : contract < 0 ? 1 : 2;
    return this.#file.fault(ELIG_COLUMNS[column], row, column === 2 ? "a finite number" : "an id");
  }
}

/** The file that a thread reads row groups of, kept open for the next as long as it looks ids up in the same tables. */
const open = new WeakMap<IdTable, { handle: OpenFile; pairs: Promise<PairsFile> }>();

/** Opens the file of a task, or finds it open; null where the path stands for another file by now. */
export function openPairs(task: TaskFile, { known }: EligLookup): Promise<PairsFile> | null {
  const { path, name, identity, limits, columns } = task;
  let found = open.get(known);
  if (found?.handle.path !== path) {
    found?.handle.close();
    const handle = OpenFile.openSame(path, name, identity);
    if (handle === null) return null;
    const part = { path, name, size: handle.size };
    const pairs = PairsFile.open(part, { raw: handle.reader(), file: handle }, {
      limits,
      dialect: { columns },
    });
    open.set(known, found = { handle, pairs });
  }
  return found!.pairs;
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
      if (found < 0) {
        const other = internText(this.#others, view, from, to);
        return other < 0 ? other : known.length + other;
      }
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
