/**
 * Two allocations of one drop side by side: what each is worth, and whom and what the difference touches.
 *
 * @module
 */
import type { Instance } from "../../../allocator/drop/instance/instance.ts";
import type { Offers } from "../../../allocator/model/offers.ts";
import type { OwnKFacts } from "../../../allocator/model/user_k.ts";
import { comparePeople, type PeopleCompared } from "./compare_people.ts";
import type { KnownContract } from "../../../allocator/drop/instance/contract_columns.ts";
import type { ReportFacts } from "../facts.ts";
import type { LimitRow } from "../../../allocator/explain/limit_rows.ts";
import type { UserFacts } from "../user_facts.ts";
import type { ReportTotals } from "../report_totals.ts";

/** A figure of the first allocation and of the second. */
export type Both<T = number> = [first: T, second: T];

/** One of the two allocations. */
export interface ComparedAllocation {
  /** What it is called. */
  name: string;
  /** File that it was read from; "": none. */
  file: string;
  /** Which solver made it; null where that is not known. */
  solver: string | null;
  /** Sums over the whole drop. */
  totals: ReportTotals;
  /** What users got. */
  users: UserFacts;
  /** What a person should know about it, a line each. */
  warnings: string[];
}

/** Contracts of one type. */
export interface ComparedType {
  /** The type. */
  type: "sponsored" | "unsponsored";
  /** Contracts of it. */
  contracts: number;
  /** Σ of their caps. */
  units: number;
  /** Offers of it. */
  assigned: Both;
}

/** A group under both. */
export interface ComparedGroup extends PeopleCompared {
  /** Its id. */
  group_id: string;
  /** Its users. */
  users: number;
  /** How many of them must be sponsored. */
  required_sponsored_users: number;
  /** Users with a sponsored offer. */
  sponsored_users: Both;
  /** Their share of the group's users. */
  user_ratio: Both;
  /** Users missing to the minimum. */
  shortfall: Both;
  /** Offers. */
  assignments: Both;
  /** Σ score of the offers. */
  score: Both;
}

/** A contract under both. */
export interface ComparedContract extends KnownContract {
  /** Whether it is sponsored. */
  is_sponsored: boolean;
  /** How many users may get it. */
  cap: number;
  /** How many got it. */
  assigned: Both;
  /** Offers of it that only the second has. */
  in: number;
  /** Offers of it that only the first has. */
  out: number;
}

/** A row of a limit under both. */
export interface ComparedLimit
  extends Pick<LimitRow, "limit" | "values" | "contract_name" | "side" | "is_share" | "is_mean"> {
  /** The amount. */
  amount: number;
  /** What offers add up to; null where there are none to have a share of. */
  used: Both<number | null>;
  /** Units beyond the most, or short of the least. */
  missed: Both;
}

/** Two allocations of one drop. Written to JSON in these words; the first of two figures is of the first allocation. */
export interface CompareFacts {
  /** Name of the drop. */
  title: string;
  /** The model. */
  model: "coverage" | "uniform";
  /** Most offers per user. */
  k: number;
  /** Users with a k of their own; absent: nobody has one. */
  own_k?: OwnKFacts;
  /** Users of the drop. */
  users: number;
  /** The two. */
  allocations: Both<ComparedAllocation>;
  /** Whether both make the same offers. */
  same: boolean;
  /** Offers that both make, only the first, only the second. */
  offers: { kept: number; out: number; in: number };
  /** Users by what the second changes for them. */
  people: PeopleCompared;
  /** By type of contract. */
  types: ComparedType[];
  /** Every group, those with most users whose offers differ first. */
  groups: ComparedGroup[];
  /** Every contract, those with most differing offers first. */
  contracts: ComparedContract[];
  /** Rows of limits whose use differs; absent: the drop has no limits. */
  limits?: ComparedLimit[];
  /** Input files as the user named them. */
  files: Record<string, string>;
}

/** An allocation to compare: its facts, its offers, what it is called. */
export interface ToCompare {
  /** What it is called. */
  readonly name: string;
  /** File that it was read from. @default "" */
  readonly file?: string;
  /** What a report tells about it. */
  readonly facts: ReportFacts;
  /** Its offers, pairs of the drop. */
  readonly offers: Offers;
}

/** Compares two allocations of one drop; one pass over their offers. */
export function compareFacts(instance: Instance, both: Both<ToCompare>): CompareFacts {
  const [first, second] = both.map(({ facts }) => facts);
  const { all, groups, contracts } = comparePeople(instance, both[0].offers, both[1].offers);
  const at = new Map(instance.contracts.map((id, c) => [id, c]));
  const limits = limitsCompared(first, second);
  return {
    title: first.title,
    model: first.model,
    k: first.k,
    ...(first.own_k !== undefined && { own_k: first.own_k }),
    users: first.totals.users,
    allocations: both.map(({ name, file = "", facts }): ComparedAllocation => ({
      name,
      file,
      solver: facts.solver,
      totals: facts.totals,
      users: facts.users,
      warnings: facts.warnings,
    })) as Both<ComparedAllocation>,
    same: all.out + all.in === 0,
    offers: { kept: all.kept, out: all.out, in: all.in },
    people: all.people,
    types: typesCompared(first, second),
    groups: first.groups.map((a, g): ComparedGroup => {
      const b = second.groups[g];
      return {
        group_id: a.group_id,
        users: a.users,
        required_sponsored_users: a.required_sponsored_users,
        sponsored_users: [a.sponsored_users, b.sponsored_users],
        user_ratio: [a.user_ratio, b.user_ratio],
        shortfall: [a.shortfall, b.shortfall],
        assignments: [a.assignments, b.assignments],
        score: [a.score, b.score],
        ...groups[g],
      };
    }).sort((a, b) => b.users_changed - a.users_changed || b.users - a.users),
    contracts: first.contracts.map((a, i): ComparedContract => {
      const b = second.contracts[i], c = at.get(a.contract_address)!;
      return {
        contract_address: a.contract_address,
        ...(a.about !== undefined && { about: a.about }),
        is_sponsored: a.is_sponsored,
        cap: a.cap,
        assigned: [a.assigned, b.assigned],
        in: contracts.in[c],
        out: contracts.out[c],
      };
    }).sort((a, b) => b.in + b.out - a.in - a.out),
    ...(limits !== undefined && { limits }),
    files: first.files,
  };
}

function typesCompared(first: ReportFacts, second: ReportFacts): ComparedType[] {
  return ([true, false] as const).map((sponsored): ComparedType => {
    const of = ({ contracts }: ReportFacts) =>
      contracts.filter((c) => c.is_sponsored === sponsored);
    const assigned = (facts: ReportFacts) => of(facts).reduce((sum, c) => sum + c.assigned, 0);
    return {
      type: sponsored ? "sponsored" : "unsponsored",
      contracts: of(first).length,
      units: of(first).reduce((sum, c) => sum + c.cap, 0),
      assigned: [assigned(first), assigned(second)],
    };
  }).filter(({ contracts }) => contracts > 0);
}

function limitsCompared(first: ReportFacts, second: ReportFacts): ComparedLimit[] | undefined {
  if (first.limits === undefined || second.limits === undefined) return undefined;
  const rows = second.limits.rows;
  return first.limits.rows.map((
    { limit, values, contract_name, side, is_share, is_mean, amount, used, missed },
    i,
  ) => ({
    limit,
    values,
    ...(contract_name !== undefined && { contract_name }),
    side,
    is_share,
    ...(is_mean && { is_mean }),
    amount,
    used: [used, rows[i].used] as Both<number | null>,
    missed: [missed, rows[i].missed] as Both,
  })).filter(({ used, missed }) => used[0] !== used[1] || missed[0] !== missed[1]);
}
