/**
 * The largest score that engines take, with either sign. What stands for a bundle or move that can't be is 1e80 and more: billions
 * of such scores, and prices above them, are far below that, and their products far from the largest double.
 */
export const LARGEST_SCORE = 1e60;
