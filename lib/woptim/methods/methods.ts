/**
 * The methods of splitting, beside woptim's own: the one place that lists them.
 *
 * @module
 */
import { dhondt } from "./dhondt.ts";
import { hamilton } from "./hamilton.ts";
import { huntingtonHill } from "./huntington_hill.ts";
import { maxMin } from "./max_min.ts";
import type { Method } from "./method.ts";
import { proportional } from "./proportional.ts";
import { webster } from "./webster.ts";

/** Names of the methods beside woptim. */
export type MethodName =
  | "max-min"
  | "proportional"
  | "webster"
  | "dhondt"
  | "huntington-hill"
  | "hamilton";

/** The methods by name. */
export const METHODS: Readonly<Record<MethodName, Method>> = {
  "max-min": maxMin,
  proportional,
  webster,
  dhondt,
  "huntington-hill": huntingtonHill,
  hamilton,
};
