#!/usr/bin/env python3
"""Checks a certificate with exact decimals: plain Python 3, no packages, nothing of Divvy's.

  check.py [--pins pins.csv] [--previous previous.csv] \\
    caps.csv elig.csv user_groups.csv group_ratios.csv assignments.csv certificate.json
  check.py --dir FOLDER assignments.csv certificate.json

Inputs are CSV with the columns of docs/inputs.md, read with default options; or the FOLDER that `divvy export --format
csv` writes, which has the drop after history, bans, filters and holdouts. Exit code 0: certified; 2: refused.
What is computed is docs/model.md, term by term; how numbers are cut is `divvy certificate explain`.
"""
import argparse, csv, hashlib, json, math, os, sys
from collections import Counter, defaultdict
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


# ---- the certificate -------------------------------------------------------------------------------------------------

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
            cert = json.load(file, parse_constant=no_constant)
    except ValueError as error:
        raise Refused(f"no JSON: {error}")
    demand(type(cert) is dict, "no object")
    for name, accepts in FIELDS.items():
        demand(name in cert and accepts(cert[name]), f"{name} is {cert.get(name, 'missing')}")
    exact = cert["exact"]
    demand(number(-330, 330, True)(exact.get("decimals")), "exact.decimals")
    demand(decimal_text(exact.get("objective")) and decimal_text(exact.get("bound")), "exact figures")
    check_prices(cert)
    demand(optional(number())(cert.get("search_bound")), "search_bound")
    demand(number(0)(cert.get("change_cost", 0)), "change_cost")
    demand(type(cert.get("limit_families", [])) is list and type(cert.get("limits", [])) is list, "limits")
    if "branches" in cert:
        demand(type(cert["branches"]) is dict and number(0)(cert["branches"].get("price")), "branches")
        check_tree(cert["branches"].get("tree"))
    return cert


def check_tree(node):
    demand(type(node) is dict, "a case is no object")
    if "offer" not in node:
        return check_prices(node)
    demand(type(node["offer"]) is list and list(map(type, node["offer"])) == [str, str], "a case's offer")
    check_tree(node.get("with"))
    check_tree(node.get("without"))


def check_prices(priced):
    """Prices are numbers >= 0, in the certificate and in each of its cases."""
    demand(type(priced.get("contracts")) is dict and type(priced.get("groups")) is dict, "prices are missing")
    demand(all(map(number(0), priced["contracts"].values())), "a price of a contract is no number >= 0")
    for prices in priced["groups"].values():
        demand(type(prices) is dict and all(map(number(0), prices.values())), "a price of a group is no number >= 0")
    for one in priced.get("limits", []):
        demand(type(one) is dict and number(0)(one.get("price")) and text(one.get("limit")), "a price of a limit")


# ---- the drop --------------------------------------------------------------------------------------------------------

def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Drop:
    """What can be given to whom, in canonical order."""

    def __init__(self, caps, elig, user_groups, group_ratios, pins=None, previous=None):
        first = lambda table, key: {row[key]: row for row in reversed(rows(table))}
        self.caps, self.users, self.groups = {}, first(user_groups, "user_id"), first(group_ratios, "group_id")
        for c, row in first(caps, "contract_address").items():
            sponsored = row["is_sponsored"].strip().lower() in ("1", "t", "true", "y", "yes")
            cap = math.floor(float(row["cap_face"]))
            if cap >= 1 or not sponsored:
                self.caps[c] = dict(row, cap=cap if cap >= 1 else 10000, sponsored=sponsored)
        self.order = sorted(self.caps, key=lambda c: (not self.caps[c]["sponsored"], c.encode()))
        place = {c: i for i, c in enumerate(self.order)}
        self.pairs = {}
        for row in rows(elig):
            u, c = row["user_id"], row["contract_address"]
            if u in self.users and c in place:
                self.pairs.setdefault(u, {}).setdefault(c, row)
        self.pairs = {u: dict(sorted(own.items(), key=lambda pair: place[pair[0]]))
                      for u, own in sorted(self.pairs.items(), key=lambda item: item[0].encode())}
        self.place = place
        eligible = lambda table: {(row["user_id"], row["contract_address"]) for row in rows(table)
                                  if row["contract_address"] in self.pairs.get(row["user_id"], {})}
        self.pins = eligible(pins) if pins else set()
        self.previous = eligible(previous) if previous else None
        self.members = defaultdict(list)
        for u in self.pairs:
            self.members[self.users[u]["group_id"]].append(u)

    def hashes(self, families):
        esc = lambda t: t.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
        groups = sorted(self.members, key=str.encode)
        branded = any("brand_id" in row for row in self.caps.values())
        own_k = any(row.get("k", "").strip() for u, row in self.users.items() if u in self.pairs)
        lines = {
            "caps": [[esc(c), plain(row["cap"]), "1" if row["sponsored"] else "0"] +
                     ([esc(row["brand_id"])] if branded else []) for c, row in ((c, self.caps[c]) for c in self.order)],
            "user_groups": [[esc(u), esc(self.users[u]["group_id"])] +
                            ([self.users[u].get("k", "").strip()] if own_k else []) for u in self.pairs],
            "group_ratios": [[esc(g), plain(self.groups[g]["sponsorship_ratio"])] for g in groups],
            "elig": [[esc(u)] + [f"{self.place[c]}:{plain(row['score'])}" for c, row in own.items()]
                     for u, own in self.pairs.items()],
        }
        for name, some in (("previous", self.previous), ("pins", self.pins or None)):
            if some is not None:
                lines[name] = [[esc(u)] + [str(self.place[c]) for c in own if (u, c) in some] for u, own in self.pairs.items()]
        own = {"in_previous", "contract_address", "cap_face", "is_sponsored", "brand_id", "user_id", "group_id", "sponsorship_ratio"}
        named, counted = set(), set()
        for f in families:
            named |= {*f["per"], *(w["column"] for w in f["where"]), *(a for a in (f["at_most"], f["at_least"]) if text(a))}
            counted |= {f["counts"]} - {"offers"}
        every = [row for pairs in self.pairs.values() for row in pairs.values()]
        tables = [("caps", [self.caps[c] for c in self.order]), ("user_groups", [self.users[u] for u in self.pairs]),
                  ("group_ratios", [self.groups[g] for g in groups]), ("elig", every)]
        attributes, elsewhere = [], set()
        for table, of in tables:
            for name in sorted((named | counted) - own, key=str.encode):
                if name not in of[0] or (table == "elig" and name in elsewhere):
                    continue
                elsewhere.add(name)
                as_number = table == "elig" and name in counted
                attributes += [[table, esc(name)]] + [[plain(r[name]) if as_number else esc(r[name])] for r in of]
        if attributes:
            lines["attributes"] = attributes
        digest = lambda of: hashlib.sha256("".join("\t".join(line) + "\n" for line in of).encode()).hexdigest()
        return {name: digest(of) for name, of in lines.items()}


# ---- limits ----------------------------------------------------------------------------------------------------------

def one_in(found, what):
    demand(found, what)
    return found[0]


class Limits:
    """Every limit of every family, and what each pair counts toward which."""

    def __init__(self, drop, families, shortfall_price):
        self.amount, self.family, self.of_pair, self.pins, keys = [], [], {}, drop.pins, {}
        for u, own in drop.pairs.items():
            user, group = drop.users[u], drop.groups[drop.users[u]["group_id"]]
            for c, row in own.items():
                cap = drop.caps[c]
                built_in = {"is_sponsored": "true" if cap["sponsored"] else "false", "cap_face": plain(cap["cap"])}
                before = {} if drop.previous is None else {"in_previous": str((u, c) in drop.previous).lower()}
                tables = [{**cap, **built_in}, user, group, {**row, **before}]
                find = lambda name: one_in([t[name] for t in tables if name in t], f"no column {name}")
                entries = self.of_pair[u, c] = []
                for f in families:
                    selected = all(find(w["column"]) in w["values"] for w in f["where"])
                    values = tuple(find(name) for name in f["per"])
                    if "" in values or not (selected or f["share_of"]):
                        continue
                    counted = 0 if not selected else 1 if f["counts"] == "offers" else dec(find(f["counts"]))
                    for side in ("at_most", "at_least"):
                        amount = f[side]
                        if amount is None:
                            continue
                        if text(amount):
                            table = next(t for t in tables if f["per"][0] in t)
                            amount = (group if f["per"] == ["group_id"] and amount in group else table)[amount]
                        key = f["limit"], values, side
                        if key not in keys:
                            keys[key] = len(self.amount)
                            self.amount.append(dec(amount))
                            self.family.append((f, side))
                        entries.append((keys[key], counted))
        self.keys = keys
        # What pins give to leasts is taken off what those ask for.
        self.left = list(self.amount)
        for pair in drop.pins:
            for limit, counted in self.of_pair[pair]:
                if self.family[limit][1] == "at_least" and not self.family[limit][0]["share_of"]:
                    self.left[limit] = max(Dec(0), self.left[limit] - counted)
        # What a unit beyond costs; None: it must not be.
        self.cost = [dec(f["price"]) if f["price"] is not None else None if side == "at_most" else dec(shortfall_price)
                     for f, side in self.family]
        self.price = [0] * len(self.amount)

    def set_prices(self, prices, n):
        for one in prices:
            family = next((f for f, _ in self.family if f["limit"] == one["limit"]), None)
            values = one.get("values", {})
            demand(family is not None and set(values) == set(family["per"]), f"limit {one['limit']} is not in the drop")
            limit = self.keys.get((one["limit"], tuple(values[name] for name in family["per"]), one.get("side")))
            demand(limit is not None, f"limit {one['limit']} is not in the drop")
            demand(self.cost[limit] is None or dec(one["price"]) <= self.cost[limit], "a limit's price is above its cost")
            self.price[limit] = cut(one["price"], n)

    def paid(self, pair):
        total = 0
        for limit, counted in self.of_pair[pair]:
            (family, side), amount = self.family[limit], self.amount[limit]
            if family["share_of"]:
                adds = counted - amount
            elif side == "at_least":
                adds = 0 if pair in self.pins else min(counted, self.left[limit]) if amount > 0 else counted
            else:
                adds = counted
            total += (1 if side == "at_most" else -1) * self.price[limit] * adds
        return total

    def beyond(self, offers):
        """Units that each limit is exceeded by, or lacks; and what each compares."""
        given, of = [Dec(0)] * len(self.amount), [0] * len(self.amount)
        for pair in offers:
            for limit, counted in self.of_pair[pair]:
                given[limit] += counted
                of[limit] += 1
        for limit, (family, side) in enumerate(self.family):
            allowed = self.amount[limit] * (of[limit] if family["share_of"] else 1)
            yield (given[limit] - allowed) * (1 if side == "at_most" else -1), given[limit] + allowed


# ---- the proof -------------------------------------------------------------------------------------------------------

def check(caps, elig, user_groups, group_ratios, assignments, certificate, pins=None, previous=None):
    try:
        return certified(caps, elig, user_groups, group_ratios, assignments, certificate, pins, previous)
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, StopIteration, TypeError, ValueError) as error:
        raise Refused(f"what is read is not as it must be: {type(error).__name__} {error}")


def certified(caps, elig, user_groups, group_ratios, assignments, certificate, pins, previous):
    cert, table = read_certificate(certificate), rows(assignments)
    drop, families = Drop(caps, elig, user_groups, group_ratios, pins, previous), cert.get("limit_families", [])
    # Random offers to users held out of the drop: the caps are what they leave.
    for row in [row for row in table if row.get("holdout", "").lower() == "true"]:
        demand(row["user_id"] not in drop.pairs and row["contract_address"] in drop.caps, f"a held-out row of {row['user_id']}")
        drop.caps[row["contract_address"]]["cap"] -= 1
        table.remove(row)
    demand(all(cap["cap"] >= 0 for cap in drop.caps.values()), "a cap is below what users held out have")
    change = dec(cert.get("change_cost", 0))
    demand(change == 0 or drop.previous is not None, "changes cost something, and the offers of before are not given")
    charged = lambda pair: change if change and pair not in drop.previous else 0
    demand(drop.hashes(families) == cert["inputs"], "the certificate is of other inputs")
    n, uniform, top = cert["exact"]["decimals"], cert["model"] == "uniform", ROUND_CEILING
    limits = Limits(drop, families, cert["shortfall_price"])
    P = cert["shortfall_price"]
    k_of = lambda u: int(drop.users[u].get("k", "").strip() or cert["k"])
    of_type = lambda c: drop.caps[c]["sponsored"]
    brand = lambda c: drop.caps[c].get("brand_id", "") or ("", c)

    def may_hold(k, s, t):
        if not uniform or s == 0 or t == 0:
            return s + t <= k
        least = k - 1 if cert["third_slot_only_mixing"] else max(1, min(cert["sponsored_first_rounds"], k - 1))
        exactly = t == 1 and s == least if cert["third_slot_only_mixing"] else s >= least
        return s + t <= k and cert["mix_tail"] and exactly

    def worth(k, count, n, way):
        if cert["cov_mode"] == "shortfall":
            return (k - count) * cut(-dec(cert["shortfall_penalty"]), n, way)
        return sum(cut(w, n, way) for w in cert["cov_w"][:min(k, count)])

    rule = {}
    for g, members in drop.members.items():
        size, ratio = len(members), float(drop.groups[g]["sponsorship_ratio"])
        least = share_of(ratio, size, True) if uniform else 0
        most = share = mixed = None
        if uniform and cert["max_sponsored_ratio"] is not None:
            most = share_of(cert["max_sponsored_ratio"], size, False)
            most = max(most, min(1, least)) if cert["max_sponsored_ratio"] > 0 else 0
        if uniform and cert["enforce_assignment_ratio"] and cert["assignment_ratio_guard"] != "none":
            share = dec(max(0.0, ratio - cert["ratio_slack"]))
            if 10**9 <= 2 * 10**places(share) * cert["k"] * size:  # the rule's tolerance of 1e-9 could let less pass
                share = Dec(cut(share * Dec("0.999999999"), 15)).scaleb(-15)
        if uniform and cert["mix_tail"] and cert["max_mixed_share"] < 1:
            mixed = share_of(cert["max_mixed_share"], size, False)
        rule[g] = least, most, share, mixed

    # The assignments: every rule, then what they are worth.
    offers, held = [], defaultdict(list)
    for row in table:
        u, c = row["user_id"], row["contract_address"]
        demand(c in drop.pairs.get(u, {}) and c not in held[u], f"{u}, {c} is no eligible pair, or comes twice")
        score = float(drop.pairs[u][c]["score"])
        demand(abs(float(row["score"]) - score) <= 1e-9 * abs(score), f"score of {u}, {c}")
        held[u].append(c)
        offers.append((u, c))
    demand(drop.pins <= set(offers), "a pin is not given")
    for c, given in Counter(c for _, c in offers).items():
        demand(given <= drop.caps[c]["cap"], f"{c} is over its cap")
    objective, shape = 0, {}
    for u in drop.pairs:
        s = sum(map(of_type, held[u]))
        shape[u] = s, t = s, len(held[u]) - s
        demand(may_hold(k_of(u), s, t), f"what {u} holds")
        if cert["max_per_brand"] is not None:
            demand(all(x <= cert["max_per_brand"] for x in Counter(map(brand, held[u])).values()), f"brands of {u}")
        objective += worth(k_of(u), s + t, n, ROUND_FLOOR) + sum(cut(drop.pairs[u][c]["score"], n) for c in held[u])
        objective += cut(cert["sponsored_bonus"], n) * (min(1, s) if uniform else s)
        objective -= sum(cut(charged((u, c)), n, top) for c in held[u] if change)
    for g, (least, most, share, mixed) in rule.items():
        shapes = [shape[u] for u in drop.members[g]]
        sponsored, both = sum(s > 0 for s, _ in shapes), sum(s > 0 and t > 0 for s, t in shapes)
        balance = sum(s for s, _ in shapes) - (share or 0) * sum(s + t for s, t in shapes)
        demand((most is None or sponsored <= most) and (mixed is None or both <= mixed), f"rules of group {g}")
        demand(share is None or balance >= 0, f"assignment ratio of group {g}")
        objective -= max(0, least - sponsored) * cut(P, n, top)
    for cost, (beyond, size) in zip(limits.cost, limits.beyond(offers)):
        demand(cost is not None or beyond <= dec(1e-9) * size, "a limit is exceeded")
        objective -= cut(cost * max(beyond, Dec(0)), n, top) if cost is not None else 0

    # Objectives lie on a grid where numbers have few decimals.
    every = [float(row["score"]) for own in drop.pairs.values() for row in own.values()]
    weights = cert["cov_w"][:max([cert["k"]] + [k_of(u) for u in drop.pairs])]
    every += [cert["sponsored_bonus"]] + ([cert["shortfall_penalty"]] if cert["cov_mode"] == "shortfall" else weights)
    every += [change] if change else []
    every += [P] if any(least for least, *_ in rule.values()) else []
    step = max(map(places, every))
    for cost, amount, (f, _) in zip(limits.cost, limits.amount, limits.family):
        if cost is not None:
            counted = [x for own in limits.of_pair.values() for _, x in own]
            step = max(step, places(cost) + max(places(amount), *map(places, counted)))
    floor = lambda value: Fraction(math.floor(Fraction(value) * Fraction(10)**(step - n))) / Fraction(10)**(step - n)
    claimed = Fraction(Dec(cert["exact"]["bound"]).scaleb(n))
    more = cut(cert["branches"]["price"], n) if "branches" in cert else 0
    # The prices: those that are allowed, cut to whole units. `made`: offers that a case has settled.
    def proven(priced, made):
        demand(set(priced["contracts"]) <= set(drop.caps) and set(priced["groups"]) <= set(drop.members), "prices of strangers")
        price = {c: cut(priced["contracts"].get(c, 0), n) for c in drop.caps}
        limits.set_prices(priced.get("limits", []), n)
        bound = sum(price[c] * drop.caps[c]["cap"] for c in drop.caps)
        bound -= more * sum(made.values())
        bound += sum((1 if side == "at_most" else -1) * p * a for p, a, (f, side) in
                     zip(limits.price, limits.left, limits.family) if not f["share_of"])
        joint = []
        for g, (least, most, share, mixed) in rule.items():
            own = priced["groups"].get(g, {})
            names = {"min_sponsored": True, "max_sponsored": most is not None, "assignment_ratio": share is not None,
                     "mixed_share": mixed is not None}
            demand(all(names.get(name) or own[name] == 0 for name in own), f"group {g} has a price of no rule")
            demand(own.get("min_sponsored", 0) <= P, f"min_sponsored of {g} is above the shortfall price")
            mu, nu, alpha, beta = (cut(own.get(name, 0), n) for name in names)
            bound += -mu * least + nu * (most or 0) + beta * (mixed or 0)
            bundles = []
            for u in drop.members[g]:
                k, lists = k_of(u), {True: [], False: []}
                for c, row in drop.pairs[u].items():
                    value = (dec(row["score"]) - charged((u, c))).scaleb(n) - price[c] - limits.paid((u, c))
                    value += {None: 0, True: more, False: -more}[made.get((u, c))]
                    value += alpha * (int(of_type(c)) - (share or 0)) if uniform else 0
                    value += dec(cert["sponsored_bonus"]).scaleb(n) if of_type(c) and not uniform else 0
                    lists[of_type(c) if uniform else False].append(((u, c) in drop.pins, value, brand(c)))
                best, pinned = {}, {kind: sum(isin for isin, *_ in values) for kind, values in lists.items()}
                for kind, values in lists.items():
                    taken, seen = [Dec(0)], Counter()
                    for isin, value, b in sorted(values, key=lambda one: (not one[0], -one[1])):
                        if isin or cert["max_per_brand"] is None or seen[b] < cert["max_per_brand"]:
                            seen[b] += 1
                            taken.append(taken[-1] + value)
                    best[kind] = taken[:k + 1]
                becoming = dec(cert["sponsored_bonus"]).scaleb(n) + mu - nu if uniform else 0
                counts = [Dec(worth(k, count, 400, top)).scaleb(n - 400) for count in range(k + 1)]
                bundles.append([(a + b + counts[s + t] + (becoming if s else 0) - (beta if s and t else 0), s, t)
                                for s, a in enumerate(best[True]) for t, b in enumerate(best[False])
                                if may_hold(k, s, t) and s >= pinned[True] and t >= pinned[False]])
                demand(bundles[-1], f"{u} can't have its pins")
            bound += sum(max(own)[0] for own in bundles)
            if alpha or beta or own.get("assignment_ratio") or own.get("mixed_share"):
                joint.append((g, bundles, mu, nu, alpha, beta))
        for g, bundles, mu, nu, alpha, beta in joint:
            if floor(bound) <= claimed:
                break
            enough = bound - Dec(claimed.numerator) / claimed.denominator
            bound -= joint_loss(bundles, rule[g], (mu, nu, alpha, beta, cut(P, n)), enough)
        return floor(bound), bound

    def cases(node, made):
        """The largest bound of all cases; None: there is none, as nobody can have what is made."""
        own = Counter((u, brand(c)) for (u, c), is_made in made.items() if is_made)
        if cert["max_per_brand"] is not None and any(count > cert["max_per_brand"] for count in own.values()):
            return None
        if "offer" not in node:
            limits.price = [0] * len(limits.amount)
            return proven(node, made)[0]
        u, c = node["offer"]
        demand(c in drop.pairs.get(u, {}), "a case's offer is no pair")
        bounds = [cases(node[part], {**made, (u, c): is_made}) for part, is_made in (("with", True), ("without", False))]
        return max((bound for bound in bounds if bound is not None), default=None)

    cut_bound, bound = proven(cert, {})
    if "branches" in cert and cut_bound > claimed:
        ofcases = cases(cert["branches"]["tree"], {})
        if ofcases is not None and ofcases < cut_bound:
            cut_bound = bound = ofcases
    demand(objective == Fraction(Dec(cert["exact"]["objective"]).scaleb(n)), f"the objective is {Dec(objective).scaleb(-n)}")
    demand(claimed >= cut_bound, f"the prices prove no less than {float(bound)} units")
    demand(claimed >= objective and claimed.denominator == 1, "the bound is below the objective, or no whole units")
    demand(Fraction(objective) <= bound, "the objective is above what the prices prove")
    # The doubles that follow.
    unit = Fraction(10)**-n
    gap = 0 if claimed == objective else 1 if claimed == 0 else least_double((claimed - objective) / abs(claimed))
    demand(cert["objective"] == float(cert["exact"]["objective"]), "objective is not exact.objective")
    demand(cert["bound"] == least_double(claimed * unit) and cert["gap"] == gap, "bound or gap is not what exact says")
    demand(cert.get("search_bound", cert["bound"]) >= cert["objective"], "search_bound is below the objective")
    return f"certified: objective {cert['exact']['objective']}, bound {cert['exact']['bound']}, gap {cert['gap']}"


def joint_loss(bundles, rule, prices, enough):
    """The least that a group loses by keeping its rules over whole users, as far as `enough`; less where there are too many ways."""
    losing = [sorted((max(own)[0] - value, s, t) for value, s, t in own) for own in bundles]
    # Those first for whom another bundle costs most: few ways are left when the others' turn comes.
    losing.sort(key=lambda own: own[1][0] if len(own) > 1 else 0, reverse=True)
    within, none_below = enough / 2**20, Dec(0)
    while within > 0:
        ways = ways_within(losing, within)
        if ways is None or within == enough:
            return none_below if ways is None else min(enough, least_of(ways, rule, prices))
        least = least_of(ways, rule, prices)
        if least <= within:
            return least
        none_below, within = within, min(2 * within, least, enough)
    return none_below


def ways_within(losing, most):
    """By what users hold together the least that they lose, up to `most`; None: there are too many ways."""
    ways = {(0, 0, 0, 0): Dec(0)}
    for own in losing:
        following = {}
        for (users, both, sponsored, others), lost in ways.items():
            for loss, s, t in own:
                total = lost + loss
                if total > most:
                    break
                key = users + (s > 0), both + (s > 0 and t > 0), sponsored + s, others + t
                if key not in following or total < following[key]:
                    following[key] = total
        ways = following
        if len(ways) > 300_000:
            return None
    return ways


def least_of(ways, rule, prices):
    """The least that any of some ways loses, with what it leaves of the group's limits at their prices."""
    (least, most, share, mixed), (mu, nu, alpha, beta, P) = rule, prices
    best = Dec("Infinity")
    for (users, both, sponsored, others), lost in ways.items():
        balance = sponsored - (share or 0) * (sponsored + others)
        if (most is not None and users > most) or (mixed is not None and both > mixed) or balance < 0:
            continue
        lost += mu * (users - least) if users >= least else (P - mu) * (least - users)
        lost += nu * (most - users) if most is not None else 0
        lost += beta * (mixed - both) if mixed is not None else 0
        lost += alpha * balance if share is not None else 0
        best = min(best, lost)
    return best


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("--dir", "--pins", "--previous"):
        parser.add_argument(option)
    parser.add_argument("files", nargs="+", metavar="FILE")
    args = parser.parse_args()
    inside = lambda name: os.path.join(args.dir, name)
    files = args.files if args.dir is None else [
        *(inside(f"{name}.csv") for name in ("caps", "elig", "user_groups", "group_ratios")), *args.files]
    if len(files) != 6:
        parser.error("six files are needed, or --dir and two")
    for name in ("pins", "previous"):
        if args.dir is not None and getattr(args, name) is None and os.path.exists(inside(f"{name}.csv")):
            setattr(args, name, inside(f"{name}.csv"))
    try:
        print(check(*files, args.pins, args.previous))
    except Refused as reason:
        print(f"REFUSED: {reason}")
        sys.exit(2)
