/**
 * The frame of every page: one self-contained document that asks no host for anything.
 *
 * @module
 */
import { type Content, html, Markup } from "./markup.ts";
import { pageScript } from "./page_script.ts";
import { pageStyle } from "./page_style.ts";

/** What a page is made of. */
export interface Page {
  /** Title of the document. */
  title: string;
  /** What kind of page it is, and the name of what it is about: the line above its head. */
  about: readonly [kind: string, name: string];
  /** The head of the page. */
  header: Content;
  /** Sections by id and name, in order; those without content are left out of the navigation too. */
  sections: readonly { id: string; name: string; content: Content }[];
  /** The foot of the page. @default who made it, and that it asks no server */
  footer?: Content;
}

/** What a page says that no facts have. */
export interface PageOptions {
  /** The day that the page is of, `2026-11-26`: a page has no clock, so that the same data give the same page. */
  date?: string;
}

const FOOTER =
  "Made by Divvy. This page holds everything it shows; it asks no server for anything.";

/** The page as one HTML document. */
export function pageText(page: Page, { date }: PageOptions = {}): string {
  const [kind, name] = page.about;
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none';style-src 'unsafe-inline';script-src 'unsafe-inline';img-src data:">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="data:,">
        <title>${page.title}</title>
        <style>${new Markup(pageStyle)}</style>
      </head>
      <body>
        <header class="top">
          <div>
            <p class="eyebrow">${kind} · <b>${name}</b>${dayOf(date)}</p>
            ${page.header}
          </div>
        </header>
        <nav aria-label="Sections">
          <ul>${page.sections.map((s) => html`<li><a href="#${s.id}">${s.name}</a></li>`)}</ul>
        </nav>
        <main>
    ${page.sections.map((s) =>
      html`
        <section id="${s.id}"
          aria-labelledby="${s.id}-name"><h2 id="${s.id}-name">${s.name}</h2>
        ${s.content}</section>
      `
    )}</main>
        <footer>
          <div>${page.footer ?? FOOTER}</div>
        </footer>
        <script>
    ${new Markup(pageScript)}
    </script>
      </body>
    </html>
  `.text;
}

/** The day, behind what stands before it. */
function dayOf(date: string | undefined): Content {
  return date !== undefined && [" · ", html`<time datetime="${date}">${date}</time>`];
}
