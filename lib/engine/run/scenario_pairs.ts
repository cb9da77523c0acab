/**
 * The pins and bans of a scenario in an engine: what `allocator/explain/scenario_pairs.ts` does on one machine.
 *
 * @module
 */
import { notInDrop, scenarioFault } from "../../allocator/explain/scenario_fault.ts";
import { bansPinned } from "../../allocator/explain/scenario_pairs.ts";
import type { Scenario } from "../../allocator/explain/scenario.ts";
import type { UsageError } from "../../base/errors.ts";
import { compareIds } from "../../base/ids/ids.ts";
import { didYouMean } from "../../base/ids/near_ids.ts";
import { type ResolvedBans, resolveNamed } from "../drop/before.ts";
import { besideKept, pairKey, pinKinds, type PinnedColumns } from "../drop/pins.ts";
import type { PairRules } from "../steps/leave_out.ts";
import type { Run } from "./begin_run.ts";

/** What messages call the place of a scenario's pins and bans. */
export const SCENARIO = "the scenario";

/**
 * Refuses a scenario that names a group without a user who has a pair: on one machine that is no group of the drop.
 *
 * @throws UsageError for such a group
 */
export async function refuseEmptyGroups(
  { engine, columns, options }: Run,
  rules: PairRules,
): Promise<void> {
  const { scenario } = options;
  if (scenario === undefined) return;
  const named = [
    ...Object.keys(scenario.setRatio ?? {}),
    ...(scenario.bans ?? []).flatMap(({ group }) => group === undefined ? [] : [group]),
  ];
  if (named.length === 0) return;
  const known = [...await engine.groupsAmong(columns, rules, options)].sort(compareIds);
  for (const group of named) refuseUnknown(scenario, "group", group, known);
}

/**
 * Bans what a scenario bans, as if it had never been eligible. Returns the bans, and the rules by which pairs count from here on;
 * no bans: null, and the rules as they were.
 *
 * @throws UsageError for a user, contract or brand that the drop does not have, and a ban that names nothing
 */
export async function banUnder(
  { engine, columns, options }: Run,
  rules: PairRules,
): Promise<{ bans: ResolvedBans | null; rules: PairRules }> {
  const { scenario } = options, bans = scenario?.bans ?? [];
  if (scenario === undefined || bans.length === 0) return { bans: null, rules };
  const users = bans.flatMap(({ user }) => user === undefined ? [] : [user]);
  const known = users.length === 0
    ? new Set<string>()
    : await engine.usersAmong(users, columns, rules, options);
  const { contracts, brands } = columns;
  for (const { user, contract, brand, group } of bans) {
    if ([user, contract, brand, group].every((id) => id === undefined)) {
      throw scenarioFault(scenario, "a ban names neither user, contract, brand nor group");
    }
    if (user !== undefined && !known.has(user)) throw notInDrop(scenario, `user ${user}`, "");
    refuseUnknown(scenario, "contract", contract, contracts);
    if (brand === "") throw notInDrop(scenario, "brand ", "");
    refuseUnknown(scenario, "brand", brand, brands);
  }
  const resolved = resolveNamed({
    length: bans.length,
    at: (row) => {
      const { user = null, contract = null, brand = null, group = null } = bans[row];
      return { user, contract, brand, group };
    },
    placeText: () => SCENARIO,
  }, columns);
  await engine.banMore(resolved, columns, rules, options);
  // Each user's best were chosen before.
  return { bans: resolved, rules: { ...rules, topN: Infinity } };
}

/** @throws UsageError for an id that is given and is none of the drop's */
function refuseUnknown(
  scenario: Scenario,
  kind: string,
  id: string | undefined,
  known: readonly string[],
): void {
  if (id === undefined || known.includes(id)) return;
  throw notInDrop(scenario, `${kind} ${id}`, didYouMean(id, known));
}

/** What pins of a scenario are found in. */
interface PinsUnder {
  /** The pins without those of the scenario; null: there are none. */
  readonly pins: PinnedColumns | null;
  /** What the scenario bans; null: nothing. */
  readonly bans: ResolvedBans | null;
  /** Which pairs count. */
  readonly rules: PairRules;
  /** Users held out. */
  readonly heldOut: ReadonlySet<string>;
}

/**
 * The pins with those of a scenario, and without previous offers that it bans.
 *
 * @throws UsageError for a user or contract that the drop does not have, a pair that is not eligible, and a ban of a pair that is
 *   pinned; InputError for more pins than a cap or k allows
 */
export async function pinsUnder(run: Run, given: PinsUnder): Promise<PinnedColumns | null> {
  const { engine, columns, input: { policy }, options } = run;
  const { pins, bans, rules } = given, { pins: more = [] } = options.scenario ?? {};
  if (more.length === 0 && (pins === null || bans === null)) return pins;
  const kinds = pinKinds(columns, policy);
  // Every pin of the drop's own was an eligible pair before the scenario's bans.
  const own = bans === null ? [] : run.before?.pins?.pairs ?? [];
  const each = new Map(
    [...own, ...more].map((
      { user, contract },
    ) => [pairKey(user, contract), [user, contract] as const]),
  );
  const found = await engine.pinMore([...each.values()], columns, rules, kinds, options);
  const banned = own.find(({ user, contract }) => found.missing.has(pairKey(user, contract)));
  if (banned !== undefined) {
    throw bansPinned(options.scenario!, banned.user, banned.contract, banned.place);
  }
  const missing = more.find(({ user, contract }) => found.missing.has(pairKey(user, contract)));
  if (missing !== undefined) throw await whyNotPinned(run, missing, given);
  return besideKept(columns, kinds, found, true);
}

/** The error for a pin of a scenario that is no pair of the drop. */
async function whyNotPinned(
  { engine, columns, before, options }: Run,
  { user, contract }: { readonly user: string; readonly contract: string },
  { bans, rules, heldOut }: PinsUnder,
): Promise<UsageError> {
  const scenario = options.scenario!, text = `the pinned pair of ${user} and ${contract}`;
  if (!columns.contracts.includes(contract)) {
    return notInDrop(scenario, `contract ${contract}`, didYouMean(contract, columns.contracts));
  }
  const { isPair, isBanned, isCooling, groups } = await engine.standingOf(user, contract, options);
  const place = isBanned ? before?.bans?.placeOf(user, groups, contract) : null;
  const ban = !isPair ? null : place ?? bans?.placeOf(user, groups, contract) ?? null;
  if (ban !== null) return scenarioFault(scenario, `${text} is banned by ${ban}`);
  if (isCooling) return scenarioFault(scenario, `${text} is cooling`);
  if (heldOut.has(user)) {
    return scenarioFault(scenario, `the pinned user ${user} is held out of the drop`);
  }
  const known = await engine.usersAmong([user], columns, rules, options);
  if (!known.has(user)) return notInDrop(scenario, `user ${user}`, "");
  return scenarioFault(scenario, `${text} is not eligible`);
}
