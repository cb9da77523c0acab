/** Random drops of the sizes that engines are tried with. */
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { randomInstance, type RandomInstanceOptions } from "./random_instance.ts";

/** How a drop differs from the others; its seed at least. */
type Change = Pick<RandomInstanceOptions, "seed"> & Partial<RandomInstanceOptions>;

/** A drop with brands whose caps bind; the same change gives the same drop. */
export function engineInstance(change: Change): Instance {
  return randomInstance({
    users: 200,
    contracts: 14,
    groups: 3,
    brands: 5,
    capShare: 0.4,
    ratios: [0.1, 0.3],
    ...change,
  });
}

/** A drop that is large enough for a fault to be seen. */
export function tinyInstance(change: Change): Instance {
  return randomInstance({ users: 30, contracts: 5, groups: 2, ratios: [0.1], ...change });
}
