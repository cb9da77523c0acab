/**
 * Rounds the mixture of bundles that a linear program gives each class to whole users.
 *
 * @module
 */
import type { Holdings } from "../recovery/holdings.ts";
import { keepsBrands } from "../recovery/brand_limit.ts";
import type { UserClasses } from "../../drop/user_classes.ts";
import { usersOf } from "../../drop/instance/group_users.ts";

/** Gives the users of each class its bundles, with numbers rounded by largest remainder. That may break caps and limits. */
export function roundMixture(
  holdings: Holdings,
  { members }: UserClasses,
  mixture: readonly (readonly {
    readonly column: { readonly pairs: ArrayLike<number> };
    readonly times: number;
  }[])[],
): void {
  const { problem } = holdings;
  const { start } = problem.instance;
  mixture.forEach((bundles, cl) => {
    const users = usersOf(members, cl);
    const whole = bundles.map(({ times }) => Math.floor(times + 1e-6));
    const order = bundles.map((_, i) => i).sort((a, b) =>
      (bundles[b].times - whole[b]) - (bundles[a].times - whole[a]) || a - b
    );
    let given = whole.reduce((sum, n) => sum + n, 0);
    for (let i = 0; given < users.length && i < order.length; i++, given++) whole[order[i]]++;
    let at = 0;
    bundles.forEach(({ column: { pairs } }, i) => {
      for (let x = 0; x < whole[i] && at < users.length; x++, at++) {
        const u = users[at];
        const own = Int32Array.from(pairs, (p) => p - start[users[0]] + start[u]).sort();
        const n = keepsBrands(problem, own, own.length) ? own.length : 0;
        holdings.setBundle(u, own, n);
      }
    });
  });
}
