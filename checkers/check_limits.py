"""Limits, for certificates of drops that have some: what each pair counts toward which, and pays for it."""
from decimal import Decimal as Dec
from check_numbers import cut, dec, demand, plain


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
                        if type(amount) is str:
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

    def worth(self):
        """Price x amount of all; shares of offers have none."""
        return sum((1 if side == "at_most" else -1) * p * a for p, a, (f, side) in zip(self.price, self.left, self.family)
                   if not f["share_of"])

    def set_prices(self, prices, n):
        self.price = [0] * len(self.amount)
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
