/// <reference lib="dom" />
/**
 * A slider with a number beside it.
 *
 * @module
 */
import { useRef } from "../../deps/preact.ts";
import { html, valueIn } from "./markup.ts";
import { TypedField } from "./typed_field.ts";

/** Properties of a slider. */
export interface SliderProps {
  /** Its label for screen readers. */
  label: string;
  /** Its value. */
  value: number;
  /** Ends and steps, in units of `value`. */
  min: number;
  max: number;
  step: number;
  /** The number shown is the value times this: 100 for percent. */
  scale?: number;
  /** Unit shown after the number. */
  unit?: string;
  /** Whether it differs from the drop as it is. */
  changed: boolean;
  /** Called with a new value, and the drag that it is part of. */
  onValue: (value: number, drag?: string) => void;
}

let drags = 0;

/** A slider; arrow keys move it by a step, page keys by ten. The number takes any value. */
export function Slider(props: SliderProps) {
  const { label, value, min, max, step, scale = 1, unit = "", changed, onValue } = props;
  const drag = useRef("");
  const begin = () => drag.current = `${label} ${++drags}`;
  const rounded = (n: number) => Number(n.toPrecision(12));
  const typed = (text: string) => {
    const n = Number(text) / scale;
    if (text.trim() !== "" && Number.isFinite(n) && n >= min) onValue(rounded(n));
  };
  const shown = String(rounded(value * scale));
  return html`
    <span class=${changed ? "slider changed" : "slider"}>
      <input type="range" aria-label=${label} min=${min} max=${Math.max(max, value)} step=${step}
        value=${value} aria-valuetext=${`${shown} ${unit}`}
        onFocus=${begin} onPointerDown=${begin}
        onInput=${(event: Event) =>
          onValue(
            rounded(Number(valueIn(event))),
            drag.current,
          )} />
      <span
        class="typed"><${TypedField} type="number" label=${`${label}, as a number`} value=${shown} onText=${typed} />${unit &&
          html`<i>${unit}</i>`}</span>
    </span>
  `;
}
