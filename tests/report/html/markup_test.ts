/** What is put into a page stays what it is: text, that turns nothing around it. */
import { allocate, Drop, report } from "../../../mod.ts";
import { BIDI_CONTROLS } from "../../../lib/base/text/bidi_controls.ts";
import { parseDocument } from "../../../lib/deps/linkedom.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { html, sentence } from "../../../lib/report/html/markup.ts";

const TURNING = new RegExp(`[${BIDI_CONTROLS}]`);

Deno.test("markup: text is escaped, and what would turn it around is made visible", () => {
  const id = '\u202egnp.<b>\u2066"';
  assertEquals(html`<i title="${id}">${[id, 1]}</i>`.text, html`<i title="${id}">${id}1</i>`.text);
  assertEquals(html`${id}`.text, "�gnp.&lt;b&gt;�&quot;");
  assertEquals(html`${"שלום 👩‍👧"}`.text, "<bdi>שלום 👩‍👧</bdi>");
});

Deno.test("markup: what is written from right to left is isolated, in text and not in attributes", () => {
  const [hebrew, arabic] = ["\u05e7\u05d1", "\u0645\u062c\u0645"];
  const shown = (text: string) => html`${text}`.text;
  assertEquals(
    shown(`Group ${arabic}-0: 2 of 9`),
    `Group <bdi>${arabic}-0</bdi>: 2 of 9`,
  );
  assertEquals(shown(`Group ${hebrew} 0: 2 of 9`), `Group <bdi>${hebrew}</bdi> 0: 2 of 9`);
  assertEquals(
    shown(`Most: ${hebrew} ${arabic}7 12, ${arabic} 3, a 1.`),
    `Most: <bdi>${hebrew} ${arabic}7</bdi> 12, <bdi>${arabic}</bdi> 3, a 1.`,
  );
  assertEquals(shown(`${arabic} 0`), `<bdi>${arabic} 0</bdi>`);
  assertEquals(shown("Zürich 東京 0: 2"), "Zürich 東京 0: 2");
  const id = `${arabic}0`;
  assertEquals(
    html`
      <title>${id}</title><i title="${id}, ${[id]}"
        lang="${id}">${id}</i>${id}
    `.text,
    `<title>${id}</title><i title="${id}, ${id}" lang="${id}"><bdi>${id}</bdi></i><bdi>${id}</bdi>`,
  );
  assertEquals(
    sentence(`50 % ${arabic}: 12 % of it`).text,
    `<span class="whole">50 %</span> <bdi>${arabic}</bdi>: <span class="whole">12 %</span> of it`,
  );
  assertEquals(
    sentence(`50 % ${arabic}`).text,
    `<bdi><span class="whole">50 %</span> ${arabic}</bdi>`,
  );
});

Deno.test("markup: in sentences numbers stay with their percent signs", () => {
  const text = "33.3 % of <3 users, (<0.1 % to 5 %).";
  const shown = sentence(text);
  assertEquals(parseDocument(`<p>${shown}</p>`).querySelector("p")!.textContent, text);
  assertEquals(shown.text.match(/<span class="whole">[^<]*<\/span>/g)?.length, 3);
});

Deno.test("markup: no id turns what stands beside it on a page, and the list to copy has ids as they are", async () => {
  const contract = (i: number) => `\u202etea ${i}\u2067`, group = "\u202dnorth";
  const drop = Drop.from({
    users: [0, 1, 2].map((i) => ({ id: `\u202eu${i}`, group: `${group}${i % 2}` })),
    contracts: [0, 1].map((i) => ({
      id: contract(i),
      cap: 1,
      sponsored: i === 0,
      name: "\u202ex",
    })),
    groups: [0, 1].map((i) => ({ id: `${group}${i}`, ratio: 1 })),
    pairs: [0, 1, 2].flatMap((i) =>
      [0, 1].map((c) => ({ user: `\u202eu${i}`, contract: contract(c), score: 0.5 + i / 10 }))
    ),
    limits: [{ limit: "\u202eleast", per: ["contract_address"], atLeast: 2 }],
  });
  const best = report(drop, await allocate(drop, { k: 1 }));
  const other = report(drop, await allocate(drop, { k: 1, solver: "greedy" }));
  for (const page of [await best.html(), await best.compare(other).html()]) {
    const shown = page.replace(/<pre data-copy[^>]*>[^<]*<\/pre>/g, "");
    assert(!TURNING.test(shown), shown.match(/.{40}[\u202a-\u202e\u2066-\u2069].{40}/)?.[0]);
  }
  const lists = [...parseDocument(await best.html()).querySelectorAll("pre[data-copy]")]
    .flatMap((list) => list.textContent!.split("\n"));
  assert(lists.length > 0 && lists.every((id) => [contract(0), contract(1)].includes(id)));
});
