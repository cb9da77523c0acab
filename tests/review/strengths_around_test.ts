/** Intervals that know how little is known of the strengths. */
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { estimateRates } from "../../lib/review/estimate_rates.ts";
import { fitStrengths, logPosterior } from "../../lib/review/fit_strengths.ts";
import type { RateCounts } from "../../lib/review/rate_counts.ts";
import { strengthsAround } from "../../lib/review/strengths_around.ts";

/** Counts whose rates are known, drawn as `divvy generate --weeks` draws them: log odds normal at each level. */
function drawn(
  seed: number,
  { contracts, groups, brands, offers }: Record<
    "contracts" | "groups" | "brands" | "offers",
    number
  >,
) {
  const random = seededRandom(seed);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const ofBrand = Array.from({ length: brands }, () => -2.2 + 0.4 * normal());
  const brandOf = Uint32Array.from({ length: contracts }, (_, c) => c % brands);
  const ofContract = Array.from(brandOf, (b) => ofBrand[b] + 0.5 * normal());
  const cells = contracts * groups,
    contract = Uint32Array.from({ length: cells }, (_, i) => Math.floor(i / groups));
  const rate = Array.from(contract, (c) => 1 / (1 + Math.exp(-ofContract[c] - 0.4 * normal())));
  const n = Float64Array.from(contract, () => 1 + random.below(2 * offers));
  const hits = n.map((all, i) => {
    let sum = 0;
    for (let k = 0; k < all; k++) if (random.next() < rate[i]) sum++;
    return sum;
  });
  const counts: RateCounts = {
    contracts,
    brands,
    brandOf,
    contract,
    offers: n,
    hits,
    group: Uint32Array.from(contract, (_, i) => i % groups),
  };
  return { counts, rate };
}

/** Shares of the 90 % intervals that hold their rates, of cells and of contracts, over draws. */
function held(
  draws: number,
  shape: Parameters<typeof drawn>[1],
): { cells: number; contracts: number } {
  let cells = 0, allCells = 0, contracts = 0;
  for (let seed = 1; seed <= draws; seed++) {
    const { counts, rate } = drawn(seed, shape), strengths = fitStrengths(counts);
    const rates = estimateRates(counts, { strengths, among: strengthsAround(counts, strengths) });
    const of = new Float64Array(counts.contracts), all = new Float64Array(counts.contracts);
    rate.forEach((truth, i) => {
      const { low, high } = rates.cell(i), c = counts.contract[i];
      if (low <= truth && truth <= high) cells++;
      allCells++;
      of[c] += counts.offers[i] * truth;
      all[c] += counts.offers[i];
    });
    for (let c = 0; c < counts.contracts; c++) {
      const { low, high } = rates.contract(c), truth = of[c] / all[c];
      if (low <= truth && truth <= high) contracts++;
    }
  }
  return { cells: cells / allCells, contracts: contracts / (draws * shape.contracts) };
}

Deno.test("with few contracts too, rates lie in their 90 % intervals in 90 ± 3 % of cases, over draws", () => {
  // With strengths taken as sure it is 87 % of either (150 draws).
  const { cells, contracts } = held(60, { contracts: 8, groups: 4, brands: 3, offers: 40 });
  assert(cells > 0.87 && cells < 0.93, `contracts in groups: ${cells}`);
  assert(contracts > 0.87 && contracts < 0.93, `contracts: ${contracts}`);
});

Deno.test("strengths around the likeliest: two for each that counts can tell, wider the less there is to tell", () => {
  const { counts } = drawn(1, { contracts: 60, groups: 20, brands: 12, offers: 40 });
  const best = fitStrengths(counts), around = strengthsAround(counts, best);
  assertEquals(around.length, 6);
  const spread = (name: "brand" | "contract" | "cell") =>
    Math.log(Math.max(...around.map((s) => s[name])) / Math.min(...around.map((s) => s[name])));
  assert(spread("cell") < spread("contract") && spread("contract") < spread("brand"));
  for (const one of around) assert(logPosterior(counts, one) <= logPosterior(counts, best) + 0.1);
  const single = { ...counts, brands: 1, brandOf: new Uint32Array(60) };
  const set = fitStrengths(single);
  assertEquals(strengthsAround(single, set).map(({ brand }) => brand), Array(4).fill(set.brand));
});
