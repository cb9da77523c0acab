/**
 * How declines and rotation scaled scores.
 *
 * @module
 */
/** What scores above 0 were multiplied by. */
export interface ScoreScaling {
  /** Uint8Array, length pairs: how often contract or brand were declined; null: that does not count. */
  readonly declines: Uint8Array | null;
  /** The factor for each of those. */
  readonly declineFactor: number;
  /** Float64Array, length users: the user's factor by rotation; null: there is none. */
  readonly userFactor: Float64Array | null;
}

/** What the score of pair `p` of user `u` was multiplied by, and by how many declines. */
export function scalingOf(
  { scaling, score }: { readonly scaling?: ScoreScaling; readonly score: Float64Array },
  u: number,
  p: number,
): { factor: number; declines: number } {
  if (scaling === undefined || score[p] < 0) return { factor: 1, declines: 0 };
  const declines = scaling.declines?.[p] ?? 0;
  return { factor: scaling.declineFactor ** declines * (scaling.userFactor?.[u] ?? 1), declines };
}
