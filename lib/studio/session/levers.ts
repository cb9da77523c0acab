/**
 * What to change next: caps, minima and limits with the highest prices, moved a little.
 *
 * @module
 */
import { ceilShare } from "../../base/numbers/share.ts";
import type { Policy } from "../../allocator/model/policy.ts";
import type { SolvedScenario } from "../../allocator/explain/whatif.ts";
import { aboutContract } from "../../allocator/drop/instance/contract_columns.ts";
import { nameOf } from "../../report/facts/contract_about.ts";
import { minimumPriceOf } from "../../report/facts/minimum_price.ts";
import { count, counted, percentInFull } from "../../report/words.ts";
import type { Allocation } from "../../allocator/model/allocation.ts";
import type { Scenario } from "../../allocator/explain/whatif.ts";
import { wordsOf } from "./change_words.ts";
import type { Change, StudioLever } from "./messages.ts";

/** A change to try, beside what is changed already. */
export interface LeverCandidate {
  /** The change, whole. */
  readonly change: Change;
  /** What it does beside what is changed already. */
  readonly words: string;
  /** Units that it moves. */
  readonly units: number;
  /** What they are called. */
  readonly unit: string;
  /** Most that a unit can add to the objective, by its price. */
  readonly price: number;
}

/** Share of a cap, a minimum or an amount that a lever moves: one unit more would be lost in a large drop's gap. */
const STEP = 0.1;

/** The `most` levers with the highest prices, highest first: only these can be worth most. */
export function leverCandidates(solved: SolvedScenario, most: number): LeverCandidate[] {
  const all = [...capLevers(solved), ...minimumLevers(solved), ...limitLevers(solved)];
  return all.filter(({ price }) => price > 0)
    .sort((a, b) => b.price - a.price || (a.words < b.words ? -1 : 1))
    .slice(0, most);
}

/** The scenario that tries a lever. */
export function scenarioOf({ change }: LeverCandidate): Scenario {
  return { ...change, name: wordsOf(change).join(", ") };
}

/** A lever and what it was worth: what the allocation with it has beyond the one without. */
export function solvedLever(
  candidate: LeverCandidate,
  without: Allocation,
  withIt: Allocation,
): StudioLever {
  return {
    ...candidate,
    objective: withIt.objective - without.objective,
    score: withIt.score - without.score,
    assignments: withIt.offerPair.length - without.offerPair.length,
    shortfall: without.shortfall - withIt.shortfall,
  };
}

function capLevers({ instance, allocation, scenario }: SolvedScenario): LeverCandidate[] {
  return instance.contracts.map((id, c): LeverCandidate => {
    const units = Math.max(1, Math.round(STEP * instance.cap[c]));
    const cap = instance.cap[c] + units;
    return {
      change: withoutName({ ...scenario, setCap: { ...scenario.setCap, [id]: cap } }),
      words: `cap of ${id}${named(instance, c)} to ${count(cap)} (+${count(units)})`,
      units,
      unit: "unit",
      price: allocation.prices?.contract[c] ?? 0,
    };
  });
}

/** A contract's name behind its id; "" where it has none. */
function named(instance: SolvedScenario["instance"], c: number): string {
  const name = nameOf(aboutContract(instance, c));
  return name === undefined ? "" : ` (${name})`;
}

function minimumLevers({ instance, allocation, scenario }: SolvedScenario): LeverCandidate[] {
  if (asksForNone(allocation.policy)) return [];
  return instance.groups.flatMap((id, g): LeverCandidate[] => {
    const users = instance.groupSize[g], required = ceilShare(instance.ratio[g], users);
    if (required === 0) return [];
    const units = Math.max(1, Math.round(STEP * required));
    const ratio = (required - units) / users;
    return [{
      change: withoutName({ ...scenario, setRatio: { ...scenario.setRatio, [id]: ratio } }),
      words: `ratio of ${id} to ${percentInFull(ratio)} (${counted(units, "user")} fewer)`,
      units,
      unit: "user",
      price: allocation.prices === null ? 0 : minimumPriceOf(allocation.prices, g),
    }];
  });
}

function asksForNone(policy: Policy): boolean {
  return policy.model === "coverage";
}

/** A limit is moved as a whole: its price is what all of its amounts together add, by unit. */
function limitLevers({ instance, allocation, scenario }: SolvedScenario): LeverCandidate[] {
  const { limits } = instance, prices = allocation.prices?.limit;
  if (limits === undefined || prices === undefined) return [];
  const { families, rows } = limits;
  return families.flatMap((family, f): LeverCandidate[] => {
    if (family.shareOf !== null) return [];
    // One way or the other: a limit of both kinds has no direction that only helps.
    const own = Array.from(rows.family.keys()).filter((r) => rows.family[r] === f);
    const senses = new Set(own.map((r) => rows.sense[r]));
    if (senses.size !== 1) return [];
    const factor = senses.has(1) ? 1 + STEP : 1 - STEP;
    const units = own.reduce((sum, r) => sum + STEP * Math.abs(rows.declared[r]), 0);
    const worth = own.reduce((sum, r) => sum + STEP * Math.abs(rows.declared[r]) * prices[r], 0);
    if (units === 0) return [];
    const before = scenario.limitScale?.[family.limit] ?? 1;
    const scale = Number((before * factor).toPrecision(12));
    return [{
      change: withoutName({
        ...scenario,
        limitScale: { ...scenario.limitScale, [family.limit]: scale },
      }),
      words: `amounts of ${family.limit} × ${Number(factor.toPrecision(3))}`,
      units,
      unit: "unit",
      price: worth / units,
    }];
  });
}

function withoutName<T extends { name: string }>({ name: _, ...change }: T): Change {
  return change;
}
