/**
 * The limits as the checker reads them: from their declarations and the drop's columns, never from the solvers' rows.
 *
 * @module
 */
import type { TextColumn } from "../../drop/instance/attributes.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { LimitFamily } from "../../drop/instance/limit_family.ts";
import type { Limits } from "../../drop/instance/limits.ts";

/** Which side of a limit. */
export type Side = "at_most" | "at_least";

/** One limit of a family: one side for one combination of values. */
export interface DeclaredLimit {
  /** The family. */
  readonly family: LimitFamily;
  /** Values of the family's `per` columns. */
  readonly values: readonly string[];
  /** Most or least. */
  readonly side: Side;
  /** The amount as declared: a number of units, or a share of all offers. */
  readonly amount: number;
}

/** What may happen to a limit that is not kept. */
export type Consequence = "broken" | "at_shortfall_price" | "at_own_price";

/** With a price of its own a limit may be missed at that price. Without one a most is a rule, and a least costs the shortfall price. */
export function consequenceOf({ family, side }: DeclaredLimit): Consequence {
  if (family.price !== null) return "at_own_price";
  return side === "at_most" ? "broken" : "at_shortfall_price";
}

/** What a unit beyond the limit costs; Infinity if it is a rule. */
export function highestPrice(limit: DeclaredLimit, shortfallPrice: number): number {
  const consequence = consequenceOf(limit);
  if (consequence === "broken") return Infinity;
  return consequence === "at_own_price" ? limit.family.price! : shortfallPrice;
}

/** Values as people read them: `brand_id=31, group_id=north`; null where there is one limit. */
export function valuesText({ family, values }: DeclaredLimit): string | null {
  return values.length === 0 ? null : values.map((v, i) => `${family.per[i]}=${v}`).join(", ");
}

/** A function of a pair, which is given by its contract, its user and its index. */
type Of<T> = (c: number, u: number, p: number) => T;

/** One family, with functions that apply it to pairs. */
interface FamilyOfPairs {
  readonly family: LimitFamily;
  /** Whether offers of one contract to users of one kind may count differently. */
  readonly byPair: boolean;
  /** The number of the pair's combination of values; −1: the family does not count the pair. */
  readonly combination: Of<number>;
  /** What an offer counts; 0 if it is not selected, and only belongs to all offers that a share is taken of. */
  readonly counted: Of<number>;
  /** By combination: its limits. */
  readonly limits: number[][];
}

/** All limits of a drop. */
export class DeclaredLimits {
  /** Every limit of every combination of values that a pair has. */
  readonly limits: DeclaredLimit[] = [];
  readonly #columns: JudgedColumns;
  readonly #families: FamilyOfPairs[];
  readonly #instance: Instance;
  /** {@link find}'s, from its first call on. */
  #index: Map<string, number> | null = null;

  /** Reads the families, then finds their combinations in one pass over the pairs. */
  constructor(
    instance: Instance,
    { families, attributes }: Pick<Limits, "families" | "attributes">,
  ) {
    this.#instance = instance;
    this.#columns = new JudgedColumns(instance, attributes);
    this.#families = families.map((family) => this.#read(family));
    this.#findCombinations();
  }

  /** The limits of a drop; null where it has none. */
  static of(instance: Instance): DeclaredLimits | null {
    return instance.limits === undefined ? null : new DeclaredLimits(instance, instance.limits);
  }

  /** Whether any family may count offers of one contract to users of one kind differently. */
  get byPair(): boolean {
    return this.#families.some(({ byPair }) => byPair);
  }

  /** Every number of a column that a family counts. */
  numbersOf({ counts }: LimitFamily): Float64Array {
    return this.#columns.number(counts).all;
  }

  /**
   * Calls `see` with each limit that counts an offer of pair `p` (contract `c`, user `u`), and how much it counts.
   *
   * @param which "kind": only families that count a contract alike for all users of a kind; "pair": only the others
   */
  visit(
    c: number,
    u: number,
    p: number,
    see: (limit: number, counted: number) => void,
    which: "all" | "kind" | "pair" = "all",
  ): void {
    for (const one of this.#families) {
      if (which !== "all" && one.byPair !== (which === "pair")) continue;
      const at = one.combination(c, u, p);
      if (at < 0) continue;
      const counted = one.counted(c, u, p);
      for (const limit of one.limits[at]) see(limit, counted);
    }
  }

  /** Divides users into kinds: users of one kind have the same values in every column that a family names. */
  kindsOfUsers(): { kind: Uint32Array; kinds: number } {
    const names = new Set(
      this.#families.flatMap(({ family: { per, where } }) => [
        ...per,
        ...where.map(({ column }) => column),
      ]),
    );
    const columns = [...names].map((name) => this.#columns.find(name))
      .filter(({ table }) => table === "user_groups" || table === "group_ratios");
    const kind = new Uint32Array(this.#instance.group.length);
    let kinds = 1;
    for (const { code, size } of columns) {
      const numbers = new Map<number, number>();
      for (let u = 0; u < kind.length; u++) {
        kind[u] = numbered(numbers, kind[u] * size + code(0, u, 0));
      }
      kinds = numbers.size;
    }
    return { kind, kinds };
  }

  /** The index of a limit; −1: there is none. */
  find(name: string, values: Readonly<Record<string, string>>, side: Side): number {
    const index = this.#index ??= new Map(
      this.limits.map((limit, l) => [nameOf(limit.family.limit, limit.values, limit.side), l]),
    );
    const family = this.#families.find((one) => one.family.limit === name)?.family;
    if (family === undefined) return -1;
    const own = family.per.map((column) => Object.hasOwn(values, column) ? values[column] : null);
    if (own.includes(null) || Object.keys(values).length !== new Set(family.per).size) return -1;
    return index.get(nameOf(name, own as string[], side)) ?? -1;
  }

  #read(family: LimitFamily): FamilyOfPairs {
    const per = family.per.map((name) => this.#columns.find(name));
    const where = family.where.map(({ column: name, values }) => {
      const column = this.#columns.find(name);
      const accepted = new Uint8Array(column.size);
      for (let i = 0; i < column.size; i++) if (values.includes(column.text(i))) accepted[i] = 1;
      return { column, accepted };
    });
    const number = family.counts === "offers" ? null : this.#columns.number(family.counts);
    const isSelected: Of<boolean> = (c, u, p) =>
      where.every(({ column, accepted }) => accepted[column.code(c, u, p)] === 1);
    const limits: number[][] = [];
    const steps = per.map((column) => ({ column, numbers: new Map<number, number>() }));
    const combination: Of<number> = (c, u, p) => {
      if (family.shareOf === null && !isSelected(c, u, p)) return -1;
      let at = 0;
      for (const { column, numbers } of steps) {
        const code = column.code(c, u, p);
        if (code === column.blank) return -1;
        at = numbered(numbers, at * column.size + code);
      }
      if (limits[at] === undefined) limits[at] = this.#declare(family, per, c, u, p);
      return at;
    };
    return {
      family,
      byPair:
        [...per, ...where.map(({ column }) => column)].some(({ table }) => table === "elig") ||
        number?.byPair === true,
      combination,
      counted: (c, u, p) => !isSelected(c, u, p) ? 0 : number === null ? 1 : number.of(c, u, p),
      limits,
    };
  }

  /** Adds the limits of a new combination of values, that of pair `p`. */
  #declare(
    family: LimitFamily,
    per: readonly JudgedColumn[],
    c: number,
    u: number,
    p: number,
  ): number[] {
    const values = per.map((column) => column.text(column.code(c, u, p)));
    const declared: number[] = [];
    for (
      const [side, amount] of [["at_most", family.atMost], ["at_least", family.atLeast]] as const
    ) {
      if (amount === null) continue;
      declared.push(
        this.limits.push({
          family,
          values,
          side,
          amount: typeof amount === "number" ? amount : this.#columns.amount(family, amount, c, u),
        }) - 1,
      );
    }
    return declared;
  }

  #findCombinations(): void {
    const { start, contract, cap } = this.#instance;
    const { kind, kinds } = this.kindsOfUsers();
    const cells = kinds * cap.length;
    // Pairs of one kind of users and one contract count alike, so only one of them is looked at, unless there are too many kinds.
    const seen = cells <= MOST_CELLS ? new Uint8Array(cells) : null;
    for (let u = 0; u < kind.length; u++) {
      for (let p = start[u]; p < start[u + 1]; p++) {
        const c = contract[p], cell = kind[u] * cap.length + c;
        const isKnown = seen !== null && seen[cell] === 1;
        if (seen !== null) seen[cell] = 1;
        for (const one of this.#families) if (one.byPair || !isKnown) one.combination(c, u, p);
      }
    }
  }
}

/** Most cells (kind of user × contract) of a table. */
export const MOST_CELLS = 1 << 24;

/** The number of a key; keys are numbered in the order in which they are first asked for. */
function numbered<Key>(numbers: Map<Key, number>, key: Key): number {
  let own = numbers.get(key);
  if (own === undefined) numbers.set(key, own = numbers.size);
  return own;
}

function nameOf(name: string, values: readonly string[], side: Side): string {
  return JSON.stringify([name, side, ...values]);
}

type Table = "caps" | "user_groups" | "group_ratios" | "elig";

/** A column of texts over pairs. */
interface JudgedColumn {
  readonly table: Table;
  /** The index of a pair's text. */
  readonly code: Of<number>;
  /** How many texts there are. */
  readonly size: number;
  readonly text: (code: number) => string;
  /** The code of a blank; −1: there is none. */
  readonly blank: number;
}

/** The columns of a drop by name. */
class JudgedColumns {
  readonly #instance: Instance;
  readonly #attributes: Limits["attributes"];
  /** Columns of amounts, by the column that limits are per and their own name. */
  readonly #amounts = new Map<string, JudgedColumn>();

  constructor(instance: Instance, attributes: Limits["attributes"]) {
    this.#instance = instance;
    this.#attributes = attributes;
  }

  /** The column with this name, from whichever table has it. */
  find(name: string): JudgedColumn {
    for (const table of ["caps", "user_groups", "group_ratios", "elig"] as const) {
      const column = this.#inTable(table, name);
      if (column !== null) return column;
    }
    throw new RangeError(`a limit names ${name}, which is no column of the drop`);
  }

  /** A column whose numbers are counted. */
  number(name: string): { of: Of<number>; byPair: boolean; all: Float64Array } {
    const ofPairs = this.#attributes.eligNumbers.get(name);
    if (ofPairs !== undefined) return { of: (_c, _u, p) => ofPairs[p], byPair: true, all: ofPairs };
    const texts = this.find(name);
    const numbers = Float64Array.from({ length: texts.size }, (_, i) => Number(texts.text(i)));
    return { of: (c, u, p) => numbers[texts.code(c, u, p)], byPair: false, all: numbers };
  }

  /** A cell of a column of amounts, in the table of the column that the family is per; for group_id preferably in group_ratios. */
  amount({ per: [key] }: LimitFamily, name: string, c: number, u: number): number {
    const column = this.#amountColumn(key, name);
    return Number(column.text(column.code(c, u, 0)));
  }

  #amountColumn(key: string, name: string): JudgedColumn {
    const which = JSON.stringify([key, name]), known = this.#amounts.get(which);
    if (known !== undefined) return known;
    const own = this.#inTable(this.find(key).table, name);
    const column = key === "group_id" ? this.#inTable("group_ratios", name) ?? own : own;
    this.#amounts.set(which, column!);
    return column!;
  }

  #inTable(table: Table, name: string): JudgedColumn | null {
    const { group } = this.#instance;
    const given = this.#attributes[table].get(name);
    const at: Of<number> = table === "caps"
      ? (c) => c
      : table === "user_groups"
      ? (_c, u) => u
      : table === "group_ratios"
      ? (_c, u) => group[u]
      : (_c, _u, p) => p;
    if (given !== undefined) return ofTexts(table, given, at);
    return this.#builtIn(table, name, at);
  }

  /** A column that every drop has. */
  #builtIn(table: Table, name: string, at: Of<number>): JudgedColumn | null {
    const { group, groups, users, contracts, sponsoredContracts, brand, brands, cap, ratio } =
      this.#instance;
    const { previous } = this.#instance;
    // Ids are never blank.
    const ids = (code: Of<number>, size: number, text: (i: number) => string) => ({
      table,
      code,
      size,
      text,
      blank: -1,
    });
    switch (`${table}.${name}`) {
      case "caps.contract_address":
        return ids(at, contracts.length, (c) => contracts[c]);
      case "caps.is_sponsored":
        return ids((c) => c < sponsoredContracts ? 1 : 0, 2, (is) => String(is === 1));
      case "caps.cap_face":
        return ofTexts(table, texts(cap, String), at);
      case "caps.brand_id":
        return brand === null ? null : ofTexts(table, texts(brand, (b) => brands[b]), at);
      case "user_groups.user_id":
        return ids(at, users.length, (u) => users.at(u));
      case "user_groups.group_id":
        return ids((_c, u) => group[u], groups.length, (g) => groups[g]);
      case "elig.in_previous":
        if (previous === undefined) return null;
        return ids((_c, _u, p) => previous.given[p], 2, (is) => String(is === 1));
      case "group_ratios.sponsorship_ratio":
        return ofTexts(table, texts(ratio, String), at);
    }
    return null;
  }
}

function ofTexts(table: Table, { code, values }: TextColumn, at: Of<number>): JudgedColumn {
  return {
    table,
    code: (c, u, p) => code[at(c, u, p)],
    size: values.length,
    text: (i) => values[i],
    blank: values.indexOf(""),
  };
}

/** A column of numbers as texts, each distinct text once. */
function texts(from: ArrayLike<number>, textOf: (value: number) => string): TextColumn {
  const numbers = new Map<string, number>();
  const code = Uint32Array.from(from, (value) => numbered(numbers, textOf(value)));
  return { code, values: [...numbers.keys()] };
}
