"""The certificate of check.py: which fields it must have, and of which kind."""
import json, math
from fractions import Fraction
from check_numbers import Refused, demand, least_double


def number(low=-math.inf, high=math.inf, whole=False):
    return lambda v: type(v) in (int, float) and math.isfinite(v) and low <= v <= high and (not whole or v == int(v))


def one_of(*values):
    return lambda v: any(type(v) is type(w) and v == w for w in values)


def optional(accepts):
    return lambda v: v is None or accepts(v)


def text(v):
    return type(v) is str


def decimal_text(v):
    return text(v) and all(c in "-.0123456789" for c in v)


FIELDS = {
    "format": one_of(2), "divvy": text, "model": one_of("uniform", "coverage"), "k": number(1, 65535, True),
    "cov_w": lambda v: type(v) is list and all(map(number(), v)), "cov_mode": one_of("z", "shortfall"),
    "shortfall_penalty": number(0), "sponsored_bonus": number(), "shortfall_price": number(0),
    "max_sponsored_ratio": optional(number(0, 1)), "enforce_assignment_ratio": one_of(True, False),
    "assignment_ratio_guard": one_of("none", "moving", "hard"), "ratio_slack": number(0, 1),
    "mix_tail": one_of(True, False), "third_slot_only_mixing": one_of(True, False),
    "sponsored_first_rounds": number(0, whole=True), "max_mixed_share": number(0, 1),
    "max_per_brand": optional(number(1, whole=True)), "objective": number(), "bound": number(), "gap": number(0),
    "inputs": lambda v: type(v) is dict, "exact": lambda v: type(v) is dict, "contracts": lambda v: type(v) is dict,
    "groups": lambda v: type(v) is dict,
}


def read_certificate(path):
    def no_constant(name):
        raise Refused(f"{name} is no number")
    try:
        with open(path, encoding="utf-8") as file:
            # Numbers are doubles, whole ones too.
            cert = json.load(file, parse_constant=no_constant, parse_int=lambda digits: int(float(digits)))
    except ValueError as error:
        raise Refused(f"no JSON: {error}")
    demand(type(cert) is dict, "no object")
    demand(cert.get("exact", 0) is not None, "there are no exact figures to check")
    for name, accepts in FIELDS.items():
        demand(name in cert and accepts(cert[name]), f"{name} is {cert.get(name, 'missing')}")
    exact = cert["exact"]
    demand(number(-330, 330, True)(exact.get("decimals")), "exact.decimals")
    demand(decimal_text(exact.get("objective")) and decimal_text(exact.get("bound")), "exact figures")
    check_figures(cert, exact["decimals"], Fraction(exact["objective"]), Fraction(exact["bound"]))
    check_prices(cert)
    demand(number(0)(cert.get("change_cost", 0)), "change_cost")
    demand(type(cert.get("limit_families", [])) is list and type(cert.get("limits", [])) is list, "limits")
    for family in cert.get("limit_families", []):
        check_family(family)
    demand(one_of(None, True, False)(cert.get("own_limits_kept")), "own_limits_kept")
    if "branches" in cert:
        demand(type(cert["branches"]) is dict and number(0)(cert["branches"].get("price")), "branches")
        check_tree(cert["branches"].get("tree"))
    return cert


def check_figures(cert, n, objective, bound):
    """The doubles are those that follow from the exact figures, and no bound is below the objective."""
    demand(bound >= objective and (bound * Fraction(10)**n).denominator == 1, "the bound is below the objective, or no whole units")
    gap = 0 if bound == objective else 1 if bound == 0 else least_double((bound - objective) / abs(bound))
    demand(cert["objective"] == float(objective), "objective is not exact.objective")
    demand(cert["bound"] == least_double(bound) and cert["gap"] == gap, "bound or gap is not what exact says")
    searched = cert.get("search_bound", cert["bound"])
    demand(number(cert["objective"])(searched), "search_bound is below the objective, or no number")


def check_family(family):
    """A limit as it was declared: texts are names, numbers are numbers."""
    demand(type(family) is dict and text(family.get("limit")) and text(family.get("counts")), "a limit's name or what it counts")
    demand("price" in family and optional(number(0))(family["price"]), "a limit's price is no number >= 0")
    demand(one_of(None, "offers")(family.get("share_of")), "a limit's share_of")
    for side in ("at_most", "at_least"):
        amount = family.get(side)
        demand(side in family and (text(amount) or optional(number(0))(amount)), f"a limit's {side}")


def check_tree(node):
    demand(type(node) is dict, "a case is no object")
    if "count" in node:
        check_count(node["count"])
        check_tree(node.get("at_most"))
        return check_tree(node.get("at_least"))
    if "offer" not in node:
        demand(type(node.get("counts", [])) is list and all(map(number(0), node.get("counts", []))), "prices of numbers of offers")
        return check_prices(node)
    demand(type(node["offer"]) is list and list(map(type, node["offer"])) == [str, str], "a case's offer")
    check_tree(node.get("with"))
    check_tree(node.get("without"))


def check_count(count):
    """A number of offers of a kind, which need not be said, or of a group's users who get a sponsored one."""
    demand(type(count) is dict, "a count is no object")
    if "sponsored_users" in count:
        demand(number(0, whole=True)(count["sponsored_users"]) and text(count.get("group_id")) and "offers" not in count, "a number of users")
        return
    demand(number(0, whole=True)(count.get("offers")), "a number of offers")
    demand(number()(count.get("least_score", 0)) and text(count.get("group_id", "")), "what a number of offers is of")
    contracts = count.get("contracts", [])
    demand(type(contracts) is list and all(map(text, contracts)), "contracts that a number of offers is of")


def check_prices(priced):
    """Prices are numbers >= 0, in the certificate and in each of its cases."""
    demand(type(priced.get("contracts")) is dict and type(priced.get("groups")) is dict, "prices are missing")
    demand(all(map(number(0), priced["contracts"].values())), "a price of a contract is no number >= 0")
    for prices in priced["groups"].values():
        demand(type(prices) is dict and all(map(number(0), prices.values())), "a price of a group is no number >= 0")
    for one in priced.get("limits", []):
        demand(type(one) is dict and number(0)(one.get("price")) and text(one.get("limit")), "a price of a limit")
