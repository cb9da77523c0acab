/** Every kind of page, light on a desk and dark on a phone: no violation that axe knows of, and nothing that runs over its edge. */
import { allocate, diff, Drop, preview, report, whatIf } from "../../mod.ts";
import { axeSource } from "../../lib/deps/axe_core.ts";
import { launchChromium } from "../../lib/deps/playwright.ts";
import { assertEquals } from "../../lib/deps/std_assert.ts";
import { reviewFacts } from "../../lib/report/facts/review/gather_review.ts";
import { reviewHtml } from "../../lib/report/html/review_html.ts";
import { reviewDataOf } from "../../lib/review/review_input.ts";
import { browserTest, installedBrowser } from "../support/browser.ts";
import { ALL_TESTS } from "../support/effort.ts";

const NAMES = ["Espresso", "Sourdough bread of the day", "Rain jacket", "Paperback", "Headphones"];

/** Ids as long as addresses, names and brands, groups that miss their minimum. */
function dropOf(groups: number): Drop {
  const contracts = Array.from({ length: 30 }, (_, c) => ({
    id: `0x${(c * 7919 + 13).toString(16).padStart(40, "a1b2c3d4e5f6")}`,
    cap: 4 + c % 5,
    sponsored: c % 3 === 0,
    brand: `brand ${c % 4}`,
    attributes: { name: `${NAMES[c % 5]} ${c}` },
  }));
  return Drop.from({
    users: Array.from({ length: 90 }, (_, u) => ({ id: `user${u}`, group: `g${u % groups}` })),
    contracts,
    groups: Array.from({ length: groups }, (_, g) => ({ id: `g${g}`, ratio: 0.6 })),
    pairs: Array.from({ length: 900 }, (_, i) => ({
      user: `user${i % 90}`,
      contract: contracts[(i * 7 + Math.floor(i / 90)) % 30].id,
      score: Math.round(500 + 499 * Math.sin(i * i * 0.37)) / 1000,
    })),
    limits: [{ limit: "brand in group", per: "brand_id+group_id", atMost: 3 }],
  });
}

/** The pages of a drop, by name. */
async function pagesOf(groups: number): Promise<Record<string, string>> {
  const drop = dropOf(groups);
  const best = await allocate(drop), greedy = await allocate(drop, { solver: "greedy" });
  const facts = report(drop, best, { title: "Week 31" });
  const scenarios = await whatIf(drop, [{ name: "as it is" }, { name: "half", ratioScale: 0.5 }]);
  return {
    report: await facts.html(),
    preview: await preview(drop).html(),
    comparison: await report(drop, greedy).compare(facts, ["greedy", "best"]).html(),
    diff: await diff(greedy, best).html(),
    "what-if": await scenarios.html(),
  };
}

/** Tags of types whose word is cut, boxes that scroll but take no focus, and tables or headings of columns without what screen readers tell of them. */
const UNREACHED =
  `[...document.querySelectorAll(".scroll:not([tabindex='0'][aria-label]), table:not(:has(caption)), th:not([scope])")]
  .concat([...document.querySelectorAll(".tag.sponsored, .tag.unsponsored")].filter((tag) => tag.scrollWidth > tag.clientWidth))
  .map((node) => node.outerHTML.slice(0, 200))`;

const DESK = { viewport: { width: 1280, height: 900 }, colorScheme: "light" as const };
const PHONE = { viewport: { width: 390, height: 800 }, colorScheme: "dark" as const };

const CASES = [
  { groups: 6, only: null, screens: [DESK, PHONE] },
  // What one group leaves out of the page shows in its report.
  { groups: 1, only: "report", screens: [PHONE] },
];

for (const { groups, only, screens } of CASES) {
  browserTest(
    `pages of a drop with ${groups} groups: no violation that axe knows of, nothing beyond the edge, light, dark and on a phone`,
    async () => {
      const axe = await axeSource(), pages = await pagesOf(groups);
      const browser = await launchChromium(installedBrowser()!);
      try {
        for (const [at, options] of screens.entries()) {
          for (const [i, [name, text]] of Object.entries(pages).entries()) {
            if (only !== null && name !== only) continue;
            // Of the other pages, in a usual run every second on each screen.
            if (name !== "report" && !ALL_TESTS && i % screens.length !== at) continue;
            const page = await browser.newPage(options);
            await page.setContent(text);
            await page.evaluate(axe);
            const found = await page.evaluate<string[]>(
              "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200) + nodes[0].failureSummary))",
            );
            const wider = await page.evaluate<number>(
              "document.documentElement.scrollWidth - document.documentElement.clientWidth",
            );
            assertEquals([name, options.colorScheme, found, wider], [
              name,
              options.colorScheme,
              [],
              0,
            ]);
            assertEquals([name, await page.evaluate(UNREACHED)], [name, []]);
            await page.close();
          }
        }
      } finally {
        await browser.close();
      }
    },
  );
}

/** Letters of charts that are smaller than 11 pixels, beyond their card, or upon others. */
const UNREADABLE = `[...document.querySelectorAll("figure")].flatMap((figure) => {
  const card = figure.getBoundingClientRect(), about = figure.querySelector("h3").textContent;
  const texts = [...figure.querySelectorAll("svg text")].filter((text) => text.textContent.trim() !== "" && text.getClientRects().length > 0 && getComputedStyle(text).opacity !== "0");
  if (texts.length === 0) return [about + ": no picture"];
  const boxes = texts.map((text) => text.getBoundingClientRect());
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
  return texts.filter((text, i) => Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b) * parseFloat(getComputedStyle(text).fontSize) < 10.99 ||
    boxes[i].left < card.left || boxes[i].right > card.right || boxes.some((box, j) => j < i && meet(box, boxes[i])))
    .map((text) => about + ": " + text.textContent);
})`;

browserTest("charts are readable on screens of any width", async () => {
  const pages = await pagesOf(6);
  const browser = await launchChromium(installedBrowser()!);
  try {
    const page = await browser.newPage(DESK);
    for (const text of [...Object.values(pages), await reviewPage()]) {
      await page.setContent(text);
      for (const width of [320, 360, 480, 800, 850, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        const title = await page.title();
        assertEquals([title, width, await page.evaluate(UNREADABLE)], [title, width, []]);
      }
    }
  } finally {
    await browser.close();
  }
});

/** A review whose contracts have addresses for ids, and names. */
async function reviewPage(): Promise<string> {
  const offers = [...(await allocate(dropOf(6))).offers()];
  const data = reviewDataOf({
    offers,
    selections: offers.filter((_, i) => i % 3 === 0),
    redemptions: offers.filter((_, i) => i % 6 === 0),
  });
  const about = new Map([
    ["offer_name", data.contractIds.map((_, c) => `${NAMES[c % 5]} ${c}`)],
    ["brand_name", data.contractIds.map(() => "Blue Bottle & Sons")],
  ]);
  return await reviewHtml(reviewFacts({ ...data, about }));
}

browserTest("a review's tables fit a desk without scrolling sideways", async () => {
  const text = await reviewPage();
  const browser = await launchChromium(installedBrowser()!);
  try {
    const page = await browser.newPage(DESK);
    await page.setContent(text);
    const scrolled = await page.evaluate<string[]>(
      "[...document.querySelectorAll('.card.long > .scroll')].filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.ariaLabel)",
    );
    assertEquals(scrolled, []);
  } finally {
    await browser.close();
  }
});
