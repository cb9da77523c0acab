#!/usr/bin/env python3
"""Checks a certificate with exact decimals: plain Python 3, no packages, nothing of Divvy's.

  check.py [--pins pins.csv] [--previous previous.csv] \\
    caps.csv elig.csv user_groups.csv group_ratios.csv assignments.csv certificate.json
  check.py --dir FOLDER assignments.csv certificate.json

Inputs are CSV with the columns of docs/inputs.md, read with default options; or the FOLDER that `divvy export --format
csv` writes, which has the drop after history, bans, filters and holdouts. Exit code 0: certified; 2: refused.
What is computed is docs/model.md, term by term; how numbers are cut is `divvy certificate explain`.

This file is the proof: what the assignments are worth, and what no allocation is worth more than. Beside it lie
check_limits.py (every rule, as one form of limit), what reads the files (check_certificate.py, check_drop.py,
check_numbers.py), and check_groups.py, which only some certificates need.
"""
import argparse, math, os, sys
from collections import Counter, defaultdict
from decimal import Decimal as Dec, ROUND_CEILING
from fractions import Fraction

sys.dont_write_bytecode = True  # nothing is left beside these files
from check_certificate import read_certificate
from check_drop import Drop, rows
from check_groups import joint_loss
from check_limits import Limits
from check_numbers import Refused, cut, dec, demand, least_double, places


def check(caps, elig, user_groups, group_ratios, assignments, certificate, pins=None, previous=None):
    """Says "certified"; raises Refused where anything is not so."""
    try:
        cert, table = read_certificate(certificate), rows(assignments)
        drop = Drop(caps, elig, user_groups, group_ratios, pins, previous)
        return Judge(cert, drop, drop.without_held_out(table)).verdict()
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, StopIteration, TypeError, ValueError) as error:
        raise Refused(f"what is read is not as it must be: {type(error).__name__} {error}")


class Judge:
    """One certificate, the drop that it is of, and the rows of the assignments."""

    def __init__(self, cert, drop, table):
        self.cert, self.drop, self.table = cert, drop, table
        self.uniform, self.n, self.change = cert["model"] == "uniform", cert["exact"]["decimals"], dec(cert.get("change_cost", 0))
        demand(self.change == 0 or drop.previous is not None, "changes cost something, and the offers of before are not given")
        demand(drop.hashes(cert.get("limit_families", [])) == cert["inputs"], "the certificate is of other inputs")
        self.limits = Limits(drop, cert)

    def is_sponsored(self, c):
        return self.drop.caps[c]["sponsored"]

    def charged(self, pair):
        return self.change if self.change and pair not in self.drop.previous else 0

    def may_hold(self, k, s, t):
        """Whether a user may hold s sponsored and t other offers."""
        cert = self.cert
        if not self.uniform or s == 0 or t == 0:
            return s + t <= k
        least = k - 1 if cert["third_slot_only_mixing"] else min(cert["sponsored_first_rounds"], k - 1)
        return cert["mix_tail"] and s >= least and s + t <= k and (t == 1 or not cert["third_slot_only_mixing"])

    def worths(self, k, count):
        """What so many offers are worth to a user of this k: the weights of each, or the cost of each that lacks."""
        if self.cert["cov_mode"] == "shortfall":
            return [-dec(self.cert["shortfall_penalty"])] * (k - count)
        return list(map(dec, self.cert["cov_w"][:min(k, count)]))

    # ---- What the assignments are worth: every rule is kept, or pays for what is missed --------------------------------------

    def offers(self):
        """By user, the contracts given: eligible, once each, at their scores, pins among them."""
        drop, held = self.drop, defaultdict(list)
        for row in self.table:
            u, c = row["user_id"], row["contract_address"]
            demand(c in drop.pairs.get(u, {}) and c not in held[u], f"{u}, {c} is no eligible pair, or comes twice")
            score = float(drop.pairs[u][c]["score"])
            demand(abs(float(row["score"]) - score) <= 1e-9 * abs(score), f"score of {u}, {c}")
            held[u].append(c)
        demand(all(c in held[u] for u, c in drop.pins), "a pin is not given")
        return held

    def objective(self, held):
        """What the offers are worth, in units, rounded down."""
        cert, drop, n, shapes = self.cert, self.drop, self.n, defaultdict(list)
        objective, most_of_brand, bonus = 0, cert["max_per_brand"], cut(cert["sponsored_bonus"], n)
        for g, members in drop.members.items():
            for u in members:
                k, s = drop.k_of(u, cert["k"]), sum(map(self.is_sponsored, held[u]))
                t = len(held[u]) - s
                shapes[g].append((s, t))
                demand(self.may_hold(k, s, t), f"what {u} holds")
                of_brand = Counter(map(drop.brand, held[u])).values()
                demand(most_of_brand is None or max(of_brand, default=0) <= most_of_brand, f"brands of {u}")
                objective += sum(cut(w, n) for w in self.worths(k, s + t)) + bonus * (min(1, s) if self.uniform else s)
                for c in held[u]:
                    objective += cut(drop.pairs[u][c]["score"], n) - cut(self.charged((u, c)), n, ROUND_CEILING)
        for limit, beyond, size in self.limits.beyond(held, shapes):
            demand(limit.cost is not None or beyond <= limit.tolerance * size, f"a limit of {limit.amount} is not kept")
            objective -= cut((limit.cost or 0) * max(beyond, 0), n, ROUND_CEILING)
        return objective

    def decimals(self):
        """Decimals that no objective has more than."""
        cert, drop, limits = self.cert, self.drop, self.limits
        numbers = [float(row["score"]) for own in drop.pairs.values() for row in own.values()] + [cert["sponsored_bonus"], self.change]
        most = max([cert["k"]] + [drop.k_of(u, cert["k"]) for u in drop.pairs])
        numbers += [cert["shortfall_penalty"]] if cert["cov_mode"] == "shortfall" else cert["cov_w"][:most]
        return max([*map(places, numbers), *limits.decimals()])

    # ---- What no allocation is worth more than ---------------------------------------------------------------------------------

    def bound(self, priced, made, claimed):
        """D of the prices, in units. made: offers that a case has settled, each with whether it is made."""
        drop, limits, n = self.drop, self.limits, self.n
        more = cut(self.cert["branches"]["price"], n) if made else 0
        limits.set_prices(priced, n, {pair: more if is_made else -more for pair, is_made in made.items()})
        bound, joint = limits.worth(), []
        for g, members in drop.members.items():
            bundles = [self.bundles(u, limits.of_group[g]) for u in members]
            bound += sum(max(shapes)[0] for shapes in bundles)
            if any(priced["groups"].get(g, {}).get(rule) for rule in ("assignment_ratio", "mixed_share")):
                joint.append((bundles, limits.of_group[g]))
        for bundles, rules in joint:  # a group's best choice over whole users, where that is needed
            if self.floor(bound) > claimed:
                bound -= joint_loss(bundles, rules, n, bound - claimed)
        return bound

    def bundles(self, u, rules):
        """The best bundle of each shape that a user may hold, pins in it: its value at the prices, and its shape."""
        cert, drop, limits, n = self.cert, self.drop, self.limits, self.n
        k, lists, best, bonus = drop.k_of(u, cert["k"]), {True: [], False: []}, {}, dec(cert["sponsored_bonus"]).scaleb(n)
        for c, row in drop.pairs[u].items():
            value = (dec(row["score"]) - self.charged((u, c))).scaleb(n) - limits.paid((u, c))
            if self.is_sponsored(c) and not self.uniform:
                value += bonus
            lists[self.uniform and self.is_sponsored(c)].append(((u, c) in drop.pins, value, drop.brand(c)))
        for kind, values in lists.items():
            taken, seen = [Dec(0)], Counter()
            for is_pinned, value, brand in sorted(values, key=lambda one: (not one[0], -one[1])):
                if is_pinned or cert["max_per_brand"] is None or seen[brand] < cert["max_per_brand"]:
                    seen[brand] += 1
                    taken.append(taken[-1] + value)
            best[kind] = taken[:k + 1]
        pinned = {kind: sum(is_pinned for is_pinned, *_ in values) for kind, values in lists.items()}
        found = []
        for s, t in ((s, t) for s in range(len(best[True])) for t in range(len(best[False]))):
            if self.may_hold(k, s, t) and s >= pinned[True] and t >= pinned[False]:
                paid = sum(limit.sign * limit.price * count(s > 0, s > 0 and t > 0, s, t) for limit, count in rules)
                own = sum(self.worths(k, s + t)).scaleb(n) if self.worths(k, s + t) else 0
                found.append((best[True][s] + best[False][t] + own + (bonus if self.uniform and s else 0) - paid, s, t))
        demand(found, f"{u} can't have its pins")
        return found

    def floor(self, units):
        """Down to the grid that objectives lie on, where that is coarser than units."""
        grid = Fraction(10)**(self.step - self.n)
        return Fraction(math.floor(Fraction(units) * grid)) / grid

    def bound_of_cases(self, node, made, claimed):
        """The largest bound of all cases; None: there is none, as nobody can have what is made."""
        most_of_brand = self.cert["max_per_brand"]
        of_brand = Counter((u, self.drop.brand(c)) for (u, c), is_made in made.items() if is_made).values()
        if most_of_brand is not None and max(of_brand, default=0) > most_of_brand:
            return None
        if "offer" not in node:
            return self.bound(node, made, claimed)
        u, c = node["offer"]
        demand(c in self.drop.pairs.get(u, {}), "a case's offer is no pair")
        bounds = [self.bound_of_cases(node[part], {**made, (u, c): is_made}, claimed)
                  for part, is_made in (("with", True), ("without", False))]
        return max((bound for bound in bounds if bound is not None), default=None)

    def verdict(self):
        cert, n = self.cert, self.n
        objective = self.objective(self.offers())
        demand(objective == Fraction(Dec(cert["exact"]["objective"]).scaleb(n)), f"the objective is {Dec(objective).scaleb(-n)}")
        claimed = Fraction(Dec(cert["exact"]["bound"]).scaleb(n))
        demand(claimed >= objective and claimed.denominator == 1, "the bound is below the objective, or no whole units")
        claimed, self.step = int(claimed), self.decimals()
        bound = self.bound(cert, {}, claimed)
        if "branches" in cert and self.floor(bound) > claimed:
            of_cases = self.bound_of_cases(cert["branches"]["tree"], {}, claimed)
            bound = bound if of_cases is None else min(bound, of_cases)
        demand(claimed >= self.floor(bound), f"the prices prove no less than {float(bound)} units")
        demand(objective <= bound, "the objective is above what the prices prove")
        # The doubles that follow.
        gap = 0 if claimed == objective else 1 if claimed == 0 else least_double(Fraction(claimed - objective, abs(claimed)))
        demand(cert["objective"] == float(cert["exact"]["objective"]), "objective is not exact.objective")
        demand(cert["bound"] == least_double(claimed * Fraction(10)**-n) and cert["gap"] == gap, "bound or gap is not what exact says")
        demand(cert.get("search_bound", cert["bound"]) >= cert["objective"], "search_bound is below the objective")
        return f"certified: objective {cert['exact']['objective']}, bound {cert['exact']['bound']}, gap {cert['gap']}"


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
