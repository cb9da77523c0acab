/**
 * Pairs of a row group from its users, contracts and scores.
 *
 * @module
 */
import { beginRun, type PairChunk } from "../../allocator/drop/pair_rows.ts";
import { IdTable } from "../../base/id_table.ts";
import { IdRuns } from "../parquet/id_runs.ts";
import { BLANK } from "../parquet/parquet_ids.ts";
import type { ContractCodes } from "./contract_codes.ts";
import type { EligLookup } from "./elig_lookup.ts";
import { PairsRead } from "./pairs_read.ts";
import { LEFT, MOST_ROWS, type RunSorter } from "./run_sorter.ts";
import { Strangers } from "./strangers.ts";

/** Users of a row group. */
export class Users {
  /** Numbers ids. */
  readonly strangers: Strangers;
  /** Users of the rows. */
  readonly runs: IdRuns = new IdRuns();

  /** None yet. */
  constructor({ users }: EligLookup) {
    this.strangers = new Strangers(users ?? new IdTable());
  }
}

/** A row that has no user, no contract or no score, and that column. */
export interface Fault {
  /** Counted from 0. */
  readonly row: number;
  /** As the columns of the eligibility file. */
  readonly column: 0 | 1 | 2;
}

/** Puts the pairs of a row group into a chunk, those of a user sorted by contract where that can be done at once. */
export class PairsOfRuns {
  /** The pairs, and counts of the rows that are left out. */
  readonly read: PairsRead;
  /** The first row at fault, once it is met. */
  fault: Fault | null = null;
  readonly #users: Users;
  readonly #contracts: ContractCodes;
  readonly #score: Float64Array;
  readonly #chunk: PairChunk;
  readonly #known: number;
  #kept = 0;

  /**
   * Nothing yet.
   *
   * @param score of each row
   * @param chunk takes the pairs; its arrays are none that are read from
   */
  constructor(
    lookup: EligLookup,
    users: Users,
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

  /** Takes all rows, up to one at fault. */
  takeAll(sorter: RunSorter): void {
    const { ends, length } = this.#users.runs;
    for (let run = 0; run < length && this.fault === null;) {
      const from = run === 0 ? 0 : ends[run - 1];
      let next = run;
      while (next < length && ends[next] - from <= MOST_ROWS) next++;
      // A run of more rows than are sorted at once.
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
    // Rows `[first, at)` of what was sorted are still to be copied; many at a time are quickest.
    let first = 0, at = 0;
    const copy = () => {
      const begin = this.#kept - (at - first);
      contract.set(sortedCodes.subarray(first, at), begin);
      score.set(sortedScores.subarray(first, at), begin);
      first = at;
    };
    for (let r = 0; r < runs; r++) {
      const isLeft = keptRows[r] === LEFT, rows = isLeft ? 0 : keptRows[r], user = users[run + r];
      const own = isLeft || user < 0 ? BLANK : this.#owner(user);
      if (own !== BLANK) {
        if (unresolved === null) leftOut.withoutCapRows += dropped[r];
        else for (let i = 0; i < dropped[r]; i++) unresolved.withoutCap.push(own);
        at += rows;
        if (rows > 0) this.#addRun(own, this.#kept + rows);
        continue;
      }
      copy();
      first = at += rows;
      if (isLeft || user < 0) {
        this.#takeRun(run + r, r === 0 ? from : ends[run + r - 1]);
        if (this.fault !== null) return;
      } else {
        leftOut.withoutGroupRows += rows + dropped[r];
        this.#users.strangers.addTo(leftOut.usersWithoutGroup, user);
      }
    }
    copy();
  }

  /** Takes a run row by row. */
  #takeRun(run: number, from: number): void {
    const { runs: { ids: users, ends }, strangers } = this.#users, contracts = this.#contracts;
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
        strangers.addTo(leftOut.usersWithoutGroup, user);
      } else if (code < special) {
        contract[kept] = code;
        score[kept++] = value;
      } else if (unresolved === null) leftOut.withoutCapRows++;
      else unresolved.withoutCap.push(own);
    }
    if (kept > this.#kept) this.#addRun(own!, kept);
  }

  /** The number by which a user's pairs are known. */
  #owner(user: number): number {
    if (user < this.#known) return user;
    const { unresolved } = this.read;
    return unresolved === null ? BLANK : this.#users.strangers.addTo(unresolved.ids, user);
  }

  /** Makes the rows from the last run's end to `kept` this user's. */
  #addRun(own: number, kept: number): void {
    beginRun(this.#chunk, own);
    this.#chunk.end[this.#chunk.runs - 1] = this.#kept = kept;
  }
}
