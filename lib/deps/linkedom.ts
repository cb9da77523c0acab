/**
 * A DOM for HTML text, without a browser. Used by tests only.
 *
 * @module
 */
import { parseHTML } from "npm:linkedom@0.18.10";

/** An element, as far as tests look at it (Deno's types have no DOM). */
export interface DomElement {
  /** Text of the element and all within it. */
  textContent: string;
  /** The element around it. */
  parentElement: DomElement;
  /** The elements right inside it. */
  children: ArrayLike<DomElement>;
  /** An attribute's value, or null. */
  getAttribute(name: string): string | null;
  /** The first element that a selector finds, or null. */
  querySelector(selector: string): DomElement | null;
  /** All elements that a selector finds. */
  querySelectorAll(selector: string): Iterable<DomElement>;
}

/** A document. */
export interface DomDocument extends DomElement {
  /** Its title. */
  title: string;
  /** Its root. */
  documentElement: DomElement;
}

/** The document of an HTML text. */
export function parseDocument(html: string): DomDocument {
  return (parseHTML(html) as unknown as { document: DomDocument }).document;
}
