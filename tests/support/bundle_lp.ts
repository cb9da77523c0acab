/**
 * The least bound that prices can prove, from HiGHS: the linear program that gives each user a mixture of bundles.
 * Its dual is the minimum of D over all prices. Bundles are listed one by one, so it is for small drops.
 */
import { demandsOf } from "../../lib/allocator/check/rules/demands.ts";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { MipBuilder, solveMip } from "../../lib/allocator/ilp/mip.ts";
import { groupRules } from "../../lib/allocator/limits/kinds/group_rules.ts";
import {
  bundleShapes,
  coverageValue,
  type Policy,
  shortfallPrice,
} from "../../lib/allocator/model/policy.ts";

/** Optimum of the bundle LP. Brand limits hold over both types at once. */
export async function bundleBound(instance: Instance, policy: Policy): Promise<number> {
  const { cap, group, start, contract, score, sponsoredContracts, brand } = instance;
  const coverage = coverageValue(policy);
  const rules = groupRules(instance, policy), demands = demandsOf(instance, policy);
  const shapes = new Set(bundleShapes(policy).map((s) => `${s.sponsored},${s.unsponsored}`));
  const lp = new MipBuilder();
  const capRow = Array.from(cap, (most) => lp.row(-Infinity, most));
  const userRow = Array.from(group, () => lp.row(1, 1));
  const groups = instance.groups.map((_, g) => ({
    least: lp.row(rules.sponsored.least[g], Infinity),
    most: lp.row(-Infinity, rules.sponsored.most[g]),
    ratio: lp.row(demands[g].share === null ? -Infinity : 0, Infinity),
    mixed: lp.row(-Infinity, demands[g].mixed ?? Infinity),
  }));
  const price = shortfallPrice(instance, policy);
  groups.forEach((rows, g) => {
    lp.column(-price, rules.sponsored.least[g], false);
    lp.entry(rows.least, 1);
  });
  for (let u = 0; u < group.length; u++) {
    const pairs = start[u + 1] - start[u], rows = groups[group[u]];
    const rho = demands[group[u]].share;
    for (let subset = 0; subset < 1 << pairs; subset++) {
      const chosen: number[] = [];
      for (let t = 0; t < pairs; t++) if (subset & (1 << t)) chosen.push(start[u] + t);
      const i = chosen.filter((p) => contract[p] < sponsoredContracts).length;
      const j = chosen.length - i;
      if (!shapes.has(`${i},${j}`)) continue;
      if (brand !== null && policy.maxPerBrand !== null) {
        const limit = policy.maxPerBrand;
        const count = new Map<number, number>();
        for (const p of chosen) {
          count.set(brand[contract[p]], (count.get(brand[contract[p]]) ?? 0) + 1);
        }
        if ([...count.values()].some((n) => n > limit)) continue;
      }
      const bonuses = policy.model === "coverage" ? i : Math.min(1, i);
      const value = chosen.reduce((sum, p) => sum + score[p], 0) + coverage[i + j] +
        policy.sponsoredBonus * bonuses;
      lp.column(value, 1, false);
      lp.entry(userRow[u], 1);
      for (const p of chosen) lp.entry(capRow[contract[p]], 1);
      if (policy.model === "coverage") continue;
      if (i > 0) {
        lp.entry(rows.least, 1);
        lp.entry(rows.most, 1);
        if (j > 0) lp.entry(rows.mixed, 1);
      }
      if (rho !== null) lp.entry(rows.ratio, (1 - rho) * i - rho * j);
    }
  }
  const { values, status } = await solveMip(lp);
  if (status !== "optimal") throw new Error(`HiGHS says ${status}`);
  return lp.cost.reduce((sum, cost, column) => sum + cost * values![column], 0);
}
