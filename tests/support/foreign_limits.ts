/**
 * Limits as the tests read them: written from docs/limits.md and the input alone, for the model of foreign_model.ts. No
 * compiled rows, no attribute columns, no code of the library's.
 */
import type { LimitInput } from "../../lib/allocator/drop/drop.ts";
import type { OddDrop } from "../fuzz/odd_drop.ts";

/** One limit: Σ terms of the chosen options ≤ amount. A least has all signs turned. */
export interface ForeignLimit {
  /** Its family's name, its values and its side. */
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  readonly side: "at_most" | "at_least";
  /** What each option adds. */
  readonly terms: readonly number[];
  readonly amount: number;
  /** What a unit beyond it costs; "hard", or at the shortfall price. */
  readonly price: number | "hard" | "shortfall";
}

/** A pair of the input with everything that is known about it. */
interface Known {
  readonly [column: string]: string | number;
}

/** The limits of a drop over its options, which are named by user and contract. */
export function foreignLimits(
  { drop }: Pick<OddDrop, "drop">,
  options: readonly { user: string; contract: string }[],
): ForeignLimit[] {
  const known = options.map((option) => knownOf(drop, option));
  return (drop.limits ?? []).flatMap((family) => limitsOf(family, known));
}

/** All columns of a pair, a blank where there is nothing. */
function knownOf(drop: OddDrop["drop"], { user, contract }: { user: string; contract: string }) {
  const u = drop.users.find((one) => one.id === user)!;
  const c = drop.contracts.find((one) => one.id === contract)!;
  const g = drop.groups.find((one) => one.id === u.group)!;
  const p = drop.pairs.find((one) => one.user === user && one.contract === contract)!;
  const columns: Record<string, string | number | boolean | null | undefined> = {
    ...u.attributes,
    ...c.attributes,
    ...g.attributes,
    ...p.attributes,
    user_id: user,
    contract_address: contract,
    group_id: u.group,
    brand_id: c.brand,
    is_sponsored: c.sponsored,
    sponsorship_ratio: g.ratio,
  };
  const entries = Object.entries(columns).map(([name, value]): [string, string | number] => [
    name,
    typeof value === "number" ? value : value === undefined || value === null ? "" : String(value),
  ]);
  return Object.fromEntries(entries) as Known;
}

function limitsOf(family: LimitInput, known: readonly Known[]): ForeignLimit[] {
  const per = typeof family.per === "string"
    ? family.per.split("+").map((name) => name.trim()).filter((name) => name !== "")
    : family.per ?? [];
  const where = Object.entries(family.where ?? {}).map(([column, values]) => ({
    column,
    values: (Array.isArray(values) ? values : [values]).map(String),
  }));
  const isSelected = (pair: Known) =>
    where.every(({ column, values }) => values.includes(String(pair[column] ?? "")));
  const shares = family.shareOf === "offers";
  const valuesOf = (pair: Known) => per.map((column) => String(pair[column] ?? ""));

  const members = new Map<string, number[]>();
  known.forEach((pair, o) => {
    const values = valuesOf(pair);
    if (values.includes("") || (!shares && !isSelected(pair))) return;
    const key = JSON.stringify(values);
    members.set(key, [...members.get(key) ?? [], o]);
  });
  const limits: ForeignLimit[] = [];
  for (const [key, own] of members) {
    const values = Object.fromEntries((JSON.parse(key) as string[]).map((v, i) => [per[i], v]));
    for (const side of ["at_most", "at_least"] as const) {
      const declared = side === "at_most" ? family.atMost : family.atLeast;
      if (declared === undefined) continue;
      // A column gives the same amount for all pairs of a value.
      const amount = typeof declared === "number" ? declared : Number(known[own[0]][declared]);
      const sign = side === "at_most" ? 1 : -1;
      const terms = known.map(() => 0);
      for (const o of own) {
        const counted = !isSelected(known[o])
          ? 0
          : family.counts === undefined || family.counts === "offers"
          ? 1
          : Number(known[o][family.counts]);
        terms[o] = sign * (counted - (shares ? amount : 0));
      }
      limits.push({
        name: family.limit,
        values,
        side,
        terms,
        amount: shares ? 0 : sign * amount,
        price: family.price ?? (side === "at_most" ? "hard" : "shortfall"),
      });
    }
  }
  return limits;
}

/** What chosen options do to limits. */
export interface LimitJudgement {
  /** Hard limits that they break, in words. */
  readonly broken: readonly string[];
  /** Σ price · excess of the limits with a price of their own. */
  readonly penalty: number;
  /** Units beyond those at the shortfall price. */
  readonly missing: number;
}

/** Judges chosen options. Sums may be off by 10⁻⁹ of what was summed. */
export function judgeLimits(
  limits: readonly ForeignLimit[],
  chosen: readonly boolean[],
): LimitJudgement {
  const broken: string[] = [];
  let penalty = 0, missing = 0;
  for (const { name, values, side, terms, amount, price } of limits) {
    let used = 0, size = 0;
    terms.forEach((term, o) => {
      if (!chosen[o]) return;
      used += term;
      size += Math.abs(term);
    });
    const excess = used - amount;
    if (excess <= 0 || (!Number.isInteger(excess) && excess <= 1e-9 * size)) continue;
    if (price === "hard") {
      broken.push(`${name} ${JSON.stringify(values)} ${side}: ${excess} beyond`);
    } else if (price === "shortfall") missing += excess;
    else penalty += price * excess;
  }
  return { broken, penalty, missing };
}
