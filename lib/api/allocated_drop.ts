/**
 * Allocations that can be read by the ids of their drop.
 *
 * @module
 */
import { shownInNotebook } from "./in_notebook.ts";
import type { LimitKindName } from "../allocator/limits/kinds/list.ts";
import { type Allocation, pricesOfKinds } from "../allocator/model/allocation.ts";
import type { Instance } from "../allocator/drop/instance/instance.ts";
import { aboutContract, type KnownContract } from "../allocator/drop/instance/contract_columns.ts";
import { type LimitPrice, limitPrices } from "../allocator/model/certificate.ts";
import { rememberInstance } from "./allocation_of_drop.ts";
import { indexOfUser } from "./ids_of_drop.ts";
import { allocationFigures, printedShort } from "./short_view.ts";
import { aText, checkValue } from "../base/validate.ts";

/** An eligible pair that became an offer. */
export interface Offer {
  /** Id of the user. */
  readonly user: string;
  /** Id of the contract. */
  readonly contract: string;
  /** Its score. */
  readonly score: number;
  /** Whether the contract is sponsored. */
  readonly sponsored: boolean;
  /** Id of the user's group. */
  readonly group: string;
}

/**
 * Prices of a group's limits, each at most what one more unit of room adds to the objective: of the least (`minSponsored`) and
 * most sponsored users (`maxSponsored`), of a sponsored assignment in the assignment ratio (`assignmentRatio`), of a mixed
 * user (`mixedShare`).
 */
export type PricesOfGroup = Readonly<Record<LimitKindName, number>>;

/** Prices by ids. */
export interface PricesById {
  /** Price of one more unit of each contract's cap, by contract. */
  readonly contracts: ReadonlyMap<string, number>;
  /** Prices of each group's rules, by group. */
  readonly groups: ReadonlyMap<string, PricesOfGroup>;
  /** Prices above 0 of the drop's limits. */
  readonly limits: readonly LimitPrice[];
}

/**
 * What `allocate` returns: an {@link Allocation}, read by ids. `console.log` shows its figures and `JSON.stringify` writes them, under
 * the names that `divvy allocate --summary` has for them, without the offers.
 *
 * @example
 * ```ts
 * import { allocate } from "./allocate.ts";
 * import { Drop } from "../allocator/drop/drop.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "all" }, { id: "bob", group: "all" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }, { id: "cake", cap: 9, sponsored: false }],
 *   groups: [{ id: "all", ratio: 0 }],
 *   pairs: [
 *     { user: "ann", contract: "tea", score: 0.75 },
 *     { user: "bob", contract: "tea", score: 0.5 },
 *     { user: "bob", contract: "cake", score: 0.25 },
 *   ],
 * });
 * const allocation = await allocate(drop, { covW: [], sponsoredBonus: 0 });
 * const lines = Array.from(allocation.offers(), ({ user, contract }) => `${user} gets ${contract}`);
 * assertEquals(lines, ["ann gets tea", "bob gets cake"]);
 * assertEquals(allocation.offersOf("bob").map(({ score }) => score), [0.25]);
 * // One more tea is worth what bob would gain by it, or up to what ann would lose without hers.
 * const tea = allocation.pricesById()!.contracts.get("tea")!;
 * assertEquals(0.25 <= tea && tea <= 0.75, true);
 * ```
 */
export interface AllocatedDrop extends Allocation {
  /** All offers, user by user, each user's best first. */
  offers(): Generator<Offer, void>;
  /**
   * The offers of one user, best first; none for a user who got nothing.
   *
   * @throws {UsageError} for a user that is not in the drop
   */
  offersOf(user: string): Offer[];
  /** The prices by ids; null where the solver has none (greedy). */
  pricesById(): PricesById | null;
}

/** The contracts with what is shown beside their ids. */
function knownContracts(instance: Instance): KnownContract[] {
  return instance.contracts.map((id, c) => ({
    contract_address: id,
    ...aboutContract(instance, c),
  }));
}

/** Adds the methods of {@link AllocatedDrop} to an allocation. They are not enumerable, so copies and comparisons ignore them. */
export function allocatedDrop(instance: Instance, allocation: Allocation): AllocatedDrop {
  const methods: Omit<AllocatedDrop, keyof Allocation> = {
    offers() {
      const all = () => allOffers(instance, allocation);
      return shownInNotebook(
        all(),
        ({ shownRows, offersBundle }) =>
          offersBundle(shownRows(all()), allocation.offerPair.length, knownContracts(instance)),
      );
    },
    offersOf(user) {
      checkValue("user", user, aText);
      const own = [...offersOf(instance, allocation, indexOfUser(instance, user))];
      return shownInNotebook(
        own,
        (notebook) => notebook.offersBundle(own, own.length, knownContracts(instance)),
      );
    },
    pricesById() {
      return pricesById(instance, allocation);
    },
  };
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(allocation, name, { value, configurable: true });
  }
  printedShort(allocation, "Allocation", () => allocationFigures(instance, allocation));
  rememberInstance(allocation, instance);
  return allocation as AllocatedDrop;
}

function* allOffers(instance: Instance, allocation: Allocation): Generator<Offer, void> {
  for (let u = 0; u < instance.group.length; u++) yield* offersOf(instance, allocation, u);
}

function* offersOf(
  instance: Instance,
  { offerStart, offerPair }: Allocation,
  u: number,
): Generator<Offer, void> {
  const { users, contracts, contract, score, groups, group, sponsoredContracts } = instance;
  for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
    const p = offerPair[o];
    yield {
      user: users.at(u),
      contract: contracts[contract[p]],
      score: score[p],
      sponsored: contract[p] < sponsoredContracts,
      group: groups[group[u]],
    };
  }
}

function pricesById(instance: Instance, { prices }: Allocation): PricesById | null {
  if (prices === null) return null;
  const { contracts, groups, limits } = instance;
  return {
    contracts: new Map(contracts.map((id, c) => [id, prices.contract[c]])),
    groups: new Map(groups.map((id, g) => [id, pricesOfKinds((name) => prices[name][g])])),
    limits: limits === undefined ? [] : limitPrices(limits, prices.limit),
  };
}
