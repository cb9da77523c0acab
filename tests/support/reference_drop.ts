/**
 * Two synthetic drops of 2,000 users for which results of other tools are known. They differ in their caps alone.
 * Their oddities: duplicate pairs, users without a group, unsponsored contracts with cap 0, 15 % zero scores.
 */
import { fileURLToPath } from "node:url";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { readDrop } from "../../lib/io/drop_reader.ts";

/** What is known about a reference drop. */
export interface ReferenceResults {
  /** Objective of a proven optimum of model coverage (CBC), default weights. */
  coverageOptimum: number;
  /** What the replaced tool's greedy solver makes of it under its production options. */
  replacedGreedy: { offers: number; score: number; missedUsers: number };
}

/** Known results, by drop. */
export const referenceResults = {
  scarce: {
    coverageOptimum: 1947.917606,
    replacedGreedy: { offers: 1985, score: 379.974495, missedUsers: 10 },
  },
  ample: {
    coverageOptimum: 2064.049670,
    replacedGreedy: { offers: 5501, score: 867.322040, missedUsers: 6 },
  },
} as const satisfies Record<string, ReferenceResults>;

/** Reads one of the two drops. */
export async function referenceDrop(name: keyof typeof referenceResults): Promise<Instance> {
  const file = (path: string) =>
    fileURLToPath(new URL(`../fixtures/reference/${path}`, import.meta.url));
  const drop = await readDrop({
    caps: file(`caps_${name}.csv`),
    elig: file("elig.csv.gz"),
    userGroups: file("user_groups.csv"),
    groupRatios: file("group_ratios.csv"),
  });
  return drop.instance;
}
