/// <reference lib="dom" />
/**
 * A percentage for many rows of a table at once.
 *
 * @module
 */
import { useRef } from "../../deps/preact.ts";
import { count } from "../../report/words.ts";
import type { Change } from "../session/messages.ts";
import { own, withEntries } from "./effective.ts";
import { html } from "./markup.ts";
import type { Store } from "./store.ts";

/** Properties of the tools. */
export interface BulkToolsProps<Item extends { readonly id: string }> {
  /** Takes the change; shows a fault where the text is no percentage. */
  store: Store;
  /** The change so far. */
  draft: Change;
  /** The part of it that has a number for each item. */
  field: "setCap" | "setRatio";
  /** What is changed. */
  items: readonly Item[];
  /** Whether these are the selected ones; else they are all that are shown. */
  selected: boolean;
  /** Label of the field for screen readers. */
  label: string;
  /** An example of a percentage. */
  placeholder: string;
  /** Buttons: the title of each, and the number that it gives an item by the percentage. */
  uses: readonly (readonly [title: string, use: (item: Item, percentage: number) => number])[];
  /** Title of the button that takes changes back, where there are any. */
  reset: string;
}

/** The tools. */
export function BulkTools<Item extends { readonly id: string }>(props: BulkToolsProps<Item>) {
  const { store, draft, field, items, selected, label, placeholder, uses, reset } = props;
  const input = useRef<HTMLInputElement>(null);
  const setEach = (numberOf: (item: Item) => number | undefined) => {
    const entries = items.map((item) => [item.id, numberOf(item)] as const);
    store.edit({ ...draft, [field]: withEntries(draft[field], entries) });
  };
  const withPercentage = (use: (item: Item, percentage: number) => number) => () => {
    const text = input.current!.value, percentage = Number(text.replace(",", "."));
    if (text.trim() === "" || !(percentage >= 0)) {
      return store.tell("a percentage is expected: 0 or more");
    }
    setEach((item) => use(item, percentage));
  };
  const isChanged = items.some(({ id }) => own(draft[field], id) !== undefined);
  return html`
    <span>${`${count(items.length)} ${selected ? "selected" : "shown"}`}:</span>
    <span
      class="typed"><input type="text" inputmode="decimal" aria-label=${label} ref=${input}
      placeholder=${placeholder} /><i>%</i></span>
    ${uses.map(([title, use]) =>
      html`<button type="button" onClick=${withPercentage(use)}>${title}</button>`
    )}
    ${isChanged &&
      html`<button type="button" onClick=${() => setEach(() => undefined)}>${reset}</button>`}
  `;
}
