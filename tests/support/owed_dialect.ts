/** A dialect that has of an engine's only what a dialect owes: everything else is composed of that. */
import { Dialect, type OfItem } from "../../lib/engine/sql/store/dialect.ts";

/** The functions that an engine owes, of another dialect of that engine. */
export class OwedDialect extends Dialect {
  constructor(readonly engine: Dialect) {
    super();
  }

  get types() {
    return this.engine.types;
  }

  begin(): Dialect {
    return new OwedDialect(this.engine.begin());
  }

  hash(columns: string, seed?: number): string {
    return this.engine.hash(columns, seed);
  }

  matches(text: string, pattern: string): string {
    return this.engine.matches(text, pattern);
  }

  list(items: readonly string[]): string {
    return this.engine.list(items);
  }

  upTo(n: string): string {
    return this.engine.upTo(n);
  }

  length(list: string): string {
    return this.engine.length(list);
  }

  at(list: string, place: string): string {
    return this.engine.at(list, place);
  }

  concat(lists: readonly string[]): string {
    return this.engine.concat(lists);
  }

  map(list: string, of: OfItem): string {
    return this.engine.map(list, of);
  }

  filter(list: string, holds: OfItem): string {
    return this.engine.filter(list, holds);
  }

  sum(list: string): string {
    return this.engine.sum(list);
  }

  inOrder(list: string, numbers: string): string {
    return this.engine.inOrder(list, numbers);
  }

  collectIf(value: string, condition: string): string {
    return this.engine.collectIf(value, condition);
  }

  perItem(columns: string, source: string, items: Readonly<Record<string, string>>): string {
    return this.engine.perItem(columns, source, items);
  }
}
