/**
 * An HTML document: the head that every page of ours has, and its body.
 *
 * @module
 */
import { type Content, html, Markup } from "./markup.ts";

/** What a document is made of. */
export interface DocumentParts {
  /** Its title. */
  readonly title: string;
  /** What it may load and run (Content-Security-Policy), without double quotes. @default what the server's answer says */
  readonly policy?: string;
  /** Its styles, and scripts that belong in the head. */
  readonly head: Content;
  /** Its body. */
  readonly body: Content;
}

/** The document as text. Its colours follow the reader's, and it asks for no icon. */
export function documentText({ title, policy, head, body }: DocumentParts): string {
  const security = policy === undefined
    ? null
    : html`<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">`;
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        ${security}
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="data:,">
        <title>${title}</title>
        ${head}
      </head>
      <body>
        ${body}
      </body>
    </html>
  `.text;
}
