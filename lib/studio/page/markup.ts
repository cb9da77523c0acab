/**
 * The page's markup: nodes from template literals, with text that nothing in it can turn around.
 *
 * @module
 */
import { type ComponentChildren, h, templateOf, type VNode } from "../../deps/preact.ts";
import { isolated, readable } from "../../report/html/markup.ts";

/** Attributes of elements that are read as text. */
const READ = ["title", "aria-label"];

/** A node of HTML, as the reports' pages show text: see {@link readable}. What components get stays as it is. */
function node(
  type: Parameters<typeof h>[0],
  props: Record<string, unknown> | null,
  ...children: ComponentChildren[]
): VNode {
  if (typeof type !== "string") return h(type, props, ...children);
  const shown: Record<string, unknown> = { ...props };
  for (const name of READ) {
    if (typeof shown[name] === "string") shown[name] = readable(shown[name]);
  }
  // An option holds text only.
  const show = type === "option" ? readable : isolatedText;
  return h(type, shown, ...children.map((child) => withTexts(child, show))) as VNode;
}

/** Children whose texts are shown so, wherever they stand among them. */
function withTexts(
  child: ComponentChildren,
  show: (text: string) => ComponentChildren,
): ComponentChildren {
  if (Array.isArray(child)) return child.map((each) => withTexts(each, show));
  return typeof child === "string" ? show(child) : child;
}

/** Readable text, isolated where it is written from right to left. */
function isolatedText(text: string): ComponentChildren {
  const parts = isolated(readable(text));
  return parts.length === 1
    ? parts[0]
    : parts.map((part, i) => i % 2 === 1 ? h("bdi", null, part) : part);
}

/** What the field holds that an event is about. */
export function valueIn({ currentTarget }: Event): string {
  return (currentTarget as HTMLInputElement | HTMLSelectElement).value;
}

/** A tagged template that makes Preact's nodes of HTML. */
export const html = templateOf(node);
