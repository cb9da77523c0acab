/**
 * A parser of TypeScript. Used by tests only.
 *
 * @module
 */
import { parse } from "npm:@babel/parser@7.28.5";

/** A node of a syntax tree, as far as tests look at it. */
export interface SyntaxNode {
  /** Kind of node. */
  readonly type: string;
  /** First and last line. */
  readonly loc: {
    readonly start: { readonly line: number };
    readonly end: { readonly line: number };
  };
  /** Its parts, by name. */
  readonly [part: string]: unknown;
}

/** The syntax tree of a module's text. */
export function parseTypeScript(text: string): SyntaxNode {
  return parse(text, { sourceType: "module", plugins: ["typescript"] }) as unknown as SyntaxNode;
}
