/**
 * A drop as one page that needs no server: data, solver and page in one file.
 *
 * @module
 */
import { highsWasm } from "../deps/highs.ts";
import { pairCount } from "../allocator/drop/instance/instance.ts";
import { platform } from "../base/platform/platform.ts";
import { UsageError } from "../base/errors.ts";
import { documentText } from "../report/html/document.ts";
import { html, Markup } from "../report/html/markup.ts";
import { count, counted } from "../report/words.ts";
import { ALONE_PAGE_BUNDLE } from "./alone_page_bundle.ts";
import { PACKAGES_BUNDLE } from "./packages_bundle.ts";
import { studioTitle } from "./page_html.ts";
import { studioStyle } from "./page_style.ts";
import { packValue } from "./session/packed_value.ts";
import { sentStart } from "./session/sent_start.ts";
import { SESSION_BUNDLE } from "./session_bundle.ts";
import type { SessionStart } from "./session/session.ts";
import { packed, unpacked } from "./session/packed_text.ts";

/** Most pairs of a drop that a page carries. */
const MOST_PAIRS = 200_000;

/**
 * The page. It asks no host for anything; its policy lets it run its own script, a worker from it, and WebAssembly.
 *
 * @param session the bundle of the solver; by default the one that is kept
 * @throws {UsageError} for a drop of more than {@link MOST_PAIRS} pairs
 */
export async function aloneHtml(
  start: SessionStart,
  session: readonly string[] = SESSION_BUNDLE,
): Promise<string> {
  const pairs = pairCount(start.drop.instance);
  if (pairs > MOST_PAIRS) {
    throw new UsageError(
      `the drop has ${counted(pairs, "pair")}: a page alone carries at most ${count(MOST_PAIRS)} ` +
        "(serve it with divvy studio, or keep fewer with --top-n)",
    );
  }
  // Nothing between the tags and the script: the policy names the hash of exactly that text.
  const script = (await unpacked(ALONE_PAGE_BUNDLE)).replaceAll(/<(?=\/script|!--)/gi, "\\x3c");
  const details = { ...start.details, served: false };
  const sent = packValue(sentStart({ ...start, workers: 1, details }));
  const wasm = await highsWasm(readFile);
  const part = (id: string, text: string) =>
    html`<script type="text/plain" id="${id}">${new Markup(text)}</script>`;
  return documentText({
    title: studioTitle(start.details.title),
    policy: policyFor(await hashOf(script)),
    head: html`<style>${new Markup(studioStyle)}</style>`,
    body: html`
      <div id="studio">
        <p class="boot">Opening the drop …</p>
      </div>
      ${part("start", await packed(sent))}
      ${part("wasm", await packed(wasm))}
      ${part("packages", PACKAGES_BUNDLE.join(""))}
      ${part("session", session.join(""))}
      <script>${new Markup(script)}</script>
    `,
  });
}

/** The page's Content-Security-Policy. */
function policyFor(hash: string): string {
  return `default-src 'none';script-src 'sha256-${hash}' blob: 'wasm-unsafe-eval';worker-src blob:;` +
    "style-src 'unsafe-inline';img-src data:;base-uri 'none';form-action 'none'";
}

async function hashOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(hash)));
}

async function readFile(path: string): Promise<ArrayBuffer> {
  const { readable } = await platform.open(path);
  return await new Response(readable).arrayBuffer();
}
