import { type Browser, launchChromium, type Page } from "../../lib/deps/playwright.ts";
import { assert, assertEquals, assertNotEquals } from "../../lib/deps/std_assert.ts";
import { diff } from "../../lib/api/diff.ts";
import { IdPool } from "../../lib/base/ids/ids.ts";
import { reportFacts } from "../../lib/report/facts/facts.ts";
import { preview } from "../../lib/api/report.ts";
import { chart, histogramBars } from "../../lib/report/charts/chart_parts.ts";
import { capacityChart } from "../../lib/report/charts/feasibility_charts.ts";
import { figuresOf } from "../../lib/report/html/figures.ts";
import { pageStyle } from "../../lib/report/html/page_style.ts";
import { reportHtml } from "../../lib/report/html/html.ts";
import { browserTest, installedBrowser } from "../support/browser.ts";
import { randomDrop } from "../support/report_drop.ts";

const executable = installedBrowser();
if (executable === null) {
  console.error("tests/browser: skipped, there is no Chromium (apt-get install chromium)");
}

/** What went on in a page: everything asked for, and every complaint. */
interface Watched {
  page: Page;
  requests: string[];
  complaints: string[];
}

const { drop, allocation } = randomDrop({ seed: 11, users: 300, contracts: 24, groups: 30 });
const report = () => reportHtml(reportFacts(drop, allocation, { title: "Test" }));

/** The browser of all tests here, started by the first; each has a page with storage of its own. */
let started: Promise<Browser> | undefined;
Deno.test.afterAll(async () => await (await started)?.close());

/** Opens a page, by default a report of 300 users, in a browser. */
async function withReport(
  options: Parameters<Browser["newPage"]>[0],
  body: (watched: Watched) => Promise<void>,
  text: () => Promise<string> = report,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const browser = await (started ??= launchChromium(executable!));
  const page = await browser.newPage(options);
  try {
    await Deno.writeTextFile(`${folder}/report.html`, await text());
    const watched: Watched = { page, requests: [], complaints: [] };
    page.on("request", (request) => watched.requests.push(request.url()));
    page.on("console", (message) => watched.complaints.push(message.text()));
    page.on("pageerror", (error) => watched.complaints.push(String(error)));
    await page.goto(`file://${folder}/report.html`);
    await body(watched);
    assertEquals(watched.complaints, [], "the page complained");
    assertEquals(watched.requests, [`file://${folder}/report.html`], "the page asked for more");
  } finally {
    await page.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** The table under a heading, and the texts of a column of its shown rows. */
function tableOf(page: Page, heading: string) {
  const card = page.locator(".card", { has: page.getByRole("heading", { name: heading }) });
  const column = async (n: number): Promise<string[]> =>
    (await card.locator(`tbody tr:visible > :nth-child(${n})`).allTextContents())
      .map((text) => text.trim());
  return { card, column };
}

browserTest("browser: a table sorts by numbers, both ways, by mouse and by keyboard", async () => {
  await withReport({}, async ({ page }) => {
    const { card, column } = tableOf(page, "All groups");
    const numbers = async () => (await column(2)).map(Number);
    const before = await numbers();
    const rising = [...before].sort((a, b) => a - b), falling = [...rising].reverse();
    assertNotEquals(before, rising);
    assertNotEquals(before, falling);
    const header = card.getByRole("columnheader", { name: "Users", exact: true });
    await header.getByRole("button").click();
    assertEquals(await numbers(), falling);
    assertEquals(await header.getAttribute("aria-sort"), "descending");
    await page.keyboard.press("Enter");
    assertEquals(await numbers(), rising);
    assertEquals(await header.getAttribute("aria-sort"), "ascending");
    // To the next header by keyboard; the first one gives up its arrow.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    assertEquals(await header.getAttribute("aria-sort"), null);
    assertEquals(await card.locator("th[aria-sort]").count(), 1);
  });
});

browserTest("browser: a table filters by words and says how many rows are left", async () => {
  await withReport({}, async ({ page }) => {
    const { card, column } = tableOf(page, "All contracts");
    const all = await column(1);
    assertEquals(all.length, 24);
    const filter = card.getByRole("searchbox");
    await filter.fill("T0000 unsponsored");
    const left = all.filter((id) => id.startsWith("t0000"));
    assertEquals(await column(1), left);
    assertEquals(await card.getByRole("status").textContent(), `${left.length} of 24 rows`);
    await filter.fill("nothing is called this");
    assertEquals(await column(1), []);
    await filter.fill("");
    assertEquals(await column(1), all);
  });
});

browserTest("browser: nothing is wider than a phone, in light and dark", async () => {
  const background = async (colorScheme: "light" | "dark"): Promise<string> => {
    let colour = "";
    await withReport({ viewport: { width: 375, height: 800 }, colorScheme }, async ({ page }) => {
      const [content, screen] = await page.evaluate(
        "[document.documentElement.scrollWidth, innerWidth]",
      ) as [number, number];
      assert(content <= screen, `${content} px of content on ${screen} px`);
      colour = await page.evaluate("getComputedStyle(document.body).backgroundColor") as string;
    });
    return colour;
  };
  assertNotEquals(await background("light"), await background("dark"));
});

browserTest("browser: without script the tables are all there", async () => {
  await withReport({ javaScriptEnabled: false }, async ({ page }) => {
    const { card, column } = tableOf(page, "All groups");
    assertEquals((await column(1)).length, 30);
    assertEquals(await card.getByRole("searchbox").count(), 0);
    assertEquals(await card.getByRole("button").count(), 0);
  });
});

browserTest("browser: a table of a few rows has no filter", async () => {
  const few = randomDrop({ seed: 3, users: 40, contracts: 6, groups: 4 });
  await withReport({}, async ({ page }) => {
    const { card, column } = tableOf(page, "All groups");
    assertEquals((await column(1)).length, 4);
    assertEquals(await card.getByRole("searchbox").count(), 0);
    assertEquals(await card.getByRole("status").textContent(), "4 rows");
  }, () => reportHtml(reportFacts(few.drop, few.allocation, { title: "Few" })));
});

browserTest("browser: in print tables are whole and the page's controls are gone", async () => {
  await withReport({}, async ({ page }) => {
    await page.emulateMedia({ media: "print" });
    const { card } = tableOf(page, "All groups");
    assertEquals(await card.getByRole("searchbox").isVisible(), false);
    assertEquals(await page.locator("nav").isVisible(), false);
    const cut = await page.evaluate(
      "[...document.querySelectorAll('table.sortable')].filter((t) => " +
        "t.offsetHeight > t.parentElement.clientHeight + 1).length",
    );
    assertEquals(cut, 0);
  });
});

browserTest("browser: in print a table's heading stands with its first row", async () => {
  await withReport({ viewport: { width: 700, height: 1000 } }, async ({ page }) => {
    await page.emulateMedia({ media: "print" });
    // Columns break as pages do, and where things stand in them can be asked.
    const alone = await page.evaluate(`(() => {
      const card = [...document.querySelectorAll(".card.long")]
        .find((c) => c.querySelector("h3").textContent === "All groups");
      const pages = document.createElement("div"), before = document.createElement("div");
      pages.style = "columns:600px auto;column-fill:auto;height:800px;column-gap:0";
      pages.append(before, card);
      document.body.replaceChildren(pages);
      const leftOf = (selector) => card.querySelector(selector).getBoundingClientRect().left;
      const found = [];
      for (let height = 600; height < 800; height += 5) {
        before.style.height = height + "px";
        const lefts = [".bar", "thead th", "tbody th"].map(leftOf);
        if (Math.max(...lefts) - Math.min(...lefts) > 300) found.push(height);
      }
      return found;
    })()`);
    assertEquals(alone, []);
  });
});

browserTest("browser: a preview, too, fits a phone, sorts and asks for nothing", async () => {
  const options = { viewport: { width: 375, height: 800 } };
  await withReport(options, async ({ page }) => {
    assertEquals(
      await page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
      true,
    );
    const { card, column } = tableOf(page, "All contracts");
    await card.getByRole("button", { name: "Per unit" }).click();
    const shown = (await column(6)).map(Number);
    assertEquals(shown, [...shown].sort((a, b) => b - a));
  }, () => preview(drop).html());
});

browserTest("browser: ids that can't be shortened break in the words above a chart", async () => {
  const facts = reportFacts(drop, allocation);
  const groups = facts.groups.map((group, i) => ({
    ...group,
    group_id: `${"x".repeat(60)}${i}${"y".repeat(60)}`,
    shortfall: 5,
  }));
  await withReport({ viewport: { width: 360, height: 800 } }, async ({ page }) => {
    assertEquals(
      await page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
      true,
    );
  }, () => reportHtml({ ...facts, groups }));
});

browserTest("browser: sums of nine digits fit a phone's tiles", async () => {
  const facts = reportFacts(drop, allocation);
  const totals = { ...facts.totals, score: 669831938.05, objective: -669831938.78 };
  await withReport({ viewport: { width: 360, height: 800 } }, async ({ page }) => {
    assertEquals(
      await page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
      true,
    );
  }, () => reportHtml({ ...facts, totals }));
});

browserTest(
  "browser: of thousands of rows the filter finds every one, and paper has the first",
  async () => {
    const facts = reportFacts(drop, allocation, { title: "Test" });
    const contracts = Array.from({ length: 2500 }, (_, i) => ({
      ...facts.contracts[i % facts.contracts.length],
      contract_address: `contract <${i}>`,
      price: 0,
      assigned: 5000 - i,
    }));
    const ids = { full_and_wanted: [], under_used_sponsored: [] };
    const text = () => reportHtml({ ...facts, ...ids, contracts });
    await withReport({}, async ({ page }) => {
      const { card, column } = tableOf(page, "All contracts");
      const status = card.locator("[role=status]");
      assertEquals(await status.textContent(), "2,500 rows");
      const filter = card.getByRole("searchbox");
      await filter.fill("<2437>");
      assertEquals(await column(1), ["contract <2437>"]);
      assertEquals(await column(4), ["2,563"]);
      assertEquals(await status.textContent(), "1 of 2,500 rows");
      await filter.fill("");
      assertEquals((await column(1)).length, 1000);
      await page.emulateMedia({ media: "print" });
      assertEquals((await column(1)).length, 20);
      assert(await card.getByText("The first 20 of 2,500 rows are printed").isVisible());
    }, text);
  },
);

browserTest("browser: a chart's marks say what they stand for", async () => {
  await withReport({}, async ({ page }) => {
    await page.locator("figure svg.wide [data-tip]").last().scrollIntoViewIfNeeded();
    const mark = page.locator("figure svg.wide [data-tip]").last();
    await mark.hover();
    const tip = await page.locator(".tip").textContent();
    assertEquals(tip, await mark.getAttribute("data-tip"));
  });
});

browserTest(
  "browser: short ids stand on one line beside long ones, on narrow screens too",
  async () => {
    const userIds = IdPool.from(Array.from({ length: 40 }, (_, i) => String(1_000_000 + i)));
    const offers = (digit: string) => ({
      userIds,
      contractIds: ["a", "b", "c"].map((end) => `0x${digit.repeat(39)}${end}`),
      user: Uint32Array.from({ length: 120 }, (_, i) => Math.floor(i / 3)),
      contract: Uint32Array.from({ length: 120 }, (_, i) => i % 3),
      score: new Float64Array(120),
      line: new Float64Array(120),
    });
    const changed = diff(offers("1"), offers("2"));
    for (const width of [1200, 800, 480]) {
      await withReport({ viewport: { width, height: 900 } }, async ({ page }) => {
        const lines = await page.evaluate(
          `[...document.querySelectorAll("tbody th")].filter((th) => /^\\s*10000\\d\\d\\s*$/.test(th.textContent))
          .map((th) => {
            const text = document.createRange();
            text.selectNodeContents(th);
            return new Set([...text.getClientRects()].map(({ top }) => top)).size;
          })`,
        );
        assertEquals(lines, Array(40).fill(1), `${width} pixels wide`);
      }, () => changed.html());
    }
  },
);

browserTest(
  "browser: charts keep their labels within their card, and ticks apart, however large the numbers",
  async () => {
    const facts = reportFacts(drop, allocation);
    const capacityOf = (size: number) =>
      capacityChart({
        k: 3,
        feasibility: {
          ...facts.feasibility,
          capacity: [
            { ...facts.feasibility.capacity[0], usable_capacity: 2.6 * size },
            { ...facts.feasibility.capacity[1], usable_capacity: 78 * size },
          ],
          required_sponsored_users: 13 * size,
          sponsored_demand: 39 * size,
          slots: 78 * size,
        },
      });
    const scoresUpTo = (size: number) => {
      const classes = Array.from({ length: 10 }, (_, i) => i * size / 10);
      return chart(
        "Scores",
        "Scores.",
        classes.map((from) => ({ from, to: from + size / 10, offers: 3 })),
        histogramBars("Score", "offers", "Offers"),
      );
    };
    const figures = await figuresOf({
      ...Object.fromEntries([10, 100, 1000, 10_000, 1e6].map((n) => [`c${n}`, capacityOf(n)])),
      ...Object.fromEntries([1e-12, 1e-6, 1, 1e7, 1e12].map((n) => [`s${n}`, scoresUpTo(n)])),
    });
    const text = () =>
      Promise.resolve(
        `<!doctype html><meta charset="utf-8"><style>${pageStyle}</style><main>${
          Object.values(figures).join("")
        }</main>`,
      );
    for (const width of [360, 1200]) {
      await withReport({ viewport: { width, height: 800 } }, async ({ page }) => {
        const odd = await page.evaluate(
          `[...document.querySelectorAll("figure svg")].flatMap((svg) => {
        const card = svg.closest("figure").getBoundingClientRect();
        const texts = [...svg.querySelectorAll("text")].filter((each) => !(each.getAttribute("opacity") === "0"))
          .map((each) => [each.textContent, each.getBoundingClientRect()]).filter(([, { width }]) => width > 0);
        const over = texts.filter(([, { left, right }]) => left < card.left || right > card.right - 8);
        const onto = texts.filter(([, a], i) => texts.some(([, b], j) =>
          j !== i && a.left < b.right && b.left < a.right && a.top === b.top && a.height === b.height));
        return [...over, ...onto].map(([text]) => text);
      })`,
        );
        assertEquals(odd, [], `${width} pixels wide`);
      }, text);
    }
  },
);
