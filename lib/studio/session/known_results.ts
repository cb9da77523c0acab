/**
 * The results of a session's changes.
 *
 * @module
 */
import type { SolvedScenario } from "../../allocator/explain/whatif.ts";
import { countUsage, type Usage } from "../../report/facts/usage.ts";
import { keyOf } from "./change_words.ts";
import type { Change, StudioRow } from "./messages.ts";
import { rowOf } from "./result_for_page.ts";

/** Most results whose offers are kept; of older results only the figures are kept. */
const KEPT = 12;

/** A result, and the facts that the page gets of it. */
export interface KnownResult {
  readonly solved: SolvedScenario;
  readonly usage: Usage;
  readonly row: StudioRow;
}

/** A result of a change, with its facts. */
export function knownOf(solved: SolvedScenario, change: Change): KnownResult {
  const { instance, allocation } = solved;
  const usage = countUsage(instance, allocation, allocation.policy);
  return { solved, usage, row: rowOf(solved, change, usage) };
}

/** Results by their changes, the drop as it is first. */
export class KnownResults {
  readonly #known = new Map<string, KnownResult>();
  readonly #rows = new Map<string, StudioRow>();

  /** The result of a change, if its offers are kept. */
  #of(change: Change): KnownResult | undefined {
    return this.#known.get(keyOf(change));
  }

  /**
   * The result of a change, if it need not be solved again: one that was stopped is. But for the drop as it is, stopped or not, as
   * the others started from it.
   */
  finished(change: Change): KnownResult | undefined {
    const known = this.#of(change);
    return known === this.asItIs || !known?.solved.allocation.timedOut ? known : undefined;
  }

  /** The drop as it is, once it is solved. */
  get asItIs(): KnownResult | undefined {
    return this.#of({});
  }

  /** Figures of every result so far. */
  get rows(): StudioRow[] {
    return [...this.#rows.values()];
  }

  /** Results whose offers are kept. */
  get solved(): SolvedScenario[] {
    return [...this.#known.values()].map(({ solved }) => solved);
  }

  /** Forgets every result. */
  forget(): void {
    this.#known.clear();
    this.#rows.clear();
  }

  /** Keeps a result; the offers of the oldest result are dropped, never those of the drop as it is. */
  remember(solved: SolvedScenario, change: Change): KnownResult {
    const known = knownOf(solved, change), { row } = known;
    this.#known.set(row.key, known);
    this.#rows.set(row.key, row);
    const oldest = [...this.#known.keys()].find((key) => key !== keyOf({}) && key !== row.key);
    if (this.#known.size > KEPT && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }
}
