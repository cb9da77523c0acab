// Plain numbers of tables, in AssemblyScript (TypeScript's syntax, WebAssembly's types), for plain_rows.as and
// history_rows.as, which import it.

const MINUS: u8 = 45, POINT: u8 = 46;

/** Digits of a number that is sure to be exact. */
const EXACT_DIGITS: u32 = 15;

/** Powers of ten (f64). */
const powers: usize = memory.data(8 * (<i32>EXACT_DIGITS + 1), 8);

/** Where the number ends that `numberAt` looked at last. */
export let numberEnd: u32 = 0;

/** Makes the powers of ten; to be called before `numberAt`. */
export function beginNumbers(): void {
  let power: f64 = 1;
  for (let n: u32 = 0; n <= EXACT_DIGITS; n++, power *= 10) store<f64>(powers + 8 * n, power);
}

/** The number at `i`, of at most 15 digits, without an exponent; NaN: another one, or none. */
@inline
export function numberAt(i: u32): f64 {
  const negative = load<u8>(i) == MINUS;
  if (negative) i++;
  let mantissa: u64 = 0, digit: u32 = 0;
  const first = i;
  while ((digit = <u32>load<u8>(i) - 48) <= 9) {
    mantissa = mantissa * 10 + digit;
    i++;
  }
  let digits = i - first, scale: u32 = 0;
  if (load<u8>(i) == POINT) {
    const point = ++i;
    while ((digit = <u32>load<u8>(i) - 48) <= 9) {
      mantissa = mantissa * 10 + digit;
      i++;
    }
    scale = i - point;
    digits += scale;
  }
  numberEnd = i;
  if (digits == 0 || digits > EXACT_DIGITS) return NaN;
  const value = <f64>mantissa / load<f64>(powers + 8 * scale);
  return negative ? -value : value;
}
