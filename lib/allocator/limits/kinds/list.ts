/**
 * The list of kinds of limits on groups. A new kind is a file beside this one and its name here.
 *
 * @module
 */
import type { LimitKind } from "./kind.ts";
import { assignmentRatio } from "./assignment_ratio.ts";
import { maxSponsored } from "./max_sponsored.ts";
import { minSponsored } from "./min_sponsored.ts";
import { mixedShare } from "./mixed_share.ts";

/**
 * All kinds, in the order in which their prices are listed. Their names stand in the type, too: declarations of the npm package are
 * made file by file, where nothing is inferred from other files.
 */
export const LIMIT_KINDS: readonly [
  LimitKind<"minSponsored", "min_sponsored">,
  LimitKind<"maxSponsored", "max_sponsored">,
  LimitKind<"assignmentRatio", "assignment_ratio">,
  LimitKind<"mixedShare", "mixed_share">,
] = [minSponsored, maxSponsored, assignmentRatio, mixedShare];

/** Those that may be missed, each unit at the shortfall price. */
export const MISSABLE_KINDS: readonly typeof LIMIT_KINDS[number][] = LIMIT_KINDS.filter((
  { mayBeMissed },
) => mayBeMissed);

/** The name of a kind. */
export type LimitKindName = typeof LIMIT_KINDS[number]["name"];

/** The name of a kind in certificates and summaries. */
export type LimitField = typeof LIMIT_KINDS[number]["field"];

/** The kind with this name. */
export function kindOf(name: LimitKindName): LimitKind {
  return LIMIT_KINDS.find((kind) => kind.name === name)!;
}
