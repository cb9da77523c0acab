/**
 * A drop with the pins and bans of a scenario.
 *
 * @module
 */
import type { UsageError } from "../../base/errors.ts";
import { didYouMean } from "../../base/ids/near_ids.ts";
import { banPairs } from "../drop/applied/ban_pairs.ts";
import type { BanInput, PinInput } from "../drop/applied/before_input.ts";
import { findHeldBack, reasonHeldBack } from "../drop/before/held_back.ts";
import { pairOf } from "../drop/before/parties.ts";
import { isKeptPrevious } from "../drop/applied/keep_previous.ts";
import { type Instance, userOfPair } from "../drop/instance/instance.ts";
import { withMorePins } from "../drop/applied/more_pins.ts";
import { notInDrop, scenarioFault } from "./scenario_fault.ts";

/** A pair that must be given. The drop has its score. */
type ScenarioPin = Pick<PinInput, "user" | "contract">;

/** The part of a scenario that is read here. */
interface PinsAndBans {
  readonly name: string;
  readonly pins?: readonly ScenarioPin[];
  readonly bans?: readonly BanInput[];
}

/** Where messages say that a pin or a ban stands. */
const PLACE = "the scenario";

/**
 * The drop without the pairs that a scenario bans, as if they had never been eligible. Users held out lose them too, unless
 * they have offers already. Previous offers that are kept (`onlyNew`) are let go.
 *
 * @throws {UsageError} for a user, contract, brand or group that the drop does not have, a ban that names nothing, bans that
 *   leave no pair, and a ban of a pair that is pinned
 */
export function withBans(instance: Instance, scenario: PinsAndBans): Instance {
  const { bans = [] } = scenario, { heldOut } = instance;
  if (bans.length === 0) return instance;
  for (const ban of bans) refuseUnknown(instance, scenario, ban);
  const isOut = pairsBanned(instance, bans);
  refusePinned(instance, scenario, isOut);
  if (!isOut.includes(0)) throw scenarioFault(scenario, "bans leave no pair");
  const banned = banPairs(instance, isOut, PLACE);
  if (heldOut === undefined || heldOut.offers !== undefined) return banned;
  const others = heldOut.instance;
  const left = banPairs(others, pairsBanned(others, bans), PLACE);
  return { ...banned, heldOut: { ...heldOut, instance: left } };
}

/** @throws {UsageError} for a pin of the drop's own among the banned pairs */
function refusePinned(instance: Instance, scenario: PinsAndBans, isOut: Uint8Array): void {
  const { pins, users, contracts, contract } = instance;
  const i = pins?.pair.findIndex((p, i) => isOut[p] === 1 && !isKeptPrevious(pins, i)) ?? -1;
  if (pins === undefined || i < 0) return;
  const p = pins.pair[i], user = users.at(userOfPair(instance, p));
  throw bansPinned(scenario, user, contracts[contract[p]], pins.rows.placeText(pins.row[i]));
}

/** The error for a ban of a scenario that stands against a pin which was given elsewhere. */
export function bansPinned(
  scenario: { readonly name: string },
  user: string,
  contract: string,
  place: string,
): UsageError {
  const what = `it bans the pair of ${user} and ${contract}, which is pinned by ${place}`;
  return scenarioFault(scenario, what);
}

/** @throws {UsageError} for a ban of an id that the drop does not have, or one that names nothing */
function refuseUnknown(instance: Instance, scenario: PinsAndBans, ban: BanInput): void {
  const { user, contract, brand, group } = ban;
  const { users, contracts, brands, groups } = instance;
  if ([user, contract, brand, group].every((id) => id === undefined)) {
    throw scenarioFault(scenario, "a ban names neither user, contract, brand nor group");
  }
  if (user !== undefined && users.indexOfSorted(user) < 0 && !isHeldOut(instance, user)) {
    throw unknownUser(instance, scenario, user);
  }
  if (contract !== undefined && !contracts.includes(contract)) {
    throw notInDrop(scenario, `contract ${contract}`, didYouMean(contract, contracts));
  }
  if (brand !== undefined && (brand === "" || !brands.includes(brand))) {
    throw notInDrop(scenario, `brand ${brand}`, didYouMean(brand, brands));
  }
  if (group !== undefined && !groups.includes(group)) {
    throw notInDrop(scenario, `group ${group}`, didYouMean(group, groups));
  }
}

/** With this many users or more, no similar user id is looked for: it would take too long. */
const MANY = 10_000;

function unknownUser({ users }: Instance, scenario: PinsAndBans, id: string): UsageError {
  const known = users.length < MANY ? users.toArray() : [];
  return notInDrop(scenario, `user ${id}`, didYouMean(id, known));
}

function isHeldOut({ heldOut }: Instance, user: string): boolean {
  return heldOut !== undefined && heldOut.instance.users.indexOfSorted(user) >= 0;
}

/** Uint8Array, length pairs: 1 for the banned ones. */
function pairsBanned(instance: Instance, bans: readonly BanInput[]): Uint8Array {
  const { users, contracts, contract, brand, brands, groups, group, start } = instance;
  const isOut = new Uint8Array(contract.length);
  for (const ban of bans) {
    const u = ban.user === undefined ? -1 : users.indexOfSorted(ban.user);
    if (ban.user !== undefined && u < 0) continue;
    const isMatch = Uint8Array.from(contracts, (id, c) => {
      const isOfBrand = ban.brand === undefined || brands[brand![c]] === ban.brand;
      return isOfBrand && (ban.contract === undefined || ban.contract === id) ? 1 : 0;
    });
    const g = ban.group === undefined ? -1 : groups.indexOf(ban.group);
    const [from, to] = u < 0 ? [0, start.length - 1] : [u, u + 1];
    for (let v = from; v < to; v++) {
      if (ban.group !== undefined && group[v] !== g) continue;
      for (let p = start[v]; p < start[v + 1]; p++) if (isMatch[contract[p]] === 1) isOut[p] = 1;
    }
  }
  return isOut;
}

/**
 * The drop with a scenario's pins in addition to its own.
 *
 * @throws {UsageError} for a user or contract that the drop does not have, or a pair that is not eligible
 */
export function withScenarioPins(instance: Instance, scenario: PinsAndBans): Instance {
  const { pins = [] } = scenario;
  if (pins.length === 0) return instance;
  const isPinned = new Uint8Array(instance.contract.length);
  for (const pin of pins) isPinned[pinnedPair(instance, scenario, pin)] = 1;
  return withMorePins(instance, isPinned, PLACE);
}

/** The pair that a pin names. */
function pinnedPair(instance: Instance, scenario: PinsAndBans, pin: ScenarioPin): number {
  const { users, contracts, heldBack } = instance;
  const c = contracts.indexOf(pin.contract), u = users.indexOfSorted(pin.user);
  const text = `the pinned pair of ${pin.user} and ${pin.contract}`;
  if (c < 0) {
    throw notInDrop(scenario, `contract ${pin.contract}`, didYouMean(pin.contract, contracts));
  }
  const held = heldBack === undefined ? -1 : findHeldBack(heldBack, pin.user, c);
  if (held >= 0) {
    const { reason, because } = reasonHeldBack(heldBack!, held);
    const why = reason === "banned" ? `banned by ${because}` : `cooling: ${because}`;
    throw scenarioFault(scenario, `${text} is ${why}`);
  }
  if (u < 0 && isHeldOut(instance, pin.user)) {
    throw scenarioFault(scenario, `the pinned user ${pin.user} is held out of the drop`);
  }
  if (u < 0) throw unknownUser(instance, scenario, pin.user);
  const pair = pairOf(instance, u, c);
  if (pair < 0) throw scenarioFault(scenario, `${text} is not eligible`);
  return pair;
}
