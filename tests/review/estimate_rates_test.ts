/** Rates of contracts in groups: the likelihood and the estimates against sums that share no code with them. */
import { assert, assertAlmostEquals, assertEquals } from "../../lib/deps/std_assert.ts";
import { logBetaBinomial, logBetaBinomialMass, logRising } from "../../lib/review/beta_binomial.ts";
import { estimateRates } from "../../lib/review/estimate_rates.ts";
import { fitStrengths } from "../../lib/review/fit_strengths.ts";
import type { RateCounts } from "../../lib/review/rate_counts.ts";
import { rateGrid } from "../../lib/review/rate_grid.ts";
import { contractLikelihood, rateTree } from "../../lib/review/rate_tree.ts";
import { type Random, seededRandom } from "../../lib/base/numbers/random.ts";

/** Cells as rows: contract, group, offers, hits. */
function countsOf(brandOf: number[], cells: [number, number, number, number][]): RateCounts {
  return {
    contracts: brandOf.length,
    brands: Math.max(...brandOf) + 1,
    brandOf: Uint32Array.from(brandOf),
    contract: Uint32Array.from(cells, (cell) => cell[0]),
    group: Uint32Array.from(cells, (cell) => cell[1]),
    offers: Float64Array.from(cells, (cell) => cell[2]),
    hits: Float64Array.from(cells, (cell) => cell[3]),
  };
}

Deno.test("beta-binomial probabilities are scipy's, and sum to 1", () => {
  // scipy.stats.betabinom.logpmf, scipy 1.17.
  for (
    const [r, n, a, b, value] of [
      [0, 10, 0.5, 9.5, -0.36630361895419605],
      [3, 10, 2, 8, -1.9064513123147666],
      [120, 1000, 12, 88, -4.454835994383593],
      [2500, 100000, 30, 1200, -7.0475043019896475],
    ]
  ) {
    assertAlmostEquals(logBetaBinomialMass(r, n, a / (a + b), a + b), value, 1e-9);
  }
  let sum = 0;
  for (let r = 0; r <= 300; r++) sum += Math.exp(logBetaBinomialMass(r, 300, 0.07, 13));
  assertAlmostEquals(sum, 1, 1e-11);
});

Deno.test("rising factorials are sums of logarithms, however long", () => {
  for (const x of [1e-6, 0.3, 7, 15.9, 1234.5]) {
    for (const n of [0, 1, 2, 16, 17, 400, 20_000]) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += Math.log(x + i);
      assertAlmostEquals(logRising(x, n), sum, 1e-11 * Math.max(1, Math.abs(sum)), `${x}, ${n}`);
    }
  }
});

Deno.test("the integral behind the beta-binomial: a brute-force grid over the rate gives the same", () => {
  for (const [r, n, mean, strength] of [[0, 5, 0.1, 4], [3, 7, 0.4, 9], [50, 200, 0.2, 60]]) {
    const alpha = strength * mean, beta = strength - alpha;
    let sum = 0, all = 0;
    // Log odds take the poles of small alphas away.
    for (let odds = -80; odds <= 80; odds += 0.01) {
      const logP = -Math.log1p(Math.exp(-odds)), logQ = -Math.log1p(Math.exp(odds));
      const density = alpha * logP + beta * logQ;
      all += Math.exp(density);
      sum += Math.exp(density + r * logP + (n - r) * logQ);
    }
    assertAlmostEquals(Math.log(sum / all), logBetaBinomial(r, n, mean, strength), 1e-6);
  }
});

/** Everything that a small tree implies, summed over all points of all rates above the cells: no messages, no tricks. */
function bruteForce(
  counts: RateCounts,
  strengths: { brand: number; contract: number; cell: number },
  points: number,
) {
  const { rate, width } = rateGrid(counts, points);
  const beta = (a: number, b: number) => {
    const chance = [...rate].map((x, i) => {
      const beyond = i === 0 ? 1 / a : i === points - 1 ? 1 / b : 0;
      return x ** a * (1 - x) ** b * (width[i] + beyond);
    });
    const sum = chance.reduce((a, b) => a + b);
    return chance.map((x) => x / sum);
  };
  const child = (p: number, s: number) => beta(s * p, s * (1 - p));
  const prior = beta(0.5, 0.5);
  const toBrand = [...rate].map((p) => child(p, strengths.brand));
  const toContract = [...rate].map((p) => child(p, strengths.contract));
  const likelihood = (c: number, p: number) => {
    let log = 0;
    counts.contract.forEach((of, i) => {
      if (of === c) log += logBetaBinomial(counts.hits[i], counts.offers[i], p, strengths.cell);
    });
    return Math.exp(log);
  };
  const own = Array.from(
    { length: counts.contracts },
    (_, c) => [...rate].map((p) => likelihood(c, p)),
  );
  let all = 0;
  const posterior = own.map(() => new Float64Array(points));
  // Rates of two brands and the overall one, all combinations; contracts of a brand are independent given its rate.
  for (let k = 0; k < points; k++) {
    for (let a = 0; a < points; a++) {
      for (let b = 0; b < points; b++) {
        const brands = [a, b];
        const above = prior[k] * toBrand[k][a] * toBrand[k][b];
        const marginal = own.map((like, c) =>
          like.reduce((sum, value, i) => sum + value * toContract[brands[counts.brandOf[c]]][i], 0)
        );
        const joint = above * marginal.reduce((x, y) => x * y);
        all += joint;
        own.forEach((like, c) => {
          const row = toContract[brands[counts.brandOf[c]]];
          for (let i = 0; i < points; i++) {
            posterior[c][i] += joint / marginal[c] * like[i] * row[i];
          }
        });
      }
    }
  }
  return { logLikelihood: Math.log(all), posterior: posterior.map((p) => p.map((x) => x / all)) };
}

Deno.test("the tree's likelihood and rates are those of a sum over all combinations of rates", () => {
  const counts = countsOf([0, 1, 0], [
    [0, 0, 10, 1],
    [0, 1, 4, 3],
    [1, 0, 30, 2],
    [2, 1, 3, 0],
  ]);
  const strengths = { brand: 6, contract: 11, cell: 20 };
  const points = 24, grid = rateGrid(counts, points);
  const expected = bruteForce(counts, strengths, points);
  const tree = rateTree(counts, grid, contractLikelihood(counts, grid, strengths.cell), strengths);
  assertAlmostEquals(tree.logLikelihood, expected.logLikelihood, 1e-9);
  for (let c = 0; c < counts.contracts; c++) {
    tree.contract(c).forEach((chance, i) =>
      assertAlmostEquals(chance, expected.posterior[c][i], 1e-10)
    );
  }
});

Deno.test("with many offers a rate is what was seen, with none it is that of what is above", () => {
  const counts = countsOf([0, 0, 1], [
    [0, 0, 400_000, 40_000],
    [0, 1, 2, 2],
    [1, 0, 400_000, 80_000],
    [2, 0, 400_000, 20_000],
  ]);
  const rates = estimateRates(counts, { strengths: { brand: 50, contract: 50, cell: 200 } });
  assertAlmostEquals(rates.cell(0).rate, 0.1, 1e-4);
  assertAlmostEquals(rates.cell(2).rate, 0.2, 1e-4);
  const few = rates.cell(1), other = rates.otherCell(0);
  assert(few.rate > other.rate && few.rate < 0.2, `${few.rate}`);
  const { own, brand, overall } = rates.sources(0);
  assertAlmostEquals(own + brand + overall, 1, 1e-12);
  const known = rates.newContract(0), fresh = rates.newContract(null);
  // Brand 0 is the better one.
  assert(known.rate > fresh.rate);
  assert(fresh.high - fresh.low > rates.cell(0).high - rates.cell(0).low);
});

Deno.test("the mean rate of a contract over its cells weighs them as it is told", () => {
  const counts = countsOf([0, 0], [[0, 0, 900, 90], [0, 1, 100, 40], [1, 0, 50, 5]]);
  const rates = estimateRates(counts, { strengths: { brand: 20, contract: 20, cell: 30 } });
  const mixed = rates.contract(0, Float64Array.of(1, 3));
  assertAlmostEquals(mixed.rate, (rates.cell(0).rate + 3 * rates.cell(1).rate) / 4, 1e-12);
  assertEquals(rates.contract(0).rate, rates.contract(0, Float64Array.of(900, 100)).rate);
});

/** A draw of Beta(a, b) by the ratio of two gamma variables (Marsaglia and Tsang's method). */
function drawBeta(a: number, b: number, random: Random): number {
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * (1 - random.next()) ** (1 / shape);
    const d = shape - 1 / 3, c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal(), v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - random.next()) < x * x / 2 + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  };
  const x = gamma(a);
  return x / (x + gamma(b));
}

Deno.test("strengths that counts were drawn with are found again", () => {
  const random = seededRandom(7), cells: [number, number, number, number][] = [];
  const brandOf = Array.from({ length: 160 }, (_, c) => c % 40);
  const brand = Array.from({ length: 40 }, () => drawBeta(0.1 * 80, 0.9 * 80, random));
  for (let c = 0; c < 160; c++) {
    const p = brand[brandOf[c]], own = drawBeta(p * 40, (1 - p) * 40, random);
    for (let g = 0; g < 20; g++) {
      const rate = drawBeta(own * 100, (1 - own) * 100, random), n = 20 + random.below(120);
      let hits = 0;
      for (let i = 0; i < n; i++) if (random.next() < rate) hits++;
      cells.push([c, g, n, hits]);
    }
  }
  const found = fitStrengths(countsOf(brandOf, cells));
  assert(found.cell > 85 && found.cell < 118, `cell ${found.cell}`);
  assert(found.contract > 28 && found.contract < 57, `contract ${found.contract}`);
  assert(found.brand > 35 && found.brand < 190, `brand ${found.brand}`);
});

/** Means of the cells' rates and the overall one by draws of the whole tree, weighed by how likely the counts are. */
function byDraws(
  { contracts, brands, brandOf, contract, offers, hits }: RateCounts,
  strengths: { brand: number; contract: number; cell: number },
  draws: number,
) {
  const random = seededRandom(11), s = strengths.cell;
  const child = (p: number, strength: number) => {
    if (p < 1e-300 || p === 1) return p;
    const drawn = drawBeta(strength * p, strength * (1 - p), random);
    // Both gamma variables may be below the range of doubles: the rate is next to 0 or next to 1.
    return Number.isNaN(drawn) ? Number(random.next() < p) : drawn;
  };
  let all = 0, overall = 0;
  const cells = offers.map(() => 0);
  for (let draw = 0; draw < draws; draw++) {
    const top = drawBeta(0.5, 0.5, random);
    const brand = Array.from({ length: brands }, () => child(top, strengths.brand));
    const rate = Array.from(
      { length: contracts },
      (_, c) => child(brand[brandOf[c]], strengths.contract),
    );
    let chance = 1;
    contract.forEach((c, i) => {
      for (let h = 0; h < offers[i]; h++) {
        const own = h < hits[i] ? s * rate[c] + h : s * (1 - rate[c]) + h - hits[i];
        chance *= own / (s + h);
      }
    });
    all += chance;
    overall += chance * (brands === 1 ? brand[0] : top);
    contract.forEach((c, i) => cells[i] += chance * (s * rate[c] + hits[i]) / (s + offers[i]));
  }
  return { overall: overall / all, cells: [...cells].map((sum) => sum / all) };
}

Deno.test("rates of contracts that are hardly, or always, redeemed are those of draws of the model", () => {
  const few: [number, number, number, number][] = [[0, 0, 9, 0], [1, 0, 24, 0], [1, 1, 11, 0], [
    2,
    0,
    5,
    0,
  ]];
  const cases: [RateCounts, { brand: number; contract: number; cell: number }][] = [
    // Nothing is redeemed; everything; one of 72; in one brand.
    [countsOf([0, 1, 0], few), { brand: 10, contract: 40, cell: 250 }],
    [
      countsOf([0, 1, 0], few.map(([c, g, n]) => [c, g, n, n])),
      { brand: 5, contract: 8, cell: 200 },
    ],
    [
      countsOf([0, 1, 0], [[0, 0, 38, 1], [1, 0, 21, 0], [2, 0, 3, 0]]),
      { brand: 10, contract: 15, cell: 250 },
    ],
    [countsOf([0, 0], [[0, 0, 23, 0], [1, 0, 35, 0]]), { brand: 2, contract: 50, cell: 20 }],
  ];
  for (const [counts, strengths] of cases) {
    const expected = byDraws(counts, strengths, 50_000);
    const rates = estimateRates(counts, { strengths });
    const isNear = (rate: number, mean: number) => {
      const least = Math.min(mean, 1 - mean);
      assert(Math.abs(rate - mean) < 0.08 * least, `${rate}, by draws ${mean}`);
    };
    isNear(rates.overall.rate, expected.overall);
    expected.cells.forEach((mean, i) => isNear(rates.cell(i).rate, mean));
  }
});
