/** Random small drops and policies together, for tests that go through all models and switches. */
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import type { Policy } from "../../lib/allocator/model/policy.ts";
import { randomInstance } from "./random_instance.ts";
import { randomPolicy } from "./random_policy.ts";

/** A drop of 10 to 49 users, scarce or ample, with ties, negative scores or brands now and then, and any policy. */
export function randomCase(seed: number): [Instance, Policy] {
  const brands = seed % 3 === 0 ? 3 : 0;
  const instance = randomInstance({
    seed,
    users: 10 + (seed % 40),
    contracts: 8,
    groups: 1 + (seed % 4),
    density: 0.5,
    capShare: seed % 2 === 0 ? 0.8 : 0.3,
    negativeShare: seed % 4 === 0 ? 0.3 : 0,
    scoreStep: seed % 5 === 0 ? 0.1 : 0.001,
    brands,
  });
  return [instance, randomPolicy(seed, brands > 0)];
}
