/**
 * The bound that a certificate's cases prove.
 *
 * @module
 */
import type { Instance } from "../../drop/instance/instance.ts";
import type {
  CertificateBranches,
  CertificateCount,
  CertificateNode,
  CertificateUserCount,
} from "../../model/certificate.ts";
import type { Policy } from "../../model/policy.ts";
import { boundOnSteps } from "./bound_on_steps.ts";
import { claimedPrices } from "../bound/claimed_prices.ts";
import { type GroupDemand, limitedBrands, priceOfMissing } from "../rules/demands.ts";
import { scaleOf } from "./exact_scale.ts";
import { findPair } from "../rules/find_pair.ts";
import type { DeclaredLimits } from "../rules/limits.ts";
import type { Settled, SettledCount, SettledUsers } from "./settled.ts";

/** A case at an end of the tree: prices that prove it. */
type End = Extract<CertificateNode, { contracts: unknown }>;

/** A number that a case settles, without its side, and its price, which stands at the ends of the tree. */
type Counted = Pick<SettledCount, "counted"> | Pick<SettledUsers, "group">;
type Count = Counted & Pick<SettledCount, "side" | "amount">;

/** A proof by cases. The cases cover all allocations, so the largest of their bounds is a bound. */
export class Cases {
  readonly #instance: Instance;
  readonly #policy: Policy;
  readonly #demands: readonly GroupDemand[];
  readonly #declared: DeclaredLimits | null;
  readonly #branches: CertificateBranches;
  readonly #contracts: ReadonlyMap<string, number>;
  readonly #pinned: ReadonlySet<number>;
  /** Whether units are too small for doubles. */
  readonly #isWide: boolean;

  constructor(
    instance: Instance,
    policy: Policy,
    demands: readonly GroupDemand[],
    declared: DeclaredLimits | null,
    branches: CertificateBranches,
    isWide: boolean,
  ) {
    this.#isWide = isWide;
    this.#instance = instance;
    this.#policy = policy;
    this.#demands = demands;
    this.#declared = declared;
    this.#branches = branches;
    this.#contracts = new Map(instance.contracts.map((id, c) => [id, c]));
    this.#pinned = new Set(instance.pins?.pair);
  }

  /** The bound in units; null if a case is about what does not exist, or has prices that are not allowed. */
  bound(decimals: number): bigint | null {
    return this.#boundOf(this.#branches.tree, new Map(), [], decimals);
  }

  /** Whether a case is impossible: a user would have too many offers of a brand. */
  #isVoid(made: ReadonlyMap<number, boolean>): boolean {
    const { maxPerBrand } = this.#policy;
    const { contract, start } = this.#instance;
    const brand = limitedBrands(this.#instance, this.#policy);
    if (brand === null) return false;
    const pairs = [...made].filter(([, isMade]) => isMade).map(([pair]) => pair);
    return pairs.some((pair) => {
      const user = start.findIndex((from, u) => from <= pair && pair < start[u + 1]);
      const same = pairs.filter((other) =>
        other >= start[user] && other < start[user + 1] &&
        brand[contract[other]] === brand[contract[pair]]
      );
      return same.length > maxPerBrand!;
    });
  }

  #boundOf(
    node: CertificateNode,
    made: ReadonlyMap<number, boolean>,
    counts: readonly Count[],
    decimals: number,
  ): bigint | null {
    if ("count" in node) {
      const { count } = node, isOfUsers = "sponsored_users" in count;
      const counted = isOfUsers ? this.#groupOf(count) : this.#countedBy(count);
      if (counted === null) return null;
      const amount = isOfUsers ? count.sponsored_users : count.offers;
      const most: Count = { ...counted, side: "at_most", amount };
      const least: Count = { ...counted, side: "at_least", amount: amount + 1 };
      return larger(
        this.#boundOf(node.at_most, made, [...counts, most], decimals),
        this.#boundOf(node.at_least, made, [...counts, least], decimals),
      );
    }
    if (!("offer" in node)) return this.#boundOfCase(node, made, counts, decimals);
    const pair = this.#pairOf(node.offer);
    if (pair < 0) return null;
    const lacking = this.#boundOf(
      node.without,
      new Map([...made, [pair, false]]),
      counts,
      decimals,
    );
    const more = new Map([...made, [pair, true]]);
    if (this.#isVoid(more)) return lacking;
    return larger(this.#boundOf(node.with, more, counts, decimals), lacking);
  }

  #boundOfCase(
    { counts: priceOf = [], ...priced }: End,
    made: ReadonlyMap<number, boolean>,
    counts: readonly Count[],
    decimals: number,
  ): bigint | null {
    const [instance, policy, demands] = [this.#instance, this.#policy, this.#demands];
    const { price } = this.#branches;
    const claimed = claimedPrices(instance, demands, this.#declared, {
      ...priced,
      shortfall_price: priceOfMissing(instance, policy),
    });
    if (claimed.problems.length > 0 || priceOf.length !== counts.length) return null;
    const settled: Settled = {
      made,
      price,
      counts: counts.map((count, i) => ({ ...count, price: priceOf[i] })),
    };
    const further = priceOf.reduce(
      (sum, one, i) => "counted" in counts[i] ? sum + one : sum,
      price,
    );
    const scale = scaleOf(instance, policy, demands, claimed.prices, claimed, further);
    // A case's prices may be larger: in coarser units its bound holds too.
    const own = this.#isWide ? decimals : Math.min(decimals, scale.decimals);
    const bound = boundOnSteps(instance, policy, demands, claimed, scale, own, settled);
    return bound * 10n ** BigInt(decimals - own);
  }

  #pairOf([user, contract]: readonly [string, string]): number {
    const u = this.#instance.users.indexOfSorted(user), c = this.#contracts.get(contract);
    return u < 0 || c === undefined ? -1 : findPair(this.#instance, u, c);
  }

  /** The group whose sponsored users are counted; null: it does not exist, or the model knows no sponsored users. */
  #groupOf({ group_id }: CertificateUserCount): Pick<SettledUsers, "group"> | null {
    const group = this.#instance.groups.indexOf(group_id);
    return group < 0 || this.#policy.model !== "uniform" ? null : { group };
  }

  /** The offers that count; null: a contract or the group does not exist. */
  #countedBy(
    { least_score, contracts, group_id }: CertificateCount,
  ): Pick<SettledCount, "counted"> | null {
    const { contract, score, group, groups, start } = this.#instance;
    const g = group_id === undefined ? -1 : groups.indexOf(group_id);
    const chosen = new Set(contracts?.map((id) => this.#contracts.get(id)));
    if ((group_id !== undefined && g < 0) || chosen.has(undefined)) return null;
    const counted = new Uint8Array(score.length);
    for (let u = 0; u < group.length; u++) {
      if (group_id !== undefined && group[u] !== g) continue;
      for (let p = start[u]; p < start[u + 1]; p++) {
        if (contracts !== undefined && !chosen.has(contract[p])) continue;
        if (least_score !== undefined && score[p] < least_score) continue;
        if (!this.#pinned.has(p)) counted[p] = 1;
      }
    }
    return { counted };
  }
}

/** The larger of two bounds; null if there is none of one. */
function larger(one: bigint | null, other: bigint | null): bigint | null {
  if (one === null || other === null) return null;
  return one > other ? one : other;
}
