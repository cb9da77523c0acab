/**
 * The memory of the module that scans users (user_scan.as): what it has room for, and its arrays.
 *
 * @module
 */
import { cellsOf } from "../../drop/instance/limits.ts";
import type { CurvatureLayout } from "./curvature.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { marksOfShapes } from "../dual/marks.ts";

/** Most users that the module takes at once; a constant of the module. */
export const MOST_USERS = 1 << 10;
/** If the module adds up curvature itself, it keeps the bundles of this many users only. */
const BATCH = 1 << 6;
/** Pairs that the module takes at once; a user with more has room of its own. */
const USUAL_PAIRS = 1 << 13;

/** The exported globals of the module: addresses of its arrays, and a few numbers. */
const PLACES = [
  "shapeSponsored",
  "shapeUnsponsored",
  "shapeWorth",
  "shapeMarks",
  "allowed",
  "limitWorth",
  "sponsoredPrice",
  "settledPrice",
  "netPrice",
  "offerBonus",
  "itemContract",
  "rowStart",
  "rows",
  "rowLoad",
  "rowCoarse",
  "contractPrice",
  "rowPrice",
  "rowScale",
  "rowFixed",
  "rowFactor",
  "cells",
  "numbers",
  "sponsoredReach",
  "itemReach",
  "contractReach",
  "rowReach",
  "userIds",
  "starts",
  "middles",
  "userGroups",
  "classes",
  "items",
  "scores",
  "pairIds",
  "room",
  "margins",
  "values",
  "chosen",
  "listsOfValues",
  "listsOfPairs",
  "nearUsers",
  "nearCount",
  "bundles",
  "bundleSizes",
  "leads",
  "keptUsers",
  "keptPairs",
  "frozenValue",
  "plainValue",
  "loadSums",
  "markSums",
  "curvatureRows",
  "curvatureCross",
  "curvatureGroups",
  "curvatureAbove",
  "tieEnds",
  "tieRows",
  "tieChanges",
  "tieWeights",
  "tieCount",
  "pairRows",
  "pairColumns",
  "pairAmounts",
  "pairCount",
  "blockOf",
] as const;

/** What the module exports. */
export type ScanExports = { readonly [name in typeof PLACES[number]]: WebAssembly.Global } & {
  readonly memory: WebAssembly.Memory;
  begin(...sizes: number[]): number;
  sortShapes(): void;
  countCells(): void;
  sumLoads(): void;
  clearCurvature(every: number): void;
  priceCells(count: number): void;
  priceItems(count: number): void;
  reachCells(count: number): void;
  reachItems(count: number): void;
  settle(users: number, sum: number): number;
  takeBundles(users: number, base: number, least: number): void;
  beginScreen(
    noise: number,
    entry: number,
    bundle: number,
    least: number,
    ofRules: number,
    keeps: number,
  ): void;
  scan16: Scan;
  scan32: Scan;
  screen16: Screen;
  screen32: Screen;
  addNoise16: AddNoise;
  addNoise32: AddNoise;
};

/** Scans users. */
export type Scan = (users: number, sum: number, radius: number) => number;
/** Screens users. */
export type Screen = (users: number, whole: number, worth: number, plain: number) => void;
/** Adds noise to scores. */
export type AddNoise = (users: number, noise: number) => void;

/** How much the module is to have room for. */
export interface ScanRoom {
  /** Whether its items are those of the pairs that it takes at once, as nearly every pair has its own. */
  readonly isByPair: boolean;
  readonly pairs: number;
  readonly items: number;
  /** What has a contract and rows: the items, or their cells. */
  readonly cells: number;
  /** Entries of these in rows of limits. */
  readonly entries: number;
}

/** What a problem needs room for. */
export function roomFor({ instance, items, offerBonus }: DualProblem): ScanRoom {
  const pairs = Math.max(USUAL_PAIRS, mostPairs(instance.start));
  if (!items?.byPair) {
    const count = offerBonus.length;
    return { isByPair: false, pairs, items: count, cells: count, entries: items?.row.length ?? 0 };
  }
  const cells = cellsOf(items), room = { isByPair: true, pairs, items: pairs };
  return cells === null
    ? { ...room, cells: pairs, entries: pairs * items.mostRows }
    : { ...room, cells: cells.contract.length, entries: cells.row.length };
}

/** Places that a list has in the module's memory. */
export function placesOf(k: number): number {
  return k > 3 ? k + 2 : 4;
}

/** The arrays of the module's memory. */
export function columnsOf(
  exports: ScanExports,
  { instance, item, items, ownShapes, k, shapeWorth, rules }: DualProblem,
  { rows, marks, blocks, dense }: CurvatureLayout,
  scanRoom: ScanRoom,
) {
  const { buffer } = exports.memory;
  type Name = typeof PLACES[number];
  const at = (name: Name) => Number(exports[name].value);
  const f64 = (name: Name, length: number) => new Float64Array(buffer, at(name), length);
  const u32 = (name: Name, length: number) => new Uint32Array(buffer, at(name), length);
  const i32 = (name: Name, length: number) => new Int32Array(buffer, at(name), length);
  const shapes = shapeWorth.length, groups = instance.groupSize.length;
  const contracts = instance.cap.length, { isByPair, items: itemCount } = scanRoom;
  const room = at("room"), places = placesOf(k);
  const records = dense ? BATCH : MOST_USERS;
  return {
    shapeSponsored: u32("shapeSponsored", shapes),
    shapeUnsponsored: u32("shapeUnsponsored", shapes),
    shapeWorth: f64("shapeWorth", shapes),
    shapeMarks: i32("shapeMarks", shapes * marks),
    allowed: new Uint8Array(buffer, at("allowed"), ownShapes?.allowed.length ?? 0),
    limitWorth: f64("limitWorth", rules.others.length * groups * shapes),
    sponsoredPrice: f64("sponsoredPrice", groups),
    settledPrice: f64("settledPrice", groups),
    netPrice: f64("netPrice", itemCount),
    offerBonus: f64("offerBonus", isByPair ? contracts : itemCount),
    sponsoredReach: f64("sponsoredReach", groups),
    ...columnsOfItems(f64, u32, scanRoom, items !== null),
    ...columnsByPair(f64, u32, scanRoom, contracts, rows - contracts),
    userIds: u32("userIds", MOST_USERS),
    starts: u32("starts", MOST_USERS + 1),
    middles: u32("middles", MOST_USERS),
    userGroups: u32("userGroups", MOST_USERS),
    classes: u32("classes", MOST_USERS),
    items: item instanceof Uint16Array
      ? new Uint16Array(buffer, at("items"), room)
      : u32("items", room),
    scores: f64("scores", room),
    pairIds: u32("pairIds", room),
    margins: f64("margins", MOST_USERS),
    values: f64("values", 4 * records),
    chosen: i32("chosen", 4 * records),
    listsOfValues: f64("listsOfValues", 2 * places * records),
    listsOfPairs: i32("listsOfPairs", 2 * places * records),
    nearUsers: u32("nearUsers", MOST_USERS),
    bundles: i32("bundles", k * MOST_USERS),
    bundleSizes: new Uint16Array(buffer, at("bundleSizes"), MOST_USERS),
    leads: f64("leads", MOST_USERS),
    loadSums: f64("loadSums", rows),
    markSums: f64("markSums", groups * marks),
    blockOf: i32("blockOf", groups),
    curvatureRows: f64("curvatureRows", dense ? rows * rows : rows),
    curvatureCross: f64("curvatureCross", dense ? blocks * marks * rows : 0),
    curvatureGroups: f64("curvatureGroups", groups * marks * marks),
    curvatureAbove: f64("curvatureAbove", dense ? 0 : rows),
    ...listsOfCurvature(f64, u32, dense ? 0 : mostListed(k, items?.mostRows ?? 0), marks),
  };
}

/** Most entries of the differences that the users taken at once add to a sparse curvature. */
function mostListed(k: number, mostRows: number): number {
  return 2 * (2 * k + 2) * (1 + mostRows) * MOST_USERS;
}

/** What users add to a sparse curvature. */
function listsOfCurvature(
  f64: (name: typeof PLACES[number], length: number) => Float64Array,
  u32: (name: typeof PLACES[number], length: number) => Uint32Array,
  entries: number,
  marks: number,
) {
  const differences = entries === 0 ? 0 : 4 * MOST_USERS;
  const pairs = differences + marks * entries;
  return {
    tieEnds: u32("tieEnds", differences),
    tieRows: u32("tieRows", entries),
    tieChanges: f64("tieChanges", entries),
    tieWeights: f64("tieWeights", differences),
    pairRows: u32("pairRows", pairs),
    pairColumns: u32("pairColumns", pairs),
    pairAmounts: f64("pairAmounts", pairs),
  };
}

/** The rows of items, or of their cells; none where there are no limits. */
function columnsOfItems(
  f64: (name: typeof PLACES[number], length: number) => Float64Array,
  u32: (name: typeof PLACES[number], length: number) => Uint32Array,
  { isByPair, items, cells, entries }: ScanRoom,
  hasLimits: boolean,
) {
  const worked = isByPair ? 0 : entries;
  return {
    itemContract: u32("itemContract", hasLimits ? cells : 0),
    rowStart: u32("rowStart", hasLimits ? cells + 1 : 0),
    rows: u32("rows", entries),
    rowLoad: f64("rowLoad", worked),
    rowCoarse: f64("rowCoarse", worked),
    itemReach: f64("itemReach", hasLimits ? items : 0),
  };
}

/** The arrays that items are priced by where each pair is an item of its own; else they are empty. */
function columnsByPair(
  f64: (name: typeof PLACES[number], length: number) => Float64Array,
  u32: (name: typeof PLACES[number], length: number) => Uint32Array,
  { isByPair, items, entries }: ScanRoom,
  contracts: number,
  limits: number,
) {
  const of = (length: number) => isByPair ? length : 0;
  return {
    cells: u32("cells", of(items)),
    numbers: f64("numbers", of(items)),
    contractPrice: f64("contractPrice", of(contracts)),
    rowPrice: f64("rowPrice", of(limits)),
    contractReach: f64("contractReach", of(contracts)),
    rowReach: f64("rowReach", of(limits)),
    rowScale: f64("rowScale", of(limits)),
    rowFixed: f64("rowFixed", of(entries)),
    rowFactor: f64("rowFactor", of(entries)),
  };
}

/** The arrays of a module's memory. */
export type ScanColumns = ReturnType<typeof columnsOf>;

/** Fills the arrays that don't change. */
export function fillColumns(
  columns: ScanColumns,
  problem: DualProblem,
  layout: CurvatureLayout,
  { isByPair }: ScanRoom,
): void {
  const { shapeSponsored, shapeUnsponsored, shapeWorth, ownShapes, offerBonus, items } = problem;
  if (isByPair) {
    const { contract, unit } = items!;
    const first = cellsOf(items!)?.first ?? null, count = first?.length ?? contract.length;
    for (let n = 0; n < count; n++) {
      const i = first?.[n] ?? n;
      columns.offerBonus[contract[i]] = offerBonus[i];
    }
    columns.rowScale.set(unit.map((own) => 1 / own));
  }
  columns.shapeSponsored.set(shapeSponsored);
  columns.shapeUnsponsored.set(shapeUnsponsored);
  columns.shapeWorth.set(shapeWorth);
  columns.shapeMarks.set(marksOfShapes(problem));
  columns.blockOf.set(layout.blockOf);
  if (ownShapes !== null) columns.allowed.set(ownShapes.allowed);
  if (isByPair) return;
  columns.offerBonus.set(offerBonus);
  if (items === null) return;
  columns.itemContract.set(items.contract);
  columns.rowStart.set(items.start);
  columns.rows.set(items.row);
  columns.rowLoad.set(items.load!);
  columns.rowCoarse.set(items.coarse!);
}

/** The largest number of pairs of a user, looked for once in each drop. */
function mostPairs(start: Uint32Array): number {
  let most = knownMost.get(start) ?? 0;
  if (most > 0) return most;
  for (let u = 1; u < start.length; u++) {
    const pairs = start[u] - start[u - 1];
    if (pairs > most) most = pairs;
  }
  knownMost.set(start, most);
  return most;
}

const knownMost = new WeakMap<Uint32Array, number>();
