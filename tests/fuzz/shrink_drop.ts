/** Makes a drop that fails smaller, as long as it fails. */
import type { OddDrop } from "./odd_drop.ts";

/** A smaller drop that `fails` too; tries at most `tries` of them. */
export async function shrink(
  odd: OddDrop,
  fails: (smaller: OddDrop) => Promise<boolean>,
  tries = 200,
): Promise<OddDrop> {
  let smallest = odd;
  const left = { tries };
  for (let before = Infinity; before > sizeOf(smallest) && left.tries > 0;) {
    before = sizeOf(smallest);
    for (const part of PARTS) {
      smallest = await withFewer(smallest, part, fails, left);
    }
  }
  return smallest;
}

/** What can be left out. */
const PARTS = ["limits", "users", "contracts", "pairs", "policy"] as const;

function sizeOf(odd: OddDrop): number {
  return PARTS.reduce((sum, part) => sum + countOf(odd, part), 0);
}

function countOf({ drop, policy }: OddDrop, part: typeof PARTS[number]): number {
  return part === "policy" ? Object.keys(policy).length : drop[part]?.length ?? 0;
}

/** Leaves out halves, then quarters, … then single ones of a part. */
async function withFewer(
  odd: OddDrop,
  part: typeof PARTS[number],
  fails: (smaller: OddDrop) => Promise<boolean>,
  left: { tries: number },
): Promise<OddDrop> {
  let current = odd;
  const count = () => countOf(current, part);
  for (let chunk = Math.ceil(count() / 2); chunk >= 1; chunk = chunk === 1 ? 0 : chunk >> 1) {
    for (let from = 0; from < count() && left.tries > 0;) {
      const smaller = without(current, part, from, from + chunk);
      left.tries--;
      if (smaller.drop.pairs.length > 0 && await fails(smaller).catch(() => false)) {
        current = smaller;
      } else from += chunk;
    }
  }
  return current;
}

function without(odd: OddDrop, part: string, from: number, to: number): OddDrop {
  const keep = <T>(items: readonly T[]) => items.filter((_, i) => i < from || i >= to);
  if (part === "policy") {
    return { ...odd, policy: Object.fromEntries(keep(Object.entries(odd.policy))) };
  }
  const drop = { ...odd.drop };
  if (part === "limits") drop.limits = keep(drop.limits!);
  if (part === "users") drop.users = keep(drop.users);
  if (part === "contracts") drop.contracts = keep(drop.contracts);
  if (part === "pairs") drop.pairs = keep(drop.pairs);
  const users = new Set(drop.users.map((one) => one.id));
  const contracts = new Set(drop.contracts.map((one) => one.id));
  drop.pairs = drop.pairs.filter((one) => users.has(one.user) && contracts.has(one.contract));
  return { ...odd, drop };
}
