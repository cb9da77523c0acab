"""Cases of check.py: limits on offers and on sponsored users that a proof by cases has beside those of the drop."""
from decimal import Decimal as Dec
from check_limits import Limit
from check_numbers import cut, dec, demand


class Case:
    """limits: (pairs, sign, amount, price): at most the amount of offers of these pairs (sign 1), or at least (-1); a group in place of
    pairs: of its users who get a sponsored offer."""

    def __init__(self, price, limits=()):
        self.price, self.limits = price, limits

    def made(self):
        """The offers that are made: limits of one pair at the tree's own price."""
        return [pair for pairs, sign, _, price in self.of_offers() if price is not None and sign < 0 for pair in pairs]

    def of_offers(self):
        return [limit for limit in self.limits if type(limit[0]) is set]

    def of_users(self, g):
        """Rules of a group that the case adds, with their prices: of the form that check_limits.py has."""
        rules = []
        for of, sign, amount, price in self.limits:
            if of == g:
                rules.append((Limit(amount, sign, None), lambda users, both, s, t: users))
                rules[-1][0].price = price
        return rules

    def further(self, *limit):
        return Case(self.price, (*self.limits, limit))

    def with_offer(self, drop, u, c):
        """An offer that is made, x >= 1, and that is not, x <= 0."""
        demand(c in drop.pairs.get(u, {}), "a case's offer is no pair")
        return {"with": self.further({(u, c)}, -1, 1, self.price), "without": self.further({(u, c)}, 1, 0, self.price)}

    def with_users(self, drop, group_id, sponsored_users, **_):
        """A number of users of a group who get a sponsored offer at most, and one more who get one at least."""
        demand(group_id in drop.members, "a case is of what there is not")
        most = int(sponsored_users)
        return {"at_most": self.further(group_id, 1, most, None), "at_least": self.further(group_id, -1, most + 1, None)}

    def with_count(self, drop, offers, least_score=None, contracts=None, group_id=None, **_):
        """A number of offers, pinned ones aside, that are made at most, and one more that are made at least."""
        demand(all(c in drop.caps for c in contracts or []) and group_id in (None, *drop.members), "a case is of what there is not")
        least = None if least_score is None else dec(least_score)
        pairs = {(u, c) for u, own in drop.pairs.items() for c, row in own.items()
                 if group_id in (None, drop.users[u]["group_id"]) and (contracts is None or c in contracts)
                 and (least is None or dec(row["score"]) >= least) and (u, c) not in drop.pins}
        return {"at_most": self.further(pairs, 1, int(offers), None), "at_least": self.further(pairs, -1, int(offers) + 1, None)}

    def priced(self, prices, n):
        """The case with the prices of its numbers of offers, from the first, cut to units."""
        counts = [limit for limit in self.limits if limit[3] is None]
        demand(len(counts) == len(prices), "not as many prices as numbers of offers")
        prices = iter(cut(price, n) for price in prices)
        limits = [(pairs, sign, amount, next(prices) if price is None else price) for pairs, sign, amount, price in self.limits]
        return Case(self.price, limits)

    def worth(self):
        """The sum of price x amount."""
        return sum((sign * price * amount for _, sign, amount, price in self.limits), Dec(0))

    def paid(self, pair):
        """What an offer of a pair pays."""
        return sum(sign * price for pairs, sign, _, price in self.of_offers() if pair in pairs)
