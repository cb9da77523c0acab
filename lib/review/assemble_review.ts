/**
 * Puts the inputs of a review together, whatever they came from.
 *
 * @module
 */
import { InputError, quote } from "../base/errors.ts";
import { IdTable } from "../base/ids/id_table.ts";
import { compareIds } from "../base/ids/ids.ts";
import { markEvents } from "./mark_events.ts";
import { NO_GROUP, type ReviewData, SPONSORED, UNKNOWN_TYPE, UNSPONSORED } from "./review_data.ts";
import type { OfferColumns, ReviewParts } from "./review_parts.ts";
import { sortOffers } from "./sort_offers.ts";

/**
 * Puts the inputs together. Of two inputs that say the same thing, the tables of users, groups and contracts win over what
 * stands beside the offers; of two rows, the first.
 *
 * @throws {InputError} where rows of the assignments contradict each other: a user in two groups, a contract of two types
 */
export function assembleReview(parts: ReviewParts): ReviewData {
  const { offers, userGroups } = parts;
  const users = new IdTable();
  const userOf = users.internAll(offers.users.pool);
  const groupedUserOf = userGroups === null ? null : users.internAll(userGroups.users.pool);
  const heldOutUsers = parts.heldOut === null ? null : users.internAll(parts.heldOut.pool);
  const contracts = contractsOf(parts);
  const groups = groupsOf(parts, userOf, groupedUserOf, users.length);
  const heldOut = heldOutOf(offers, userOf, heldOutUsers, users.length);
  const sorted = sortOffers({
    users: users.length,
    user: offers.user.map((u) => userOf[u]),
    contract: offers.contract.map((c) => contracts.of[c]),
    score: offers.score,
  });
  const marks = { users, contracts: contracts.table, ...sorted };
  const outcome = new Uint8Array(sorted.contract.length),
    userOutcome = new Uint8Array(users.length);
  return {
    userIds: users.pool,
    group: groups.group,
    heldOut,
    knowsAllUsers: userGroups !== null,
    groupIds: groups.ids,
    ratio: groups.ratio,
    contractIds: contracts.ids,
    type: contracts.type,
    brand: contracts.brand,
    cap: contracts.cap,
    plannedRate: contracts.plannedRate,
    ...(contracts.about !== undefined && { about: contracts.about }),
    offerStart: sorted.offerStart,
    contract: sorted.contract,
    rank: sorted.rank,
    outcome,
    userOutcome,
    repeatedOffers: sorted.repeated,
    selections: markEvents(parts.selections, marks, outcome, userOutcome, "selected"),
    redemptions: parts.redemptions === null
      ? null
      : markEvents(parts.redemptions, marks, outcome, userOutcome, "redeemed"),
  };
}

/** Contracts in canonical order with what is known of them, and the place of each of the offers' contracts. */
function contractsOf({ offers, contracts: known }: ReviewParts) {
  const own = offers.contracts.pool.toArray();
  const ids = [...new Set([...own, ...known?.contracts ?? []])].sort(compareIds);
  const place = new Map(ids.map((id, i) => [id, i]));
  const of = Uint32Array.from(own, (id) => place.get(id)!);
  const type = new Uint8Array(ids.length).fill(UNKNOWN_TYPE);
  const brand = known?.brands == null ? null : new Array<string>(ids.length).fill("");
  const column = (values: Float64Array | null | undefined) =>
    values == null ? null : new Float64Array(ids.length).fill(NaN);
  const cap = column(known?.cap), plannedRate = column(known?.plannedRate);
  const shown = known?.about === undefined ? undefined : new Map(
    [...known.about.keys()].map((name) => [name, new Array<string>(ids.length).fill("")]),
  );
  const isKnown = new Uint8Array(ids.length);
  known?.contracts.forEach((id, i) => {
    const c = place.get(id)!;
    if (isKnown[c] === 1) return;
    isKnown[c] = 1;
    type[c] = known.sponsored[i] === 1 ? SPONSORED : UNSPONSORED;
    if (brand !== null) brand[c] = known.brands![i];
    if (cap !== null) cap[c] = known.cap![i];
    shown?.forEach((texts, name) => texts[c] = known.about!.get(name)![i]);
    if (plannedRate !== null) plannedRate[c] = known.plannedRate![i];
  });
  if (offers.type !== null) {
    for (let row = 0; row < offers.contract.length; row++) {
      const c = of[offers.contract[row]];
      if (isKnown[c] === 1) continue;
      if (type[c] === UNKNOWN_TYPE) type[c] = offers.type[row];
      else if (type[c] !== offers.type[row]) {
        throw contradiction(offers, row, "is_sponsored", {
          value: offers.type[row] === SPONSORED ? "true" : "false",
          before: type[c] === SPONSORED ? "true" : "false",
          of: `contract ${quote(ids[c])}`,
        });
      }
    }
  }
  return { ids, table: IdTable.from(ids), of, type, brand, cap, plannedRate, about: shown };
}

/** Groups in canonical order, their ratios, and the group of every user. */
function groupsOf(
  parts: ReviewParts,
  userOf: Uint32Array,
  groupedUserOf: Uint32Array | null,
  users: number,
) {
  const { offers, userGroups } = parts;
  const beside = offers.group?.values.filter((id) => id !== "") ?? [];
  const named = new Set([...beside, ...userGroups?.groupIds ?? []]);
  const ids = [...named].sort(compareIds);
  const place = new Map(ids.map((id, i) => [id, i]));
  const group = new Uint32Array(users).fill(NO_GROUP);
  userGroups?.user.forEach((u, row) => {
    const user = groupedUserOf![u];
    if (group[user] === NO_GROUP) {
      group[user] = place.get(userGroups.groupIds[userGroups.group[row]])!;
    }
  });
  const fromTable = userGroups === null ? null : group.slice();
  if (offers.group !== null) {
    const placeOf = offers.group.values.map((id) => place.get(id) ?? NO_GROUP);
    for (let row = 0; row < offers.user.length; row++) {
      const user = userOf[offers.user[row]], g = placeOf[offers.group.code[row]];
      if (g === NO_GROUP || (fromTable !== null && fromTable[user] !== NO_GROUP)) continue;
      if (group[user] === NO_GROUP) group[user] = g;
      else if (group[user] !== g) {
        throw contradiction(offers, row, "group_id", {
          value: ids[g],
          before: ids[group[user]],
          of: `user ${quote(offers.users.pool.at(offers.user[row]))}`,
        });
      }
    }
  }
  return { ids, ratio: ratiosOf(parts, place, userOf, group), group };
}

/** The ratio of each group, NaN where none is known: from the table of ratios, or as beside the offers of the group's users. */
function ratiosOf(
  { offers, groupRatios }: ReviewParts,
  place: ReadonlyMap<string, number>,
  userOf: Uint32Array,
  group: Uint32Array,
): Float64Array {
  const ratio = new Float64Array(place.size).fill(NaN);
  groupRatios?.groups.forEach((id, i) => {
    const g = place.get(id);
    if (g !== undefined && Number.isNaN(ratio[g])) ratio[g] = groupRatios.ratio[i];
  });
  if (groupRatios !== null || offers.ratio === null) return ratio;
  const beside = offers.group?.values.map((id) => place.get(id));
  offers.ratio.forEach((own, row) => {
    // A row without a group is about the group that its user is of.
    const g = beside?.[offers.group!.code[row]] ?? group[userOf[offers.user[row]]];
    // Where rows differ the largest counts, so that the order of rows does not matter.
    if (g !== NO_GROUP && !Number.isNaN(own) && !(own <= ratio[g])) ratio[g] = own;
  });
  return ratio;
}

function heldOutOf(
  offers: OfferColumns,
  userOf: Uint32Array,
  listed: Uint32Array | null,
  users: number,
): Uint8Array | null {
  if (listed === null && offers.heldOut === null) return null;
  const heldOut = new Uint8Array(users);
  for (const u of listed ?? []) heldOut[u] = 1;
  offers.heldOut?.forEach((is, row) => {
    if (is === 1) heldOut[userOf[offers.user[row]]] = 1;
  });
  return heldOut;
}

function contradiction(
  { placeOf }: OfferColumns,
  row: number,
  column: string,
  { value, before, of }: { value: string; before: string; of: string },
): InputError {
  const expected = `${quote(before)} as in an earlier row of ${of}`;
  return InputError.at({ ...placeOf?.(row), column, value, expected });
}
