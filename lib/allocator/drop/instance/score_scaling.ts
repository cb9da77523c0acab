/**
 * How declines and rotation scaled the scores of a drop.
 *
 * @module
 */
/** What scores above 0 were multiplied by. */
export interface ScoreScaling {
  /** Uint8Array, length pairs: how often the user declined the contract or its brand; null: declines don't count. */
  readonly declines: Uint8Array | null;
  /** The factor for each decline. */
  readonly declineFactor: number;
  /** Float64Array, length users: the user's factor by rotation; null: there is none. */
  readonly userFactor: Float64Array | null;
}

/** What the score of pair `p` of user `u` was multiplied by, and how many declines that includes. */
export function scalingOf(
  { scaling, score }: { readonly scaling?: ScoreScaling; readonly score: Float64Array },
  u: number,
  p: number,
): { factor: number; declines: number } {
  if (scaling === undefined || score[p] < 0) return { factor: 1, declines: 0 };
  const declines = scaling.declines?.[p] ?? 0;
  return { factor: scaling.declineFactor ** declines * (scaling.userFactor?.[u] ?? 1), declines };
}
