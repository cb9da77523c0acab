/**
 * Blanks around ids, which files have and tables of ids do not.
 *
 * @module
 */

/** What `String.prototype.trim` takes away. */
export const BLANKS = [
  ...[9, 10, 11, 12, 13, 32, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff],
  ...Array.from({ length: 11 }, (_, i) => 0x2000 + i),
].map((code) => String.fromCodePoint(code)).join("");
