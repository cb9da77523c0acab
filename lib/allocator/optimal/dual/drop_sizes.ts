/**
 * How many eligible pairs a drop may have for each way to solve it, from the smallest to the largest. Refining counts users who are
 * alike once. How large single loops, tables and shares of threads are stands where they are.
 *
 * @module
 */

/** Up to here a proof by cases is tried whatever gap is left: a case takes next to no time. */
export const ANY_GAP_PAIRS = 200;

/** Up to here HiGHS may find the optimum where offers count by weight toward limits. */
export const WEIGHING_PAIRS = 1500;

/** Up to here better prices are found before all else, however good they are; and the whole program may take HiGHS minutes at most. */
export const TINY_PAIRS = 3000;

/** Up to here a proof by cases is tried at all: HiGHS takes longer to load than some larger drops take to solve. */
export const BRANCHED_PAIRS = 5000;

/** Up to here a drop is small: all programs are tried, and solving it a second time takes next to no time. */
export const SMALL_PAIRS = 20_000;

/** Up to here a flow takes hardly any time, and programs come nearer than a search over types alone, in more time. */
export const FLOW_PAIRS = 100_000;

/** Up to here the best prices are found by linear programming, if there are not too many classes of users either. */
export const PROGRAM_PAIRS = 200_000;

/** Up to here the solver looks for the exact optimum, whatever gap is asked for. */
export const EXACT_PAIRS = 300_000;

/**
 * Above this a pass over all pairs on one thread takes so long that users are not compared, nor prices rounded, on the chance
 * of a gain.
 */
export const PASS_PAIRS = 2_000_000;
