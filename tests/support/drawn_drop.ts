/** Large drops whose users may have some contracts drawn at random; a third of the contracts is sponsored. */
import { Drop } from "../../lib/allocator/drop/drop.ts";
import type { Random } from "../../lib/base/numbers/random.ts";

/** Groups that the users are in, one after the other. */
const GROUPS = 12;

/** What a drop is made of: its numbers of users and contracts, how many of these each user may have, caps, and every group's ratio. */
export interface DrawnDrop {
  readonly users: number;
  readonly contracts: number;
  readonly options: number;
  readonly cap: number;
  readonly ratio: number;
}

/** The drop; `score` gives that of a pair by its contract's number, after all pairs are drawn. */
export function drawnDrop(
  { users, contracts, options, cap, ratio }: DrawnDrop,
  random: Random,
  score: (contract: number) => number,
): Drop {
  const user: number[] = [], contract: number[] = [];
  for (let u = 0; u < users; u++) {
    const own = new Set<number>();
    while (own.size < options) own.add(random.below(contracts));
    for (const c of own) {
      user.push(u);
      contract.push(c);
    }
  }
  return Drop.from({
    users: {
      ids: Array.from({ length: users }, (_, u) => `u${u}`),
      group: Uint32Array.from({ length: users }, (_, u) => u % GROUPS),
    },
    contracts: Array.from({ length: contracts }, (_, c) => ({
      id: `c${c}`,
      cap,
      sponsored: c % 3 === 0,
    })),
    groups: Array.from({ length: GROUPS }, (_, g) => ({ id: `g${g}`, ratio })),
    pairs: {
      user: Uint32Array.from(user),
      contract: Uint32Array.from(contract),
      score: Float64Array.from(contract, score),
    },
  });
}

/** How many users the groups' minima ask for. */
export function usersRequired({ users, ratio }: Pick<DrawnDrop, "users" | "ratio">): number {
  let required = 0;
  for (let g = 0; g < GROUPS; g++) required += Math.ceil(ratio * Math.ceil((users - g) / GROUPS));
  return required;
}
