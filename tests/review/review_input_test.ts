import { assertThrows } from "../../lib/deps/std_assert.ts";
import { reviewDataOf, type ReviewInput } from "../../lib/review/review_input.ts";
import { InputError } from "../../lib/base/errors.ts";

const PAIR = { user: "ann", contract: "tea" };

const FAULTS: readonly (readonly [unknown, string])[] = [
  [{ offers: [{ ...PAIR, user: "" }] }, 'offers[0]: user is "", expected an id'],
  [{ offers: [PAIR, null] }, "offers[1] is null, expected {user, contract}"],
  // Numbers and texts that bytes can't tell apart would become one user.
  [{ selections: [{ ...PAIR, user: 1 }] }, "selections[0]: user is 1, expected an id as text"],
  [{ redemptions: [{ ...PAIR, contract: "\ud800" }] }, "redemptions[0]: contract is"],
  [{ heldOut: ["ann", undefined] }, "heldOut[1]: user is missing, expected an id"],
  [{ users: [{ id: "ann" }] }, "users[0]: group is missing, expected an id"],
  [{ users: [7] }, "users[0] is 7, expected {id, group}"],
  [{ offers: [{ ...PAIR, score: NaN }] }, "offers[0]: score is NaN, expected a finite number"],
  [{ groups: [{ id: "north", ratio: 2 }] }, "groups[0]: ratio is 2, expected a number from 0 to 1"],
  [{ groups: [{ id: "north" }] }, "groups[0]: ratio is missing, expected a number from 0 to 1"],
  [
    { contracts: [{ id: "tea", sponsored: true, cap: -1 }] },
    "contracts[0]: cap is -1, expected a number ≥ 0",
  ],
  [
    { contracts: [{ id: "tea", sponsored: true, plannedRate: "1" }] },
    'contracts[0]: plannedRate is "1", expected',
  ],
  // What is not as it must be would count as something else: "no" as unsponsored, "5" as 5.
  [{ contracts: [{ id: "tea" }] }, "contracts[0]: sponsored is missing, expected true or false"],
  [{ contracts: [{ id: "tea", sponsored: "no" }] }, 'contracts[0]: sponsored is "no", expected'],
  [{ contracts: [{ id: "tea", sponsored: true, brand: 5 }] }, "contracts[0]: brand is 5, expected"],
  [{ offers: [{ ...PAIR, sponsored: 1 }] }, "offers[0]: sponsored is 1, expected true or false"],
  [{ offers: [{ ...PAIR, score: "5" }] }, 'offers[0]: score is "5", expected a finite number'],
  [{ offers: [{ ...PAIR, score: 5n }] }, "offers[0]: score is 5n, expected a finite number"],
  [{ offers: [{ ...PAIR, group: 3 }] }, "offers[0]: group is 3, expected an id"],
  [{ offers: [{ ...PAIR, sponsord: true }] }, 'offers[0] has "sponsord", expected sponsored'],
  [{ offers: [{ ...PAIR, group_id: "g" }] }, 'offers[0] has "group_id", expected group'],
  [
    { contracts: [{ id: "tea", sponsored: true, brand_id: "b" }] },
    'contracts[0] has "brand_id", expected brand',
  ],
  [
    { contracts: [{ id: "tea", sponsored: true, planned_rate: 0.1 }] },
    'contracts[0] has "planned_rate", expected plannedRate',
  ],
];

Deno.test("review: rows are checked as those of drops are, each by its place, field and value", () => {
  for (const [part, message] of FAULTS) {
    const input = { offers: [PAIR], selections: [], ...part as Partial<ReviewInput> };
    assertThrows(() => reviewDataOf(input), InputError, message);
  }
});
