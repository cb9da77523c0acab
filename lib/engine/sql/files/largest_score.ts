/** The largest score that engines take, with either sign: sums and products of billions of such scores are far from the largest double. */
export const LARGEST_SCORE = 1e250;
