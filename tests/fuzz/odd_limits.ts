/** Odd limits for odd drops: every column's kind, every table, wanted amounts from none to more than there is. */
import { Drop, type LimitInput } from "../../lib/allocator/drop/drop.ts";
import { InputError } from "../../lib/base/errors.ts";
import type { Random } from "../../lib/base/numbers/random.ts";
import type { OddDrop } from "./odd_drop.ts";

type Input = OddDrop["drop"];

/** The drop with attributes and one to four families of limits. */
export function withOddLimits(drop: Input, random: Random): Input {
  const one = <T>(...values: T[]): T => values[random.below(values.length)];
  const described = withAttributes(drop, random);
  const families: LimitInput[] = [];
  const wanted = one(1, 1, 2, 3, 4);
  // What the library refuses (amounts that contradict each other, values that nobody has) is drawn again.
  for (let tries = 0; families.length < wanted && tries < 20; tries++) {
    const family = oddFamily(described, random, `l${tries}`);
    if (isAccepted({ ...described, limits: [...families, family] })) families.push(family);
  }
  return { ...described, limits: families };
}

/** The drop with means in place of shares: of a rate that pairs have, over all offers or those selected. */
export function withMeans(odd: OddDrop, random: Random): OddDrop {
  const one = <T>(...values: T[]): T => values[random.below(values.length)];
  const { drop } = odd;
  const pairs = drop.pairs.map((pair) => ({
    ...pair,
    attributes: { ...pair.attributes, rate: one(0, 0.1, 0.3, 0.5, 0.9, 2) },
  }));
  const limits = drop.limits?.map((limit) =>
    limit.shareOf === undefined
      ? limit
      : { ...limit, counts: "rate", ...(random.next() < 0.5 && { where: undefined }) }
  );
  const name = `${odd.name}-means`, means = { ...odd, name, drop: { ...drop, pairs, limits } };
  return isAccepted(means.drop) ? means : odd;
}

function isAccepted(drop: Input): boolean {
  try {
    Drop.from(drop);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** Columns of each table: texts with blanks, amounts, numbers to count. */
function withAttributes(drop: Input, random: Random): Input {
  const one = <T>(...values: T[]): T => values[random.below(values.length)];
  const whole = one(true, true, false);
  const size = one(1, 1, 100, 1e6, 1e-3);
  // Segments of users and decimals that doubles do not hold exactly are what people have.
  const number = () =>
    size * (whole ? random.below(10) : one(random.below(100) / 10, random.next(), 0.1, 0.3));
  const perUser = Math.max(1, Math.floor(drop.pairs.length / drop.users.length));
  const fair = drop.users.length / Math.max(1, drop.contracts.length);
  return {
    ...drop,
    users: drop.users.map((user, u) => ({
      ...user,
      attributes: { city: `city ${u % 3}`, plan: u % 4 === 3 ? "" : `p${u % 2}`, most: 1 + u % 3 },
    })),
    contracts: drop.contracts.map((contract, c) => ({
      ...contract,
      attributes: {
        category: c % 5 === 4 ? null : `cat${c % 2}`,
        cost: number(),
        budget: Math.ceil(size * fair * one(0, 1, 3, 10)),
        wanted: Math.round(fair * one(0, 0.3, 1, 2)),
      },
    })),
    groups: drop.groups.map((group, g) => ({
      ...group,
      attributes: {
        region: g % 2 === 0 ? "north" : "south",
        quota: Math.round(fair * one(1, 2, 5)),
      },
    })),
    pairs: drop.pairs.map((pair) => ({
      ...pair,
      attributes: {
        weight: number(),
        channel: one("mail", "app", "mail", ""),
        effort: 1 + random.below(perUser),
      },
    })),
  };
}

const PER = [
  ["contract_address"],
  ["group_id"],
  ["user_id"],
  ["category"],
  ["city"],
  ["region"],
  ["channel"],
  ["is_sponsored"],
  ["category", "group_id"],
  ["category", "city"],
  ["contract_address", "plan"],
  ["channel", "region"],
  ["user_id", "category"],
  ["brand_id"],
  ["brand_id", "group_id"],
  [],
];

function oddFamily(drop: Input, random: Random, limit: string): LimitInput {
  const one = <T>(...values: T[]): T => values[random.below(values.length)];
  const per = one(...PER);
  const family: LimitInput = { limit, per: one<string | string[]>(per, per.join(" + ")) };
  if (random.next() < 0.5) family.where = oddSelectors(random);
  if (random.next() < 0.25) return withShares(family, random);
  const counts = one("offers", "offers", "offers", "cost", "weight", "effort");
  if (counts !== "offers") family.counts = counts;
  const unit = meanOf(drop, counts);
  // What a limit's offers would come to if all were spread evenly.
  const fair = unit * Math.min(drop.pairs.length, 2 * drop.users.length) /
    (per.length === 0 ? 1 : one(2, 4, drop.contracts.length));
  const amount = () => {
    const value = fair * one(0, 0.2, 0.5, 0.8, 1, 1.5, 4);
    return one(Math.round(value), Math.round(value * 10) / 10, value);
  };
  const column = { contract_address: ["budget", "wanted"], group_id: ["quota"], user_id: ["most"] };
  const columns = per.length === 1 ? column[per[0] as keyof typeof column] ?? [] : [];
  const drawn = (): number | string =>
    columns.length > 0 && random.next() < 0.4 ? one(...columns) : amount();
  const sides = one("most", "most", "least", "least", "both");
  if (sides !== "least") family.atMost = drawn();
  if (sides !== "most") family.atLeast = drawn();
  if (random.next() < 0.3) family.price = oddPrice(drop, random) / unit;
  return family;
}

/** Shares of all offers: of the same groups as the drop's ratios, or any. */
function withShares(family: LimitInput, random: Random): LimitInput {
  const one = <T>(...values: T[]): T => values[random.below(values.length)];
  const shares = [0, 0.1, 0.3, 1 / 3, 0.5, 0.8, 1];
  const shared: LimitInput = { ...family, shareOf: "offers" };
  shared.where ??= one<NonNullable<LimitInput["where"]>>(
    { is_sponsored: "true" },
    { category: ["cat0"] },
    { channel: "mail" },
    { plan: ["p0", "p1"] },
  );
  if (random.next() < 0.2) return { ...shared, per: "group_id", atLeast: "sponsorship_ratio" };
  if (random.next() < 0.5) shared.atMost = one(...shares);
  else shared.atLeast = one(...shares);
  if (random.next() < 0.3) shared.price = one(0, 0.01, 0.5, 5);
  return shared;
}

function oddSelectors(random: Random): LimitInput["where"] {
  const one = <T>(...values: T[]): T => values[random.below(values.length)];
  return one<NonNullable<LimitInput["where"]>>(
    { category: "cat0" },
    { category: ["cat0", "cat1"] },
    { city: ["city 0", "city 2"] },
    { plan: "" },
    { region: "south" },
    { channel: "app" },
    { is_sponsored: one(true, false) },
    { contract_address: ["c0", "c1"] },
    { category: "cat1", city: "city 1" },
    { region: "north", channel: ["mail", ""] },
  );
}

/** About what an offer is worth, or far less or more. */
function oddPrice(drop: Input, random: Random): number {
  const sizes = drop.pairs.map(({ score }) => Math.abs(score));
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const price = mean * [0, 0.01, 0.3, 1, 3, 100][random.below(6)];
  return random.next() < 0.5 ? price : Math.round(price * 10) / 10;
}

function meanOf(drop: Input, counts: string): number {
  if (counts === "offers") return 1;
  const values = counts === "cost"
    ? drop.contracts.map(({ attributes }) => Number(attributes!.cost))
    : drop.pairs.map(({ attributes }) => Number(attributes![counts]));
  return values.reduce((sum, value) => sum + value, 0) / values.length || 1;
}
