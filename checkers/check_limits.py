"""Limits of check.py: caps, rules of groups, declared limits. All are of one form: a sum over offers is at most, or at least, an amount."""
from collections import Counter, defaultdict
from decimal import Decimal as Dec
from check_numbers import cut, dec, demand, plain, places, share_of


class Limit:
    """The sum of what offers count is at most (sign 1) or at least (sign -1) an amount.
    cost: of each unit by which it is exceeded or missed; None: it must be kept."""

    def __init__(self, amount, sign, cost, is_share=False, tolerance=0):
        self.amount, self.sign, self.cost, self.is_share, self.tolerance = amount, sign, cost, is_share, Dec(tolerance)
        self.left = amount  # less what pins give to a least
        self.price = 0

    def beyond(self, given, offers):
        """Units by which it is exceeded, or missed; and what was compared. A share is of the offers that count toward it."""
        allowed = self.amount * (offers if self.is_share else 1)
        return self.sign * (given - allowed), given + allowed

    def adds(self, counted, is_pinned):
        """What an offer adds, at its most: a pinned one was taken off a least, and no offer gives more than a least asks for."""
        if self.is_share:
            return counted - self.amount
        return counted if self.sign > 0 else 0 if is_pinned else min(counted, self.left)


class Limits:
    """named: every limit. of_pair: those that an offer counts toward, and how much. of_group: its rules, and how shapes count."""

    def __init__(self, drop, cert, largest_k):
        self.named, self.of_pair, self.of_group = {}, defaultdict(list), {}
        self.pins, self.members = drop.pins, drop.members
        for c, row in drop.caps.items():
            self.named["contract", c] = Limit(row["cap"], 1, None)
        for u, own in drop.pairs.items():
            for c in own:
                self.of_pair[u, c].append((self.named["contract", c], 1))
                self.of_pair[u, c].extend(self.declared(cert, columns_of(drop, u, c)))
        for g, members in drop.members.items():
            rules = rules_of(cert, float(drop.groups[g]["sponsorship_ratio"]), len(members), largest_k)
            self.named.update({(name, g): limit for name, limit, _ in rules})
            self.of_group[g] = [(limit, count) for _, limit, count in rules]
        for pair in drop.pins:
            for limit, counted in self.of_pair[pair]:
                if limit.sign < 0 and not limit.is_share:
                    limit.left = max(Dec(0), limit.left - counted)

    def declared(self, cert, find):
        """The declared limits that a pair counts toward, and how much."""
        for family in cert.get("limit_families", []):
            values = tuple((name, find(name)) for name in sorted(family["per"]))
            selected = all(find(where["column"]) in where["values"] for where in family["where"])
            if not (selected or family["share_of"]) or any(value == "" for _, value in values):
                continue
            counted = 0 if not selected else 1 if family["counts"] == "offers" else dec(find(family["counts"]))
            for side, sign in (("at_most", 1), ("at_least", -1)):
                amount, name = family[side], (family["limit"], values, side)
                if amount is None:
                    continue
                if name not in self.named:
                    amount = dec(find(amount, family["per"]) if type(amount) is str else amount)
                    cost = family["price"] if family["price"] is not None or sign > 0 else cert["shortfall_price"]
                    self.named[name] = Limit(amount, sign, cost if cost is None else dec(cost), bool(family["share_of"]), 1e-9)
                yield self.named[name], counted

    def set_prices(self, priced, n, case):
        """Prices of the certificate or of a case, cut to units: of limits that there are, and no more than missing them costs.
        case: limits of its own, with their prices."""
        prices = {("contract", c): price for c, price in priced["contracts"].items()}
        prices.update({(name, g): price for g, own in priced["groups"].items() for name, price in own.items()})
        for one in priced.get("limits", []):
            prices[one["limit"], tuple(sorted(one.get("values", {}).items())), one.get("side")] = one["price"]
        for limit in self.named.values():
            limit.price = 0
        for name, price in prices.items():
            demand(name in self.named, f"{name} has a price and is not in the drop")
            cost = self.named[name].cost
            demand(cost is None or dec(price) <= cost, f"the price of {name} is above what missing it costs")
            self.named[name].price = cut(price, n)
        self.case = case

    def worth(self):
        """The sum of price x amount; of shares it is 0."""
        amounts = sum(limit.sign * limit.price * limit.left for limit in self.named.values() if not limit.is_share)
        return amounts + self.case.worth()

    def paid(self, pair):
        """What an offer of a pair pays for all limits."""
        paid = sum(limit.sign * limit.price * limit.adds(counted, pair in self.pins) for limit, counted in self.of_pair[pair])
        return paid + self.case.paid(pair)

    def beyond(self, held, shapes):
        """Each limit, the units by which offers exceed or miss it, and what was compared. shapes: by user (sponsored, others)."""
        given, offers = defaultdict(Dec), Counter()
        for u, own in held.items():
            for limit, counted in (entry for c in own for entry in self.of_pair[u, c]):
                given[limit] += counted
                offers[limit] += 1
        for g, rules in self.of_group.items():
            for limit, count in rules:
                given[limit] = sum(count(s > 0, s > 0 and t > 0, s, t) for s, t in map(shapes.get, self.members[g]))
        return [(name, limit, *limit.beyond(given[limit], offers[limit])) for name, limit in self.named.items()]

    def decimals(self):
        """Of what each limit that may be missed can cost."""
        counted = Counter()
        for limit, count in (entry for own in self.of_pair.values() for entry in own):
            counted[limit] = max(counted[limit], places(count) if limit.cost else 0)
        return [places(limit.cost) + max(places(limit.amount), counted[limit]) for limit in self.named.values()
                if limit.cost and (limit.sign > 0 or limit.amount)]


def rules_of(cert, ratio, size, largest_k):
    """A group's rules: name, limit, and what of (users with sponsored offers, mixed users, sponsored offers, others) counts toward it."""
    uniform, missing = cert["model"] == "uniform", dec(cert["shortfall_price"])
    least, most, share, mixed = share_of(ratio, size, True) if uniform else 0, None, None, None
    if uniform and cert["max_sponsored_ratio"] is not None:
        most = share_of(cert["max_sponsored_ratio"], size, False)
        most = max(most, min(1, least)) if cert["max_sponsored_ratio"] > 0 else 0
    if uniform and cert["enforce_assignment_ratio"] and cert["assignment_ratio_guard"] != "none":
        share = dec(max(0.0, ratio - cert["ratio_slack"]))
        if 10**9 <= 2 * 10**places(share) * largest_k * size:  # the rule's tolerance of 1e-9 could let less pass
            share = Dec(cut(share * Dec("0.999999999"), 15)).scaleb(-15)
    if uniform and cert["mix_tail"] and cert["max_mixed_share"] < 1:
        mixed = share_of(cert["max_mixed_share"], size, False)
    none = lambda users, both, s, t: 0  # no rule: nothing counts, and missing it costs nothing, so that it has no price
    return [
        ("min_sponsored", Limit(least, -1, missing), lambda users, both, s, t: users),
        ("max_sponsored", Limit(most or 0, 1, None if most is not None else Dec(0)),
         none if most is None else lambda users, both, s, t: users),
        ("mixed_share", Limit(mixed or 0, 1, None if mixed is not None else Dec(0)),
         none if mixed is None else lambda users, both, s, t: both),
        ("assignment_ratio", Limit(0, -1, None if share is not None else Dec(0)),
         none if share is None else lambda users, both, s, t: s - share * (s + t)),
    ]


def columns_of(drop, u, c):
    """Finds a pair's value in a column: of the first table that has it. An amount (`per` is given) is in the table of the first
    column that its limit is per; in group_ratios for limits per group, where it is there."""
    user, cap, row = drop.users[u], drop.caps[c], drop.pairs[u][c]
    group = drop.groups[user["group_id"]]
    built_in = {"is_sponsored": "true" if cap["sponsored"] else "false", "cap_face": plain(cap["cap"])}
    before = {} if drop.previous is None else {"in_previous": str((u, c) in drop.previous).lower()}
    tables = [{**cap, **built_in}, user, group, {**row, **before}]

    def find(name, per=None):
        having = [table for table in tables if (name if per is None else per[0]) in table]
        demand(having, f"no column {name}")
        return (group if per == ["group_id"] and name in group else having[0])[name]
    return find
