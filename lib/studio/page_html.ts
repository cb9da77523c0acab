/**
 * The studio's document: all that is in it is made by its script.
 *
 * @module
 */
import { html } from "../report/html/markup.ts";

/** The document that a server hands out; script and style come from beside it. */
export function pageHtml(title: string): string {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="data:,">
        <title>${title} · Divvy studio</title>
        <link rel="stylesheet" href="page.css">
        <script type="module" src="page.js"></script>
      </head>
      <body>
        <div id="studio">
          <p class="boot">Opening the drop …</p>
        </div>
        <noscript><p class="boot">The studio needs JavaScript; <code>divvy report</code> makes pages without.</p></noscript>
      </body>
    </html>
  `.text;
}
