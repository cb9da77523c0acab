import { applyScenario, whatIf } from "../../lib/allocator/explain/whatif.ts";
import { policyOfCertificate } from "../../lib/allocator/model/certificate.ts";
import { defaultPolicy } from "../../lib/allocator/model/policy.ts";
import { Drop } from "../../lib/allocator/drop/drop.ts";
import { axeSource } from "../../lib/deps/axe_core.ts";
import { type Browser, launchChromium, type Page } from "../../lib/deps/playwright.ts";
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { parseCertificate } from "../../lib/io/documents/certificate_file.ts";
import { figure } from "../../lib/report/words.ts";
import { PAGE_BUNDLE } from "../../lib/studio/page_bundle.ts";
import { studioStyle } from "../../lib/studio/page_style.ts";
import { aloneHtml } from "../../lib/studio/alone_html.ts";
import { serveStudio, type StudioServer } from "../../lib/studio/server.ts";
import { type HostedSession, sessionInWorker } from "../../lib/studio/session/hosted_session.ts";
import { sessionHere } from "../../lib/studio/session/session_host.ts";
import { sentStart } from "../../lib/studio/session/sent_start.ts";
import type { SessionStart } from "../../lib/studio/session/session.ts";
import type { StudioOpening, StudioRow } from "../../lib/studio/session/messages.ts";
import { packed, unpacked } from "../../lib/studio/session/packed_text.ts";
import { bundledScript } from "../../scripts/bundle_studio.ts";
import { browserTest, installedBrowser } from "../support/browser.ts";
import { cleanInput } from "../support/report_drop.ts";
import { randomInstance } from "../support/random_instance.ts";

const executable = installedBrowser();
const instance = randomInstance({
  seed: 9,
  users: 300,
  contracts: 60,
  groups: 40,
  brands: 4,
  density: 0.1,
});
const drop = new Drop(instance, cleanInput(instance));

/** What sessions start from. */
const start: SessionStart = {
  drop,
  policy: defaultPolicy,
  workers: 1,
  details: {
    title: "Spring <drop>",
    files: {},
    further: { columns: ["name"], rows: { [instance.contracts[0]]: ["Tea <b> & Co"] } },
    served: true,
    options: { caps: "caps.csv" },
    gap: 1e-6,
  },
};

/** A studio and pages that look at it. */
interface Studio {
  browser: Browser;
  session: HostedSession;
  server: StudioServer;
  /** Opens a page; what it asks for and complains of is looked at in the end. */
  open(options?: Parameters<Browser["newPage"]>[0]): Promise<Page>;
}

/** Starts a studio in this process, and the browser. */
async function withStudio(
  body: (studio: Studio) => Promise<void>,
  from = start,
): Promise<void> {
  let server: StudioServer | null = null;
  const session = sessionHere(from, (name, event) => server?.send(name, event));
  server = serveStudio({
    session,
    title: "Spring <drop>",
    script: await unpacked(PAGE_BUNDLE),
    style: studioStyle,
    port: 0,
  });
  const { origin } = new URL(server.url);
  const browser = await launchChromium(executable!);
  const complaints: string[] = [], requests: string[] = [];
  try {
    await body({
      browser,
      session,
      server,
      async open(options) {
        const page = await browser.newPage(options);
        // The machine may have other things to do.
        page.setDefaultTimeout(120_000);
        page.on("request", (request) => requests.push(request.url()));
        page.on("console", (message) => complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(String(error)));
        await page.goto(server!.url);
        await page.locator(".tiles:not(.stale)").waitFor();
        return page;
      },
    });
    const foreign = requests.filter((url) => !url.startsWith(origin) && !/^(data|blob):/.test(url));
    assertEquals(foreign, [], "a page asked another host");
    // A server that is gone is complained of by the browser itself.
    assertEquals(complaints.filter((text) => !text.includes("ERR_CONNECTION_REFUSED")), []);
  } finally {
    await browser.close();
    await server.close();
    session.close();
  }
}

/** What the session holds now. */
async function opening(studio: Studio): Promise<StudioOpening> {
  return await studio.session.call("open", null) as StudioOpening;
}

/** Waits until the page shows a result of a change that the condition holds for. */
async function settled(studio: Studio, page: Page, holds: (row: StudioRow) => boolean) {
  for (let i = 0; i < 600; i++) {
    const { result, state, rows } = await opening(studio);
    // The first result is replaced by the same, solved from its prices.
    const isBaseSolved = rows.some(({ key }) => key === "{}");
    if (
      isBaseSolved && result !== null && !result.preliminary && result.version === state.version &&
      holds(result.row)
    ) {
      await page.locator(".tiles:not(.stale)").waitFor();
      await page.locator(".tile .n").first()
        .getByText(figure(result.row.score, 7), { exact: true }).waitFor();
      return result;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("no such result");
}

const [group] = instance.groups;
const ratioOf = (row: StudioRow) => row.change.setRatio?.[group];

browserTest(
  "studio: a ratio dragged comes to whatif's figures, undone to those before",
  async () => {
    await withStudio(async (studio) => {
      const page = await studio.open();
      const before = await settled(studio, page, ({ key }) => key === "{}");
      const slider = page.getByRole("slider", { name: `ratio of ${group}`, exact: true });
      const box = (await slider.boundingBox())!;
      const middle = box.y + box.height / 2;
      const at = Number(await slider.inputValue());
      await page.mouse.move(box.x + 8 + at * (box.width - 16), middle);
      await page.mouse.down();
      for (const share of [0.8, 0.7, 0.62]) {
        await page.mouse.move(box.x + share * box.width, middle);
      }
      await page.mouse.up();
      const dragged = Number(await slider.inputValue());
      assert(dragged !== at && dragged > 0.5 && dragged < 0.75, String(dragged));
      const { row } = await settled(studio, page, (row) => ratioOf(row) === dragged);

      const { text } = await studio.session.call("save", { kind: "start" }) as { text: string };
      const certificate = parseCertificate(text, "start.json");
      const [, said] = await whatIf(instance, policyOfCertificate(certificate), [
        { name: "as it is" },
        { name: "dragged", setRatio: { [group]: dragged } },
      ], { startPrices: certificate });
      assertEquals(row.score, said.allocation.score);
      assertEquals(row.objective, said.allocation.objective);
      assertEquals(row.bound, said.allocation.bound);
      const shown = await page.locator(".tile .n").first().textContent();
      assertEquals(shown, figure(said.allocation.score, 7));

      // One drag, one step.
      const { state } = await opening(studio);
      assertEquals(state.steps.length, 1);
      await page.getByRole("button", { name: "Undo" }).click();
      const back = await settled(studio, page, ({ key }) => key === "{}");
      assertEquals(back.row, before.row);
      assertEquals(Number(await slider.inputValue()), instance.ratio[0]);
      await page.keyboard.press("Control+y");
      await settled(studio, page, (row) => ratioOf(row) === dragged);
    });
  },
);

/** Waits until something holds: a page draws when it gets to it. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("it did not come to hold within ten seconds");
}

browserTest(
  "studio: keyboard alone changes a cap, filters and sorts, and opens what is behind",
  async () => {
    await withStudio(async (studio) => {
      const page = await studio.open();
      await page.getByRole("tab", { name: "Groups" }).focus();
      await page.keyboard.press("ArrowRight");
      const tab = page.getByRole("tab", { name: "Contracts" });
      await eventually(async () => await tab.getAttribute("aria-selected") === "true");
      const [contract] = instance.contracts;
      await page.getByRole("searchbox", { name: "Filter Contracts" }).fill(contract);
      await eventually(async () => await page.getByText("Tea <b> & Co").count() === 1);
      const slider = page.getByRole("slider", { name: `cap of ${contract}`, exact: true });
      await slider.focus();
      const step = Math.max(1, Math.round(instance.cap[0] / 50));
      let cap = instance.cap[0];
      for (let i = 0; i < 3; i++) {
        await page.keyboard.press("ArrowRight");
        cap += step;
        await eventually(async () => Number(await slider.inputValue()) === cap);
      }
      const { row } = await settled(
        studio,
        page,
        ({ change }) => change.setCap?.[contract] === cap,
      );
      assertEquals(row.changes, `cap of ${contract} = ${cap}`);
      // Keys in a row are one step; a machine that pauses between them makes more.
      assert((await opening(studio)).state.steps.length <= 3);

      await page.getByRole("button", { name: contract, exact: true }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").getByText("Used of its cap").waitFor();
      await page.keyboard.press("Escape");
      await eventually(async () => await page.getByRole("dialog").count() === 0);

      await page.getByRole("searchbox", { name: "Filter Contracts" }).fill("");
      const header = page.getByRole("columnheader", { name: "Share used" });
      await header.getByRole("button").press("Enter");
      await eventually(async () => await header.getAttribute("aria-sort") === "descending");
      const shares =
        (await page.locator("tbody tr:not([aria-hidden]) td:nth-last-child(4)").allTextContents())
          .map((text) => parseFloat(text));
      assertEquals(shares, shares.toSorted((a, b) => b - a));
      assert(shares.length > 10);
    });
  },
);

browserTest(
  "studio: many groups at once, two tabs that see the same, and levers that are applied",
  async () => {
    await withStudio(async (studio) => {
      const one = await studio.open(), two = await studio.open();
      await one.getByRole("textbox", { name: "percentage for many groups" }).fill("50");
      await one.getByRole("button", { name: "Scale to %" }).click();
      const result = await settled(studio, two, ({ change }) => change.setRatio !== undefined);
      const halved = applyScenario(instance, defaultPolicy, { name: "", ratioScale: 0.5 }).instance;
      assertEquals(
        instance.groups.map((id) => result.row.change.setRatio![id]),
        [...halved.ratio].map((ratio) => Number(ratio.toPrecision(12))),
      );
      await settled(studio, one, ({ change }) => change.setRatio !== undefined);
      await two.getByRole("button", { name: "All as it was" }).click();
      await settled(studio, one, ({ key }) => key === "{}");
      assertEquals(await one.getByText("The drop is as it was read.").count(), 1);

      await one.getByRole("tab", { name: "Compare" }).click();
      await one.locator(".curve svg.wide").waitFor();
      assertEquals(await one.locator(".curve ~ .table tbody tr").count(), 2);
      await one.getByRole("tab", { name: "What to change" }).click();
      await one.getByRole("button", { name: "What should I change?" }).click();
      await one.getByText(/ changes?, worth most for each unit first/).waitFor();
      // The button that does it is in sight on a desk, without scrolling the table.
      const [table, room] = await one.evaluate(
        "(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])(document.querySelector('.levers'))",
      ) as [number, number];
      assert(table <= room, `${table} px in ${room} px`);
      await one.getByRole("button", { name: "Do it" }).first().click();
      await settled(studio, one, ({ key }) => key !== "{}");
    });
  },
);

browserTest("studio: where a control goes away under the keyboard, its place is kept", async () => {
  await withStudio(async (studio) => {
    const page = await studio.open();
    /** Presses a control by the keyboard, until it is gone or disabled, and returns what Tab goes to then. */
    const after = async (press: ReturnType<Page["getByRole"]>) => {
      await press.focus();
      await page.evaluate("window.pressed = document.activeElement");
      await page.keyboard.press("Enter");
      while (await page.evaluate("pressed.isConnected && !pressed.disabled")) {
        await page.waitForTimeout(20);
      }
      await page.waitForTimeout(20);
      const place = await page.evaluate("document.activeElement.tagName");
      await page.keyboard.press("Tab");
      return [place, await page.evaluate("document.activeElement.textContent")];
    };
    const edit = async () => {
      const ratios = page.getByLabel("All ratios, as a number");
      await ratios.fill("0.5");
      await ratios.press("Enter");
      await settled(studio, page, ({ change }) => change.ratioScale !== undefined);
    };
    await edit();
    assertEquals(await after(page.getByRole("button", { name: "Undo" })), ["DIV", "Redo"]);
    await edit();
    await page.getByRole("tab", { name: "Compare" }).click();
    const back = page.getByRole("button", { name: "Go back to it" });
    assertEquals(await after(back), ["TD", "Go back to it"]);
    // Whoever left a control by a click beside it gets no focus back when it goes.
    await back.focus();
    await page.locator(".eyebrow").click();
    await page.getByRole("tab", { name: "Groups" }).dispatchEvent("click");
    await back.waitFor({ state: "detached" });
    assertEquals(await page.evaluate("document.activeElement === document.body"), true);
  });
});

browserTest("studio: a result that comes while a page opens is not missed", async () => {
  const inner = sessionHere(start, () => {});
  const asked = async () => await inner.call("open", null) as StudioOpening;
  let opening = await asked();
  while (opening.result === null || opening.result.preliminary) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    opening = await asked();
  }
  const { result } = opening, unfinished = { ...opening, result: { ...result, preliminary: true } };
  const server: StudioServer = serveStudio({
    session: {
      call(name, ask) {
        if (name !== "open") return inner.call(name, ask);
        setTimeout(() => server.send("result", result));
        return Promise.resolve(unfinished);
      },
    },
    title: "A",
    script: await unpacked(PAGE_BUNDLE),
    style: studioStyle,
    port: 0,
  });
  const browser = await launchChromium(executable!);
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.locator(".tiles:not(.stale)").waitFor({ timeout: 30_000 });
  } finally {
    await browser.close();
    await server.close();
    inner.close();
  }
});

browserTest("studio: a user is found, files are saved, the end of the server is said", async () => {
  await withStudio(async (studio) => {
    const page = await studio.open();
    await page.getByRole("tab", { name: "Users" }).click();
    const user = instance.users.at(3);
    await page.getByRole("searchbox", { name: "Search a user" }).fill(user);
    await page.getByRole("button", { name: user, exact: true }).click();
    await page.getByRole("heading", { name: new RegExp(`^${user}`) }).waitFor();
    await page.getByRole("tab", { name: "Save" }).click();
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save assignments" }).click();
    const download = await saved;
    assertEquals(download.suggestedFilename(), "assignments.csv");
    const text = await Deno.readTextFile((await download.path())!);
    assert(text.startsWith("user_id,contract_address,score,"));
    await page.getByText("divvy allocate").waitFor();

    await studio.server.close();
    await page.getByRole("alert").getByText("The studio was stopped.").waitFor();
  });
});

browserTest(
  "studio: a user's options are pinned and banned by a click, in words and undone",
  async () => {
    await withStudio(async (studio) => {
      const page = await studio.open();
      await settled(studio, page, ({ key }) => key === "{}");
      await page.getByRole("tab", { name: "Users" }).click();
      const user = instance.users.at(3);
      await page.getByRole("searchbox", { name: "Search a user" }).fill(user);
      await page.getByRole("button", { name: user, exact: true }).click();
      const row = (text: string) => page.locator("tbody tr").filter({ hasText: text });
      await row("got it").first().waitFor();
      const got = (await row("got it").locator("th").first().getAttribute("title"))!;
      await page.getByRole("button", { name: `ban ${got} for ${user}` }).click();
      const banned = await settled(studio, page, ({ change }) => change.bans !== undefined);
      assertEquals(banned.row.changes, `ban of ${got} for ${user}`);
      await page.getByText("banned here").waitFor();
      await page.locator(".words").getByText(`ban of ${got} for ${user}`).waitFor();
      const [said] = (await whatIf(instance, defaultPolicy, [
        { name: "banned", bans: [{ user, contract: got }] },
      ])).map(({ allocation }) => allocation);
      assert(banned.row.objective <= said.bound! && said.objective <= banned.row.bound!);

      await page.keyboard.press("Control+z");
      await settled(studio, page, ({ key }) => key === "{}");
      const title = (node: string) => `tbody tr:not(:has-text("got it")) ${node}`;
      const other = (await page.locator(title("th")).first().getAttribute("title"))!;
      await page.getByRole("button", { name: `pin ${other} for ${user}` }).focus();
      await page.keyboard.press("Enter");
      await settled(studio, page, ({ change }) => change.pins !== undefined);
      await row("pinned").first().waitFor();
      await page.getByRole("heading", { name: "Users with pins or bans" }).waitFor();
      await page.getByRole("button", { name: `pin ${other} for ${user}`, pressed: true }).click();
      await settled(studio, page, ({ key }) => key === "{}");

      // Who nearly got a contract is a click away, and can be given it there.
      const [contract] = instance.contracts;
      await page.getByRole("tab", { name: "Contracts" }).click();
      await page.getByRole("button", { name: `who nearly got ${contract}` }).click();
      await page.getByRole("dialog").getByText("Nearly got it").waitFor();
      const nearly = page.getByRole("dialog").locator("table").first();
      await nearly.getByRole("button", { name: /^pin / }).first().click();
      const pinned = await settled(studio, page, ({ change }) => change.pins !== undefined);
      assertEquals(pinned.row.change.pins!.map((pin) => pin.contract), [contract]);
    });
  },
);

/** The solver's bundle as its sources are now: the one that is kept may be older. */
async function solverOfSources(): Promise<string[]> {
  const script = await bundledScript("lib/studio/session/alone_session.ts");
  return [await packed(new TextEncoder().encode(script))];
}

/** A drop whose budgets in irregular amounts take many seconds on any machine: what is left of each is a puzzle of its own. */
function slowStart(): SessionStart {
  const USERS = 200, CONTRACTS = 20;
  const contracts = Array.from({ length: CONTRACTS }, (_, c) => `c${c}`);
  const users = Array.from({ length: USERS }, (_, u) => ({ id: `u${u}`, group: `g${u % 3}` }));
  // Multiples of the golden ratio's fraction: none like another.
  const irregular = (n: number) => (n * 0.6180339887498949) % 1;
  const slow = Drop.from({
    users,
    contracts: contracts.map((id, c) => ({ id, cap: USERS, sponsored: c % 2 === 1 })),
    groups: [0, 1, 2].map((g) => ({ id: `g${g}`, ratio: 0.5 })),
    pairs: users.flatMap(({ id }, u) =>
      contracts.map((contract, c) => ({
        user: id,
        contract,
        score: irregular(1 + u * CONTRACTS + c),
        attributes: { cost: 1 + irregular(7 + 3 * u * CONTRACTS + 5 * c) },
      }))
    ),
    limits: [{ limit: "budget", per: "contract_address", counts: "cost", atMost: USERS / 8 }],
  });
  return { ...start, drop: slow };
}

/** Ends the first solve of a page by the keyboard, and looks at what there is. */
async function stopFirst(page: Page): Promise<void> {
  page.setDefaultTimeout(120_000);
  const stop = page.getByRole("button", { name: "Stop" });
  await stop.focus();
  await page.keyboard.press("Enter");
  await page.getByText("The run was stopped before it was finished.").first().waitFor();
  await page.locator(".tiles:not(.stale)").waitFor();
  assertEquals(await stop.count(), 0);
  await page.getByRole("tab", { name: "Save" }).click();
  await page.getByText("These lines solve to the end what was stopped here").waitFor();
  await page.getByRole("button", { name: "Solve on" }).press("Enter");
  await eventually(async () => await page.getByRole("button", { name: "Solve on" }).count() === 0);
}

browserTest("studio: a key ends the first solve, served and in a page alone", async () => {
  const folder = await Deno.makeTempDir(), slow = slowStart();
  const browser = await launchChromium(executable!);
  let server: StudioServer | null = null;
  const session = sessionInWorker(
    sentStart(slow),
    (name, event) => server?.send(name, event),
  );
  try {
    const script = await bundledScript("lib/studio/page/served_page.ts");
    server = serveStudio({ session, title: "Slow", script, style: studioStyle, port: 0 });
    const served = await browser.newPage();
    await served.goto(server.url);
    await stopFirst(served);
    await Deno.writeTextFile(`${folder}/drop.html`, await aloneHtml(slow, await solverOfSources()));
    const alone = await browser.newPage();
    await alone.goto(`file://${folder}/drop.html`);
    await stopFirst(alone);
  } finally {
    await browser.close();
    await server?.close();
    session.close();
    await Deno.remove(folder, { recursive: true });
  }
});

browserTest("studio: exported, it works from a file alone, with the same figures", async () => {
  const folder = await Deno.makeTempDir();
  const browser = await launchChromium(executable!);
  try {
    await Deno.writeTextFile(
      `${folder}/drop.html`,
      await aloneHtml(start, await solverOfSources()),
    );
    const page = await browser.newPage();
    const requests: string[] = [], complaints: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`file://${folder}/drop.html`);
    await page.locator(".tiles:not(.stale)").waitFor();
    const field = page.getByRole("spinbutton", { name: `ratio of ${group}, as a number` });
    await field.fill("37.5");
    // What is typed outlasts whatever is drawn meanwhile.
    await page.waitForTimeout(1000);
    await field.press("Enter");
    await page.getByText(`ratio of ${group} = 37.5 %`).first().waitFor();
    await page.getByRole("tab", { name: "Compare" }).click();
    await page.locator(".curve svg.wide").waitFor();
    await page.locator(".curve ~ .table tbody tr").nth(1).waitFor();
    await page.getByRole("tab", { name: "Save" }).click();
    await page.locator(".tiles:not(.stale)").waitFor();
    const saved = async (name: string) => {
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name, exact: true }).click();
      const text = await Deno.readTextFile((await (await download).path())!);
      return parseCertificate(text, name);
    };
    const certificate = await saved("Save certificate"), first = await saved("start");
    const [, said] = await whatIf(instance, policyOfCertificate(first), [
      { name: "as it is" },
      { name: "changed", setRatio: { [group]: 0.375 } },
    ], { startPrices: first });
    assertEquals(certificate.objective, said.allocation.objective);
    assertEquals(certificate.bound, said.allocation.pricesBound ?? said.allocation.bound);
    assertEquals(await page.locator(".notes").getByText("undecided").count(), 0, "HiGHS is there");
    assertEquals(complaints, []);
    assertEquals(requests.filter((url) => !/^(file|blob|data):/.test(url)), []);
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
});

browserTest(
  "studio: no violation that axe knows of, in every tab, on a light desk and a dark phone",
  async () => {
    const axe = await axeSource();
    await withStudio(async (studio) => {
      for (const [colorScheme, width] of [["light", 1400], ["dark", 375]] as const) {
        const viewport = { width, height: 850 };
        const page = await studio.open({ viewport, colorScheme });
        await page.evaluate(axe);
        for (const tab of await page.getByRole("tab").all()) {
          await tab.click();
          await page.waitForTimeout(100);
          const found = await page.evaluate(
            "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200) + nodes[0].failureSummary))",
          );
          assertEquals(
            found,
            [],
            `${await tab.textContent()}, ${colorScheme}, ${viewport.width}`,
          );
          const [content, screen] = await page.evaluate(
            "[document.documentElement.scrollWidth, innerWidth]",
          ) as [number, number];
          assert(content <= screen, `${await tab.textContent()}: ${content} px on ${screen} px`);
        }
        await page.close();
      }
    });
  },
);

/** A start whose ids and names are as long as they may be, with more limits than a screen has room for. */
function longStart(): SessionStart {
  const long = (kind: string, n: number) => `${kind}${"-".repeat(180)}${n}`;
  const users = Array.from(
    { length: 12 },
    (_, u) => ({ id: long("user", u), group: long("group", u % 3) }),
  );
  const contracts = Array.from({ length: 4 }, (_, c) => long("contract", c));
  const drop = Drop.from({
    users,
    contracts: contracts.map((id, c) => ({
      id,
      cap: 3,
      sponsored: false,
      brand: long("brand", c),
    })),
    groups: [0, 1, 2].map((g) => ({ id: long("group", g), ratio: 0.5 })),
    pairs: users.flatMap(({ id }, u) =>
      contracts.map((contract, c) => ({ user: id, contract, score: (u * 7 + c * 3) % 11 }))
    ),
    limits: Array.from({ length: 60 }, (_, i) => ({ limit: long("limit", i), atMost: 9 + i })),
  });
  return { ...start, drop };
}

/** Where the focus goes back up although the next control stands in the same column, or to the left. */
const FOCUS_UP = `(() => {
  const all = [...document.querySelectorAll("button,input,select,summary,[tabindex='0']")]
    .filter((node) => node.tabIndex >= 0 && !node.disabled && node.checkVisibility());
  const name = (node) => (node.ariaLabel ?? node.textContent).slice(0, 20) || node.tagName;
  return all.slice(1).filter((node, i) => {
    const a = all[i].getBoundingClientRect(), b = node.getBoundingClientRect();
    return b.bottom <= a.top && b.left < a.right;
  }).map(name);
})()`;

browserTest(
  "studio: long ids and many limits stay within every screen, and the focus goes down it",
  async () => {
    await withStudio(async (studio) => {
      for (const width of [360, 1000, 1440]) {
        const page = await studio.open({ viewport: { width, height: 900 } });
        for (const tab of await page.getByRole("tab").all()) {
          await tab.click();
          const name = await tab.textContent();
          if (name === "Users") {
            await page.getByRole("searchbox", { name: "Search a user" }).fill("user");
            await page.locator(".found button").first().click();
            await page.getByRole("heading", { name: /^user-/ }).waitFor();
          }
          const [content, beyond] = await page.evaluate(
            "[document.documentElement.scrollWidth, [...document.querySelectorAll('[role=tab]')].filter((tab) => tab.getBoundingClientRect().right > innerWidth).length]",
          ) as [number, number];
          assertEquals([name, content, beyond], [name, width, 0]);
          assertEquals([name, width, await page.evaluate(FOCUS_UP)], [name, width, []]);
        }
        const open = page.locator("details:not([open]) > summary", { hasText: "Many at once" });
        if (await open.count() > 0) await open.click();
        const sliders = await page.locator("aside").getByRole("slider").count();
        assert(sliders < 10, `${sliders} sliders for 60 limits`);
        // Ratios ask for what there is none of.
        assertEquals(await page.getByRole("slider", { name: "All ratios" }).count(), 0);
        const limit = page.getByRole("combobox", { name: "Limit" });
        await limit.selectOption({ index: 60 });
        await page.getByRole("slider", { name: /^limit-.*59$/ }).waitFor();
        await page.close();
      }
    }, longStart());
  },
);
