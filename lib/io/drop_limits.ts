/**
 * A drop's limits while the drop is read: which further columns of the inputs they name, and the values of those.
 *
 * @module
 */
import type { Attributes, TextColumn } from "../allocator/drop/instance/attributes.ts";
import type { DeclaredLimits } from "../allocator/drop/limits/declared_limits.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import { columnsNamed, type NamedColumns } from "../allocator/drop/input_attributes.ts";
import type { Instance } from "../allocator/drop/instance/instance.ts";
import {
  limitFamilies,
  limitFault,
  type LimitInput,
  unknownSelector,
  withoutRatiosTable,
  wordsOf,
} from "../allocator/drop/instance/limit_family.ts";
import type {
  CapsColumns,
  GroupRatioColumns,
  UserGroupColumns,
} from "../allocator/drop/instance/table_columns.ts";
import { IN_PREVIOUS } from "../allocator/drop/instance/previous.ts";
import { soldOutColumns } from "../allocator/drop/limits/sold_out.ts";
import { InputError } from "../base/errors.ts";
import { IdTable } from "../base/ids/id_table.ts";
import { didYouMean } from "../base/ids/near_ids.ts";
import { noRowsNote } from "../base/text/row_notes.ts";
import { shownName } from "../sources/source_url.ts";
import type { ColumnNames } from "./csv/header.ts";
import { LIMIT_COLUMNS } from "./csv/known_columns.ts";
import type { TableControl } from "./csv/table_control.ts";
import { ELIG_COLUMNS } from "./elig/elig_parser.ts";
import { readEligAttributes } from "./elig_attributes.ts";
import { usedOf } from "./used_values.ts";
import { CAPS_COLUMNS } from "./tables/caps_table.ts";
import { columnNames, isReadableAgain } from "./tables/rows/column_names.ts";
import type { FurtherColumns } from "./tables/rows/further_columns.ts";
import { GROUP_RATIO_COLUMNS } from "./tables/group_ratios_table.ts";
import {
  type LimitsDocument,
  limitsOfDocument,
  type LimitsRead,
  readLimits,
} from "./tables/limits_table.ts";
import { USER_GROUP_COLUMNS } from "./tables/user_groups_table.ts";

/** Columns that every drop has. A limit that names one means the drop's own, whatever other table has it too. */
const OWN: ReadonlySet<string> = new Set([
  ...CAPS_COLUMNS,
  "brand_id",
  ...USER_GROUP_COLUMNS,
  ...GROUP_RATIO_COLUMNS,
  IN_PREVIOUS,
]);

/** Where limits come from: a table, families in memory, or a JSON document. */
export type LimitsSource = string | readonly LimitInput[] | LimitsDocument;

/**
 * Reads limits; null where there are none.
 *
 * @param control options for reading the inputs, limits among them; for `byScore` see {@link readEligAttributes}
 * @throws {InputError} for limits that can't be read
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
  if (read.families.length === 0) {
    const name = typeof source === "string"
      ? shownName(source)
      : "records" in source
      ? `${source.file}: limits`
      : null;
    if (name !== null) control.onNote?.(noRowsNote(name, "limits"));
    return null;
  }
  return new DropLimits(withOurNames(read, control.dialect?.columns), control);
}

/** Limits whose columns are named as in the inputs, with Divvy's names instead. */
function withOurNames({ families, selectors }: LimitsRead, columns: ColumnNames = {}): LimitsRead {
  const ourNames = new Map(Object.entries(columns).map(([ours, theirs]) => [theirs, ours]));
  const ours = (name: string) => ourNames.get(name) ?? name;
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

/** Collects what one drop's limits need while the drop is read. */
export class DropLimits {
  /** Further columns that the limits name, in any table. */
  readonly names: readonly string[];
  /** Columns of numbers that the limits count or take amounts from. */
  readonly numbers: ReadonlySet<string>;
  #read: LimitsRead;
  readonly #control: TableControl & { byScore?: boolean };
  readonly #named: NamedColumns;
  #caps: FurtherTable | null = null;
  #soldOut: DeclaredLimits["soldOut"] = () => undefined;
  #groups: FurtherTable | null = null;
  #users: FurtherTable | null = null;

  /**
   * The limits as read; columns of the inputs are still to come.
   *
   * @param control options for reading the inputs
   */
  constructor(read: LimitsRead, control: TableControl & { byScore?: boolean }) {
    this.#read = read;
    const amounts = read.families.flatMap(({ atMost, atLeast }) => [atMost, atLeast])
      .filter((amount) => typeof amount === "string");
    this.numbers = new Set([...amounts, ...columnsNamed(read.families).numbers]);
    // Without notes: they were reported when the file was read the first time.
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

  /** Keeps the further columns of caps. */
  takeCaps(caps: CapsColumns & { further: FurtherColumns }): void {
    this.#caps = { further: caps.further, rowOf: firstRows(caps.contracts) };
    this.#soldOut = (given) => soldOutColumns(caps, given, caps.further);
  }

  /** Keeps the further columns of group_ratios. Where there is no such table, messages about columns say so from now on. */
  takeGroupRatios(
    { groups, further, ofEvery }: GroupRatioColumns & { further: FurtherColumns },
  ): void {
    this.#groups = { further, rowOf: firstRows(groups) };
    if (ofEvery === undefined) return;
    const { families, selectors } = this.#read;
    this.#read = {
      families: families.map(withoutRatiosTable),
      selectors: selectors.map(withoutRatiosTable),
    };
  }

  /**
   * The limits with the further columns of caps and group_ratios, for an engine that reads the other two tables itself. Must be
   * called after {@link takeCaps} and {@link takeGroupRatios}.
   */
  forEngine(): DeclaredLimits {
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
      soldOut: this.#soldOut,
      groupRatios: table(this.#groups!),
    };
  }

  /** Keeps the further columns of user_groups. */
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
   * The drop with these limits. Columns that none of the other three tables has are read from the eligible pairs, in a second
   * pass.
   *
   * @param sources where the drop was read from
   * @param reading called with the columns before the pairs are read again
   * @throws {InputError} for a selector that is not a column of any table, and whatever {@link Drop.withLimits} throws
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
      const inElig = (named: ReadonlySet<string>) =>
        new Set(fromElig.filter((name) => named.has(name)));
      pairs = await readEligAttributes(elig, instance, {
        texts: inElig(texts),
        numbers: inElig(numbers),
      }, this.#control);
    }
    const attributes: Attributes = { ...this.#ofTables(instance), ...pairs };
    return drop.withLimits(this.#read.families, attributes);
  }

  /** Those of the named columns that the eligible pairs have. */
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
    const found = await columnNames(elig, ELIG_COLUMNS, this.#control);
    return this.names.filter((name) => found.includes(name));
  }

  /** Refuses a selector that is not a column of any table: it is probably misspelt. */
  async #refuseUnknown(fromElig: readonly string[], sources: InputTables): Promise<void> {
    const further = [this.#caps!, this.#users!, this.#groups!].flatMap((
      { further },
    ) => [...further.keys()]);
    const known = new Set([...OWN, ...further, ...fromElig]);
    const unknown = this.#read.selectors.find(({ column }) => !known.has(column));
    if (unknown === undefined) return await this.#refuseMisspelt(known, sources);
    const names = [...LIMIT_COLUMNS, ...await allColumns(sources, this.#control)];
    throw unknownSelector(unknown, didYouMean(unknown.column, [...new Set(names)]));
  }

  /** Refuses a column of per, counts or an amount that no table has, where another comes near. Others are refused with the drop at hand. */
  async #refuseMisspelt(known: ReadonlySet<string>, sources: InputTables): Promise<void> {
    const fields = this.#read.families.flatMap((family) => {
      const words = wordsOf(family), { per, counts, atMost, atLeast } = family;
      const named: [string, unknown][] = [
        ...per.map((name): [string, string] => ["per", name]),
        ["counts", counts === "offers" ? null : counts],
        [words.atMost, atMost],
        [words.atLeast, atLeast],
      ];
      return named.flatMap(([field, name]) =>
        typeof name === "string" && !known.has(name) ? [{ family, field, name }] : []
      );
    });
    if (fields.length === 0) return;
    const names = [...new Set(await allColumns(sources, this.#control))];
    for (const { family, field, name } of fields) {
      const near = didYouMean(name, names);
      if (near === "") continue;
      throw limitFault(family, {
        column: field,
        value: name,
        expected: `a column that there is${near}`,
      });
    }
  }

  /** The columns of the other three tables, in the order of the instance's contracts, users and groups. */
  #ofTables(instance: Instance): Omit<Attributes, "elig" | "eligNumbers"> {
    const { contracts, groups, users } = instance;
    return {
      caps: inOrder(this.#caps!, contracts.length, (c) => contracts[c]),
      soldOut: this.#soldOut(contracts),
      user_groups: inOrder(this.#users!, users.length, (u) => users.at(u)),
      group_ratios: inOrder(this.#groups!, groups.length, (g) => groups[g]),
    };
  }
}

/** The inputs whose columns limits can name. */
type InputTables =
  & Readonly<Record<"caps" | "elig" | "userGroups", string>>
  & { readonly groupRatios?: string };

/** All columns of the inputs that can be read again, for suggestions in messages. */
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
    if (source === undefined) continue;
    if (await isReadableAgain(source)) names.push(...await columnNames(source, wanted, control));
  }
  return names;
}

/** Further columns of a table, and a function from an id to its first row, −1 where it has none. */
interface FurtherTable {
  readonly further: FurtherColumns;
  readonly rowOf: (id: string) => number;
}

function firstRows(ids: readonly string[]): (id: string) => number {
  const first = new Map<string, number>();
  ids.forEach((id, row) => first.has(id) || first.set(id, row));
  return (id) => first.get(id) ?? -1;
}

/** The columns of a table, with a text for each id in place of each row; blank for an id without a row. */
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
