/**
 * The whole model as a program with a name for each row and column, to be exported to other solvers.
 *
 * @module
 */
import { LIMIT_KINDS, MISSABLE_KINDS } from "../limits/kinds/list.ts";
import type { Instance } from "../drop/instance/instance.ts";
import { nameOfRow } from "../drop/instance/limits.ts";
import { chargedInstance, hasChangeCost } from "../model/change_cost.ts";
import type { Policy } from "../model/policy.ts";
import { type IlpModel, ilpModel } from "./ilp_model.ts";
import type { MipBuilder } from "./mip.ts";

/** The meaning of a row or column. Fields that don't apply are absent. */
export interface ProgramName {
  /** Its name in the program: a letter and a number. */
  readonly name: string;
  /** What it is: offer, shape, missing_users, beyond_limit; cap, limit, one_shape, … */
  readonly kind: string;
  /** Its user. */
  readonly user_id?: string;
  /** Its contract. */
  readonly contract_address?: string;
  /** Its group. */
  readonly group_id?: string;
  /** Sponsored offers of a shape (under model coverage: offers). */
  readonly sponsored?: number;
  /** Other offers of a shape. */
  readonly unsponsored?: number;
  /** Its limit, with values and side: "budget (brand_id=b1, at_most)". */
  readonly limit?: string;
}

/** max cost·x where rowLower ≤ A x ≤ rowUpper and 0 ≤ x ≤ upper. */
export interface NamedProgram {
  /** Its numbers. */
  readonly mip: MipBuilder;
  /** Length rows. */
  readonly rows: readonly ProgramName[];
  /** Length columns. */
  readonly columns: readonly ProgramName[];
}

/**
 * The program that solver `ilp` solves ({@link ilpModel}), with names for its rows and columns. Its optimum is the objective of the
 * best allocation.
 */
export function namedProgram(instance: Instance, policy: Policy): NamedProgram {
  // A change cost is part of the score of each new offer.
  const isCharged = hasChangeCost(instance, policy);
  const model = ilpModel(isCharged ? chargedInstance(instance, policy) : instance, policy);
  return { mip: model.mip, rows: rowNames(instance, model), columns: columnNames(instance, model) };
}

function rowNames(instance: Instance, { mip, rows }: IlpModel): ProgramName[] {
  const { users, contracts, groups, limits, group } = instance;
  const names: ProgramName[] = Array.from(
    mip.rowLower,
    (_, r) => ({ name: `r${r}`, kind: "brand" }),
  );
  const set = (r: number, what: Omit<ProgramName, "name">) => {
    if (r >= 0) names[r] = { name: `r${r}`, ...what };
  };
  for (const { name, row } of LIMIT_KINDS) {
    rows.groups[name].forEach((r, g) => set(r, { kind: row, group_id: groups[g] }));
  }
  contracts.forEach((contract_address, c) => set(rows.cap + c, { kind: "cap", contract_address }));
  limits?.rows.amount.forEach((_, r) => set(rows.limits + r, limitName(instance, "limit", r)));
  for (let u = 0; u < group.length; u++) {
    const user_id = users.at(u);
    set(rows.users.one + u, { kind: "one_shape", user_id });
    set(rows.users.unsponsored + u, { kind: "unsponsored_offers", user_id });
    const isOne = rows.users.sponsored === rows.users.unsponsored;
    set(rows.users.sponsored + u, { kind: isOne ? "offers" : "sponsored_offers", user_id });
  }
  return names;
}

function columnNames(instance: Instance, { mip, rows, firstPair }: IlpModel): ProgramName[] {
  const { users, contracts, groups, contract, start, group } = instance;
  const names: ProgramName[] = [];
  const inRow = (from: number, r: number) => r >= from && r < from + group.length;
  for (let j = 0; j < firstPair; j++) {
    let user = 0, sponsored = 0, unsponsored = 0;
    for (let i = mip.starts[j]; i < mip.starts[j + 1]; i++) {
      const r = mip.indices[i];
      if (inRow(rows.users.one, r)) user = r - rows.users.one;
      else if (inRow(rows.users.sponsored, r)) sponsored = -mip.values[i];
      else if (inRow(rows.users.unsponsored, r)) unsponsored = -mip.values[i];
    }
    names.push({ name: `z${j}`, kind: "shape", user_id: users.at(user), sponsored, unsponsored });
  }
  for (let u = 0; u < group.length; u++) {
    const user_id = users.at(u);
    for (let p = start[u]; p < start[u + 1]; p++) {
      names.push({
        name: `x${p}`,
        kind: "offer",
        user_id,
        contract_address: contracts[contract[p]],
      });
    }
  }
  // The last columns are missing units: first of groups, then of limits. Each enters one row, the one that it relaxes.
  const groupOf = new Map(
    MISSABLE_KINDS.flatMap(({ name }, i) =>
      rows.groups[name].map((r, g) => [r, { g, name: i === 0 ? `m${g}` : `m${i}_${g}` }])
    ),
  );
  for (let j = names.length; j < mip.columns; j++) {
    const r = mip.indices[mip.starts[j]], of = groupOf.get(r);
    names.push(
      of === undefined
        ? { name: `b${r - rows.limits}`, ...limitName(instance, "beyond_limit", r - rows.limits) }
        : { name: of.name, kind: "missing_users", group_id: groups[of.g] },
    );
  }
  return names;
}

/** The name of a limit row: family, values and side, as in "budget (brand_id=b1, at_most)". */
function limitName({ limits }: Instance, kind: string, r: number): Omit<ProgramName, "name"> {
  const { families, rows } = limits!;
  const side = rows.sense[r] > 0 ? "at_most" : "at_least", values = nameOfRow(limits!, r);
  const { limit } = families[rows.family[r]];
  return { kind, limit: `${limit} (${values === "" ? "" : `${values}, `}${side})` };
}
