"""Users of check.py who keep the limits of single users, where the certificate says so: only one user's offers count toward these."""
from collections import Counter, defaultdict
from decimal import Decimal as Dec
from check_users import Users


class OwnUsers(Users):
    """The bundles of each user are those that keep the user's own limits, or pay what missing them costs."""

    def keep(self, limits):
        """limits: all of them. A user's own are told from their pairs."""
        users_of, self.own = defaultdict(set), defaultdict(list)
        for (u, _), entries in limits.of_pair.items():
            for limit, _ in entries:
                users_of[limit].add(u)
        for name, limit in limits.named.items():
            if len(name) == 3 and len(users_of[limit]) == 1:  # a declared one: its name has values and a side
                self.own[min(users_of[limit])].append(limit)
        self.limits = limits
        return self

    def bundles(self, u, rules, paid):
        found = super().bundles(u, rules, paid)
        own = self.own[u]
        if not own:
            return found
        offers = sorted(self.offers_of(u, paid), key=lambda offer: offer[:2])
        lists = [[offer for offer in offers if offer[2] == kind] for kind in (True, False)]
        kept = [(self.best(u, lists, (s, t), self.beside(u, s, t, rules)), s, t) for _, s, t in found]
        return [bundle for bundle in kept if bundle[0] is not None] or found

    def best(self, u, lists, numbers, rest):
        """The value of the best bundle that keeps the user's own limits, less price x amount of these; None: no bundle does.
        A bundle is worth no more than it is at the prices of own limits, where those only count what it pays for them."""
        best, at_least = None, sum(limit.sign * limit.price * limit.left for limit in self.own[u] if not limit.is_share)
        of_rest = [[Dec(0)] for _ in lists]
        for sums, offers in zip(of_rest, lists):
            for offer in offers:
                sums.append(sums[-1] - offer[1])

        def choose(kind, n, start, chosen, bound):
            nonlocal best
            if n == 0 and kind == 0:
                return choose(1, numbers[1], 0, chosen, bound)
            if n == 0:
                value = self.kept(u, chosen, bound - at_least)
                best = value if value is not None and (best is None or value > best) else best
                return
            sums, offers = of_rest[kind], lists[kind]
            for i in range(start, len(offers) - n + 1):
                more = bound + sums[i + n] - sums[i] - sums[start + n] + sums[start]
                if best is not None and more <= best:
                    return
                choose(kind, n - 1, i + 1, [*chosen, offers[i]], more)
                if not offers[i][0]:  # a pin
                    return

        choose(0, numbers[0], 0, [], rest + sum(sums[n] for sums, n in zip(of_rest, numbers)))
        return best

    def kept(self, u, chosen, value):
        """What a bundle is worth if its offers pay nothing for own limits, but what missing these costs; None: it breaks one."""
        contracts = [offer[4] for offer in chosen]
        if not self.brands_are_kept((u, c) for c in contracts):
            return None
        given, offers, pins = defaultdict(Dec), Counter(), self.drop.pins
        for c in contracts:
            for limit, counted in self.limits.of_pair[u, c]:
                given[limit] += counted
                offers[limit] += 1
                if limit in self.own[u]:
                    value += limit.sign * limit.price * limit.adds(counted, (u, c) in pins)
        for limit in self.own[u]:
            beyond, size = limit.beyond(given[limit], offers[limit])
            if limit.cost is None and beyond > limit.tolerance * size:
                return None
            value -= ((limit.cost or 0) * max(beyond, Dec(0))).scaleb(self.n)
        return value
