"""Numbers of check.py: decimals as texts have them, and whole units of 10^-n."""
import math
from decimal import Context, Decimal as Dec, Inexact, ROUND_CEILING, ROUND_FLOOR, setcontext
from fractions import Fraction

setcontext(Context(prec=5000, Emax=99999, Emin=-99999, traps=[Inexact]))  # any rounding is an error


class Refused(Exception):
    pass


def demand(holds, what):
    if not holds:
        raise Refused(what)


def dec(value):
    """The decimal that a double prints as."""
    return Dec(repr(float(value)))


def plain(value):
    text = format(dec(value), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-0", "0", text == "-0")


def places(value):
    return max(0, -dec(value).normalize().as_tuple().exponent)


def cut(value, n, way=ROUND_FLOOR):
    """Whole units of 10^-n."""
    scaled = value.scaleb(n) if isinstance(value, Dec) else dec(value).scaleb(n)
    return int(scaled.to_integral_value(way))


def least_double(value):
    """The least double that is not below a fraction."""
    double = float(value)
    while Fraction(double) < value:
        double = math.nextafter(double, math.inf)
    while Fraction(math.nextafter(double, -math.inf)) >= value:
        double = math.nextafter(double, -math.inf)
    return double


def share_of(share, size, up):
    """Users that a share asks for: decimals, but for shares that were computed (16 digits and more)."""
    exact, near = dec(share) * size, round(share * size)
    if len(dec(share).as_tuple().digits) > 15 and near >= 1 and abs(exact - near) * 10**15 <= near:
        return near
    return math.ceil(exact) if up else math.floor(exact)
