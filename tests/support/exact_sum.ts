/** Sums of doubles in whole numbers: shares no code with the library's own. */

/** The double nearest to the exact sum of finite doubles (ties to even). */
export function exactSum(values: ArrayLike<number>): number {
  let sum = 0n;
  for (let i = 0; i < values.length; i++) sum += scaled(values[i]);
  return nearest(sum);
}

const SMALLEST = 1074;
const bits = new DataView(new ArrayBuffer(8));

/** `value` · 2^1074, a whole number. */
function scaled(value: number): bigint {
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const exponent = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const size = exponent === 0 ? fraction : (fraction | 0x10000000000000n) << BigInt(exponent - 1);
  return value < 0 ? -size : size;
}

function nearest(scaledSum: bigint): number {
  const negative = scaledSum < 0n;
  let size = negative ? -scaledSum : scaledSum;
  let power = -SMALLEST;
  const extra = size.toString(2).length - 53;
  if (extra > 0) {
    const cut = BigInt(extra);
    const rest = size & ((1n << cut) - 1n), half = 1n << (cut - 1n);
    size >>= cut;
    if (rest > half || (rest === half && (size & 1n) === 1n)) size++;
    power += extra;
  }
  // Two steps, as 2^power alone may be too small for a double.
  const value = Number(size) * 2 ** Math.max(power, -1000) * 2 ** Math.min(0, power + 1000);
  return negative ? -value : value;
}
