/**
 * Counts ids that a spreadsheet would take for formulas. They are kept as they are, but users who open the CSV are warned.
 *
 * @module
 */
import type { Instance } from "../allocator/drop/instance/instance.ts";

const EQUALS = 61, PLUS = 43, MINUS = 45, AT = 64;

/** Number of ids of a drop's users, contracts and groups that begin with =, +, - or @. */
export function idsLikeFormulas({ users, contracts, groups }: Instance): number {
  const { bytes, offsets } = users;
  let found = 0;
  for (let u = 0; u < users.length; u++) {
    const first = offsets[u] < offsets[u + 1] ? bytes[offsets[u]] : 0;
    if (first === EQUALS || first === PLUS || first === MINUS || first === AT) found++;
  }
  for (const id of [...contracts, ...groups]) if (/^[=+@-]/.test(id)) found++;
  return found;
}
