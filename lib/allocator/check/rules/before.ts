/**
 * Judges assignments by history, pins and bans: pairs that must not be given, and pairs that must be.
 *
 * @module
 */
import type { AssignmentTable } from "../../model/assignment_table.ts";
import { findHeldBack, reasonHeldBack } from "../../drop/before/held_back.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import { Findings } from "./findings.ts";
import type { Policy } from "../../model/policy.ts";
import { mayHold, UserPolicies } from "./demands.ts";
import type { CheckCase } from "./report.ts";

/** Whether every user can have its pins at once, as far as k and types go. */
export function canHoldPins(instance: Instance, policy: Policy): boolean {
  const { pins, start, middle } = instance, own = new UserPolicies(instance, policy);
  if (pins === undefined) return true;
  for (let i = 0, u = 0; i < pins.pair.length;) {
    while (start[u + 1] <= pins.pair[i]) u++;
    let sponsored = 0, others = 0;
    for (; i < pins.pair.length && pins.pair[i] < start[u + 1]; i++) {
      if (pins.pair[i] < middle[u]) sponsored++;
      else others++;
    }
    const { k } = own.of(u);
    let fits = false;
    for (let s = sponsored; s <= Math.min(k, middle[u] - start[u]) && !fits; s++) {
      for (let t = others; t <= Math.min(k - s, start[u + 1] - middle[u]) && !fits; t++) {
        fits = mayHold(own.of(u), s, t);
      }
    }
    if (!fits) return false;
  }
  return true;
}

/** Collects assignments of banned and cooling pairs, and pins that are missing. */
export class BeforeFindings {
  readonly #instance: Instance;
  readonly #table: AssignmentTable;
  readonly #others: { readonly unknownUser: Findings; readonly ineligible: Findings };
  readonly #banned = new Findings("banned_pair");
  readonly #cooling = new Findings("cooling_pair");
  /** Pinned pairs that were seen. */
  readonly #seen = new Set<number>();
  readonly #pins: ReadonlySet<number>;

  /** No findings yet. `others` get the ineligible rows that history and bans do not explain. */
  constructor(
    instance: Instance,
    table: AssignmentTable,
    others: { readonly unknownUser: Findings; readonly ineligible: Findings },
  ) {
    this.#instance = instance;
    this.#table = table;
    this.#others = others;
    this.#pins = new Set(instance.pins?.pair);
  }

  /** Judges a row that is no eligible pair: user `v` of the table, `u` of the drop, contract `c` of the drop. */
  judge(v: number, u: number, c: number, line: number, where: () => CheckCase): void {
    const { heldBack } = this.#instance;
    const i = heldBack === undefined ? -1 : findHeldBack(heldBack, this.#table.userIds.at(v), c);
    if (i < 0) {
      const { unknownUser, ineligible } = this.#others;
      (u < 0 ? unknownUser : ineligible).add(line, where);
      return;
    }
    const { reason, because } = reasonHeldBack(heldBack!, i);
    (reason === "banned" ? this.#banned : this.#cooling)
      .add(line, () => ({ ...where(), because }));
  }

  /** Notes an eligible pair that is given. */
  see(pair: number): void {
    if (this.#pins.has(pair)) this.#seen.add(pair);
  }

  /** The findings of the rules that apply to the drop. */
  all(): Findings[] {
    const { heldBack, pins } = this.#instance;
    const findings = heldBack === undefined ? [] : [this.#banned, this.#cooling];
    if (pins === undefined) return findings;
    const missing = new Findings("missing_pin");
    const { start, contract, contracts, users } = this.#instance;
    let u = 0;
    pins.pair.forEach((pair, i) => {
      while (start[u + 1] <= pair) u++;
      if (this.#seen.has(pair)) return;
      const user = u;
      missing.add(i, () => ({
        user_id: users.at(user),
        contract_address: contracts[contract[pair]],
        pinned_by: pins.rows.placeText(pins.row[i]),
      }));
    });
    return [...findings, missing];
  }
}
