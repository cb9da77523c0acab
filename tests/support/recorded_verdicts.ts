/**
 * The checker's verdicts on certificates and assignments, recorded by `tests/fuzz/record_verdicts.ts` and kept: certificates
 * issued before stay certified, and no figure moves unnoticed. Exact bounds among them were compared with checkers/check.py.
 */
import type { Drop } from "../../lib/allocator/drop/drop.ts";
import type { AssignmentTable } from "../../lib/allocator/model/assignment_table.ts";
import type { Certificate } from "../../lib/allocator/model/certificate.ts";
import { policyOfCertificate } from "../../lib/allocator/model/certificate.ts";
import { boundFromPrices, type ProvenBound } from "../../lib/allocator/check/bound/bound.ts";
import { claimedPrices } from "../../lib/allocator/check/bound/claimed_prices.ts";
import { demandsOf } from "../../lib/allocator/check/rules/demands.ts";
import { DeclaredLimits } from "../../lib/allocator/check/rules/limits.ts";
import type { CheckReport } from "../../lib/allocator/check/rules/report.ts";
import { check } from "../../lib/api/check.ts";
import { serveHoldout } from "../../lib/api/holdout.ts";
import { type Random, seededRandom } from "../../lib/base/numbers/random.ts";
import { caseOf } from "./certified_cases.ts";
import { type Row, tableOf } from "./assignment_table.ts";

/** One thing that was judged. */
export interface Recorded {
  /** Seed and place of the drop, see `caseOf`. */
  readonly seed: number;
  readonly at: number;
  /** What is judged. */
  readonly what: "issued" | "other prices" | "in doubles" | "other offers";
  readonly certificate: Certificate;
  readonly rows: readonly Row[];
  /** The verdict. */
  readonly report: unknown;
}

/** The file of the records. */
export const RECORDS = new URL("../fixtures/verdicts.json", import.meta.url);

/** The records. */
export function recordedVerdicts(): Recorded[] {
  return JSON.parse(Deno.readTextFileSync(RECORDS));
}

const drops = new Map<string, Drop>();

/** The drop that was judged. */
export function dropOf({ seed, at, certificate }: Omit<Recorded, "report">): Drop {
  const key = `${seed} ${at}`, known = drops.get(key);
  if (known !== undefined) return known;
  const drop = serveHoldout(caseOf(seed, at).drop, policyOfCertificate(certificate));
  drops.set(key, drop);
  return drop;
}

/** What is said of it now, without what is empty. */
export function verdictOn(record: Omit<Recorded, "report">): unknown {
  const drop = dropOf(record), { what, certificate } = record;
  const table: AssignmentTable = tableOf(record.rows);
  const report = what === "other offers"
    ? check(drop, table, policyOfCertificate(certificate))
    : check(drop, table, { certificate });
  return { ...compact(report), proven: provenBy(drop, certificate) };
}

/** Bound and size of sums of doubles, which tolerances are relative to. */
function provenBy({ instance }: Drop, certificate: Certificate): ProvenBound | null {
  const policy = policyOfCertificate(certificate), demands = demandsOf(instance, policy);
  const declared = DeclaredLimits.of(instance);
  const claimed = claimedPrices(instance, demands, declared, certificate);
  const { prices, problems } = claimed;
  return problems.length > 0 ? null : boundFromPrices(instance, policy, demands, prices, claimed);
}

function compact({ rules, policy: _, ...report }: CheckReport): Record<string, unknown> {
  const found = rules.map(({ rule, count, cases }) => count > 0 ? { rule, count, cases } : rule);
  return JSON.parse(JSON.stringify({ ...report, rules: found }));
}

/** Rows with faults: some are right, some have unknown ids, repeat, are too many, or have other scores. */
export function oddRows({ instance }: Drop, random: Random): Row[] {
  const { users, contracts, start, contract, score } = instance, rows: Row[] = [];
  for (let u = 0; u + 1 < start.length; u++) {
    for (let p = start[u]; p < start[u + 1]; p++) {
      if (random.next() < 0.6) continue;
      const wrong = random.next() < 0.05 ? 0.25 : 0;
      rows.push([users.at(u), contracts[contract[p]], score[p] + wrong]);
      if (random.next() < 0.05) rows.push(rows[rows.length - 1]);
    }
    if (random.next() < 0.1) {
      rows.push([users.at(u), contracts[random.below(contracts.length)], 0.5]);
    }
  }
  if (random.next() < 0.5) rows.push(["stranger", contracts[0], 0.5]);
  if (random.next() < 0.5) rows.push([users.at(0), "stranger", 0.5]);
  for (const { users: held, contract: c } of instance.heldBack ? [instance.heldBack] : []) {
    rows.push([held.at(0), contracts[c[0]], 0.5]);
  }
  return rows;
}

/** A seed of its own for each case. */
export const randomOf = (seed: number) => seededRandom(1000 + seed);
