/**
 * A drop from typed arrays, under a policy of one's own.
 *
 *     deno run --allow-read examples/drop_from_arrays.ts
 */
import { allocate, Drop } from "../mod.ts";

// 1,000 users, 12 contracts, everybody eligible for every second one; users and contracts are named by index.
const users = 1000, contracts = 12, options = contracts / 2, pairs = users * options;
const user = new Uint32Array(pairs), contract = new Uint16Array(pairs);
const score = new Float64Array(pairs);
for (let p = 0; p < pairs; p++) {
  user[p] = Math.floor(p / options);
  contract[p] = 2 * (p % options) + user[p] % 2;
  score[p] = ((user[p] * 31 + contract[p] * 17) % 101) / 100;
}

const drop = Drop.from({
  users: {
    ids: Array.from({ length: users }, (_, u) => `user-${String(u).padStart(4, "0")}`),
    group: Uint32Array.from({ length: users }, (_, u) => u % 3),
  },
  contracts: Array.from({ length: contracts }, (_, c) => ({
    id: `offer-${c}`,
    cap: 150,
    sponsored: c < 6,
    brand: `brand-${c >> 2}`,
  })),
  groups: [{ id: "lagos", ratio: 0.3 }, { id: "lima", ratio: 0.5 }, { id: "oslo", ratio: 0.2 }],
  pairs: { user, contract, score },
});

const plain = await allocate(drop, { k: 2 });
const strict = await allocate(drop, { k: 2, maxSponsoredRatio: 0.6, maxPerBrand: 1 });
for (const [name, { score, offerPair, gap }] of Object.entries({ plain, strict })) {
  console.log(`${name}: ${offerPair.length} offers, score ${score.toFixed(2)}, proven gap ${gap}`);
}
console.log(`what the two rules cost: ${(plain.objective - strict.objective).toFixed(4)}`);
