/**
 * Characters that turn the direction of text around them.
 *
 * @module
 */

/**
 * The bidirectional controls, for a character class of a regular expression: what stands between and behind them is shown in
 * another order than it is written, so an id with one of them reads as another (CVE-2021-42574, "Trojan Source").
 */
export const BIDI_CONTROLS = "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069";
