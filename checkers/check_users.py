"""One user of check.py: what may be held, and what it is worth, by the policy of the certificate."""
import math
from collections import Counter
from decimal import Decimal as Dec
from check_numbers import dec, demand, places


class Users:
    def __init__(self, drop, cert):
        self.drop, self.cert, self.n, self.uniform = drop, cert, cert["exact"]["decimals"], cert["model"] == "uniform"
        self.change = dec(cert.get("change_cost", 0))
        demand(self.change == 0 or drop.previous is not None, "changes cost something, and the offers of before are not given")
        self.largest_k = max(map(self.k_of, drop.pairs), default=1)

    def k_of(self, u):
        return int(self.drop.k[u] or self.cert["k"])

    def may_hold(self, k, s, t):
        """Whether a user of this k may hold s sponsored and t other offers."""
        cert, mixed = self.cert, self.uniform and s > 0 and t > 0
        least = k - 1 if cert["third_slot_only_mixing"] else min(cert["sponsored_first_rounds"], k - 1)
        return s + t <= k and (not mixed or cert["mix_tail"] and s >= least and (t == 1 or not cert["third_slot_only_mixing"]))

    def brands_are_kept(self, pairs):
        most, of_brand = self.cert["max_per_brand"], Counter((u, self.drop.brand(c)) for u, c in pairs)
        return most is None or all(count <= most for count in of_brand.values())

    def of_shape(self, k, s, t):
        """What numbers of offers are worth beside their scores, part by part."""
        cert = self.cert
        lacking = [-dec(cert["shortfall_penalty"])] * (k - s - t)
        weights = list(map(dec, cert["cov_w"][:s + t]))
        bonuses = [dec(cert["sponsored_bonus"])] * (min(1, s) if self.uniform else s)
        return bonuses + (lacking if cert["cov_mode"] == "shortfall" else weights)

    def charge(self, pair):
        return self.change if self.change and pair not in self.drop.previous else 0

    def offers(self, table):
        """By user, the contracts given: eligible, once each, at their scores, pins among them; and by user how many of each type."""
        drop, held, shapes = self.drop, {u: [] for u in self.drop.pairs}, {}
        for row in table:
            u, c = row["user_id"], row["contract_address"]
            demand(c in drop.pairs.get(u, {}) and c not in held[u], f"{u}, {c} is no eligible pair, or comes twice")
            score = float(drop.pairs[u][c]["score"])
            demand(abs(float(row["score"]) - score) <= 1e-9 * abs(score), f"score of {u}, {c}")
            held[u].append(c)
        demand(all(c in held[u] for u, c in drop.pins), "a pin is not given")
        demand(self.brands_are_kept((u, c) for u, own in held.items() for c in own), "too many offers of a brand")
        for u, own in held.items():
            s = sum(drop.caps[c]["sponsored"] for c in own)
            shapes[u] = s, len(own) - s
            demand(self.may_hold(self.k_of(u), *shapes[u]), f"what {u} holds")
        return held, shapes

    def bundles(self, u, rules, paid):
        """The best bundle of each shape that a user may hold, pins in it: its value at the prices, and its shape.
        rules: those of the user's group, with their prices. paid: what an offer of a pair pays for all other limits."""
        k = self.k_of(u)
        sums, pinned, of_brand = {True: [Dec(0)], False: [Dec(0)]}, Counter(), Counter()
        for is_free, loss, kind, brand, _ in sorted(self.offers_of(u, paid), key=lambda offer: offer[:2]):  # pins first, then the best
            of_brand[kind, brand] += 1
            pinned[kind] += not is_free
            if not is_free or of_brand[kind, brand] <= (self.cert["max_per_brand"] or math.inf):
                sums[kind].append(sums[kind][-1] - loss)
        found = []
        for s, sponsored in enumerate(sums[True][:k + 1]):
            for t, others in enumerate(sums[False][:k + 1 - s]):
                if self.may_hold(k, s, t) and s >= pinned[True] and t >= pinned[False]:
                    found.append((sponsored + others + self.beside(u, s, t, rules), s, t))
        demand(found, f"{u} can't have its pins")
        return found

    def offers_of(self, u, paid):
        """Each offer that a user may get: whether it is no pin, what it costs less its worth, its kind, brand and contract."""
        drop, offers = self.drop, []
        for c, row in drop.pairs[u].items():
            is_sponsored, worth = drop.caps[c]["sponsored"], dec(row["score"]) - self.charge((u, c))
            if is_sponsored and not self.uniform:
                worth += dec(self.cert["sponsored_bonus"])
            # Under coverage both types compete for the same places: nobody's shape has sponsored offers.
            kind = self.uniform and is_sponsored
            offers.append((((u, c) not in drop.pins), paid((u, c)) - worth.scaleb(self.n), kind, drop.brand(c), c))
        return offers

    def beside(self, u, s, t, rules):
        """What a bundle of a shape is worth besides its offers, less what its group's rules cost."""
        owed = sum(limit.sign * limit.price * count(s > 0, s > 0 and t > 0, s, t) for limit, count in rules)
        return sum(self.of_shape(self.k_of(u), s, t), Dec(0)).scaleb(self.n) - owed

    def decimals(self):
        """Of scores, and of what numbers of offers are worth."""
        cert = self.cert
        scores = [float(row["score"]) for own in self.drop.pairs.values() for row in own.values()]
        of_counts = [cert["shortfall_penalty"]] if cert["cov_mode"] == "shortfall" else cert["cov_w"][:self.largest_k]
        return map(places, [*scores, *of_counts, cert["sponsored_bonus"], self.change])
