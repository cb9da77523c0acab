/**
 * What a page tells of an allocation whose pairs stayed in an engine: what certification counted, not what only pairs tell.
 *
 * @module
 */
import type { StandingRow } from "../../allocator/explain/limit_rows.ts";
import type { LimitFamilyFacts } from "./limit_facts.ts";

/** A group. */
export interface EngineGroup {
  group_id: string;
  /** Users with an eligible pair. */
  users: number;
  /** Those of them with an offer. */
  users_with_offers: number;
  /** Offers. */
  assignments: number;
  /** Those of them that are sponsored. */
  sponsored_assignments: number;
  /** Users with a sponsored offer. */
  sponsored_users: number;
  /** How many of these there must be. */
  required_sponsored_users: number;
  /** How many are missing to that. */
  shortfall: number;
}

/** A contract. */
export interface EngineContract {
  contract_address: string;
  is_sponsored: boolean;
  /** Most users that may have it. */
  cap: number;
  /** Users that have it. */
  assigned: number;
  /** Price of its cap in the certificate. */
  price: number;
}

/** The facts of the page. */
export interface EngineFacts {
  /** Name of the drop. */
  title: string;
  model: "coverage" | "uniform";
  users: number;
  users_without_offers: number;
  assignments: number;
  score: number;
  objective: number;
  bound: number;
  gap: number;
  /** Users missing to minima. */
  shortfall: number;
  groups: EngineGroup[];
  contracts: EngineContract[];
  /** Absent: the drop has no limits. */
  limits?: { families: LimitFamilyFacts[]; rows: StandingRow[] };
  /** Offers of users who are held out, which caps are without; null: they have none. */
  random_offers: number | null;
  /** What the run read and did: names and texts. */
  run: (readonly [name: string, text: string])[];
}
