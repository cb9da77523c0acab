import {
  explainContract,
  explainGroup,
  explainUser,
  Inquiry,
  type UserExplanation,
} from "../../../lib/allocator/explain/explain.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { explain } from "../../../lib/api/explain.ts";
import { assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import {
  explainContractText,
  explainGroupText,
  explainUserText,
  whyNotInWords,
} from "../../../lib/report/text/explain_text.ts";
import { smallAllocation, smallDrop, smallPolicy } from "../../support/report_drop.ts";
import { unicodeWidth } from "../../../lib/deps/std_cli.ts";
import { assertSnapshot } from "../../support/snapshot.ts";

const allocation = smallAllocation();
const inquiry = new Inquiry({
  instance: smallDrop().instance,
  policy: smallPolicy,
  prices: allocation.prices!,
  offers: allocation,
});

Deno.test("explanations as text are those kept", async () => {
  const text = [
    ...[0, 1, 2, 3].map((u) => explainUserText(explainUser(inquiry, u))),
    ...[0, 1].map((c) => explainContractText(explainContract(inquiry, c))),
    ...[0, 1].map((g) => explainGroupText(explainGroup(inquiry, g))),
  ].join("\n");
  await assertSnapshot("explain.txt", text);
});

Deno.test("explanations as text: narrow terminals give up nothing", () => {
  const user = explainUser(inquiry, 1);
  for (const width of [36, 45, 60, 80]) {
    const lines = explainUserText(user, { width }).split("\n");
    assertEquals(lines.filter((line) => unicodeWidth(line) > width), [], `width ${width}`);
    const bare = lines.join(" ").replaceAll(/\s+/g, " ");
    for (const { contract_address: id } of user.options) assertStringIncludes(bare, id);
    assertStringIncludes(bare, "full at 0.5");
    assertStringIncludes(bare, "taken");
  }
});

Deno.test("explanations as text: every reason has its words", () => {
  const user = explainUser(inquiry, 0);
  const words = (why_not: UserExplanation["options"][number]["why_not"]) =>
    whyNotInWords(
      { ...user.options[0], score: 0, price: 0.25, cap: 5, assigned: 2, why_not },
      user,
    );
  assertEquals(words("full"), "full at 0.25");
  assertEquals(words("k_better"), "1 better one");
  assertEquals(words("ratio_guard"), "ratio guard");
  assertEquals(words("mixed_share"), "mixed share");
  assertEquals(words("other_type"), "other type");
  assertEquals(words("brand_limit"), "brand limit");
  assertEquals(words("price_above_score"), "under its price");
  assertEquals(words("open"), "open, 3 left");
});

Deno.test("explanations as text: what scores no less is not called worse than the user's offers", async () => {
  const drop = Drop.from({
    users: [{ id: "ann", group: "all" }],
    contracts: ["tea", "cake"].map((id) => ({ id, cap: 1, sponsored: false })),
    groups: [{ id: "all", ratio: 0 }],
    pairs: ["tea", "cake"].map((contract) => ({ user: "ann", contract, score: 0.5 })),
  });
  const user = explain(drop, await allocate(drop, { k: 1 }), { user: "ann" }) as UserExplanation;
  const [other] = user.options.filter((option) => !option.taken);
  assertEquals([other.why_not, whyNotInWords(other, user)], ["k_better", "adds nothing"]);
  assertEquals(whyNotInWords({ ...other, score: 0.4 }, user), "1 better one");
});

Deno.test("explanations as text: of very many options the best are listed", () => {
  const user = explainUser(inquiry, 0);
  const many = { ...user, options: Array.from({ length: 40 }, () => user.options[0]) };
  assertStringIncludes(explainUserText(many), "… and 15 options with lower scores");
});

Deno.test("explanations as text: whose declines are counted, the contract's or its brand's", async () => {
  const contracts = ["tea", "cake", "milk"];
  const drop = Drop.from({
    users: [{ id: "ann", group: "all" }],
    contracts: contracts.map((id) => ({
      id,
      cap: 1,
      sponsored: false,
      brand: id === "milk" ? "" : "bean",
    })),
    groups: [{ id: "all", ratio: 0 }],
    pairs: contracts.map((contract) => ({ user: "ann", contract, score: 1 })),
    history: ["tea", "milk"].map((contract) => ({
      ...{ user: "ann", contract, offeredAt: "2025-08-01", outcome: "declined" as const },
    })),
  }, { declineFactor: 0.5, asOf: "2025-08-08" });
  const allocation = await allocate(drop);
  const text = explainUserText(explain(drop, allocation, { user: "ann" }), { width: 200 });
  const said = contracts.map((id) => new RegExp(`${id} .*taken, (.*)`).exec(text)![1]);
  // The cake was never offered.
  assertEquals(said, ["brand declined once", "brand declined once", "declined once"]);
});
