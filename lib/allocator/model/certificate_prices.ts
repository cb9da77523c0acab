/**
 * The prices of a certificate as columns of a drop.
 *
 * @module
 */
import { LIMIT_KINDS } from "../limits/kinds/list.ts";
import { type Prices, pricesOfKinds } from "./allocation.ts";
import type { Certificate, LimitPrice } from "./certificate.ts";
import type { Instance } from "../drop/instance/instance.ts";

/** Prices in columns, and which ids of the certificate the drop does not have. */
export interface CertificatePrices {
  /** A price for every contract and group of the drop; 0 where the certificate has none. */
  readonly prices: Prices;
  /** Ids of contracts with a price that are not in the drop. */
  readonly unknownContracts: readonly string[];
  /** Ids of groups with a price that are not in the drop. */
  readonly unknownGroups: readonly string[];
  /** Prices of limits that the drop does not have. */
  readonly unknownLimits: readonly LimitPrice[];
}

/**
 * The prices of a certificate for a drop: its own, or a later one that starts from them (a weekly drop from last week's). Ids
 * that only one of the two has do no harm: any prices ≥ 0 prove a bound.
 *
 * @example
 * ```ts
 * import { pricesOfCertificate } from "./certificate_prices.ts";
 * import type { Certificate } from "./certificate.ts";
 * import { IdPool } from "../../base/ids/ids.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 *
 * const drop = {
 *   users: IdPool.from(["u"]), contracts: ["s"], sponsoredContracts: 1, cap: Float64Array.of(1),
 *   brand: null, brands: [], groups: ["g"], ratio: Float64Array.of(0.5), groupSize: Uint32Array.of(1),
 *   group: Uint32Array.of(0), start: Uint32Array.of(0, 1), middle: Uint32Array.of(1),
 *   contract: Uint16Array.of(0), score: Float64Array.of(0.25),
 * };
 * const certificate = { contracts: { s: 0.125, gone: 1 }, groups: {} } as unknown as Certificate;
 * const { prices, unknownContracts } = pricesOfCertificate(drop, certificate);
 * assertEquals(prices.contract[0], 0.125);
 * assertEquals(unknownContracts.join(), "gone");
 * ```
 */
export function pricesOfCertificate(
  instance: Instance,
  certificate: Pick<Certificate, "contracts" | "groups" | "limits">,
): CertificatePrices {
  const groups = instance.groups.length;
  const prices: Prices = {
    contract: new Float64Array(instance.contracts.length),
    ...pricesOfKinds(() => new Float64Array(groups)),
    ...(instance.limits !== undefined && {
      limit: new Float64Array(instance.limits.rows.amount.length),
    }),
  };
  const unknownContracts: string[] = [], unknownGroups: string[] = [];
  const contractIndex = new Map(instance.contracts.map((id, c) => [id, c]));
  for (const [id, price] of Object.entries(certificate.contracts)) {
    const c = contractIndex.get(id);
    if (c === undefined) unknownContracts.push(id);
    else prices.contract[c] = price;
  }
  const groupIndex = new Map(instance.groups.map((id, g) => [id, g]));
  for (const [id, group] of Object.entries(certificate.groups)) {
    const g = groupIndex.get(id);
    if (g === undefined) {
      unknownGroups.push(id);
      continue;
    }
    for (const { name, field } of LIMIT_KINDS) prices[name][g] = group[field] ?? 0;
  }
  const unknownLimits = setLimitPrices(instance, prices, certificate.limits ?? []);
  return { prices, unknownContracts, unknownGroups, unknownLimits };
}

/** Sets the prices of limits by row; returns those whose row the drop does not have. */
function setLimitPrices(
  { limits }: Instance,
  { limit: column }: Prices,
  certified: readonly LimitPrice[],
): LimitPrice[] {
  if (limits === undefined || column === undefined) return [...certified];
  const { families, rows } = limits;
  const nameOf = (limit: string, key: readonly string[], isMost: boolean) =>
    JSON.stringify([limit, isMost, ...key]);
  const rowOf = new Map(
    rows.key.map((key, r) => [nameOf(families[rows.family[r]].limit, key, rows.sense[r] > 0), r]),
  );
  const perOf = new Map(families.map(({ limit, per }) => [limit, per]));
  return certified.filter(({ limit, values = {}, side, price }) => {
    const per = perOf.get(limit) ?? [];
    if (Object.keys(values).some((column) => !per.includes(column))) return true;
    const key = per.map((name) => Object.hasOwn(values, name) ? values[name] : "");
    const r = rowOf.get(nameOf(limit, key, side === "at_most"));
    if (r === undefined) return true;
    column[r] = price;
    return false;
  });
}
