/**
 * How many offers each user may get: its own k, or the policy's.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import { NO_OWN_K } from "../drop/instance/own_k.ts";
import type { Policy } from "./policy_table.ts";

/** The part of a drop that says which users have a k of their own. */
export type WithOwnK = Pick<Instance, "k">;

/** Most offers of user `u`. */
export function kOfUser({ k }: WithOwnK, policy: Pick<Policy, "k">, u: number): number {
  return k === undefined || k[u] === NO_OWN_K ? policy.k : k[u];
}

/** Users sorted into classes by how many offers they may get. */
export interface KClasses {
  /** The distinct k, ascending. */
  readonly values: readonly number[];
  /** Uint16Array, length users: index into `values`. */
  readonly classOf: Uint16Array;
}

/** The classes of a drop; null if everybody has the policy's k. */
export function kClasses(instance: WithOwnK, policy: Pick<Policy, "k">): KClasses | null {
  const { k } = instance;
  if (k === undefined || k.every((own) => own === NO_OWN_K || own === policy.k)) return null;
  const distinct = new Set<number>();
  for (let u = 0; u < k.length; u++) distinct.add(kOfUser(instance, policy, u));
  const values = [...distinct].sort((a, b) => a - b);
  const index = new Map(values.map((value, i) => [value, i]));
  const classOf = Uint16Array.from(k, (_, u) => index.get(kOfUser(instance, policy, u))!);
  return { values, classOf };
}

/** The largest k: of the users' own and the policy's. */
export function largestK({ k }: WithOwnK, policy: Pick<Policy, "k">): number {
  let most = policy.k;
  for (const own of k ?? []) if (own > most) most = own;
  return most;
}

/** Σ over users of the offers that they may get. */
export function offerPlaces(
  instance: WithOwnK & Pick<Instance, "group">,
  policy: Pick<Policy, "k">,
): number {
  const users = instance.group.length;
  if (instance.k === undefined) return users * policy.k;
  let places = 0;
  for (let u = 0; u < users; u++) places += kOfUser(instance, policy, u);
  return places;
}

/** Facts for reports about users with a k of their own. */
export interface OwnKFacts {
  /** Users with a k of their own that is not the policy's. */
  readonly users: number;
  /** Their least k. */
  readonly least: number;
  /** Their largest k. */
  readonly most: number;
}

/** The facts about users whose k is not the policy's; undefined if there are none. */
export function ownKFacts(
  { k }: WithOwnK,
  policy: Pick<Policy, "k">,
): OwnKFacts | undefined {
  let users = 0, least = Infinity, most = 0;
  for (const own of k ?? []) {
    if (own === NO_OWN_K || own === policy.k) continue;
    users++;
    least = Math.min(least, own);
    most = Math.max(most, own);
  }
  return users === 0 ? undefined : { users, least, most };
}
