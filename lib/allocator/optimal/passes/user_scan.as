// The best bundles of many users at once, in AssemblyScript (TypeScript's syntax, WebAssembly's types). user_scan.ts calls it;
// bundle_kernel.ts and pass_share.ts do the same in JavaScript, to the last bit: whatever is added up is added in their order.
// scripts/compile_wasm.ts compiles it.
//
// A user of 28 pairs has its best four found among 14 at a time. Many of those enter a sorted list at some point, so a branch on
// whether a pair does is often mispredicted. Here two pairs at a time sink through a list of four without a branch; that gives
// the value of the fourth best, and then those that reach it are picked.

/** Up to so many pairs are compared each with each. */
const MOST_RANKED: u32 = 40;

/** Users taken at once, at most. */
const MOST_USERS: u32 = 1 << 10;
/**
 * Users that each step is done for before the next step: what a user chooses depends on all of its pairs, and a mispredicted branch
 * on that should not delay the next users' pairs.
 */
const BATCH: u32 = 1 << 6;
/** Pairs taken at once: a user with more has room of its own. */
const USUAL_PAIRS: u32 = 1 << 13;

const UNSPONSORED: u32 = 0, SPONSORED: u32 = 1;
const NONE: f64 = -Infinity;
/** Weight of a user who is undecided, as in curvature.ts. */
const WEIGHT_ONE: f64 = 1048576;

// What the problem says.
let k: u32 = 0, shapes: u32 = 0, rowCount: u32 = 0, groups: u32 = 0, limits: u32 = 0, marks: u32 = 0;
/** Where the shapes of each kind begin in `kindShapes`, which ends with those of kind 1. */
let firstSponsored: u32 = 0;
/** Whether curvature is added up for every pair of rows (a dense layout); and whether offers count toward rows of limits beside their caps. */
let isDense: bool = false, hasRows: bool = false;
/** Whether a bundle with a sponsored offer may hold unsponsored ones too. */
let mixes: bool = false;
/** A user's record is where the bits of its number say that are in the mask. */
let recordMask: u32 = 0;
/** Bytes of a list's values, and of its pairs. */
let listValues: u32 = 0, listPairs: u32 = 0;

/** By shape: offers of each type (u32), worth (f64), marks (marks × i32). Shapes of kind 0, then of kind 1 (u32). */
export let shapeSponsored: u32 = 0, shapeUnsponsored: u32 = 0, shapeWorth: u32 = 0, shapeMarks: u32 = 0;
let kindShapes: u32 = 0;
/**
 * Whether shapes are just (0, 0 … n), or those and (1 … n, 0): then both kinds are looked at together, their worths (2 f64 by
 * number of offers) and indices (2 i64) beside each other.
 */
let pure: bool = false, pureWorth: u32 = 0, pureShapes: u32 = 0;
/** Classes × shapes (u8): 1 where users of a class may have a shape; 0: all may have all. */
export let allowed: u32 = 0;
/** What each shape is worth by the prices of limits (f64), by limit, group and shape; and t by group (f64). */
export let limitWorth: u32 = 0, sponsoredPrice: u32 = 0;
/** By group (f64): the t that {@link settle} goes by, where the scan went by `sponsoredPrice`. */
export let settledPrice: u32 = 0;
/** By item (f64): what an offer costs, and the bonus in that, which is kept by contract where items are priced here. */
export let netPrice: u32 = 0, offerBonus: u32 = 0;
/**
 * Where there are limits, by item: its contract (u32), and where its rows begin (u32, one more than items). By entry: row (u32,
 * the first row after the caps being 0), what it counts there, and that rounded for the curvature (f64).
 */
export let itemContract: u32 = 0, rowStart: u32 = 0, rows: u32 = 0;
export let rowLoad: u32 = 0, rowCoarse: u32 = 0;
/**
 * Where nearly every pair is an item of its own, the items above are the pairs that are taken at once, and they are priced here:
 * prices of contracts and of rows, and what a row's amounts are multiplied by to be in its unit (f64). Contracts and rows are then by
 * cell: of each item its cell (u32) and a number (f64); by entry what an offer counts in the row, which is `rowFixed` and that number
 * times `rowFactor` (f64). What it counts there in the row's unit is worked out for those that are taken.
 */
export let contractPrice: u32 = 0, rowPrice: u32 = 0, rowScale: u32 = 0, rowFixed: u32 = 0, rowFactor: u32 = 0;
export let cells: u32 = 0, numbers: u32 = 0;
/** By cell (f64): what an offer costs, and how far that may move, but for its number; and for each unit of that. */
let cellPrice: u32 = 0, unitPrice: u32 = 0, cellReach: u32 = 0, unitReach: u32 = 0;
/**
 * How far prices may move from the centre of a screening (f64): t by group; where there are limits, what an offer costs by item; and
 * what that is worked out from where items are priced here, the prices of contracts and of rows.
 */
export let sponsoredReach: u32 = 0, itemReach: u32 = 0, contractReach: u32 = 0, rowReach: u32 = 0;
let pricesHere: bool = false;
/** What items.ts rounds loads, and coarse loads, to. */
const LOAD_ONE: f64 = 268435456, COARSE_ONE: f64 = 64;
let firstRow: u32 = 0;

/**
 * Users of the block: index, start (one more than users), middle, group, class (u32). Pairs: item (u16 or u32), score (f64),
 * index (u32). Screening leaves those in them that it keeps.
 */
export let userIds: u32 = 0, starts: u32 = 0, middles: u32 = 0, userGroups: u32 = 0, classes: u32 = 0;
export let items: u32 = 0, scores: u32 = 0, pairIds: u32 = 0;
/** How many pairs there is room for. */
export let room: u32 = 0;
/** By pair (f64): net score of the user that is being looked at. */
let nets: u32 = 0;

/** By user (f64): what a sponsored bundle is worth more than an unsponsored one, t left out. */
export let margins: u32 = 0;
/**
 * By user, or of some where curvature is added up here: value and other value of each kind (2 + 2 f64), shape
 * and other shape of each kind (2 + 2 i32), and each list: the sponsored one's values (f64) and pairs (i32), the other's.
 */
export let values: u32 = 0, chosen: u32 = 0, listsOfValues: u32 = 0, listsOfPairs: u32 = 0;

/** Users whose bundle is uncertain, or whose kind {@link settle} changes (u32), and how many. */
export let nearUsers: u32 = 0, nearCount: u32 = 0;
/** By user: the k places of its bundle (i32), how many it fills (u16), its lead (f64). */
export let bundles: u32 = 0, bundleSizes: u32 = 0, leads: u32 = 0;

/** Sums (f64): loads; groups × marks; curvature between loads, upper triangle; between marks and loads; between marks. */
export let loadSums: u32 = 0, markSums: u32 = 0;
/**
 * Where offers count toward rows, by item, or by cell where items are priced here (f64): how many offers were counted that
 * {@link sumLoads} has not added to the loads yet. 0: cells are others for each users taken at once, so that rows are added to at once.
 */
let offers: u32 = 0, cellCount: u32 = 0;
/** The entries of a cell in which its items count by their numbers, so that they are not alike (u32), and where those of each cell begin. */
let numberedEntries: u32 = 0, numberedStart: u32 = 0;
export let curvatureRows: u32 = 0, curvatureCross: u32 = 0, curvatureGroups: u32 = 0;
/** By group (i32): which block of `curvatureCross` is its own, or −1. */
export let blockOf: u32 = 0;
let crossBlocks: u32 = 0;
/**
 * Where there are too many rows for that: `curvatureRows` is the diagonal, and beside it stands a diagonal matrix that is at least the
 * whole one (f64).
 * What else the users taken at once add is listed: long differences by where they end, rows (u32), changes and weight (f64), and how
 * many; and pairs of rows, the smaller and the larger one (u32), with what is added to their sum (f64), and how many.
 */
export let curvatureAbove: u32 = 0;
export let tieEnds: u32 = 0, tieRows: u32 = 0, tieChanges: u32 = 0, tieWeights: u32 = 0, tieCount: u32 = 0;
export let pairRows: u32 = 0, pairColumns: u32 = 0, pairAmounts: u32 = 0, pairCount: u32 = 0;
/** By row (u32): one more than its place in the difference that is being joined, else 0. */
let placeOfRow: u32 = 0;
/** Differences of so many rows or more are long, as in curvature.ts. */
const LONG: u32 = 3;
/** One in this many users, drawn by a hash, adds to the curvature. */
let thinning: f64 = 1;

/** The difference of two bundles that is being added: rows (u32), changes (f64), changes of marks (f64). */
let changed: u32 = 0, changes: u32 = 0, markChanges: u32 = 0, changeCount: u32 = 0;
/** Sums of the best of each list (f64). */
let sumSponsored: u32 = 0, sumUnsponsored: u32 = 0;

let top: u32 = 0;

function place(bytes: u32): u32 {
  const at = (top + 15) & ~15;
  top = at + bytes;
  return at;
}

/** Makes room for a problem, once; false where memory is short. The arrays exported are there then, all zero. */
export function begin(
  mostOffers: u32,
  shapeCount: u32,
  classCount: u32,
  itemCount: u32,
  itemBytes: u32,
  mostCells: u32,
  contractCount: u32,
  entryCount: u32,
  hasLimits: bool,
  pricesItems: bool,
  keepsCells: bool,
  mostRows: u32,
  groupCount: u32,
  limitCount: u32,
  markCount: u32,
  mostPairs: u32,
  isDenseLayout: bool,
  allRows: u32,
  blocksOfCross: u32,
): bool {
  k = mostOffers;
  shapes = shapeCount;
  rowCount = allRows;
  groups = groupCount;
  limits = limitCount;
  marks = markCount;
  hasRows = hasLimits;
  firstRow = contractCount;
  isDense = isDenseLayout;
  crossBlocks = blocksOfCross;
  top = <u32>__heap_base;
  shapeSponsored = place(4 * shapes);
  shapeUnsponsored = place(4 * shapes);
  shapeWorth = place(8 * shapes);
  shapeMarks = place(4 * shapes * marks);
  kindShapes = place(4 * shapes);
  pureWorth = place(16 * (shapes + 1));
  pureShapes = place(16 * (shapes + 1));
  allowed = classCount > 0 ? place(classCount * shapes) : 0;
  limitWorth = place(8 * limits * groups * shapes);
  sponsoredPrice = place(8 * groups);
  settledPrice = place(8 * groups);
  sponsoredReach = place(8 * groups);
  netPrice = place(8 * itemCount);
  offerBonus = place(8 * (pricesItems ? contractCount : itemCount));
  pricesHere = pricesItems;
  if (hasRows) {
    itemReach = place(8 * itemCount);
    itemContract = place(4 * mostCells);
    rowStart = place(4 * (mostCells + 1));
    rows = place(4 * entryCount);
  }
  if (hasRows && (keepsCells || !pricesItems)) {
    rowLoad = place(8 * entryCount);
    rowCoarse = place(8 * entryCount);
    offers = place(8 * mostCells);
    cellCount = mostCells;
  }
  if (keepsCells) {
    numberedEntries = place(4 * entryCount);
    numberedStart = place(4 * (mostCells + 1));
  }
  if (pricesItems) {
    contractPrice = place(8 * contractCount);
    rowPrice = place(8 * (rowCount - contractCount));
    contractReach = place(8 * contractCount);
    rowReach = place(8 * (rowCount - contractCount));
    rowScale = place(8 * (rowCount - contractCount));
    rowFixed = place(8 * entryCount);
    rowFactor = place(8 * entryCount);
    cells = place(4 * itemCount);
    numbers = place(8 * itemCount);
    cellPrice = place(8 * mostCells);
    unitPrice = place(8 * mostCells);
    cellReach = place(8 * mostCells);
    unitReach = place(8 * mostCells);
  }
  userIds = place(4 * MOST_USERS);
  starts = place(4 * (MOST_USERS + 1));
  middles = place(4 * MOST_USERS);
  userGroups = place(4 * MOST_USERS);
  classes = place(4 * MOST_USERS);
  room = max(mostPairs, USUAL_PAIRS);
  items = place(itemBytes * room);
  scores = place(8 * room);
  pairIds = place(4 * room);
  nets = place(8 * room + 16);
  margins = place(8 * MOST_USERS);
  const places = k > 3 ? k + 2 : 4, records = isDense ? BATCH : MOST_USERS;
  recordMask = records - 1;
  listValues = 8 * places;
  listPairs = 4 * places;
  values = place(32 * records);
  chosen = place(16 * records);
  listsOfValues = place(2 * listValues * records);
  listsOfPairs = place(2 * listPairs * records);
  nearUsers = place(4 * (MOST_USERS + 1));
  bundles = place(4 * k * MOST_USERS);
  bundleSizes = place(2 * MOST_USERS);
  leads = place(8 * MOST_USERS);
  loadSums = place(8 * rowCount);
  markSums = place(8 * groups * marks);
  blockOf = place(4 * groups);
  curvatureRows = place(isDense ? 8 * rowCount * rowCount : 8 * rowCount);
  curvatureCross = place(isDense ? 8 * crossBlocks * marks * rowCount : 0);
  curvatureGroups = place(8 * groups * marks * marks);
  const mostChanges = 2 * k * (1 + mostRows);
  if (!isDense) {
    curvatureAbove = place(8 * rowCount);
    placeOfRow = place(4 * rowCount);
    // The other kind, another shape, and the next offer of each list.
    const differences = 4 * MOST_USERS, entries = 2 * (mostChanges + 2 * (1 + mostRows)) * MOST_USERS;
    tieEnds = place(4 * differences);
    tieRows = place(4 * entries);
    tieChanges = place(8 * entries);
    tieWeights = place(8 * differences);
    const most = differences + marks * entries;
    pairRows = place(4 * most);
    pairColumns = place(4 * most);
    pairAmounts = place(8 * most);
  }
  changed = place(4 * mostChanges);
  changes = place(8 * mostChanges);
  markChanges = place(8 * marks);
  sumSponsored = place(8 * (k + 1));
  sumUnsponsored = place(8 * (k + 1));
  const pages = <i32>((<u64>top + 0xffff) >> 16) - memory.size();
  return pages <= 0 || memory.grow(pages) >= 0;
}

/** Sorts shapes by kind, once they are there. */
export function sortShapes(): void {
  let count: u32 = 0;
  for (let kind = UNSPONSORED; kind <= SPONSORED; kind++) {
    if (kind == SPONSORED) firstSponsored = count;
    for (let s: u32 = 0; s < shapes; s++) {
      if ((load<u32>(shapeSponsored + 4 * s) > 0) == (kind == SPONSORED)) {
        store<u32>(kindShapes + 4 * count++, s);
      }
    }
  }
  if (firstSponsored == 0) firstSponsored = shapes;
  pure = firstSponsored == shapes || shapes == 2 * firstSponsored - 1;
  for (let n: u32 = 0; n < firstSponsored; n++) {
    store<f64>(pureWorth + 16 * n, NONE, 8);
    store<i64>(pureShapes + 16 * n, -1, 8);
  }
  for (let n: u32 = 0; n < shapes; n++) {
    const s = load<u32>(kindShapes + 4 * n), isSponsored = n >= firstSponsored;
    const i = load<u32>(shapeSponsored + 4 * s), j = load<u32>(shapeUnsponsored + 4 * s);
    if (i > 0 && j > 0) mixes = true;
    const offers = isSponsored ? n - firstSponsored + 1 : n;
    if (i != (isSponsored ? offers : 0) || j != (isSponsored ? 0 : offers)) pure = false;
    if (!pure) continue;
    store<f64>(pureWorth + 16 * offers + 8 * <u32>isSponsored, load<f64>(shapeWorth + 8 * s));
    store<i64>(pureShapes + 16 * offers + 8 * <u32>isSponsored, s);
  }
}

/** Works out what offers of all items of a cell count alike, once the cells are there that are kept. */
export function countCells(): void {
  let numbered: u32 = 0;
  for (let c: u32 = 0; c < cellCount; c++) {
    for (let e = load<u32>(rowStart + 4 * c), end = load<u32>(rowStart + 4 * c + 4); e < end; e++) {
      if (load<f64>(rowFactor + 8 * e) != 0) store<u32>(numberedEntries + 4 * numbered++, e);
      else {
        const fixed = load<f64>(rowFixed + 8 * e);
        store<f64>(rowLoad + 8 * e, rounded(fixed, e, LOAD_ONE));
        store<f64>(rowCoarse + 8 * e, rounded(fixed, e, COARSE_ONE));
      }
    }
    store<u32>(numberedStart + 4 * c + 4, numbered);
  }
}

/** Where the contract and the rows of an item are kept. */
// @ts-ignore: a decorator
@inline
function cellOf(item: u32): u32 {
  return pricesHere ? load<u32>(cells + 4 * item) : item;
}

// @ts-ignore: a decorator
@inline
function bonusOf(item: u32): f64 {
  return load<f64>(offerBonus + 8 * (pricesHere ? load<u32>(itemContract + 4 * cellOf(item)) : item));
}

/** An amount in the unit of the row of entry `e`, rounded to multiples of 1 / `one` as `Math.round` does. */
// @ts-ignore: a decorator
@inline
function rounded(amount: f64, e: u32, one: f64): f64 {
  const exact = amount * load<f64>(rowScale + 8 * load<u32>(rows + 4 * e)) * one;
  const below = floor<f64>(exact);
  return (exact - below >= 0.5 ? below + 1 : below) / one;
}

/** What an offer of an item that is priced here counts by entry `e` in its row's unit, rounded to multiples of 1 / `one`. */
// @ts-ignore: a decorator
@inline
function counted(e: u32, item: u32, one: f64): f64 {
  return rounded(load<f64>(rowFixed + 8 * e) + load<f64>(rowFactor + 8 * e) * load<f64>(numbers + 8 * item), e, one);
}

// @ts-ignore: a decorator
@inline
function coarseOf(e: u32, item: u32): f64 {
  return isAlike(e) ? load<f64>(rowCoarse + 8 * e) : counted(e, item, COARSE_ONE);
}

/** Whether offers of all items of a cell count the same by entry `e`, which is known. */
// @ts-ignore: a decorator
@inline
function isAlike(e: u32): bool {
  return !pricesHere || (offers != 0 && load<f64>(rowFactor + 8 * e) == 0);
}

/** Works out what offers of the first `count` cells cost. */
export function priceCells(count: u32): void {
  for (let c: u32 = 0; c < count; c++) {
    const contract = load<u32>(itemContract + 4 * c);
    let price = load<f64>(contractPrice + 8 * contract) - load<f64>(offerBonus + 8 * contract), ofUnit: f64 = 0;
    for (let e = load<u32>(rowStart + 4 * c), end = load<u32>(rowStart + 4 * c + 4); e < end; e++) {
      const ofRow = load<f64>(rowPrice + 8 * load<u32>(rows + 4 * e));
      price += ofRow * load<f64>(rowFixed + 8 * e);
      ofUnit += ofRow * load<f64>(rowFactor + 8 * e);
    }
    store<f64>(cellPrice + 8 * c, price);
    store<f64>(unitPrice + 8 * c, ofUnit);
  }
}

/** Works out what an offer of each of the first `count` items costs, once its cell is priced. */
export function priceItems(count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const c = load<u32>(cells + 4 * i);
    const price = load<f64>(cellPrice + 8 * c) + load<f64>(unitPrice + 8 * c) * load<f64>(numbers + 8 * i);
    store<f64>(netPrice + 8 * i, price);
  }
}

/** Works out how far what offers of the first `count` cells cost may move. */
export function reachCells(count: u32): void {
  for (let c: u32 = 0; c < count; c++) {
    let reach = load<f64>(contractReach + 8 * load<u32>(itemContract + 4 * c)), ofUnit: f64 = 0;
    for (let e = load<u32>(rowStart + 4 * c), end = load<u32>(rowStart + 4 * c + 4); e < end; e++) {
      const ofRow = load<f64>(rowReach + 8 * load<u32>(rows + 4 * e));
      reach += ofRow * abs<f64>(load<f64>(rowFixed + 8 * e));
      ofUnit += ofRow * abs<f64>(load<f64>(rowFactor + 8 * e));
    }
    store<f64>(cellReach + 8 * c, reach);
    store<f64>(unitReach + 8 * c, ofUnit);
  }
}

/** Works out how far what an offer of each of the first `count` items costs may move, once its cell's is known. */
export function reachItems(count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const c = load<u32>(cells + 4 * i);
    const reach = load<f64>(cellReach + 8 * c) + load<f64>(unitReach + 8 * c) * load<f64>(numbers + 8 * i);
    store<f64>(itemReach + 8 * i, reach);
  }
}

/** Sets the sums of the curvature to zero. In a sparse layout one in `every` users, drawn by a hash, adds to them from now on. */
export function clearCurvature(every: f64): void {
  thinning = every;
  memory.fill(curvatureRows, 0, isDense ? 8 * rowCount * rowCount : 8 * rowCount);
  if (!isDense) memory.fill(curvatureAbove, 0, 8 * rowCount);
  memory.fill(curvatureCross, 0, 8 * crossBlocks * marks * rowCount);
  memory.fill(curvatureGroups, 0, 8 * groups * marks * marks);
}

/**
 * Finds the best bundles of the first `users` users, counts them, and adds their curvature within `radius` where that is done
 * here. Returns `sum` and the values of all their unsponsored bundles.
 */
export function scan16(users: u32, sum: f64, radius: f64): f64 {
  return scan<u16>(users, sum, radius);
}

/** {@link scan16} where items have four bytes. */
export function scan32(users: u32, sum: f64, radius: f64): f64 {
  return scan<u32>(users, sum, radius);
}

function scan<T>(users: u32, sum: f64, radius: f64): f64 {
  const base = load<u32>(starts);
  tieCount = 0;
  pairCount = 0;
  for (let from: u32 = 0; from < users; from += BATCH) {
    const to = min(from + BATCH, users);
    look<T>(from, to, base);
    sum = countBest<T>(from, to, sum, radius);
  }
  return sum;
}

/** Counts the best bundles of users [from, to) that were looked at, and adds their curvature. */
function countBest<T>(from: u32, to: u32, sum: f64, radius: f64): f64 {
  for (let i = from; i < to; i++) {
    const group = load<u32>(userGroups + 4 * i);
    turnTo(i);
    const margin = load<f64>(value, 8) - load<f64>(value);
    store<f64>(margins + 8 * i, margin);
    const gain = margin + load<f64>(sponsoredPrice + 8 * group);
    sum += load<f64>(value);
    const kind = <u32>(gain > 0);
    countBundle<T>(load<u32>(shape + 4 * kind), group);
    if (radius > 0 && (isDense || isDrawn(load<u32>(userIds + 4 * i)))) addCurvature<T>(kind, group, gain, radius);
  }
  return sum;
}

/**
 * Returns `sum` and what sponsored bundles are worth to the first `users` users beyond unsponsored ones at the settled prices, where that
 * is positive. Lists as near users those whose kind is another than at the prices of the scan.
 */
export function settle(users: u32, sum: f64): f64 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < users; i++) {
    const group = 8 * load<u32>(userGroups + 4 * i), margin = load<f64>(margins + 8 * i);
    const gain = margin + load<f64>(settledPrice + group);
    // Without branches, which nobody could predict. A user whose kind stays is written over by the next one.
    sum += f64x2.extract_lane(f64x2.pmax(f64x2.splat(0), f64x2.splat(gain)), 0);
    store<u32>(nearUsers + 4 * count, i);
    count += <u32>((gain > 0) != (margin + load<f64>(sponsoredPrice + group) > 0));
  }
  nearCount = count;
  return sum;
}

/**
 * Writes the bundles of the first `users` users, who were scanned just now: their pairs, counted from `base`, the sponsored ones
 * first, and by how much more than `least` they lead all others of their kind, 0 where they don't. Lists as near users those with a
 * bundle, or an order of its pairs, that leads by no more than that.
 */
export function takeBundles(users: u32, base: u32, least: f64): void {
  nearCount = 0;
  for (let i: u32 = 0; i < users; i++) {
    turnTo(i);
    const gain = load<f64>(margins + 8 * i) + load<f64>(sponsoredPrice + 8 * load<u32>(userGroups + 4 * i));
    const kind = <u32>(gain > 0), own = load<u32>(shape + 4 * kind);
    const between = takeBundle(i, own, base);
    const lead = min(shapeMargin(kind), nextMargin(own));
    store<f64>(leads + 8 * i, lead > least ? lead - least : 0);
    if (!(min(lead, between) > least)) store<u32>(nearUsers + 4 * nearCount++, i);
  }
}

/**
 * Writes the bundle of a shape of user `i`, who was turned to last. Returns the least difference between two of its pairs of a type
 * that follow one another.
 */
// @ts-ignore: a decorator
@inline
function takeBundle(i: u32, own: u32, base: u32): f64 {
  const ofSponsored = load<u32>(shapeSponsored + 4 * own), ofOther = load<u32>(shapeUnsponsored + 4 * own);
  const to = bundles + 4 * k * i;
  for (let n: u32 = 0; n < k; n++) store<i32>(to + 4 * n, -1);
  store<u16>(bundleSizes + 2 * i, <u16>(ofSponsored + ofOther));
  const a = takeList(ofSponsored, sponsored, sponsoredPairs, base, to);
  const b = takeList(ofOther, other, otherPairs, base, to + 4 * ofSponsored);
  return min(a, b);
}

/** Writes the first pairs of a list. Returns the least difference between two of them that follow one another. */
// @ts-ignore: a decorator
@inline
function takeList(count: u32, list: u32, pairs: u32, base: u32, to: u32): f64 {
  let least: f64 = Infinity;
  for (let n: u32 = 0; n < count; n++) {
    store<i32>(to + 4 * n, load<i32>(pairs + 4 * n) + base);
    if (n > 0) least = min(least, load<f64>(list + 8 * n - 8) - load<f64>(list + 8 * n));
  }
  return least;
}

/** What was found of the user turned to last: values, shapes, the lists' values and pairs. */
let value: u32 = 0, shape: u32 = 0, sponsored: u32 = 0, other: u32 = 0, sponsoredPairs: u32 = 0, otherPairs: u32 = 0;

/** Turns to what was found of user `i`. */
// @ts-ignore: a decorator
@inline
function turnTo(i: u32): void {
  const record = i & recordMask;
  value = values + 32 * record;
  shape = chosen + 16 * record;
  sponsored = listsOfValues + 2 * listValues * record;
  sponsoredPairs = listsOfPairs + 2 * listPairs * record;
  other = sponsored + listValues;
  otherPairs = sponsoredPairs + listPairs;
}

/** Finds the best bundles of users [from, to). */
// @ts-ignore: a decorator
@inline
function look<T>(from: u32, to: u32, base: u32): void {
  for (let i = from; i < to; i++) {
    turnTo(i);
    const first = load<u32>(starts + 4 * i) - base, end = load<u32>(starts + 4 * i + 4) - base;
    const middle = load<u32>(middles + 4 * i) - base;
    if (firstSponsored < shapes) fill<T>(first, middle, sponsored, sponsoredPairs);
    fill<T>(middle, end, other, otherPairs);
  }
  for (let i = from; i < to; i++) {
    turnTo(i);
    const allows = allowed == 0 ? 0 : allowed + load<u32>(classes + 4 * i) * shapes;
    chooseShapes(load<u32>(userGroups + 4 * i), allows);
  }
}

/** Net score of a pair. */
// @ts-ignore: a decorator
@inline
function net<T>(p: u32): f64 {
  return load<f64>(scores + 8 * p) - load<f64>(netPrice + 8 * <u32>load<T>(items + sizeof<T>() * p));
}

/** The best k + 1 pairs of [from, to), best first; among equals the earlier first. */
function fill<T>(from: u32, to: u32, value: u32, pair: u32): void {
  if (k > 3) return fillAny<T>(from, to, value, pair);
  const count = to - from;
  let p0 = from, p1 = from + 1, p2 = from + 2, p3 = from + 3;
  if (count > 4) {
    const least = fourth<T>(from, to);
    if (count > 64) return fillLong(from, to, least, value, pair);
    let bits = reaching(from, to, least);
    if (popcnt(bits) > 4) bits = withoutLastTies(from, to, least, bits);
    p0 = from + <u32>ctz(bits);
    bits &= bits - 1;
    p1 = from + <u32>ctz(bits);
    bits &= bits - 1;
    p2 = from + <u32>ctz(bits);
    bits &= bits - 1;
    p3 = from + <u32>ctz(bits);
    return rank(
      load<f64>(nets + 8 * p0), load<f64>(nets + 8 * p1), load<f64>(nets + 8 * p2), load<f64>(nets + 8 * p3),
      p0, p1, p2, p3, value, pair,
    );
  }
  rank(
    count > 0 ? net<T>(p0) : NONE, count > 1 ? net<T>(p1) : NONE,
    count > 2 ? net<T>(p2) : NONE, count > 3 ? net<T>(p3) : NONE,
    p0, p1, p2, p3, value, pair,
  );
}

/** Writes four pairs in order: the place of each is the number of those that come before it. */
// @ts-ignore: a decorator
@inline
function rank(
  a: f64, b: f64, c: f64, d: f64, p0: u32, p1: u32, p2: u32, p3: u32, value: u32, pair: u32,
): void {
  const ab = <u32>(b > a), ac = <u32>(c > a), ad = <u32>(d > a);
  const bc = <u32>(c > b), bd = <u32>(d > b), cd = <u32>(d > c);
  put(value, pair, ab + ac + ad, a, p0);
  put(value, pair, 1 - ab + bc + bd, b, p1);
  put(value, pair, 2 - ac - bc + cd, c, p2);
  put(value, pair, 3 - ad - bd - cd, d, p3);
}

// @ts-ignore: a decorator
@inline
function put(value: u32, pair: u32, at: u32, v: f64, p: u32): void {
  store<f64>(value + 8 * at, v);
  store<i32>(pair + 4 * at, select<i32>(<i32>p, -1, v > NONE));
}

/** The fourth best net score of five or more pairs; all their net scores are in `nets` then. */
// @ts-ignore: a decorator
@inline
function fourth<T>(from: u32, to: u32): f64 {
  let a = f64x2.splat(NONE), b = a, c = a, d = a;
  // Variables of the module would be read anew for every pair.
  const prices = netPrice, last = items + sizeof<T>() * (to - 1);
  let item = items + sizeof<T>() * from, score = scores + 8 * from, found = nets + 8 * from;
  for (; item < last; item += 2 * sizeof<T>(), score += 16, found += 16) {
    const i = <u32>load<T>(item), j = <u32>load<T>(item, sizeof<T>());
    const price = v128.load_lane<f64>(prices + 8 * j, v128.load_zero<f64>(prices + 8 * i), 1);
    const x = f64x2.sub(v128.load(score), price);
    v128.store(found, x);
    const y = f64x2.pmin(a, x), z = f64x2.pmin(b, y);
    a = f64x2.pmax(a, x);
    b = f64x2.pmax(b, y);
    d = f64x2.pmax(d, f64x2.pmin(c, z));
    c = f64x2.pmax(c, z);
  }
  if (item == last) {
    const one = load<f64>(score) - load<f64>(prices + 8 * <u32>load<T>(item));
    // The place behind it counts for nothing.
    const x = f64x2.replace_lane(f64x2.splat(NONE), 0, one);
    v128.store(found, x);
    const y = f64x2.pmin(a, x), z = f64x2.pmin(b, y);
    a = f64x2.pmax(a, x);
    b = f64x2.pmax(b, y);
    d = f64x2.pmax(d, f64x2.pmin(c, z));
    c = f64x2.pmax(c, z);
  }
  // The best four of two sorted lists are the better ones of the one list and the other upside down.
  const outer = f64x2.pmax(a, v128.shuffle<f64>(d, d, 1, 0));
  const inner = f64x2.pmax(b, v128.shuffle<f64>(c, c, 1, 0));
  const least = f64x2.pmin(outer, inner);
  return f64x2.extract_lane(f64x2.pmin(least, v128.shuffle<f64>(least, least, 1, 0)), 0);
}

/** A bit for each of at most 64 pairs whose net score is `least` or more. */
// @ts-ignore: a decorator
@inline
function reaching(from: u32, to: u32, least: f64): u64 {
  const limit = f64x2.splat(least), end = nets + 8 * to;
  let bits: u64 = 0, shift: u64 = 0;
  for (let net = nets + 8 * from; net < end; net += 16, shift += 2) {
    bits |= <u64>i64x2.bitmask(f64x2.ge(v128.load(net), limit)) << shift;
  }
  return bits;
}

/** Where more than four reach the fourth's value: all above it, and the first of those at it. */
function withoutLastTies(from: u32, to: u32, least: f64, bits: u64): u64 {
  let above: u64 = 0;
  for (let rest = bits; rest != 0; rest &= rest - 1) {
    const n = <u32>ctz(rest);
    if (load<f64>(nets + 8 * (from + n)) > least) above |= <u64>1 << n;
  }
  let ties = bits & ~above;
  for (let n = <u32>popcnt(above); n < 4; n++) {
    above |= ties & (~ties + 1);
    ties &= ties - 1;
  }
  return above;
}

/** {@link fill} of more than 64 pairs whose net scores are there. */
function fillLong(from: u32, to: u32, least: f64, value: u32, pair: u32): void {
  clearList(value, pair, 4);
  const limit = f64x2.splat(least);
  let p = from;
  for (; p + 1 < to; p += 2) {
    if (!v128.any_true(f64x2.ge(v128.load(nets + 8 * p), limit))) continue;
    insert(value, pair, 3, load<f64>(nets + 8 * p), p);
    insert(value, pair, 3, load<f64>(nets + 8 * p + 8), p + 1);
  }
  if (p < to) insert(value, pair, 3, load<f64>(nets + 8 * p), p);
}

/** {@link fill} for any k. */
function fillAny<T>(from: u32, to: u32, value: u32, pair: u32): void {
  clearList(value, pair, k + 1);
  if (to - from <= MOST_RANKED) return rankAll<T>(from, to, value, pair);
  for (let p = from; p < to; p++) insert(value, pair, k, net<T>(p), p);
}

/**
 * Puts few pairs in their places: each is compared with each, two at a time. That takes a few instructions for every two pairs,
 * but none of them is a branch.
 */
function rankAll<T>(from: u32, to: u32, value: u32, pair: u32): void {
  const first = nets + 8 * from, count = to - from, end = first + 8 * count;
  netsOf<T>(from, to);
  for (let p: u32 = 0; p < count; p += 2) {
    const own = first + 8 * p, both = v128.load(own);
    const a = v128.shuffle<f64>(both, both, 0, 0), b = v128.shuffle<f64>(both, both, 1, 1);
    let ranksA = i64x2.splat(0), ranksB = ranksA;
    // Of equals those before come first.
    let at = first;
    for (; at < own; at += 16) {
      const others = v128.load(at);
      ranksA = i64x2.sub(ranksA, f64x2.ge(others, a));
      ranksB = i64x2.sub(ranksB, f64x2.ge(others, b));
    }
    ranksA = i64x2.sub(ranksA, f64x2.gt(both, a));
    ranksB = i64x2.sub(ranksB, f64x2.gt(both, b));
    for (at += 16; at < end; at += 16) {
      const others = v128.load(at);
      ranksA = i64x2.sub(ranksA, f64x2.gt(others, a));
      ranksB = i64x2.sub(ranksB, f64x2.gt(others, b));
    }
    const va = f64x2.extract_lane(both, 0), vb = f64x2.extract_lane(both, 1);
    const rankA = <u32>i64x2.extract_lane(ranksA, 0) + <u32>i64x2.extract_lane(ranksA, 1);
    const rankB = <u32>i64x2.extract_lane(ranksB, 0) + <u32>i64x2.extract_lane(ranksB, 1) + <u32>(va == vb);
    // The place behind the last is for all that have none; the number behind an odd one is no pair.
    put(value, pair, min(rankA, k + 1), va, from + p);
    put(value, pair, p + 1 < count ? min(rankB, k + 1) : k + 1, vb, from + p + 1);
  }
}

/** Works out the net scores of [from, to) into `nets`, and −∞ behind an odd one. */
// @ts-ignore: a decorator
@inline
function netsOf<T>(from: u32, to: u32): void {
  for (let p = from; p < to; p++) store<f64>(nets + 8 * p, net<T>(p));
  store<f64>(nets + 8 * to, NONE);
}

function clearList(value: u32, pair: u32, count: u32): void {
  for (let n: u32 = 0; n < count; n++) {
    store<f64>(value + 8 * n, NONE);
    store<i32>(pair + 4 * n, -1);
  }
}

/** Puts a pair in its place of a sorted list whose last place is `at`, where it has one. */
// @ts-ignore: a decorator
@inline
function insert(value: u32, pair: u32, at: u32, v: f64, p: u32): void {
  if (!(v > load<f64>(value + 8 * at))) return;
  for (; at > 0; at--) {
    const next = load<f64>(value + 8 * at - 8);
    if (next >= v) break;
    store<f64>(value + 8 * at, next);
    store<i32>(pair + 4 * at, load<i32>(pair + 4 * at - 4));
  }
  store<f64>(value + 8 * at, v);
  store<i32>(pair + 4 * at, p);
}

/** {@link chooseShapes} where shapes are pure and no limit prices any; the first number of a vector is about kind 0. */
// @ts-ignore: a decorator
@inline
function choosePure(): void {
  let best = f64x2(load<f64>(pureWorth), NONE), second = f64x2.splat(NONE), sum = f64x2.splat(0);
  let bestShape = i64x2(load<i64>(pureShapes), -1), secondShape = i64x2.splat(-1);
  for (let n: u32 = 1; n < firstSponsored; n++) {
    const at = 8 * (n - 1);
    sum = f64x2.add(sum, v128.load_lane<f64>(sponsored + at, v128.load_zero<f64>(other + at), 1));
    const v = f64x2.add(sum, v128.load(pureWorth + 16 * n)), s = v128.load(pureShapes + 16 * n);
    const leads = f64x2.gt(v, best), follows = f64x2.gt(v, second);
    secondShape = v128.bitselect(bestShape, v128.bitselect(s, secondShape, follows), leads);
    bestShape = v128.bitselect(s, bestShape, leads);
    // Where no sponsored bundle was found yet, none comes second.
    second = f64x2.pmax(second, f64x2.pmin(best, v));
    best = f64x2.pmax(best, v);
  }
  v128.store(value, best);
  v128.store(value, second, 16);
  v128.store(shape, v128.shuffle<i32>(bestShape, secondShape, 0, 2, 4, 6));
}

/** Best and second-best shape of each kind. */
function chooseShapes(group: u32, allows: u32): void {
  if (pure && allows == 0 && limits == 0) return choosePure();
  let a: f64 = 0, b: f64 = 0;
  for (let n: u32 = 0; n < k; n++) {
    a += load<f64>(sponsored + 8 * n);
    b += load<f64>(other + 8 * n);
    store<f64>(sumSponsored + 8 * n + 8, a);
    store<f64>(sumUnsponsored + 8 * n + 8, b);
  }
  chooseShape(UNSPONSORED, 0, firstSponsored, group, allows);
  chooseShape(SPONSORED, firstSponsored, shapes, group, allows);
}

// @ts-ignore: a decorator
@inline
function chooseShape(kind: u32, from: u32, to: u32, group: u32, allows: u32): void {
  const worthOfLimits = limitWorth + 8 * group * shapes;
  let best = f64x2.splat(NONE), second = best;
  let bestShape: i32 = -1, secondShape: i32 = -1;
  for (let n = from; n < to; n++) {
    const s = load<u32>(kindShapes + 4 * n);
    if (allows != 0 && load<u8>(allows + s) == 0) continue;
    const i = load<u32>(shapeSponsored + 4 * s), j = load<u32>(shapeUnsponsored + 4 * s);
    let worth = load<f64>(sumSponsored + 8 * i) + load<f64>(sumUnsponsored + 8 * j) + load<f64>(shapeWorth + 8 * s);
    for (let r: u32 = 0; r < limits; r++) worth += load<f64>(worthOfLimits + 8 * (r * groups * shapes + s));
    const v = f64x2.splat(worth);
    const leads = worth > f64x2.extract_lane(best, 0), follows = worth > f64x2.extract_lane(second, 0);
    secondShape = select<i32>(bestShape, select<i32>(s, secondShape, follows), leads);
    bestShape = select<i32>(s, bestShape, leads);
    second = f64x2.pmax(second, f64x2.pmin(best, v));
    best = f64x2.pmax(best, v);
  }
  set(kind, f64x2.extract_lane(best, 0), bestShape, f64x2.extract_lane(second, 0), secondShape);
}

// @ts-ignore: a decorator
@inline
function set(kind: u32, best: f64, bestShape: i32, second: f64, secondShape: i32): void {
  store<f64>(value + 8 * kind, best);
  store<f64>(value + 8 * kind, second, 16);
  store<i32>(shape + 4 * kind, bestShape);
  store<i32>(shape + 4 * kind, secondShape, 8);
}

/** Item of a list's place. */
// @ts-ignore: a decorator
@inline
function itemAt<T>(pairs: u32, n: u32): u32 {
  return <u32>load<T>(items + sizeof<T>() * load<u32>(pairs + 4 * n));
}

// @ts-ignore: a decorator
@inline
function add(to: u32, amount: f64): void {
  store<f64>(to, load<f64>(to) + amount);
}

/** Counts the bundle of a shape of the user turned to last. */
// @ts-ignore: a decorator
@inline
function countBundle<T>(taken: u32, group: u32): void {
  const i = load<u32>(shapeSponsored + 4 * taken), j = load<u32>(shapeUnsponsored + 4 * taken);
  for (let n: u32 = 0; n < i; n++) countOffer(itemAt<T>(sponsoredPairs, n));
  for (let n: u32 = 0; n < j; n++) countOffer(itemAt<T>(otherPairs, n));
  for (let m: u32 = 0; m < marks; m++) {
    add(markSums + 8 * (group * marks + m), <f64>load<i32>(shapeMarks + 4 * (taken * marks + m)));
  }
}

// @ts-ignore: a decorator
@inline
function countOffer(item: u32): void {
  if (!hasRows) return add(loadSums + 8 * item, 1);
  const c = cellOf(item);
  if (offers != 0) {
    add(offers + 8 * c, 1);
    if (!pricesHere) return;
    const end = load<u32>(numberedStart + 4 * c + 4);
    for (let n = load<u32>(numberedStart + 4 * c); n < end; n++) countNumber(load<u32>(numberedEntries + 4 * n), item);
    return;
  }
  add(loadSums + 8 * load<u32>(itemContract + 4 * c), 1);
  for (let e = load<u32>(rowStart + 4 * c), end = load<u32>(rowStart + 4 * c + 4); e < end; e++) countNumber(e, item);
}

// @ts-ignore: a decorator
@inline
function countNumber(e: u32, item: u32): void {
  add(loadSums + 8 * (firstRow + load<u32>(rows + 4 * e)), counted(e, item, LOAD_ONE));
}

/** Adds the offers that were counted since the last call to the loads: all sums are exact, so that their order does not matter. */
export function sumLoads(): void {
  for (let c: u32 = 0; c < cellCount; c++) {
    const count = load<f64>(offers + 8 * c);
    if (count == 0) continue;
    store<f64>(offers + 8 * c, 0);
    add(loadSums + 8 * load<u32>(itemContract + 4 * c), count);
    for (let e = load<u32>(rowStart + 4 * c), end = load<u32>(rowStart + 4 * c + 4); e < end; e++) {
      if (isAlike(e)) add(loadSums + 8 * (firstRow + load<u32>(rows + 4 * e)), count * load<f64>(rowLoad + 8 * e));
    }
  }
}

/** How far the best of a kind is ahead of the best of another shape. */
// @ts-ignore: a decorator
@inline
function shapeMargin(kind: u32): f64 {
  return load<f64>(value + 8 * kind) - load<f64>(value + 8 * kind, 16);
}

/** How far the last of a list that is taken is ahead of the next; Infinity where none is taken. */
// @ts-ignore: a decorator
@inline
function swapMargin(taken: u32, list: u32): f64 {
  return taken == 0 ? Infinity : load<f64>(list + 8 * taken - 8) - load<f64>(list + 8 * taken);
}

/** How far the last of each list that a shape takes is ahead of the next, the lesser of both lists. */
// @ts-ignore: a decorator
@inline
function nextMargin(own: u32): f64 {
  const ofSponsored = swapMargin(load<u32>(shapeSponsored + 4 * own), sponsored);
  return min(ofSponsored, swapMargin(load<u32>(shapeUnsponsored + 4 * own), other));
}

/** Whether a user is drawn, by the noise of noise.ts with contract 0. */
// @ts-ignore: a decorator
@inline
function isDrawn(user: u32): bool {
  return thinning == 1 || (noiseOf(user * 0x9e3779b1, 0) + 1) * thinning < 2;
}

/** Curvature from the alternatives nearest to the user's choice: the other kind, another shape, the next contract. */
function addCurvature<T>(kind: u32, group: u32, gain: f64, radius: f64): void {
  const own = load<u32>(shape + 4 * kind);
  const kindMargin = abs(gain);
  if (kindMargin < radius) {
    differ<T>(load<u32>(shape), load<u32>(shape, 4));
    addProducts(group, kindMargin / radius);
  }
  const margin = shapeMargin(kind);
  if (margin < radius) {
    differ<T>(own, load<u32>(shape + 4 * kind, 8));
    addProducts(group, margin / radius);
  }
  swap<T>(load<u32>(shapeSponsored + 4 * own), sponsored, sponsoredPairs, group, radius);
  swap<T>(load<u32>(shapeUnsponsored + 4 * own), other, otherPairs, group, radius);
}

/** The next of a list in place of the last that is taken. */
// @ts-ignore: a decorator
@inline
function swap<T>(taken: u32, list: u32, pairs: u32, group: u32, radius: f64): void {
  const margin = swapMargin(taken, list);
  if (!(margin < radius)) return;
  clearDifference();
  take<T>(pairs, taken - 1, -1);
  take<T>(pairs, taken, 1);
  addProducts(group, margin / radius);
}

// @ts-ignore: a decorator
@inline
function clearDifference(): void {
  changeCount = 0;
  for (let m: u32 = 0; m < marks; m++) store<f64>(markChanges + 8 * m, 0);
}

// @ts-ignore: a decorator
@inline
function take<T>(pairs: u32, n: u32, change: f64): void {
  const item = itemAt<T>(pairs, n);
  if (!hasRows) return changeRow(item, change);
  const c = cellOf(item);
  changeRow(load<u32>(itemContract + 4 * c), change);
  for (let e = load<u32>(rowStart + 4 * c), end = load<u32>(rowStart + 4 * c + 4); e < end; e++) {
    changeRow(firstRow + load<u32>(rows + 4 * e), change * coarseOf(e, item));
  }
}

// @ts-ignore: a decorator
@inline
function changeRow(row: u32, change: f64): void {
  store<u32>(changed + 4 * changeCount, row);
  store<f64>(changes + 8 * changeCount, change);
  changeCount++;
}

/** Sets the difference to what shape `b` takes beyond shape `a`. */
function differ<T>(a: u32, b: u32): void {
  clearDifference();
  takeBetween<T>(load<u32>(shapeSponsored + 4 * a), load<u32>(shapeSponsored + 4 * b), sponsoredPairs);
  takeBetween<T>(load<u32>(shapeUnsponsored + 4 * a), load<u32>(shapeUnsponsored + 4 * b), otherPairs);
  for (let m: u32 = 0; m < marks; m++) {
    const change = load<i32>(shapeMarks + 4 * (b * marks + m)) - load<i32>(shapeMarks + 4 * (a * marks + m));
    store<f64>(markChanges + 8 * m, <f64>change);
  }
}

// @ts-ignore: a decorator
@inline
function takeBetween<T>(a: u32, b: u32, pairs: u32): void {
  for (let n = a; n < b; n++) take<T>(pairs, n, 1);
  for (let n = b; n < a; n++) take<T>(pairs, n, -1);
}

/** Adds weight · d dᵀ of the difference d. */
function addProducts(group: u32, relativeMargin: f64): void {
  const weight = floor<f64>(WEIGHT_ONE * (1 - relativeMargin) + 0.5);
  if (!isDense) return addSparse(group, thinning * weight);
  for (let a: u32 = 0; a < changeCount; a++) {
    const ca = load<u32>(changed + 4 * a), wa = weight * load<f64>(changes + 8 * a);
    for (let b: u32 = 0; b <= a; b++) {
      const cb = load<u32>(changed + 4 * b);
      // Two entries of the same row (a ≠ b) count twice: d of that row is their sum.
      const twice: f64 = a != b && ca == cb ? 2 : 1;
      add(curvatureRows + 8 * (min(ca, cb) * rowCount + max(ca, cb)), twice * wa * load<f64>(changes + 8 * b));
    }
  }
  const block = load<i32>(blockOf + 4 * group);
  for (let m: u32 = 0; m < marks; m++) {
    const wm = weight * load<f64>(markChanges + 8 * m);
    if (wm == 0) continue;
    for (let n: u32 = 0; n < marks; n++) {
      add(curvatureGroups + 8 * ((group * marks + m) * marks + n), wm * load<f64>(markChanges + 8 * n));
    }
    if (block < 0) continue;
    const cross = curvatureCross + 8 * ((<u32>block * marks + m) * rowCount);
    for (let a: u32 = 0; a < changeCount; a++) {
      add(cross + 8 * load<u32>(changed + 4 * a), wm * load<f64>(changes + 8 * a));
    }
  }
}

/** {@link addProducts} where only pairs of rows that occur have a sum: `CurvatureTally` in curvature.ts. */
function addSparse(group: u32, weight: f64): void {
  joinChanges();
  let size: f64 = 0;
  for (let a: u32 = 0; a < changeCount; a++) size += abs(load<f64>(changes + 8 * a));
  for (let m: u32 = 0; m < marks; m++) size += abs(load<f64>(markChanges + 8 * m));
  for (let a: u32 = 0; a < changeCount; a++) {
    add(curvatureAbove + 8 * load<u32>(changed + 4 * a), weight * abs(load<f64>(changes + 8 * a)) * size);
  }
  if (changeCount >= LONG) listTie(weight);
  else {
    for (let a: u32 = 0; a < changeCount; a++) {
      const change = load<f64>(changes + 8 * a);
      add(curvatureRows + 8 * load<u32>(changed + 4 * a), weight * change * change);
    }
    if (changeCount == 2) {
      const a = load<u32>(changed), b = load<u32>(changed, 4);
      listPair(min(a, b), max(a, b), weight * load<f64>(changes) * load<f64>(changes, 8));
    }
  }
  for (let m: u32 = 0; m < marks; m++) {
    const wm = weight * load<f64>(markChanges + 8 * m);
    if (wm == 0) continue;
    for (let n: u32 = 0; n < marks; n++) {
      add(curvatureGroups + 8 * ((group * marks + m) * marks + n), wm * load<f64>(markChanges + 8 * n));
    }
    const mark = rowCount + group * marks + m;
    for (let a: u32 = 0; a < changeCount; a++) {
      listPair(load<u32>(changed + 4 * a), mark, wm * load<f64>(changes + 8 * a));
    }
  }
}

/** Joins changes of the same row, and drops those that cancel. */
function joinChanges(): void {
  let count: u32 = 0;
  for (let e: u32 = 0; e < changeCount; e++) {
    const row = load<u32>(changed + 4 * e), change = load<f64>(changes + 8 * e);
    const at = load<u32>(placeOfRow + 4 * row);
    if (at > 0) {
      add(changes + 8 * (at - 1), change);
      continue;
    }
    store<u32>(changed + 4 * count, row);
    store<f64>(changes + 8 * count, change);
    store<u32>(placeOfRow + 4 * row, ++count);
  }
  changeCount = 0;
  for (let e: u32 = 0; e < count; e++) {
    const row = load<u32>(changed + 4 * e), change = load<f64>(changes + 8 * e);
    store<u32>(placeOfRow + 4 * row, 0);
    if (change != 0) changeRow(row, change);
  }
}

/** Lists the difference as a long one. */
// @ts-ignore: a decorator
@inline
function listTie(weight: f64): void {
  const from = tieCount == 0 ? 0 : load<u32>(tieEnds + 4 * tieCount - 4);
  memory.copy(tieRows + 4 * from, changed, 4 * changeCount);
  memory.copy(tieChanges + 8 * from, changes, 8 * changeCount);
  store<f64>(tieWeights + 8 * tieCount, weight);
  store<u32>(tieEnds + 4 * tieCount++, from + changeCount);
}

// @ts-ignore: a decorator
@inline
function listPair(row: u32, column: u32, amount: f64): void {
  store<u32>(pairRows + 4 * pairCount, row);
  store<u32>(pairColumns + 4 * pairCount, column);
  store<f64>(pairAmounts + 8 * pairCount++, amount);
}

// Screening: what screening.ts does.

/** Noise, and how far an entry of a list, a bundle and t can move. */
let amplitude: f64 = 0, entryReach: f64 = 0, bundleReach: f64 = 0;
/** Where there are limits: the least reach of an entry, noise left out; and by how much prices of groups' limits move a bundle. */
let leastReach: f64 = 0, ruleReach: f64 = 0;
/** Users and pairs that are kept, and what those left out are worth, after what was worth so much before. */
export let keptUsers: u32 = 0, keptPairs: u32 = 0, frozenValue: f64 = 0;
/**
 * Whether the bundles of those left out are kept, see {@link keepFrozen}, and of all users in `margins` how far the best bundle leads those
 * of the other kind wherever prices move.
 */
let keepsFrozen: bool = false;
/** What those whose bundles are kept are worth without the noise, after what was worth so much before. */
export let plainValue: f64 = 0;

/** Sets what the next screenings go by; the reaches of entry and bundle count where there are no limits. */
export function beginScreen(noise: f64, entry: f64, bundle: f64, least: f64, ofRules: f64, keeps: bool): void {
  keepsFrozen = keeps;
  amplitude = noise;
  entryReach = entry;
  bundleReach = bundle;
  leastReach = least;
  ruleReach = ofRules;
}

/** Sets how far entries and bundles of a user may move, who has the pairs [from, to): as far as the price that moves most. */
// @ts-ignore: a decorator
@inline
function setReach<T>(from: u32, to: u32): void {
  let most = leastReach;
  for (let p = from; p < to; p++) {
    most = max(most, load<f64>(itemReach + 8 * <u32>load<T>(items + sizeof<T>() * p)));
  }
  entryReach = most + 2 * amplitude;
  bundleReach = k * entryReach + ruleReach;
}

/** Screens the first `users` users. `whole`: pairs are those of the drop, so that their places tell which they are. */
export function screen16(users: u32, whole: bool, worth: f64, plain: f64): void {
  screen<u16>(users, whole, worth, plain);
}

/** {@link screen16} where items have four bytes. */
export function screen32(users: u32, whole: bool, worth: f64, plain: f64): void {
  screen<u32>(users, whole, worth, plain);
}

/** Adds noise to the scores of the first `users` users. */
export function addNoise16(users: u32, noise: f64): void {
  addNoise<u16>(users, noise);
}

/** {@link addNoise16} where items have four bytes. */
export function addNoise32(users: u32, noise: f64): void {
  addNoise<u32>(users, noise);
}

function addNoise<T>(users: u32, noise: f64): void {
  const base = load<u32>(starts);
  amplitude = noise;
  for (let i: u32 = 0; i < users; i++) {
    addNoiseTo<T>(load<u32>(userIds + 4 * i), load<u32>(starts + 4 * i) - base, load<u32>(starts + 4 * i + 4) - base);
  }
}

// @ts-ignore: a decorator
@inline
function addNoiseToFour<T>(ofUser: u32, p: u32): void {
  const at = items + sizeof<T>() * p;
  const contracts = sizeof<T>() == 2 ? i32x4.extend_low_i16x8_u(v128.load64_zero(at)) : v128.load(at);
  let h = i32x4.mul(i32x4.add(contracts, i32x4.splat(1)), i32x4.splat(0x85ebca6b));
  h = v128.xor(h, i32x4.splat(ofUser));
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(0x85ebca6b));
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 13)), i32x4.splat(0xc2b2ae35));
  h = v128.xor(h, i32x4.shr_u(h, 16));
  addNoiseToTwo(scores + 8 * p, f64x2.convert_low_i32x4_s(h));
  addNoiseToTwo(scores + 8 * p + 16, f64x2.convert_low_i32x4_s(v128.shuffle<i32>(h, h, 2, 3, 2, 3)));
}

// @ts-ignore: a decorator
@inline
function addNoiseToTwo(score: u32, h: v128): void {
  const noise = f64x2.mul(f64x2.splat(amplitude), f64x2.mul(h, f64x2.splat(1.0 / 2147483648.0)));
  v128.store(score, f64x2.add(v128.load(score), noise));
}

/** Adds the noise of noise.ts to a user's scores. */
// @ts-ignore: a decorator
@inline
function addNoiseTo<T>(user: u32, from: u32, to: u32): void {
  const ofUser = user * 0x9e3779b1;
  let p = from;
  // Where items are contracts, four at a time.
  if (!hasRows) for (; p + 4 <= to; p += 4) addNoiseToFour<T>(ofUser, p);
  for (; p < to; p++) {
    const item = <u32>load<T>(items + sizeof<T>() * p);
    const contract = hasRows ? load<u32>(itemContract + 4 * cellOf(item)) : item;
    add(scores + 8 * p, amplitude * noiseOf(ofUser, contract));
  }
}

/** The noise of noise.ts, between −1 and 1. */
// @ts-ignore: a decorator
@inline
function noiseOf(ofUser: u32, contract: u32): f64 {
  let h = ofUser ^ ((contract + 1) * 0x85ebca6b);
  h = (h ^ (h >> 16)) * 0x85ebca6b;
  h = (h ^ (h >> 13)) * 0xc2b2ae35;
  return <f64><i32>(h ^ (h >> 16)) / 2147483648;
}

function screen<T>(users: u32, whole: bool, worth: f64, plain: f64): void {
  const base = load<u32>(starts);
  keptUsers = 0;
  keptPairs = 0;
  frozenValue = worth;
  plainValue = plain;
  for (let from: u32 = 0; from < users; from += BATCH) {
    const to = min(from + BATCH, users);
    for (let i = from; i < to; i++) {
      addNoiseTo<T>(load<u32>(userIds + 4 * i), load<u32>(starts + 4 * i) - base, load<u32>(starts + 4 * i + 4) - base);
    }
    look<T>(from, to, base);
    for (let i = from; i < to; i++) screenUser<T>(i, whole, base);
  }
}

/** Freezes user `i`, or keeps what can still change. What is kept never lies behind what is still to be looked at. */
// @ts-ignore: a decorator
@inline
function screenUser<T>(i: u32, whole: bool, base: u32): void {
  const group = load<u32>(userGroups + 4 * i);
  turnTo(i);
  if (hasRows) setReach<T>(load<u32>(starts + 4 * i) - base, load<u32>(starts + 4 * i + 4) - base);
  const gain = load<f64>(value, 8) - load<f64>(value) + load<f64>(sponsoredPrice + 8 * group);
  const ahead = abs(gain) - 2 * bundleReach - load<f64>(sponsoredReach + 8 * group);
  const kind = ahead > 0 ? <i32>(gain > 0) : -1;
  if (keepsFrozen) store<f64>(margins + 8 * i, max(0, ahead));
  if (kind >= 0 && isFrozen(kind)) {
    if (keepsFrozen) keepFrozen<T>(i, kind, base);
    return freeze<T>(kind, group);
  }
  const user = load<u32>(userIds + 4 * i), first = keptPairs;
  const middle = load<u32>(middles + 4 * i) - base;
  const reach = 2 * entryReach, leastOther = load<f64>(other + 8 * k) - reach;
  const least = kind == UNSPONSORED ? Infinity : load<f64>(sponsored + 8 * k) - reach;
  keep<T>(load<u32>(starts + 4 * i) - base, middle, least, whole, base);
  const newMiddle = keptPairs;
  keep<T>(middle, load<u32>(starts + 4 * i + 4) - base, kind == SPONSORED && !mixes ? Infinity : leastOther, whole, base);
  const at = 4 * keptUsers++;
  store<u32>(userIds + at, user);
  store<u32>(userGroups + at, group);
  store<u32>(starts + at, first);
  store<u32>(middles + at, newMiddle);
}

/** Keeps the pairs of [from, to) whose net scores are no less than `least`. */
// @ts-ignore: a decorator
@inline
function keep<T>(from: u32, to: u32, least: f64, whole: bool, base: u32): void {
  let at = keptPairs;
  for (let p = from; p < to; p++) {
    const item = load<T>(items + sizeof<T>() * p), score = load<f64>(scores + 8 * p);
    const pair = whole ? base + p : load<u32>(pairIds + 4 * p);
    // Written either way, and written over by the next where it is not kept.
    store<T>(items + sizeof<T>() * at, item);
    store<f64>(scores + 8 * at, score);
    store<u32>(pairIds + 4 * at, pair);
    at += <u32>!(score - load<f64>(netPrice + 8 * <u32>item) < least);
  }
  keptPairs = at;
}

/** Whether its best bundle of its kind stays the best of that kind. */
// @ts-ignore: a decorator
@inline
function isFrozen(kind: u32): bool {
  return !(shapeMargin(kind) <= shapeReach()) && !(nextMargin(load<u32>(shape + 4 * kind)) <= 2 * entryReach);
}

/** How far two shapes of a kind can move, one against the other. */
// @ts-ignore: a decorator
@inline
function shapeReach(): f64 {
  return mixes ? 2 * bundleReach : bundleReach;
}

/** Keeps the bundle of user `i`, and how far it leads all others of its kind wherever prices move within the radius. */
function keepFrozen<T>(i: u32, kind: u32, base: u32): void {
  const own = load<u32>(shape + 4 * kind), ofUser = load<u32>(userIds + 4 * i) * 0x9e3779b1;
  takeBundle(i, own, base);
  store<f64>(leads + 8 * i, min(shapeMargin(kind) - shapeReach(), nextMargin(own) - 2 * entryReach));
  plainValue += load<f64>(shapeWorth + 8 * own);
  for (let n: u32 = 0, count = load<u32>(shapeSponsored + 4 * own); n < count; n++) {
    plainValue += plainWorthAt<T>(sponsoredPairs, n, ofUser);
  }
  for (let n: u32 = 0, count = load<u32>(shapeUnsponsored + 4 * own); n < count; n++) {
    plainValue += plainWorthAt<T>(otherPairs, n, ofUser);
  }
}

/** {@link worthAt} without the noise; where items are contracts. */
// @ts-ignore: a decorator
@inline
function plainWorthAt<T>(pairs: u32, n: u32, ofUser: u32): f64 {
  return worthAt<T>(pairs, n) - amplitude * noiseOf(ofUser, itemAt<T>(pairs, n));
}

/** Counts its bundle once and for all, and what that is worth at no price. */
// @ts-ignore: a decorator
@inline
function freeze<T>(kind: u32, group: u32): void {
  const own = load<u32>(shape + 4 * kind);
  const i = load<u32>(shapeSponsored + 4 * own), j = load<u32>(shapeUnsponsored + 4 * own);
  let worth = load<f64>(shapeWorth + 8 * own);
  for (let n: u32 = 0; n < i; n++) worth += worthAt<T>(sponsoredPairs, n);
  for (let n: u32 = 0; n < j; n++) worth += worthAt<T>(otherPairs, n);
  frozenValue += worth;
  countBundle<T>(own, group);
}

// @ts-ignore: a decorator
@inline
function worthAt<T>(pairs: u32, n: u32): f64 {
  const p = load<u32>(pairs + 4 * n);
  return load<f64>(scores + 8 * p) + bonusOf(<u32>load<T>(items + sizeof<T>() * p));
}
