/**
 * Pins in an engine: pinned pairs have slots of their own, which are worth so much that their users take them.
 *
 * What pins use is taken off caps and limits first. The drop that is solved has contracts made for pins behind the others of
 * their type, as `allocator/pins/pinned_drop.ts` makes it on one machine; the drop that is judged has pairs like others.
 *
 * @module
 */
import type { PinRows, RowPlaces } from "../../allocator/drop/before/given_rows.ts";
import { InputError, quote } from "../../base/errors.ts";
import { didYouMean } from "../../base/ids/near_ids.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { largestOfferCost } from "../../allocator/model/offer_cost.ts";
import { largestBundle, type Policy } from "../../allocator/model/policy.ts";
import { pinConflict, refuseConflicts } from "../../allocator/pins/pin_conflicts.ts";
import { type Instance, userOfPair } from "../../allocator/drop/instance/instance.ts";
import { compareIds } from "../../base/ids/ids.ts";
import type { Limits } from "../../allocator/drop/instance/limits.ts";
import { signedRows } from "../../allocator/model/row_use.ts";
import type { Slots } from "./slots.ts";
import type { Columns } from "./task.ts";
import { COUNT_ROUNDING } from "../../base/numbers/rounding.ts";

/** A pair that must be given. */
export interface PinnedPair {
  /** Id of the user. */
  readonly user: string;
  /** Id of the contract. */
  readonly contract: string;
  /** Id of the contract that stands for it. */
  readonly pin: string;
  /** The score beside it; NaN: none. */
  readonly score: number;
  /** Where it was read, for messages. */
  readonly place: string;
  /** Row of the pins, the first about the pair. */
  readonly row: number;
}

/** A row whose contract can't be given. */
interface PinFault {
  /** Id of its user. */
  readonly user: string;
  /** Where it stands, for messages. */
  readonly place: string;
  /** The error. */
  readonly error: InputError;
}

/** How many pins a drop has, and the drop beside them. */
export interface PinnedColumns {
  /** Pairs that are pinned. */
  readonly count: number;
  /** Users who have a pin. */
  readonly users: number;
  /** The columns with the contracts of pins, and caps less what pins take. */
  readonly columns: Columns;
  /** Int32Array, for each contract of `columns` its index in the drop; −1: it stands for pins. */
  readonly contractOf: Int32Array;
}

/** The pins that a drop is given, and the drop beside them. */
export interface EnginePins extends PinnedColumns {
  /** The pins, each once. */
  readonly pairs: readonly PinnedPair[];
  /** Rows, blank ones left out. */
  readonly rows: number;
  /** Rows of nothing but separators. */
  readonly blankRows: number;
  /** Whether a pin that is not eligible becomes so, with its score. */
  readonly mayCreate: boolean;
  /** The first row whose contract can't be given, of which and of those behind it there are no pairs; null: there is none. */
  readonly fault: PinFault | null;
}

/** What a user's pins may be called: by their kind, and which of the user's pins of the kind each is. */
export interface PinKinds {
  /** Uint32Array, by contract: its kind, which is its type and, where brands are limited, its brand. */
  readonly kindOf: Uint32Array;
  /** Most pins of a user. */
  readonly most: number;
  /** The contracts that may stand for pins: at `kind × most + n` that of the n-th of a kind, from 0. */
  readonly slots: readonly PinSlot[];
}

/** A contract that stands for pins. */
interface PinSlot {
  readonly id: string;
  readonly type: number;
  readonly brand: number;
}

/** Offers that stay, as an engine found them. */
export interface KeptOffers {
  /** Users who have some. */
  readonly users: number;
  /** How many of them each contract has. */
  readonly given: ReadonlyMap<number, number>;
  /** The contracts that stand for one. */
  readonly used: ReadonlySet<string>;
}

/** The error for a pin that breaks a rule, or names what does not exist. */
function refused(place: string, what: string, expected: string): InputError {
  return new InputError(`${place}: ${what}, expected ${expected}`, {
    column: "contract_address",
    expected,
  });
}

/**
 * Finds the pairs of pins. What is wrong with them is reported later, in the order of one machine: an earlier row may name a user who
 * has no group, and only the engine knows the users.
 */
export function pinsOf(
  rows: PinRows,
  columns: Columns,
  policy: Policy,
  mayCreate: boolean,
): EnginePins {
  const { contracts } = columns;
  const index = new Map(contracts.map((id, c) => [id, c])), without = new Set(columns.withoutCap);
  const ofUser = new Map<string, Map<number, number>>();
  let fault: EnginePins["fault"] = null;
  for (let row = 0; row < rows.length && fault === null; row++) {
    const user = rows.columns.user_id.text(row);
    const contract = rows.columns.contract_address.text(row), c = index.get(contract);
    if (c === undefined) {
      const what = `pinned contract_address is ${quote(contract)}`;
      const expected = without.has(contract)
        ? "a contract that has a cap above 0"
        : `a contract of caps${didYouMean(contract, contracts)}`;
      const place = rows.placeText(row);
      fault = { user, place, error: refused(place, what, expected) };
      continue;
    }
    const own = ofUser.get(user) ?? new Map<number, number>();
    ofUser.set(user, own);
    if (!own.has(c)) own.set(c, row);
  }
  const sorted = [...ofUser].sort(([a], [b]) => compareIds(a, b)).map(([user, own]) => ({
    user,
    own: [...own].map(([c, row]) => ({ c, row })).sort((a, b) => a.c - b.c),
  }));
  const longest = Math.max(0, ...sorted.map(({ own }) => own.length));
  const kinds = pinKinds(columns, policy, longest), given = countPins(sorted);
  const slots = new Set<PinSlot>(), pairs: PinnedPair[] = [];
  const scores = rows.numbers.array();
  for (const { user, own } of sorted) {
    const seen = new Map<number, number>();
    for (const { c, row } of own) {
      const kind = kinds.kindOf[c], n = seen.get(kind) ?? 0;
      const slot = kinds.slots[kind * kinds.most + n];
      seen.set(kind, n + 1);
      slots.add(slot);
      const place = rows.placeText(row);
      pairs.push({ user, contract: contracts[c], pin: slot.id, score: scores[row], place, row });
    }
  }
  const { length, blankRows } = rows;
  return {
    pairs,
    count: pairs.length,
    users: sorted.length,
    rows: length,
    blankRows,
    mayCreate,
    fault,
    ...besidePins(columns, given, [...slots]),
  };
}

/** The pins of a user, in the order of the contracts. */
interface UserPins {
  readonly user: string;
  readonly own: readonly { readonly c: number; readonly row: number }[];
}

/** How many pins each contract has. */
function countPins(users: readonly UserPins[]): Map<number, number> {
  const given = new Map<number, number>();
  for (const { own } of users) for (const { c } of own) given.set(c, (given.get(c) ?? 0) + 1);
  return given;
}

/**
 * Refuses pins that are more than the largest k or than a cap, where they are too many to be looked over as one machine does.
 *
 * @throws InputError for the first of them
 */
export function refuseCrowdedPins(
  rows: PinRows,
  { pairs }: EnginePins,
  { contracts, cap, ownK }: Columns,
  { k }: Policy,
): void {
  const most = Math.max(k, ...ownK?.values ?? []),
    index = new Map(contracts.map((id, c) => [id, c]));
  const given = new Map<string, PinnedPair[]>();
  let first = 0;
  const refuse = (pin: PinnedPair, what: string, other: PinnedPair) =>
    pinConflict(rows, pin, what, other === pin ? undefined : other.row);
  pairs.forEach((pin, i) => {
    if (pin.user !== pairs[first].user) first = i;
    if (i - first >= most) throw refuse(pin, `is one more than k = ${most}`, pairs[first]);
    const before = given.get(pin.contract) ?? [], capOf = cap[index.get(pin.contract)!];
    before.push(pin);
    given.set(pin.contract, before);
    if (before.length > capOf) throw refuse(pin, `is one more than the cap of ${capOf}`, before[0]);
  });
}

/** Where pins were given. */
export interface PinPlaces {
  /** The slots of the drop, pinned ones among them. */
  readonly slots: Slots;
  /** Pins of a table, and its rows; null: there are none. */
  readonly given: { readonly pins: EnginePins; readonly rows: PinRows } | null;
  /** Where another pin in a slot was given. */
  readonly placeOf: (slot: number) => string;
}

/**
 * Refuses pins that contradict a rule, or each other under a rule, in the words of one machine.
 *
 * @param instance the pinned users with all of their pairs, whose items are slots
 * @throws InputError that names their places
 */
export function refusePinConflicts(
  instance: Instance,
  policy: Policy,
  { slots, given, placeOf }: PinPlaces,
): void {
  const { users, contracts, start, contract, limits } = instance, { item } = limits!.rows;
  const rowOf = new Map(
    given?.pins.pairs.map((pin) => [pairKey(pin.user, pin.contract), pin.row]),
  );
  const first = given?.rows.length ?? 0, pair: number[] = [], row: number[] = [];
  users.toArray().forEach((user, u) => {
    for (let p = start[u]; p < start[u + 1]; p++) {
      if (slots.isPinned![item[p]] === 0) continue;
      pair.push(p);
      row.push(rowOf.get(pairKey(user, contracts[contract[p]])) ?? first + p);
    }
  });
  const textOf = (p: number) =>
    `${placeOf(item[p])} (${users.at(userOfPair(instance, p))}, ${contracts[contract[p]]})`;
  const rows: RowPlaces = {
    placeOf: (r) =>
      r < first ? given!.rows.placeOf(r) : { file: placeOf(item[r - first]), line: 0 },
    nameOf: (r, column) => r < first ? given!.rows.nameOf(r, column) : column,
    placeText: (r) => r < first ? given!.rows.placeText(r) : textOf(r - first),
  };
  refuseConflicts(instance, policy, {
    pair: Uint32Array.from(pair),
    row: Uint32Array.from(row),
    rows,
    created: new Uint8Array(pair.length),
  });
}

/** A user and a contract as one text. */
export function pairKey(user: string, contract: string): string {
  return JSON.stringify([user, contract]);
}

/** Pinned users who are looked over at most: more would not fit Divvy's own memory. */
export const PINNED_USERS = 100_000;

/** What messages call the place of offers that stay. */
export function whoseKept(areNamed: boolean): string {
  return areNamed ? "pins of the scenario and the drop" : "previous";
}

/**
 * What pins of a drop's users may be called.
 *
 * @param pins most pins of a user in the table, which may be too many
 */
export function pinKinds(columns: Columns, policy: Policy, pins = 0): PinKinds {
  const { contracts, sponsoredContracts, brand, ownK } = columns;
  const limitsBrands = policy.maxPerBrand !== null && brand !== null;
  const most = Math.max(policy.k, pins, ...ownK?.values ?? []);
  let prefix = "pin";
  while (contracts.some((id) => id.startsWith(prefix))) prefix += "~";
  const places = new Map<string, number>(), slots: PinSlot[] = [];
  const kindOf = Uint32Array.from(contracts, (_, c) => {
    const type = c < sponsoredContracts ? 0 : 1, b = limitsBrands ? brand![c] : 0;
    const kind = `${type}_${b}`, place = places.get(kind) ?? places.size;
    if (!places.has(kind)) {
      places.set(kind, place);
      for (let n = 0; n < most; n++) slots.push({ id: `${prefix}${kind}_${n}`, type, brand: b });
    }
    return place;
  });
  return { kindOf, most, slots };
}

/**
 * The drop beside offers that stay.
 *
 * @param areNamed whether they are pins of a scenario and the drop's own, not previous offers
 * @throws InputError where more of a contract would stay than its cap, where that is not found with their rows
 */
export function besideKept(
  columns: Columns,
  { slots }: PinKinds,
  { users, given, used }: KeptOffers,
  areNamed = false,
): PinnedColumns {
  let count = 0;
  for (const [c, n] of given) {
    count += n;
    if (n <= columns.cap[c] || users <= PINNED_USERS) continue;
    const id = columns.contracts[c], expected = `at most its cap of ${columns.cap[c]}`;
    const what = areNamed ? "would be given" : "would stay, pins among them";
    throw new InputError(
      `${whoseKept(areNamed)}: ${n} offers of contract ${quote(id)} ${what}, expected ${expected}`,
      { column: "contract_address", value: id, expected },
    );
  }
  return { count, users, ...besidePins(columns, given, slots.filter(({ id }) => used.has(id))) };
}

/** Cap of the contract of a pin: it needs no real one, as nobody has the pair but its user. */
const UNLIMITED = 1e9;

/** The columns with the contracts of pins. */
function besidePins(
  columns: Columns,
  given: ReadonlyMap<number, number>,
  slots: readonly PinSlot[],
): Pick<PinnedColumns, "columns" | "contractOf"> {
  const { contracts, sponsoredContracts: first, cap, brand } = columns;
  const own = contracts.map((id, c) => ({
    id,
    c,
    cap: cap[c] - (given.get(c) ?? 0),
    brand: brand?.[c] ?? 0,
  }));
  const ofType = (wanted: number) =>
    slots.filter(({ type }) => type === wanted)
      .map(({ id, brand }) => ({ id, c: -1, cap: UNLIMITED, brand }));
  const sponsored = [...own.slice(0, first), ...ofType(0)];
  const all = [...sponsored, ...own.slice(first), ...ofType(1)];
  return {
    columns: {
      ...columns,
      contracts: all.map(({ id }) => id),
      sponsoredContracts: sponsored.length,
      cap: Float64Array.from(all, (one) => one.cap),
      brand: brand && Uint32Array.from(all, (one) => one.brand),
    },
    contractOf: Int32Array.from(all, ({ c }) => c),
  };
}

/**
 * The limits with what pins use taken off their amounts; pins count toward none then. Shares of offers are the exception: they
 * have coefficients of both signs and an amount of 0, so there pins count as they are.
 *
 * @param given Float64Array, length slots: how many pins each has; 0 for slots of other pairs
 */
export function limitsBesidePins(limits: Limits, slots: Slots, given: Float64Array): Limits {
  const { rows } = limits, { isPinned, worked } = slots;
  const isSigned = signedRows(rows), amount = rows.amount.slice();
  const start = new Uint32Array(rows.start.length), row: number[] = [], coefficient: number[] = [];
  for (let s = 0; s + 1 < start.length; s++) {
    for (let e = rows.start[s]; e < rows.start[s + 1]; e++) {
      const r = rows.row[e], counts = isPinned![s] === 0 || isSigned[r] === 1;
      if (!counts) amount[r] -= given[s] * rows.coefficient[e];
      else {
        row.push(r);
        coefficient.push(rows.coefficient[e]);
      }
    }
    start[s + 1] = row.length;
  }
  amount.forEach((left, r) => {
    const isRounding = Math.abs(left) <= COUNT_ROUNDING * Math.abs(rows.amount[r]);
    if (isRounding && !Number.isInteger(left)) amount[r] = 0;
  });
  const own = {
    contract: worked,
    start,
    amount,
    row: Uint32Array.from(row),
    coefficient: Float64Array.from(coefficient),
  };
  return { ...limits, rows: { ...rows, ...own } };
}

/**
 * The problem in which each pin has a bonus so large that its user takes it, and the most that a move may lose without giving
 * up a pin. Bound and objective do not count the bonus.
 */
export function withBonuses(
  problem: DualProblem,
  { isPinned }: Slots,
  { count }: PinnedColumns,
): { problem: DualProblem; mostRegret: number } {
  const price = problem.shortfallPrice, items = problem.items!;
  const bundle = largestBundle(problem.instance, problem.policy) + price +
    problem.k * largestOfferCost(items, items.highest, price);
  const bonus = 10 ** Math.ceil(Math.log10(8 * bundle || 1));
  const own = {
    ...problem,
    offerBonus: problem.offerBonus.map((own, s) => own + bonus * isPinned![s]),
    ownCoverage: problem.ownCoverage - bonus * count,
  };
  // Bundles that hold the same pins differ by less than that, and the bonus is many times as much.
  return { problem: own, mostRegret: bonus / 2 };
}

/** Prices of the drop's own contracts. */
export function pricesBesidePins(prices: Prices, { contractOf }: PinnedColumns): Prices {
  const own = prices.contract.filter((_, c) => contractOf[c] >= 0);
  const contract = new Float64Array(own.length);
  contractOf.forEach((c, at) => c >= 0 && (contract[c] = prices.contract[at]));
  return { ...prices, contract };
}
