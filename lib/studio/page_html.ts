/**
 * The studio's document; its script makes all that is in it.
 *
 * @module
 */
import { documentText } from "../report/html/document.ts";
import { html } from "../report/html/markup.ts";

/** The document that a server hands out; script and style come from beside it. */
export function pageHtml(title: string): string {
  return documentText({
    title: studioTitle(title),
    head: html`
      <link rel="stylesheet" href="page.css">
      <script type="module" src="page.js"></script>
    `,
    body: html`
      <div id="studio">
        <p class="boot">Opening the drop …</p>
      </div>
      <noscript><p class="boot">The studio needs JavaScript; <code>divvy report</code> makes pages without.</p></noscript>
    `,
  });
}

/** Title of a drop's page in the browser. */
export function studioTitle(title: string): string {
  return `${title} · Divvy studio`;
}
