/**
 * The columns that limits name, in tables that Divvy reads itself and in an engine's own.
 *
 * @module
 */
import type { ColumnsById, DeclaredLimits } from "../../allocator/drop/limits/declared_limits.ts";
import { type LimitFamily, unknownSelector } from "../../allocator/drop/instance/limit_family.ts";

/** The column of users' ids: limits that name it tell single users apart. */
export const USER_ID = "user_id";

const NO_COLUMNS: ColumnsById = { has: () => false, columns: () => new Map() };

/** No limits: pairs are told apart by whether they are previous offers alone. */
export const NO_LIMITS: DeclaredLimits = {
  families: [],
  names: [],
  counted: new Set(),
  own: new Set(),
  selectors: [],
  caps: NO_COLUMNS,
  soldOut: () => undefined,
  groupRatios: NO_COLUMNS,
};

/** Columns of the engine's own tables that limits name. */
export interface AttributeNames {
  /** Of the pairs. */
  readonly pairs: readonly string[];
  /** Of the users' groups. */
  readonly users: readonly string[];
  /** Of these, columns of floats: their values are compared as the shortest decimal. @default none */
  readonly fractions?: ReadonlySet<string>;
}

/** Which users limits tell apart. */
export interface UsersApart {
  /** Whether they tell any apart. */
  readonly apart: boolean;
  /** The ids of single users that they tell apart; null: each user is a kind of its own. */
  readonly single: ReadonlySet<string> | null;
}

/** The columns of an engine's own tables that limits name, by the columns that the tables have. */
export function attributeNames(
  limits: DeclaredLimits | undefined,
  elig: { readonly has: (name: string) => boolean },
  userGroups: { readonly has: (name: string) => boolean },
): Pick<AttributeNames, "pairs" | "users"> {
  const names = limits?.names ?? [];
  const ofUsers = limits !== undefined && namesOf(limits).includes(USER_ID) ? [USER_ID] : [];
  return {
    pairs: names.filter((name) => elig.has(name)),
    users: [...ofUsers, ...names.filter((name) => userGroups.has(name))],
  };
}

/** The columns that limits count by and select by. */
function namesOf({ families }: Pick<DeclaredLimits, "families">): string[] {
  return families.flatMap(({ per, where }) => [...per, ...where.map(({ column }) => column)]);
}

/** Whether a limit counts the offers of each user by themselves, not only those of users whose ids it selects. */
function countsEachUser({ per, where }: LimitFamily): boolean {
  return per.includes(USER_ID) && !where.some(({ column }) => column === USER_ID);
}

/** The place of the users' ids among the attributes of users; −1: no limit names them. */
export function placeOfUserId({ users }: Pick<AttributeNames, "users">): number {
  return users.indexOf(USER_ID);
}

/**
 * Checks the columns that limits name, and finds which users limits distinguish.
 *
 * @throws InputError for a selector that is no column
 */
export function checkNames(
  { families, own, selectors, caps, groupRatios }: DeclaredLimits,
  { pairs, users }: AttributeNames,
): UsersApart {
  const engines = new Set([...pairs, ...users]);
  const unknown = selectors.find(({ column }) =>
    ![own, engines].some((names) => names.has(column)) &&
    ![caps, groupRatios].some((table) => table.has(column))
  );
  if (unknown !== undefined) throw unknownSelector(unknown);
  const named = namesOf({ families });
  const ofUsers = new Set(["group_id", "sponsorship_ratio", ...users]);
  // Where ids are only selected by, all users that no limit selects are alike.
  const selected = families.flatMap(({ where }) =>
    where.flatMap(({ column, values }) => column === USER_ID ? values : [])
  );
  return {
    apart: named.some((name) => ofUsers.has(name) || groupRatios.has(name)),
    single: families.some(countsEachUser) ? null : new Set(selected),
  };
}
