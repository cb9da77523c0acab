/**
 * The frame of every page: one self-contained document that asks no host for anything.
 *
 * @module
 */
import { documentText } from "./document.ts";
import { type Content, html, Markup } from "./markup.ts";
import { pageScript } from "./page_script.ts";
import { pageStyle } from "./page_style.ts";

/** What a page is made of. */
export interface Page {
  /** What kind of page it is: "report". */
  kind: string;
  /** The name of what it is about. */
  name: string;
  /** What stands before the name above the head of the page. @default `Divvy ${kind}` */
  above?: string;
  /** The head of the page. */
  header: Content;
  /** Sections by id and name, in order; those whose content is false or undefined are left out. */
  sections: readonly { id: string; name: string; content: Content }[];
  /** What the foot of the page says first. @default "Made by Divvy." */
  made?: Content;
}

/** What a page shows that is not in the facts. */
export interface PageOptions {
  /** The day that the page is of, `2026-11-26`: a page has no clock, so that the same data give the same page. */
  date?: string;
}

/** What the foot of every page says. */
const ALONE = "This page holds everything it shows; it asks no server for anything.";

/** What a page may do: show its own styles, run its own script, and nothing from elsewhere. */
const POLICY =
  "default-src 'none';style-src 'unsafe-inline';script-src 'unsafe-inline';img-src data:";

/** The page as one HTML document. */
export function pageText(page: Page, { date }: PageOptions): string {
  const { kind, name, above = `Divvy ${kind}`, header, made = "Made by Divvy." } = page;
  const sections = page.sections.filter(({ content }) =>
    content !== false && content !== undefined
  );
  const body = html`
    <header class="top">
      <div>
        <p class="eyebrow">${above} · <b>${name}</b>${dayOf(date)}</p>
        ${header}
      </div>
    </header>
    <nav aria-label="Sections">
      <ul>${sections.map((s) => html`<li><a href="#${s.id}">${s.name}</a></li>`)}</ul>
    </nav>
    <main>
    ${sections.map((s) =>
      html`
        <section id="${s.id}"
          aria-labelledby="${s.id}-name"><h2 id="${s.id}-name">${s.name}</h2>
        ${s.content}</section>
      `
    )}</main>
    <footer>
      <div>${made} ${ALONE}</div>
    </footer>
    <script>
    ${new Markup(pageScript)}
    </script>
  `;
  const head = html`<style>${new Markup(pageStyle)}</style>`;
  const title = `${name} · Divvy ${kind}`;
  return documentText({ title, policy: POLICY, head, body });
}

/** The day, behind what stands before it. */
function dayOf(date: string | undefined): Content {
  return date !== undefined && [" · ", html`<time datetime="${date}">${date}</time>`];
}
