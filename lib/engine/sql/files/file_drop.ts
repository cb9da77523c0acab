/**
 * A drop in files that an engine reads itself. Ids are trimmed, and scores have the value of their text, as in files
 * that Divvy reads.
 *
 * @module
 */
import { decimalOf } from "../../../base/numbers/decimal_text.ts";
import { quote } from "../../../base/errors.ts";
import { LARGEST_SCORE } from "./largest_score.ts";
import type { RunControl } from "../../../base/progress.ts";
import type { HistoryRules } from "../../../allocator/drop/before/history.ts";
import type {
  GroupFacts,
  HistoryFacts,
  OpenedDrop,
  PairFacts,
  PreviousFacts,
} from "../../steps/inspect.ts";
import type { EngineRun } from "../../steps/steps.ts";
import type { Columns } from "../../drop/task.ts";
import type { SingleStore } from "../store/single_store.ts";
import { historySource, inspectHistory } from "./history_files.ts";
import {
  blankRow,
  cellSql,
  idSql,
  type InputFiles,
  namingNoText,
  requireColumns,
  rowsFault,
} from "./input_files.ts";
import { inspectPrevious, previousSource } from "./previous_files.ts";
import { countRepeatedUsers, repeatedUsersSql } from "./repeated_users_sql.ts";
import { pairAttribute, userAttribute } from "../pairs/kinds_sql.ts";
import type { DeclaredLimits } from "../../../allocator/drop/limits/declared_limits.ts";
import { numberExpected } from "../../../io/csv/dialect_options.ts";
import { HISTORY_OPTIONAL } from "../../../io/csv/history_columns.ts";
import { refuseFirstFault } from "../../../io/tables/rows/first_fault.ts";
import { readUserGroups } from "../../../io/tables/user_groups_table.ts";
import { isOwnKText } from "../../drop/own_k.ts";
import { isFloatType, requireValueTypes } from "../../../sources/id_types.ts";
import { type AttributeNames, attributeNames } from "../../drop/limit_columns.ts";
import type { InputTables } from "../store/store.ts";
import type { Dialect } from "../store/dialect.ts";

/** Columns of the pairs. */
export const PAIR_COLUMNS: readonly string[] = ["user_id", "contract_address", "score"];
/** Columns of offers of an earlier drop: history, and previous offers. */
export const OFFER_COLUMNS: readonly string[] = ["user_id", "contract_address"];
/** Columns of the users' groups. */
export const GROUP_COLUMNS: readonly string[] = ["user_id", "group_id"];
/** Columns that those may have. */
export const GROUP_OPTIONAL: readonly string[] = ["k"];

/** Types whose values are exactly what their text means: not floats of 32 bits, not decimals. */
const EXACT = /^(DOUBLE|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$/i;

/** A pair's columns. The score is the number that its text means, NULL where it means none. */
function pairColumns(sql: Dialect, { columns }: Pick<InputFiles, "columns">): string {
  const score = EXACT.test(columns.get("score")!)
    ? sql.as("real", "score")
    : sql.numberOf(cellSql(sql, "score"));
  return `${idSql(sql, "user_id")}, ${idSql(sql, "contract_address")}, ${score} AS score`;
}

/** The files as statements read them. */
export function inputTables(
  sql: Dialect,
  elig: Pick<InputFiles, "source" | "columns">,
  groups: Pick<InputFiles, "source" | "columns">,
  history: readonly Pick<InputFiles, "source" | "columns">[] = [],
  attributes?: AttributeNames,
): InputTables {
  const more = (names: readonly string[] = [], nameOf: (i: number) => string) =>
    names.map((name, i) => `, coalesce(${cellSql(sql, sql.named(name))}, '') AS ${nameOf(i)}`)
      .join("");
  const kept = (names: readonly string[] = [], nameOf: (i: number) => string) =>
    names.map((_, i) => `, ${nameOf(i)}`).join("");
  return {
    ...(attributes !== undefined && { attributes }),
    ...(history.length > 0 && { history: historySource(sql, history) }),
    pairs: `(SELECT ${pairColumns(sql, elig)}${
      more(attributes?.pairs, pairAttribute)
    } FROM ${elig.source}) AS pairs`,
    userGroups: `(SELECT user_id, group_id, own_k${
      kept(attributes?.users, userAttribute)
    } FROM (SELECT ${idSql(sql, "user_id")}, ${idSql(sql, "group_id")}, ${
      groups.columns.has("k") ? `coalesce(${cellSql(sql, "k")}, '')` : "''"
    } AS own_k${
      more(attributes?.users, userAttribute)
    } FROM ${groups.source}) AS named WHERE user_id IS NOT NULL AND group_id IS NOT NULL) AS user_groups`,
  };
}

/** What was expected in place of a score; null: it will do. */
export function scoreExpected(score: number, text: string): string | null {
  if (!Number.isFinite(score)) return numberExpected(text);
  return Math.abs(score) > LARGEST_SCORE
    ? `a number of at most ±${LARGEST_SCORE}, so that sums don't overflow`
    : null;
}

/** The files of a drop. */
export interface DropFiles {
  /** Pairs. */
  readonly elig: InputFiles;
  /** Users' groups. */
  readonly groups: InputFiles;
  /** Offers of earlier drops, each source in its turn. */
  readonly history: readonly InputFiles[];
  /** Previous offers; absent: the drop is compared with none. */
  readonly previous?: InputFiles;
  /** Limits. @default none */
  readonly limits?: DeclaredLimits;
}

/** The files of a drop, and what can be asked of them before a run begins. */
export abstract class FileDrop implements OpenedDrop {
  readonly names: readonly string[];
  readonly pairsName: string;
  readonly groupsName: string;
  readonly attributes: AttributeNames;
  protected inputs: InputTables;
  readonly elig: InputFiles;
  readonly groups: InputFiles;
  readonly history: readonly InputFiles[];
  readonly previous: InputFiles | undefined;
  /** Rows of the pairs; known once they are inspected. */
  protected pairRows = 0;

  constructor(
    protected readonly files: SingleStore,
    { elig, groups, history, previous, limits }: DropFiles,
    readonly outName: string,
  ) {
    requireColumns(elig, PAIR_COLUMNS);
    requireColumns(groups, GROUP_COLUMNS);
    this.elig = elig;
    this.groups = groups;
    this.history = history;
    this.previous = previous;
    const beside = [...history, ...(previous === undefined ? [] : [previous])];
    this.names = [elig.name, groups.name, ...beside.map(({ name }) => name), outName];
    this.pairsName = elig.name;
    this.groupsName = groups.name;
    const named = attributeNames(limits, elig.columns, groups.columns);
    for (
      const [{ name, columns }, names] of [[elig, named.pairs], [groups, named.users]] as const
    ) {
      requireValueTypes(name, names.map((column) => [column, columns.get(column)!]));
    }
    this.attributes = {
      ...named,
      fractions: new Set(
        [elig, groups].flatMap(({ columns }) =>
          [...columns].filter(([, type]) => isFloatType(type)).map(([name]) => name)
        ),
      ),
    };
    this.inputs = {
      ...inputTables(
        files.dialect,
        elig,
        groups,
        history,
        limits === undefined ? undefined : this.attributes,
      ),
      ...(previous !== undefined && { previous: previousSource(files.dialect, previous) }),
    };
  }

  abstract begin(token: string, control: RunControl): Promise<EngineRun>;
  abstract close(): Promise<void>;

  /** The groups that users have. */
  inspectGroups(control: RunControl): Promise<GroupFacts> {
    return namingNoText(this.groups, () => this.#refuseGroup(), () => this.#groupFacts(control));
  }

  async #groupFacts(control: RunControl): Promise<GroupFacts> {
    const { fingerprint, columns } = this.groups;
    const blankRows = await this.#refuseHalves(control);
    const repeated = await countRepeatedUsers(
      repeatedUsersSql(this.files.dialect, this.inputs.userGroups, "own_k"),
      (statement) => this.files.rowsOverAll(statement, control),
    );
    const rows = await this.files.rowsOverAll(
      `SELECT group_id, own_k, ${
        this.#hashes(fingerprint, "user_id, group_id, own_k")
      } FROM ${this.inputs.userGroups}
GROUP BY group_id, own_k ORDER BY group_id, own_k`,
      control,
    );
    if (rows.some(([, k]) => !isOwnKText(k))) await this.#refuseGroup();
    return {
      rows: rows.reduce((sum, [, , count]) => sum + Number(count), 0),
      blankRows,
      ...repeated,
      ids: [...new Set(rows.map(([id]) => id))],
      ...(columns.has("k") && { ofK: rows.map(([id, k]) => [id, k] as const) }),
      fingerprint: fingerprint ?? JSON.stringify(rows),
    };
  }

  /** The number of rows, and a sum of their hashes where the files have no fingerprint of their own. */
  #hashes(fingerprint: string | null, columns: string): string {
    return fingerprint === null ? `count(*), sum(${this.files.dialect.hash(columns)})` : "count(*)";
  }

  /** Inspects the pairs. */
  inspectPairs(columns: Columns, control: RunControl): Promise<PairFacts> {
    return namingNoText(
      this.elig,
      () => this.#refusePair(),
      () => this.#pairFacts(columns, control),
    );
  }

  async #pairFacts(
    { contracts, withoutCap }: Columns,
    control: RunControl,
  ): Promise<PairFacts> {
    const { files, elig, inputs } = this;
    const sql = files.dialect;
    await files.putSmall({
      name: "known_contracts",
      columns: { contract_address: "text", is_given: "index" },
      rows: [...contracts.map((id) => [id, "1"]), ...withoutCap.map((id) => [id, "0"])],
    }, control);
    const counts = [this.#faulty(), "is_given IS NULL", "is_given = 0"]
      .map((holds) => sql.countIf(holds));
    const [[faults, unknown, capless, rows, hash]] = await files.rowsOverAll(
      `SELECT ${counts.join(", ")}, ${
        this.#hashes(elig.fingerprint, PAIR_COLUMNS.join(", "))
      } FROM ${sql.leftJoin(inputs.pairs, "known_contracts", "contract_address")}`,
      control,
    );
    const blankRows = Number(faults) === 0 ? 0 : await this.#blankPairs(control);
    if (Number(faults) > blankRows) await this.#refuse(Number(faults) - blankRows, control);
    // Only where there are any: all statements read the pairs through this.
    if (blankRows > 0) {
      const pairs = `(SELECT * FROM ${inputs.pairs} WHERE user_id IS NOT NULL) AS filled_pairs`;
      this.inputs = { ...inputs, pairs };
    }
    this.pairRows = Number(rows) - blankRows;
    return {
      rows: this.pairRows,
      blankRows,
      unknownContracts: Number(unknown) - blankRows,
      withoutCap: Number(capless),
      fingerprint: elig.fingerprint ?? `${rows} ${hash}`,
    };
  }

  /** Inspects history. */
  async inspectHistory(
    rules: HistoryRules,
    hasBrands: boolean,
    control: RunControl,
  ): Promise<HistoryFacts> {
    for (const { name, columns } of this.history) {
      const texts = HISTORY_OPTIONAL.filter((column) => column !== "score" && columns.has(column));
      requireValueTypes(name, texts.map((column) => [column, columns.get(column)!]));
    }
    return await inspectHistory(this.files, this.history, rules, hasBrands, control);
  }

  /** Inspects previous offers. */
  async inspectPrevious(control: RunControl): Promise<PreviousFacts> {
    return await inspectPrevious(this.files, this.previous!, control);
  }

  /** How many rows of the pairs are blank. */
  async #blankPairs(control: RunControl): Promise<number> {
    const { dialect } = this.files, { source } = this.elig, blank = blankRow(dialect, this.elig);
    const [[blanks]] = await this.files.rowsOverAll(
      `SELECT ${dialect.countIf(blank)} FROM ${source}`,
      control,
    );
    return Number(blanks);
  }

  /**
   * Refuses rows of the users' groups that have one id only. In the other tables such a row would be missed; here a user
   * would be left out.
   *
   * @returns how many rows are blank
   * @throws InputError that says how many there are
   */
  async #refuseHalves(control: RunControl): Promise<number> {
    const sql = this.files.dialect, { groups } = this;
    const isBlank = (column: string) => `coalesce(${cellSql(sql, column)}, '') = ''`;
    const half = GROUP_COLUMNS.map((column) =>
      sql.countIf(`${isBlank(column)} AND NOT (${blankRow(sql, groups)})`)
    );
    const [[blank, ...counts]] = await this.files.rowsOverAll(
      `SELECT ${[sql.countIf(blankRow(sql, groups)), ...half].join(", ")} FROM ${groups.source}`,
      control,
    );
    if (counts.some((rows) => Number(rows) > 0)) await this.#refuseGroup();
    GROUP_COLUMNS.forEach((column, at) => {
      if (Number(counts[at]) === 0) return;
      throw rowsFault(groups.name, column, "", { expected: "an id", rows: Number(counts[at]) });
    });
    return Number(blank);
  }

  /** @throws InputError for the first row of the users' groups that can't be used, where Divvy can read the files again */
  async #refuseGroup(): Promise<void> {
    const { again } = this.groups;
    if (again !== undefined) await readUserGroups(again.source, [], again.control);
  }

  /** Whether a pair can't be used. */
  #faulty(): string {
    const sql = this.files.dialect;
    return PAIR_COLUMNS.map((column) => `${column} IS NULL`)
      .concat(sql.isNotFinite("score"), `abs(score) > ${sql.number(LARGEST_SCORE)}`).join(" OR ");
  }

  /** @throws InputError for the first row of the pairs that can't be used, where Divvy can read the files again */
  async #refusePair(): Promise<void> {
    const { again } = this.elig, rule = { column: "score", expected: scoreExpected };
    if (again === undefined) return;
    await refuseFirstFault(again.source, OFFER_COLUMNS, rule, again.control);
  }

  /** @throws InputError that names one of the rows that can't be used, the first where Divvy can read the files again */
  async #refuse(rows: number, control: RunControl): Promise<never> {
    await this.#refusePair();
    const { files, elig } = this;
    const sql = files.dialect;
    const raw = PAIR_COLUMNS.map((column) => `${sql.asText(column)} AS raw_${column}`);
    const [[user, contract, score]] = await files.rowsOverAll(
      `SELECT ${PAIR_COLUMNS.map((column) => `raw_${column}`).join(", ")} FROM (SELECT ${
        raw.join(", ")
      }, ${pairColumns(sql, elig)} FROM ${elig.source} WHERE NOT (${
        blankRow(sql, elig)
      })) AS raw WHERE ${this.#faulty()} LIMIT 1`,
      control,
    );
    const cells = { user_id: user, contract_address: contract, score };
    const blank = (["user_id", "contract_address"] as const).find((name) =>
      cells[name].trim() === ""
    );
    const column = blank ?? "score", value = cells[column];
    const expected = column === "score" ? scoreExpected(decimalOf(value), value)! : "an id";
    const of = ` (user ${quote(user)}, contract ${quote(contract)})`;
    throw rowsFault(elig.name, column, value, { expected, rows, of });
  }
}
