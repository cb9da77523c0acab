/**
 * Joins a row group's columns of users, contracts and scores into pairs.
 *
 * @module
 */
import { beginRun, type PairChunk } from "../../allocator/drop/pairs/pair_rows.ts";
import { IdTable } from "../../base/ids/id_table.ts";
import { IdRuns } from "../parquet/id_runs.ts";
import { BLANK } from "../parquet/parquet_ids.ts";
import type { ContractCodes } from "./contract_codes.ts";
import type { EligLookup } from "./elig_lookup.ts";
import { PairsRead } from "./pairs_read.ts";
import { MOST_ROWS, type RunSorter, UNSORTED } from "./run_sorter.ts";
import { IdNumbering } from "./id_numbering.ts";

/** The users of a row group. */
export class RowGroupUsers {
  /** Numbers the users' ids. */
  readonly numbering: IdNumbering;
  /** Users of the rows, as numbers, by runs. */
  readonly runs: IdRuns = new IdRuns();

  /** No users yet. */
  constructor({ users }: EligLookup) {
    this.numbering = new IdNumbering(users ?? new IdTable());
  }
}

/** A row without a user, a contract or a finite score. */
export interface Fault {
  /** The row, counted from 0. */
  readonly row: number;
  /** The column at fault, by its index in ELIG_COLUMNS. */
  readonly column: 0 | 1 | 2;
}

/** Puts the pairs of a row group into a chunk; those of a user are sorted by contract where {@link RunSorter} can do so. */
export class PairsOfRuns {
  /** The pairs, and counts of the rows that are left out. */
  readonly read: PairsRead;
  /** The first row at fault; null while none was found. */
  fault: Fault | null = null;
  readonly #users: RowGroupUsers;
  readonly #contracts: ContractCodes;
  readonly #score: Float64Array;
  readonly #chunk: PairChunk;
  readonly #known: number;
  #kept = 0;

  /**
   * No pairs yet.
   *
   * @param score of each row
   * @param chunk receives the pairs; must not share memory with the columns
   */
  constructor(
    lookup: EligLookup,
    users: RowGroupUsers,
    contracts: ContractCodes,
    score: Float64Array,
    chunk: PairChunk,
  ) {
    this.read = new PairsRead(lookup);
    this.#users = users;
    this.#contracts = contracts;
    this.#score = score;
    this.#chunk = chunk;
    this.#known = lookup.users?.length ?? 0;
  }

  /** Takes all rows, up to the first at fault. */
  takeAll(sorter: RunSorter): void {
    const { ends, length } = this.#users.runs;
    for (let run = 0; run < length && this.fault === null;) {
      const from = run === 0 ? 0 : ends[run - 1];
      let next = run;
      while (next < length && ends[next] - from <= MOST_ROWS) next++;
      // The run has more rows than the sorter takes.
      if (next === run) this.#takeRun(run++, from);
      else {
        this.#takeSorted(sorter, run, next, from);
        run = next;
      }
    }
    this.read.leftOut.rows = this.#score.length;
    this.#chunk.length = this.#kept;
    this.read.rows.add(this.#chunk);
  }

  /** Takes runs `[run, end)`, whose rows begin at `from`. */
  #takeSorted(
    sorter: RunSorter,
    run: number,
    end: number,
    from: number,
  ): void {
    const { ids: users, ends } = this.#users.runs, runs = end - run, to = ends[end - 1];
    const { leftOut, unresolved } = this.read, { contract, score } = this.#chunk;
    const { kept: keptRows, dropped, sortedCodes, sortedScores } = sorter;
    sorter.codes.set(this.#contracts.codes.subarray(from, to));
    sorter.scores.set(this.#score.subarray(from, to));
    for (let r = 0; r < runs; r++) sorter.ends[r] = ends[run + r] - from;
    sorter.sort(runs, this.#contracts.special);
    // Sorted rows `[first, at)` are still to be copied to the chunk; fewer, larger copies are faster.
    let first = 0, at = 0;
    const copy = () => {
      const begin = this.#kept - (at - first);
      contract.set(sortedCodes.subarray(first, at), begin);
      score.set(sortedScores.subarray(first, at), begin);
      first = at;
    };
    for (let r = 0; r < runs; r++) {
      const isUnsorted = keptRows[r] === UNSORTED, rows = isUnsorted ? 0 : keptRows[r];
      const user = users[run + r], own = isUnsorted || user < 0 ? BLANK : this.#owner(user);
      if (own !== BLANK) {
        if (unresolved === null) leftOut.withoutCapRows += dropped[r];
        else for (let i = 0; i < dropped[r]; i++) unresolved.withoutCap.push(own);
        at += rows;
        if (rows > 0) this.#addRun(own, this.#kept + rows);
        continue;
      }
      copy();
      first = at += rows;
      if (isUnsorted || user < 0) {
        this.#takeRun(run + r, r === 0 ? from : ends[run + r - 1]);
        if (this.fault !== null) return;
      } else {
        leftOut.withoutGroupRows += rows + dropped[r];
        this.#users.numbering.addTo(leftOut.usersWithoutGroup, user);
      }
    }
    copy();
  }

  /** Takes a run row by row. */
  #takeRun(run: number, from: number): void {
    const { runs: { ids: users, ends }, numbering } = this.#users, contracts = this.#contracts;
    const { codes, special } = contracts, { leftOut, unresolved } = this.read;
    const { contract, score } = this.#chunk, user = users[run], to = ends[run];
    let kept = this.#kept, own: number | null = null;
    for (let row = from; row < to; row++) {
      const code = codes[row], value = this.#score[row];
      const isOther = code > special;
      if (user < 0 || (isOther && contracts.isMissing(code)) || value - value !== 0) {
        this.fault = { row, column: user < 0 ? 0 : contracts.isMissing(code) ? 1 : 2 };
        return;
      }
      if (isOther) {
        contracts.addUnknown(code, leftOut);
        continue;
      }
      own ??= this.#owner(user);
      if (own === BLANK) {
        leftOut.withoutGroupRows++;
        numbering.addTo(leftOut.usersWithoutGroup, user);
      } else if (code < special) {
        contract[kept] = code;
        score[kept++] = value;
      } else if (unresolved === null) leftOut.withoutCapRows++;
      else unresolved.withoutCap.push(own);
    }
    if (kept > this.#kept) this.#addRun(own!, kept);
  }

  /** The user's index in the directory or, where that is not known yet, its number in `unresolved`; BLANK: no group. */
  #owner(user: number): number {
    if (user < this.#known) return user;
    const { unresolved } = this.read;
    return unresolved === null ? BLANK : this.#users.numbering.addTo(unresolved.ids, user);
  }

  /** Ends a run: the rows from the last run's end to `kept` are user `own`'s. */
  #addRun(own: number, kept: number): void {
    beginRun(this.#chunk, own);
    this.#chunk.end[this.#chunk.runs - 1] = this.#kept = kept;
  }
}
