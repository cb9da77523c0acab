/**
 * The columns that limits name, found in the tables of a drop.
 *
 * @module
 */
import type { IdPool } from "../../../base/ids/ids.ts";
import {
  type Attributes,
  type AttributeTable,
  type TextColumn,
  textColumn,
} from "../instance/attributes.ts";
import type { Instance } from "../instance/instance.ts";
import { selectsSoldOut, type SoldOut } from "./sold_out.ts";
import { type LimitFamily, limitFault, wordsOf } from "../instance/limit_family.ts";
import { optionInWords } from "../../../base/option_words.ts";
import { IN_PREVIOUS, type Previous } from "../instance/previous.ts";

/** Columns that every drop has, by their names in files. */
function builtInColumns(
  instance: Instance,
): Record<AttributeTable, Map<string, TextColumn>> {
  const ids = (count: number, at: (i: number) => string): TextColumn => ({
    code: Uint32Array.from({ length: count }, (_, i) => i),
    values: Array.from({ length: count }, (_, i) => at(i)),
  });
  const { contracts, sponsoredContracts, brand, brands, groups, group, users, previous } = instance;
  const caps = new Map([
    ["contract_address", ids(contracts.length, (c) => contracts[c])],
    ["is_sponsored", {
      code: Uint32Array.from(contracts, (_, c) => c < sponsoredContracts ? 1 : 0),
      values: ["false", "true"],
    }],
    ["cap_face", textColumn(Array.from(instance.cap, String))],
  ]);
  // A contract without a brand has a blank here: no limit per brand counts it.
  if (brand !== null) {
    caps.set("brand_id", textColumn(Array.from(brand, (b) => brands[b])));
  }
  const groupIds = ids(groups.length, (g) => groups[g]);
  return {
    caps,
    user_groups: new Map([
      ["group_id", { code: group, values: groups }],
      ["user_id", userIds(users)],
    ]),
    group_ratios: new Map([
      ["group_id", groupIds],
      ["sponsorship_ratio", textColumn(Array.from(instance.ratio, String))],
    ]),
    elig: previous === undefined ? new Map() : new Map([[IN_PREVIOUS, inPrevious(previous)]]),
  };
}

/** Whether each pair is a previous offer. The codes are made when they are first asked for. */
function inPrevious({ given }: Previous): TextColumn {
  let code: Uint32Array | null = null;
  return {
    get code() {
      return code ??= Uint32Array.from(given);
    },
    values: ["false", "true"],
  };
}

/** The ids of all users. The texts are made when they are first asked for. */
function userIds(users: IdPool): TextColumn {
  let values: readonly string[] | null = null;
  return {
    code: Uint32Array.from({ length: users.length }, (_, u) => u),
    get values() {
      return values ??= users.toArray();
    },
  };
}

/** A column with the table that it stands in. */
export interface Column {
  /** Its name. */
  readonly name: string;
  /** Where it stands. */
  readonly table: AttributeTable;
  /** Its texts; null: it has numbers only. */
  readonly text: TextColumn | null;
  /** Its numbers by pair; null unless it is a counted column of elig. */
  readonly number: Float64Array | null;
}

/** Finds columns by name. */
export class Columns {
  readonly #tables: Record<AttributeTable, Map<string, TextColumn>>;
  readonly #eligNumbers: ReadonlyMap<string, Float64Array>;
  readonly #groupOf: Uint32Array;
  readonly #soldOut: SoldOut | undefined;
  /** Ids of the contracts, in the order of the columns of caps. */
  readonly contracts: readonly string[];
  /** Whether bans, a cooldown or a holdout keep pairs out of the drop. */
  readonly #keepsPairsOut: boolean;

  /** The columns of a drop, and those that its limits name. */
  constructor(instance: Instance, attributes: Attributes) {
    const tables = builtInColumns(instance);
    for (const table of Object.keys(tables) as AttributeTable[]) {
      for (const [name, column] of attributes[table]) tables[table].set(name, column);
    }
    this.#tables = tables;
    this.#eligNumbers = attributes.eligNumbers;
    this.#groupOf = instance.group;
    this.#soldOut = attributes.soldOut;
    this.contracts = instance.contracts;
    this.#keepsPairsOut = instance.heldBack !== undefined || instance.heldOut !== undefined;
  }

  /**
   * Whether a column may lack a value that its table has. Pairs that are kept out can take their users and groups along; of
   * contracts all stay that can be given, and of the others the values are known.
   */
  mayLack({ table, name }: Column, value: string): boolean {
    if (table !== "caps") return this.#keepsPairsOut;
    return this.#soldOut?.get(name)?.includes(value) === true;
  }

  /** Whether a family may count no pair: those that it would count may be kept out, or their contracts sold out. */
  mayCountNone(family: LimitFamily): boolean {
    return this.#keepsPairsOut || selectsSoldOut(family, this.#soldOut);
  }

  /** The tables that have a column; user_groups alone for group_id, as both mean the same. */
  #tablesOf(name: string): AttributeTable[] {
    const all = (Object.keys(this.#tables) as AttributeTable[]).filter((table) =>
      this.#tables[table].has(name) || (table === "elig" && this.#eligNumbers.has(name))
    );
    return name === "group_id" ? ["user_groups"] : all;
  }

  /**
   * A column by its name, for a field of a family.
   *
   * @throws {InputError} where it stands in no table, or in two
   */
  find(family: LimitFamily, field: string, name: string): Column {
    const tables = this.#tablesOf(name);
    if (tables.length !== 1) {
      const words = wordsOf(family);
      throw limitFault(family, {
        column: field,
        value: name,
        expected: tables.length === 0 && name === IN_PREVIOUS
          ? `previous offers to compare with (${optionInWords("previous")})`
          : tables.length === 0
          ? `${words.column}${words.lacking ?? ""}`
          : `a column of one table: it stands in ${
            tables.map((table) => words.tables[table]).join(" and ")
          }`,
      });
    }
    const [table] = tables;
    return {
      name,
      table,
      text: this.#tables[table].get(name) ?? null,
      number: table === "elig" ? this.#eligNumbers.get(name) ?? null : null,
    };
  }

  /** A column's code for each user: those of groups by the user's group. */
  codesByUser({ table, text }: Column): Uint32Array {
    const { code } = text!;
    return table === "group_ratios" ? this.#groupOf.map((g) => code[g]) as Uint32Array : code;
  }

  /** The column of a table that amounts may come from; undefined: the table has none of that name. */
  amountColumn(table: AttributeTable, name: string): TextColumn | undefined {
    return this.#tables[table].get(name);
  }
}

/** A family with its columns found. */
export interface ResolvedFamily {
  /** As declared. */
  readonly family: LimitFamily;
  /** The columns that it is per. */
  readonly per: readonly Column[];
  /** The columns that it selects by, and for each code of a column 1 where that value counts. */
  readonly where: readonly { readonly column: Column; readonly accepts: Uint8Array }[];
  /** The column whose numbers it counts; null: offers. */
  readonly counts: Column | null;
}
