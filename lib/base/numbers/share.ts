/**
 * Shares of users as whole numbers.
 *
 * @module
 */

/**
 * ⌈share × users⌉, exactly, for the decimal that the share prints as: 0.07 of 100 is 7, though the product of the doubles
 * is 7.000000000000001; and any share above 0 of a user or more is at least 1. See {@link shareOf} for 5 / 6.
 */
export function ceilShare(share: number, users: number): number {
  return shareOf(share, users, 1n);
}

/** ⌊share × users⌋, exactly, for the decimal that the share prints as; see {@link ceilShare}. */
export function floorShare(share: number, users: number): number {
  return shareOf(share, users, 0n);
}

/** A share with more digits than this was computed: nobody writes 0.8333333333333334, it is 5 / 6 in doubles. */
const WRITTEN_DIGITS = 15;
/** A computed share may be off by one part in this many, a few units in its last place. */
const COMPUTED_PRECISION = 10n ** 15n;

/**
 * share × users as a whole number, rounded down, or up where `up` is 1. A computed share (5 / 6 of 6 users would be
 * 5.0000000000000004) counts as whole where its last digits alone keep it from being so.
 */
function shareOf(share: number, users: number, up: 0n | 1n): number {
  const product = share * users;
  if (!(share > 0 && users > 0)) return Math.floor(product);
  const [mantissa, exponent] = share.toExponential().split("e");
  const [whole, part = ""] = mantissa.split(".");
  // share = digits / 10^places.
  const digits = BigInt(whole + part) * BigInt(users), places = part.length - Number(exponent);
  if (places <= 0) return Number(digits * 10n ** BigInt(-places));
  const scale = 10n ** BigInt(places);
  if (whole.length + part.length > WRITTEN_DIGITS) {
    const near = BigInt(Math.round(product)) * scale;
    const beside = digits > near ? digits - near : near - digits;
    if (near > 0n && beside * COMPUTED_PRECISION <= near) return Math.round(product);
  }
  return Number((digits + up * (scale - 1n)) / scale);
}
