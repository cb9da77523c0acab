/**
 * The JSON Schema of certificates, which `divvy schema certificate` prints.
 *
 * @module
 */
import { HASHED_INPUTS } from "../../allocator/drop/hashed_inputs.ts";
import { LIMIT_KINDS } from "../../allocator/limits/kinds/list.ts";
import { CERTIFICATE_FORMAT } from "../../allocator/model/certificate.ts";
import { POLICY_FIELDS } from "../../allocator/model/policy_table.ts";
import { z } from "../../deps/zod.ts";
import { plainSchema } from "./value_schema.ts";

const price = z.number().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const amount = z.union([z.number().min(0), z.string(), z.null()]);

const inputs = z.looseObject(Object.fromEntries(
  Object.entries(HASHED_INPUTS).map(([name, { of, mayBeAbsent }]) => [
    name,
    (mayBeAbsent ? sha256.optional() : sha256).describe(of),
  ]),
));

const family = z.looseObject({
  limit: z.string(),
  per: z.array(z.string()),
  counts: z.string(),
  at_most: amount,
  at_least: amount,
  share_of: z.union([z.literal("offers"), z.null()]),
  price: z.union([price, z.null()]),
  where: z.array(z.looseObject({ column: z.string(), values: z.array(z.string()) })),
});

const decimal = z.string().max(1000).regex(/^-?\d+(\.\d+)?$/);
const exact = z.looseObject({
  decimals: z.int().min(-330).max(330).describe("They are whole units of 10^−decimals"),
  objective: decimal,
  bound: decimal,
});

const groupPrices = z.looseObject(
  Object.fromEntries(
    LIMIT_KINDS.map(({ field, means }) => [field, price.optional().describe(`Of ${means}`)]),
  ),
);

const limitPrice = z.looseObject({
  limit: z.string().describe("Name of its family"),
  values: z.record(z.string(), z.string()).optional().describe("Of the columns it is per"),
  side: z.enum(["at_most", "at_least"]),
  price,
});

const prices = {
  contracts: z.record(z.string(), price).describe("Price of each cap; absent: 0"),
  groups: z.record(z.string(), groupPrices).describe("Prices of each group's rules; absent: 0"),
  limits: z.array(limitPrice).optional().describe("Prices of limits; absent: 0"),
};

const countOfOffers = z.looseObject({
  least_score: z.number().optional().describe("Offers with a score of at least this; absent: any"),
  contracts: z.array(z.string()).optional().describe("Of these contracts; absent: of all"),
  group_id: z.string().optional().describe("To users of this group; absent: to all"),
  offers: z.int().min(0).describe("A number of such offers, pinned ones aside"),
  sponsored_users: z.never().optional(),
});

const countOfUsers = z.looseObject({
  group_id: z.string().describe("Users of this group"),
  sponsored_users: z.int().min(0).describe("A number of users who get a sponsored offer"),
  offers: z.never().optional(),
});

const count = z.union([countOfOffers, countOfUsers]);

const node: z.ZodType = z.lazy(() =>
  z.union([
    z.looseObject({ count, at_most: node, at_least: node }),
    z.looseObject({
      offer: z.tuple([z.string(), z.string()]),
      with: node,
      without: node,
      count: z.never().optional(),
    }),
    z.looseObject({
      ...prices,
      counts: z.array(price).optional()
        .describe("Price of each limit on numbers of offers or users, from the root; absent: none"),
      offer: z.never().optional(),
      count: z.never().optional(),
    }),
  ])
);

const branches = z.looseObject({
  price: price.describe("What an offer that must be made is worth more, one that must not be less"),
  tree: node.describe(
    "Cases: prices; or an offer that is made (with) or not (without); or a number of offers or of sponsored users, who are at most so many or at least one more",
  ),
});

/** The schema. `certificateFault` checks the same by hand, because zod loads slowly; a test compares the two. */
export const certificateSchema = z.looseObject({
  format: z.literal(CERTIFICATE_FORMAT).describe("Version of this format"),
  divvy: z.string().describe("Version of Divvy that wrote it"),
  inputs: z.union([inputs, z.null()])
    .describe("SHA-256 of each input as read (divvy certificate explain); null: not all were read"),
  ...Object.fromEntries(
    POLICY_FIELDS.map(({ json, kind, nullable, mayBeAbsent, isWorkedOut, help }) => {
      const value = plainSchema(kind), open = nullable && isWorkedOut !== true;
      const schema = (open ? z.union([value, z.null()]) : value).describe(help);
      return [json, mayBeAbsent ? schema.optional() : schema];
    }),
  ),
  objective: z.number().describe("Of the assignments, missed minima and limits priced in"),
  bound: z.number().describe("What no allocation can exceed, as the prices prove"),
  gap: z.number().min(0).describe("(bound − objective) / |bound|"),
  exact: z.union([exact, z.null()])
    .describe("The same without any rounding; null: not all pairs were read"),
  search_bound: z.number().optional()
    .describe("A lower bound that the solver's search found and the prices do not prove"),
  ...prices,
  limit_families: z.array(family).optional().describe("The drop's limits as declared"),
  own_limits_kept: z.boolean().optional()
    .describe("Whether users keep their own limits in the bound; absent: all limits have prices"),
  branches: branches.optional()
    .describe("Cases that together prove a lower bound than the prices above"),
});

/** The schema as JSON Schema (draft 2020-12). */
export function certificateJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(certificateSchema) as Record<string, unknown>;
  return {
    ...schema,
    title: "certificate",
    description: "A certificate of divvy allocate: prices that prove a bound on any allocation",
  };
}
