/**
 * What reports, previews, comparisons and reviews have in common: facts, and three ways to show them.
 *
 * @module
 */
import type { VegaLiteSpec } from "../deps/vega.ts";
import type { PageOptions } from "../report/html/page.ts";

/** How one kind of facts is shown. */
export interface FactsView<Facts> {
  /** The charts, by name. */
  charts(facts: Facts): Record<string, VegaLiteSpec>;
  /** The plain text. */
  text(facts: Facts, options: { readonly width: number }): string;
  /** Loads what makes the page. */
  html(): Promise<(facts: Facts, page: PageOptions) => Promise<string>>;
}

/** Facts that are shown as charts, text or a page. */
export abstract class ShownFacts<Facts> {
  /** All figures, in the words and shapes of the command's `--json`. */
  readonly facts: Facts;
  readonly #view: FactsView<Facts>;

  /** Wraps facts that were gathered. */
  constructor(facts: Facts, view: FactsView<Facts>) {
    this.facts = facts;
    this.#view = view;
  }

  /** The charts as Vega-Lite specifications with their numbers inside, by name; none where nothing differs. */
  charts(): Record<string, VegaLiteSpec> {
    return this.#view.charts(this.facts);
  }

  /** All in plain text, as in a terminal `width` columns wide. */
  text(width = 80): string {
    return this.#view.text(this.facts, { width });
  }

  /** All as one self-contained HTML page; Vega is loaded for its charts. */
  async html(page: PageOptions = {}): Promise<string> {
    const pageOf = await this.#view.html();
    return await pageOf(this.facts, page);
  }
}
