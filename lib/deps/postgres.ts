/**
 * The PostgreSQL client, loaded when a `postgres://` source is first opened.
 *
 * @module
 */
import type postgres from "npm:postgres@3.4.9";
import { loadPackage } from "./load_package.ts";

/** A connection pool. */
export type PostgresClient = postgres.Sql<Record<never, never>>;
/** How to connect. */
export type PostgresOptions = postgres.Options<Record<string, never>>;

/** Loads the client and returns its connect function. Nothing is connected before the first query. */
export async function loadPostgres(): Promise<(options: PostgresOptions) => PostgresClient> {
  const module = await loadPackage<{ default: unknown }>("npm:postgres@3.4.9");
  return module.default as (options: PostgresOptions) => PostgresClient;
}
