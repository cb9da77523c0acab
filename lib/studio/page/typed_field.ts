/// <reference lib="dom" />
/**
 * A field for a number or a few words, whose value is taken when typing is complete.
 *
 * @module
 */
import { useState } from "../../deps/preact.ts";
import { html, valueIn } from "./markup.ts";

/** Properties of a field. */
export interface TypedFieldProps {
  /** Its label for screen readers; absent where a label element is around it. */
  label?: string;
  /** `number` or `text`. */
  type: "number" | "text";
  /** Its value. */
  value: string;
  /** Placeholder. */
  placeholder?: string;
  /** Called with what was typed. Where that can't be used the field shows its value again. */
  onText: (text: string) => void;
}

/**
 * The field. What is being typed stays when the page is drawn again; Enter or leaving the field takes it, Escape drops
 * it.
 */
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
      onInput=${(event: Event) => setTyped(valueIn(event))} />
  `;
}
