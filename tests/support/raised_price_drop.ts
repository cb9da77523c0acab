import { Drop } from "../../lib/allocator/drop/drop.ts";

/** Selects all offers, so that the share costs at the search's prices and asks for nothing. */
const EVERY_KIND = { kind: ["x", "y"] };

/**
 * A drop of three users, of whom two must be sponsored and one is missing whatever is done. For k = 1 without coverage a costly share
 * makes the optimal solver raise the shortfall price.
 *
 * @param scoreOf the score of all offers to the user with this number
 */
export function raisedPriceDrop(scoreOf: (user: number) => number): Drop {
  return Drop.from({
    users: ["u0", "u1", "u2"].map((id) => ({ id, group: "g" })),
    contracts: [
      { id: "c0", cap: 5, sponsored: false, brand: "b0", attributes: { kind: "x" } },
      { id: "c1", cap: 1, sponsored: true, brand: "b1", attributes: { kind: "y" } },
      { id: "c2", cap: 1, sponsored: false, brand: "b0", attributes: { kind: "y" } },
    ],
    groups: [{ id: "g", ratio: 0.5 }],
    pairs: ["u0", "u1", "u2"].flatMap((user, u) =>
      ["c0", "c1", "c2"].map((contract) => ({ user, contract, score: scoreOf(u) }))
    ),
    limits: [
      { limit: "one of a kind", per: ["kind"], atMost: 1 },
      {
        limit: "half",
        per: ["brand_id"],
        shareOf: "offers",
        where: EVERY_KIND,
        atLeast: 0.5,
        price: 5e6,
      },
    ],
  });
}
