/// <reference lib="dom" />
/**
 * A field for a number or a few words, taken when they are complete.
 *
 * @module
 */
import { html, useState } from "../../deps/preact.ts";

/** What a field is given. */
export interface TypedFieldProps {
  /** What it is about, for those who hear the page; absent: a label is around it. */
  label?: string;
  /** `number` or `text`. */
  type: "number" | "text";
  /** What stands in it. */
  value: string;
  /** Shown where nothing stands in it. */
  placeholder?: string;
  /** Told of what was typed. Where that can't be used the field shows its value again. */
  onText: (text: string) => void;
}

/** The field. What is being typed stays, whatever is drawn meanwhile; Enter or leaving takes it, Escape gives it up. */
export function TypedField({ label, type, value, placeholder, onText }: TypedFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const take = () => {
    if (typed === null) return;
    setTyped(null);
    if (typed !== value) onText(typed);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter") take();
    else if (event.key === "Escape") setTyped(null);
  };
  return html`
    <input type=${type} aria-label=${label} inputmode="decimal" step="any"
      placeholder=${placeholder}
      value=${typed ?? value} onBlur=${take} onKeyDown=${keys}
      onInput=${(event: Event) => setTyped((event.currentTarget as HTMLInputElement).value)} />
  `;
}
