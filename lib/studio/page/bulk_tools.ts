/// <reference lib="dom" />
/**
 * A percentage for many rows of a table at once.
 *
 * @module
 */
import { useRef } from "../../deps/preact.ts";
import { count } from "../../report/words.ts";
import { html } from "./markup.ts";
import type { Store } from "./store.ts";

/** Properties of the tools. */
export interface BulkToolsProps {
  /** Shows a fault where the text is no percentage. */
  store: Store;
  /** Number of rows that are changed. */
  rows: number;
  /** Whether these are the selected rows; else they are all that are shown. */
  selected: boolean;
  /** Label of the field for screen readers. */
  label: string;
  /** An example of a percentage. */
  placeholder: string;
  /** Buttons: the title of each, and what it does with the percentage. */
  uses: readonly (readonly [title: string, use: (percentage: number) => void])[];
  /** The button that takes changes back, where there are any. */
  reset: readonly [title: string, reset: () => void] | null;
}

/** The tools. */
export function BulkTools(props: BulkToolsProps) {
  const { store, rows, selected, label, placeholder, uses, reset } = props;
  const field = useRef<HTMLInputElement>(null);
  const withPercentage = (use: (percentage: number) => void) => () => {
    const text = field.current!.value, percentage = Number(text.replace(",", "."));
    if (text.trim() === "" || !(percentage >= 0)) {
      return store.tell("a percentage is expected: 0 or more");
    }
    use(percentage);
  };
  return html`
    <span>${`${count(rows)} ${selected ? "selected" : "shown"}`}:</span>
    <span
      class="typed"><input type="text" inputmode="decimal" aria-label=${label} ref=${field}
      placeholder=${placeholder} /><i>%</i></span>
    ${uses.map(([title, use]) =>
      html`<button type="button" onClick=${withPercentage(use)}>${title}</button>`
    )}
    ${reset && html`<button type="button" onClick=${reset[1]}>${reset[0]}</button>`}
  `;
}
