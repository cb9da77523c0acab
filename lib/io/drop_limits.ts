/**
 * A drop's limits while it is read: which further columns of which input they name, and what stands there.
 *
 * @module
 */
import type { Attributes, TextColumn } from "../allocator/drop/attributes.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import { columnsNamed, type NamedColumns } from "../allocator/drop/input_attributes.ts";
import type { Instance } from "../allocator/drop/instance.ts";
import {
  limitFamilies,
  type LimitFamily,
  type LimitInput,
} from "../allocator/drop/limit_family.ts";
import type {
  CapsColumns,
  GroupRatioColumns,
  UserGroupColumns,
} from "../allocator/drop/directory.ts";
import { IN_PREVIOUS } from "../allocator/drop/previous.ts";
import { InputError, quote } from "../base/errors.ts";
import { IdTable } from "../base/id_table.ts";
import { didYouMean } from "../base/near_ids.ts";
import { shownName } from "../sources/source_url.ts";
import type { ColumnNames } from "./csv/header.ts";
import type { TableControl } from "./csv/table_control.ts";
import { ELIG_COLUMNS } from "./elig/elig_parser.ts";
import { readEligAttributes } from "./elig_attributes.ts";
import { usedOf } from "./used_values.ts";
import { CAPS_COLUMNS } from "./tables/caps_table.ts";
import { columnNames, isReadableAgain } from "./tables/column_names.ts";
import type { FurtherColumns } from "./tables/further_columns.ts";
import { GROUP_RATIO_COLUMNS } from "./tables/group_ratios_table.ts";
import {
  LIMIT_COLUMNS,
  type LimitsDocument,
  limitsOfDocument,
  type LimitsRead,
  readLimits,
} from "./tables/limits_table.ts";
import { USER_GROUP_COLUMNS } from "./tables/user_groups_table.ts";

/** Columns that every drop keeps: a limit that names one means the drop's own, whatever other tables have beside it. */
const OWN: ReadonlySet<string> = new Set([
  ...CAPS_COLUMNS,
  "brand_id",
  ...USER_GROUP_COLUMNS,
  ...GROUP_RATIO_COLUMNS,
  IN_PREVIOUS,
]);

/** Limits that a drop can be read with: a table, families in memory, or those of a JSON document. */
export type LimitsSource = string | readonly LimitInput[] | LimitsDocument;

/**
 * Reads limits; null where there are none.
 *
 * @param control how the inputs are read, those of limits among them; see {@link readEligAttributes}
 */
export async function limitsFrom(
  source: LimitsSource | undefined,
  control: TableControl & { byScore?: boolean } = {},
): Promise<DropLimits | null> {
  if (source === undefined) return null;
  const read = typeof source === "string"
    ? await readLimits(source, control)
    : "records" in source
    ? limitsOfDocument(source)
    : { families: limitFamilies(source), selectors: [] };
  if (read.families.length === 0) return null;
  return new DropLimits(inOurWords(read, control.dialect?.columns), control);
}

/** Limits that name columns as the inputs call them, with the names that we have for those. */
function inOurWords({ families, selectors }: LimitsRead, columns: ColumnNames = {}): LimitsRead {
  const words = new Map(Object.entries(columns).map(([ours, theirs]) => [theirs, ours]));
  const ours = (name: string) => words.get(name) ?? name;
  const amount = (name: number | string | null) => typeof name === "string" ? ours(name) : name;
  return {
    families: families.map((family) => ({
      ...family,
      per: family.per.map(ours),
      counts: ours(family.counts),
      atMost: amount(family.atMost),
      atLeast: amount(family.atLeast),
      where: family.where.map(({ column, values }) => ({ column: ours(column), values })),
    })),
    selectors: selectors.map(({ column, source }) => ({ column: ours(column), source })),
  };
}

/** Limits for an engine, see `lib/engine/steps/slots.ts`. */
export interface EngineLimits {
  /** As declared. */
  readonly families: readonly LimitFamily[];
  /** Columns that they name beside those that every drop has. */
  readonly names: readonly string[];
  /** Of them, those whose numbers are counted. */
  readonly counted: ReadonlySet<string>;
  /** Columns that every drop has. */
  readonly own: ReadonlySet<string>;
  /** Columns that are selected by, and where they are named. */
  readonly selectors: LimitsRead["selectors"];
  /** Further columns of caps. */
  readonly caps: ColumnsById;
  /** Further columns of group_ratios. */
  readonly groupRatios: ColumnsById;
}

/** Columns of a table by the ids of its rows. */
export interface ColumnsById {
  /** Whether it has a column. */
  readonly has: (name: string) => boolean;
  /** Its columns, for rows of these ids. */
  readonly columns: (ids: readonly string[]) => ReadonlyMap<string, TextColumn>;
}

/** The limits of one drop, on their way to it. */
export class DropLimits {
  /** Further columns that the limits name, whatever table they are in. */
  readonly names: readonly string[];
  /** Columns of numbers that they count or take amounts from. */
  readonly numbers: ReadonlySet<string>;
  readonly #read: LimitsRead;
  readonly #control: TableControl & { byScore?: boolean };
  readonly #named: NamedColumns;
  #caps: FurtherTable | null = null;
  #groups: FurtherTable | null = null;
  #users: FurtherTable | null = null;

  /**
   * Takes what was read of the limits themselves.
   *
   * @param control how the inputs are read
   */
  constructor(read: LimitsRead, control: TableControl & { byScore?: boolean } = {}) {
    this.#read = read;
    const amounts = read.families.flatMap(({ atMost, atLeast }) => [atMost, atLeast])
      .filter((amount) => typeof amount === "string");
    this.numbers = new Set([...amounts, ...columnsNamed(read.families).numbers]);
    // What is said of how a file is read was said when it was read first.
    this.#control = { ...control, numbers: this.numbers, onNote: undefined };
    const { texts, numbers } = columnsNamed(read.families);
    const selectors = read.selectors.map(({ column }) => column);
    const isFurther = (name: string) => !OWN.has(name);
    this.#named = {
      texts: new Set([...texts, ...selectors].filter(isFurther)),
      numbers: new Set([...numbers].filter(isFurther)),
    };
    this.names = [...new Set([...this.#named.texts, ...this.#named.numbers])];
  }

  /** Takes the columns of caps. */
  takeCaps({ contracts, further }: CapsColumns & { further: FurtherColumns }): void {
    this.#caps = { further, rowOf: firstRows(contracts) };
  }

  /** Takes the columns of group_ratios. */
  takeGroupRatios({ groups, further }: GroupRatioColumns & { further: FurtherColumns }): void {
    this.#groups = { further, rowOf: firstRows(groups) };
  }

  /**
   * The limits, and what caps and group_ratios say, for an engine that has the other tables: what is not there is told by
   * {@link EngineLimits}. Call it when both tables are taken.
   */
  forEngine(): EngineLimits {
    const table = (found: FurtherTable) => ({
      has: (name: string) => found.further.has(name),
      columns: (ids: readonly string[]) => inOrder(found, ids.length, (i) => ids[i]),
    });
    return {
      families: this.#read.families,
      names: this.names,
      counted: this.#named.numbers,
      own: OWN,
      selectors: this.#read.selectors,
      caps: table(this.#caps!),
      groupRatios: table(this.#groups!),
    };
  }

  /** Takes the columns of user_groups. */
  takeUserGroups(
    { userIds, userTable, user, further }: UserGroupColumns & { further: FurtherColumns },
  ): void {
    if (further.size === 0) {
      this.#users = { further, rowOf: () => -1 };
      return;
    }
    const table = userTable ?? IdTable.fromPool(userIds);
    const first = new Int32Array(userIds.length).fill(-1);
    for (let row = 0; row < user.length; row++) if (first[user[row]] < 0) first[user[row]] = row;
    this.#users = { further, rowOf: (id) => first[table.findString(id)] };
  }

  /**
   * The drop under these limits. Columns that are in none of the three tables are read from the eligible pairs, if they are
   * there.
   *
   * @param sources where the drop was read from
   * @param reading told before the pairs are read again
   * @throws {InputError} for a selector that is no column, and what {@link Drop.withLimits} throws
   */
  async of(
    drop: Drop,
    sources: InputTables,
    reading: (columns: readonly string[]) => void,
  ): Promise<Drop> {
    const { instance } = drop, { elig } = sources;
    const fromElig = await this.#columnsOfElig(elig);
    await this.#refuseUnknown(fromElig, sources);
    const { texts, numbers } = this.#named;
    let pairs: Pick<Attributes, "elig" | "eligNumbers"> = {
      elig: new Map(),
      eligNumbers: new Map(),
    };
    if (fromElig.length > 0) {
      reading(fromElig);
      const there = (named: ReadonlySet<string>) =>
        new Set(fromElig.filter((name) => named.has(name)));
      pairs = await readEligAttributes(elig, instance, {
        texts: there(texts),
        numbers: there(numbers),
      }, this.#control);
    }
    const attributes: Attributes = { ...this.#ofTables(instance), ...pairs };
    return drop.withLimits(this.#read.families, attributes);
  }

  /** The named columns that the eligible pairs have. */
  async #columnsOfElig(elig: string): Promise<readonly string[]> {
    const tables = [this.#caps!, this.#users!, this.#groups!];
    const isElsewhere = (name: string) => tables.some(({ further }) => further.has(name));
    const open = this.names.filter((name) => !isElsewhere(name));
    const isAgain = await isReadableAgain(elig);
    if (open.length > 0 && !isAgain) {
      throw new InputError(
        `${shownName(elig)}: it can't be read twice, as limits need (${
          open.join(", ")
        } is in no other table), expected a file`,
        { file: shownName(elig), column: open[0], expected: "a file" },
      );
    }
    if (!isAgain || this.names.length === 0) return [];
    const there = await columnNames(elig, ELIG_COLUMNS, this.#control);
    return this.names.filter((name) => there.includes(name));
  }

  /** A selector that is no column anywhere is a slip. */
  async #refuseUnknown(fromElig: readonly string[], sources: InputTables): Promise<void> {
    const further = [this.#caps!, this.#users!, this.#groups!].flatMap((
      { further },
    ) => [...further.keys()]);
    const known = new Set([...OWN, ...further, ...fromElig]);
    const unknown = this.#read.selectors.find(({ column }) => !known.has(column));
    if (unknown === undefined) return;
    const { column, source: { file, line } } = unknown;
    const names = [...LIMIT_COLUMNS, ...await allColumns(sources, this.#control)];
    throw new InputError(
      `${file}${line === undefined ? "" : `:${line}`}: there is no column ${quote(column)} in ` +
        `caps, user_groups, group_ratios or elig${didYouMean(column, [...new Set(names)])}`,
      { file, line, column, expected: "a column of limits, or of a table to select by" },
    );
  }

  /** The columns of the three tables in the instance's order. */
  #ofTables(instance: Instance): Pick<Attributes, "caps" | "user_groups" | "group_ratios"> {
    const { contracts, groups, users } = instance;
    return {
      caps: inOrder(this.#caps!, contracts.length, (c) => contracts[c]),
      user_groups: inOrder(this.#users!, users.length, (u) => users.at(u)),
      group_ratios: inOrder(this.#groups!, groups.length, (g) => groups[g]),
    };
  }
}

/** The inputs that have columns to name. */
type InputTables = Readonly<Record<"caps" | "elig" | "userGroups" | "groupRatios", string>>;

/** All columns of the inputs that can be opened again. */
async function allColumns(
  { caps, elig, userGroups, groupRatios }: InputTables,
  control: TableControl,
): Promise<string[]> {
  const names: string[] = [];
  const tables = [
    [caps, CAPS_COLUMNS],
    [userGroups, USER_GROUP_COLUMNS],
    [groupRatios, GROUP_RATIO_COLUMNS],
    [elig, ELIG_COLUMNS],
  ] as const;
  for (const [source, wanted] of tables) {
    if (await isReadableAgain(source)) names.push(...await columnNames(source, wanted, control));
  }
  return names;
}

/** Further columns of a table, and the first row about an id; −1: none. */
interface FurtherTable {
  readonly further: FurtherColumns;
  readonly rowOf: (id: string) => number;
}

function firstRows(ids: readonly string[]): (id: string) => number {
  const first = new Map<string, number>();
  ids.forEach((id, row) => first.has(id) || first.set(id, row));
  return (id) => first.get(id) ?? -1;
}

/** Columns by what the instance has in place of rows. A group without a row has blanks. */
function inOrder(
  { further, rowOf }: FurtherTable,
  length: number,
  idAt: (i: number) => string,
): ReadonlyMap<string, TextColumn> {
  if (further.size === 0) return new Map();
  const row = Int32Array.from({ length }, (_, i) => rowOf(idAt(i)));
  const columns = new Map<string, TextColumn>();
  for (const [name, { code, values }] of further) {
    const all = [...values, ""], none = values.length;
    columns.set(name, usedOf({ code: row.map((at) => at < 0 ? none : code[at]), values: all }));
  }
  return columns;
}
