/**
 * Generalised assignment: each job goes to one agent, who has only so much of a resource. Instances of the shapes that the
 * OR-Library's types A to D have (Beasley, "OR-Library: distributing test problems by electronic mail", 1990; Cattrysse and Van
 * Wassenhove 1992), generated from a seed.
 */
import { loadHighs } from "../../lib/deps/highs.ts";
import type { DropInput } from "../../lib/allocator/drop/drop.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";

/** What each job costs and takes of each agent. */
export interface AssignmentProblem {
  readonly agents: number;
  readonly jobs: number;
  /** By agent, then job. */
  readonly cost: readonly (readonly number[])[];
  readonly takes: readonly (readonly number[])[];
  readonly capacity: readonly number[];
}

/** An instance of a type. */
export function assignmentProblem(
  type: "A" | "B" | "C" | "D",
  agents: number,
  jobs: number,
  seed: number,
): AssignmentProblem {
  const random = seededRandom(seed);
  const between = (least: number, most: number) => least + random.below(most - least + 1);
  const table = (of: () => number) =>
    Array.from({ length: agents }, () => Array.from({ length: jobs }, of));
  const takes = table(() => type === "D" ? between(1, 100) : between(5, 25));
  const cost = type === "D"
    ? takes.map((row) => row.map((taken) => Math.max(1, 111 - taken + between(-10, 10))))
    : table(() => between(10, 50));
  const total = takes.map((row) => row.reduce((sum, taken) => sum + taken, 0));
  // Of the loads that come of giving each job to its cheapest agent.
  const cheapest = takes.map(() => 0);
  for (let j = 0; j < jobs; j++) {
    const best = cost.reduce((at, row, i) => row[j] < cost[at][j] ? i : at, 0);
    cheapest[best] += takes[best][j];
  }
  const ofA = Math.floor(0.6 * (jobs / agents) * 15 + 0.4 * Math.max(...cheapest));
  const capacity = total.map((sum) =>
    type === "A" ? ofA : type === "B" ? Math.floor(0.7 * ofA) : Math.floor(0.8 * sum / agents)
  );
  return { agents, jobs, cost, takes, capacity };
}

/** The instance as a drop: jobs are users who get one offer, agents contracts, and what a job takes a column of pairs. */
export function dropOfProblem(
  { agents, jobs, cost, takes, capacity }: AssignmentProblem,
): DropInput {
  const pairs = [];
  for (let j = 0; j < jobs; j++) {
    for (let i = 0; i < agents; i++) {
      const attributes = { takes: takes[i][j] };
      // An offer is worth so much that every job is given to somebody.
      pairs.push({
        user: `job ${j}`,
        contract: `agent ${i}`,
        score: WORTH - cost[i][j],
        attributes,
      });
    }
  }
  return {
    users: Array.from({ length: jobs }, (_, j) => ({ id: `job ${j}`, group: "all" })),
    contracts: capacity.map((most, i) => ({
      id: `agent ${i}`,
      cap: jobs,
      sponsored: false,
      attributes: { most },
    })),
    groups: [{ id: "all", ratio: 0 }],
    pairs,
    limits: [{ limit: "capacity", per: "contract_address", counts: "takes", atMost: "most" }],
  };
}

/** What a given job is worth before its cost. */
export const WORTH = 10_000;

/** The least cost of giving every job to an agent; null where they can't all be given. */
export async function leastCost(
  { agents, jobs, cost, takes, capacity }: AssignmentProblem,
): Promise<number | null> {
  const highs = await loadHighs();
  const columns = agents * jobs, starts = [0], indices: number[] = [], values: number[] = [];
  for (let i = 0; i < agents; i++) {
    for (let j = 0; j < jobs; j++) {
      indices.push(i, agents + j);
      values.push(takes[i][j], 1);
      starts.push(indices.length);
    }
  }
  const model = highs.createModel({
    numCols: columns,
    numRows: agents + jobs,
    sense: highs.constants.objectiveSense.minimize,
    colCost: Float64Array.from(cost.flat()),
    colLower: new Float64Array(columns),
    colUpper: new Float64Array(columns).fill(1),
    rowLower: Float64Array.from([...capacity.map(() => -Infinity), ...Array(jobs).fill(1)]),
    rowUpper: Float64Array.from([...capacity, ...Array(jobs).fill(1)]),
    integrality: new Int32Array(columns).fill(1),
    matrix: {
      format: "csc",
      numRows: agents + jobs,
      numCols: columns,
      starts: Int32Array.from(starts),
      indices: Int32Array.from(indices),
      values: Float64Array.from(values),
    },
  });
  try {
    model.options.set({ output_flag: false, mip_rel_gap: 0, mip_abs_gap: 0 });
    model.run();
    if (model.getModelStatus() !== highs.constants.modelStatus.optimal) return null;
    return Math.round(Number(model.info.get("objective_function_value")));
  } finally {
    model.dispose();
  }
}
