/**
 * What is known about contracts, users, groups and pairs beyond the columns that every drop has: the columns that a limit
 * selects by, groups by or counts.
 *
 * @module
 */
/** The tables that columns come from, by the names that messages use. */
export type AttributeTable = "caps" | "user_groups" | "group_ratios" | "elig";

/** A column of texts, each distinct text stored once. A blank is "". */
export interface TextColumn {
  /** Uint32Array: for each contract, user, group or pair the index of its text in `values`. */
  readonly code: Uint32Array;
  /** The distinct texts. */
  readonly values: readonly string[];
}

/** Columns by their name, for each table. Users, contracts, groups and pairs are in the instance's order. */
export interface Attributes {
  /** Columns of caps, by contract. */
  readonly caps: ReadonlyMap<string, TextColumn>;
  /** Columns of caps, a text for each contract that is sold out and so none of the instance's. @default none is */
  readonly soldOut?: ReadonlyMap<string, readonly string[]>;
  /** Columns of user_groups, by user. */
  readonly user_groups: ReadonlyMap<string, TextColumn>;
  /** Columns of group_ratios, by group. */
  readonly group_ratios: ReadonlyMap<string, TextColumn>;
  /** Columns of elig that limits select or group by, by pair. */
  readonly elig: ReadonlyMap<string, TextColumn>;
  /** Columns of elig that limits count, by pair: Float64Array, numbers ≥ 0. */
  readonly eligNumbers: ReadonlyMap<string, Float64Array>;
}

/** No columns at all. */
export function noAttributes(): Attributes {
  const none = new Map<string, TextColumn>();
  return {
    caps: none,
    user_groups: none,
    group_ratios: none,
    elig: none,
    eligNumbers: new Map<string, Float64Array>(),
  };
}

/** The column of a list of texts. */
export function textColumn(texts: ArrayLike<string>): TextColumn {
  const code = new Uint32Array(texts.length);
  const known = new Map<string, number>(), values: string[] = [];
  for (let i = 0; i < texts.length; i++) {
    let at = known.get(texts[i]);
    if (at === undefined) known.set(texts[i], at = values.push(texts[i]) - 1);
    code[i] = at;
  }
  return { code, values };
}
