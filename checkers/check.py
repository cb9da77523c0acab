#!/usr/bin/env python3
"""Checks a certificate with exact decimals: plain Python 3, no packages, nothing of Divvy's.

  check.py [--pins pins.csv] [--previous previous.csv] \\
    caps.csv elig.csv user_groups.csv group_ratios.csv assignments.csv certificate.json
  check.py --dir FOLDER assignments.csv certificate.json

Inputs are CSV with the columns of docs/inputs.md, read with default options; or the FOLDER that `divvy export --format
csv` writes, which has the drop after history, bans, filters and holdouts. Exit code 0: certified; 2: refused.
What is computed is docs/model.md, term by term; how numbers are cut is `divvy certificate explain`.

This file is the proof: rules, objective, bound. Beside it lie check_numbers.py, check_certificate.py and check_drop.py, which
read what is judged, and what only some certificates need: check_limits.py and check_groups.py.
"""
import argparse, math, os, sys
from collections import Counter, defaultdict
from decimal import Decimal as Dec, ROUND_CEILING, ROUND_FLOOR
from fractions import Fraction

sys.dont_write_bytecode = True  # nothing is left beside these files
from check_certificate import read_certificate
from check_drop import Drop, rows
from check_groups import joint_loss
from check_limits import Limits
from check_numbers import Refused, cut, dec, demand, least_double, places, share_of


def check(caps, elig, user_groups, group_ratios, assignments, certificate, pins=None, previous=None):
    """Says "certified"; raises Refused where anything is not so."""
    try:
        cert, table = read_certificate(certificate), rows(assignments)
        drop = Drop(caps, elig, user_groups, group_ratios, pins, previous)
        return Judge(cert, drop, without_held_out(drop, table)).verdict()
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, StopIteration, TypeError, ValueError) as error:
        raise Refused(f"what is read is not as it must be: {type(error).__name__} {error}")


def without_held_out(drop, table):
    """The rows of users of the drop. Random offers to users held out of it are taken off the caps."""
    held_out = [row for row in table if row.get("holdout", "").lower() == "true"]
    for row in held_out:
        demand(row["user_id"] not in drop.pairs and row["contract_address"] in drop.caps, f"a held-out row of {row['user_id']}")
        drop.caps[row["contract_address"]]["cap"] -= 1
    demand(all(cap["cap"] >= 0 for cap in drop.caps.values()), "a cap is below what users held out have")
    return [row for row in table if row not in held_out]


class Judge:
    """One certificate, the drop that it is of, and the rows of the assignments."""

    def __init__(self, cert, drop, table):
        self.cert, self.drop, self.table = cert, drop, table
        self.uniform, self.n, self.missing = cert["model"] == "uniform", cert["exact"]["decimals"], cert["shortfall_price"]
        self.change = dec(cert.get("change_cost", 0))
        demand(self.change == 0 or drop.previous is not None, "changes cost something, and the offers of before are not given")
        families = cert.get("limit_families", [])
        demand(drop.hashes(families) == cert["inputs"], "the certificate is of other inputs")
        self.limits = Limits(drop, families, self.missing)
        self.rules = {g: self.rules_of(g, len(members)) for g, members in drop.members.items()}

    def k_of(self, u):
        return int(self.drop.users[u].get("k", "").strip() or self.cert["k"])

    def is_sponsored(self, c):
        return self.drop.caps[c]["sponsored"]

    def brand(self, c):
        return self.drop.caps[c].get("brand_id", "") or ("", c)

    def charged(self, pair):
        return self.change if self.change and pair not in self.drop.previous else 0

    # ---- The rules ---------------------------------------------------------------------------------------------------

    def may_hold(self, k, s, t):
        """Whether a user may hold s sponsored and t other offers."""
        cert = self.cert
        if not self.uniform or s == 0 or t == 0:
            return s + t <= k
        least = k - 1 if cert["third_slot_only_mixing"] else max(1, min(cert["sponsored_first_rounds"], k - 1))
        exactly = t == 1 and s == least if cert["third_slot_only_mixing"] else s >= least
        return s + t <= k and cert["mix_tail"] and exactly

    def rules_of(self, g, size):
        """Of a group: least and most sponsored users, least share of sponsored offers, most mixed users; None: no rule."""
        cert, ratio = self.cert, float(self.drop.groups[g]["sponsorship_ratio"])
        if not self.uniform:
            return 0, None, None, None
        least, most, share, mixed = share_of(ratio, size, True), None, None, None
        if cert["max_sponsored_ratio"] is not None:
            most = share_of(cert["max_sponsored_ratio"], size, False)
            most = max(most, min(1, least)) if cert["max_sponsored_ratio"] > 0 else 0
        if cert["enforce_assignment_ratio"] and cert["assignment_ratio_guard"] != "none":
            share = dec(max(0.0, ratio - cert["ratio_slack"]))
            if 10**9 <= 2 * 10**places(share) * cert["k"] * size:  # the rule's tolerance of 1e-9 could let less pass
                share = Dec(cut(share * Dec("0.999999999"), 15)).scaleb(-15)
        if cert["mix_tail"] and cert["max_mixed_share"] < 1:
            mixed = share_of(cert["max_mixed_share"], size, False)
        return least, most, share, mixed

    def worth(self, k, count, n, way):
        """Worth of so many offers, in units."""
        if self.cert["cov_mode"] == "shortfall":
            return (k - count) * cut(-dec(self.cert["shortfall_penalty"]), n, way)
        return sum(cut(w, n, way) for w in self.cert["cov_w"][:min(k, count)])

    # ---- The assignments: every rule, then what they are worth ---------------------------------------------------------

    def offers(self):
        """By user, the contracts given: eligible, once each, at their scores, within caps, pins among them."""
        drop, held = self.drop, defaultdict(list)
        for row in self.table:
            u, c = row["user_id"], row["contract_address"]
            demand(c in drop.pairs.get(u, {}) and c not in held[u], f"{u}, {c} is no eligible pair, or comes twice")
            score = float(drop.pairs[u][c]["score"])
            demand(abs(float(row["score"]) - score) <= 1e-9 * abs(score), f"score of {u}, {c}")
            held[u].append(c)
        demand(all(c in held[u] for u, c in drop.pins), "a pin is not given")
        for c, given in Counter(c for own in held.values() for c in own).items():
            demand(given <= drop.caps[c]["cap"], f"{c} is over its cap")
        return held

    def objective(self, held):
        """What the offers are worth, in units, rounded down."""
        cert, drop, n = self.cert, self.drop, self.n
        objective, shape, most_of_brand = 0, {}, cert["max_per_brand"]
        for u in drop.pairs:
            s = sum(map(self.is_sponsored, held[u]))
            shape[u] = s, t = s, len(held[u]) - s
            demand(self.may_hold(self.k_of(u), s, t), f"what {u} holds")
            if most_of_brand is not None:
                demand(all(x <= most_of_brand for x in Counter(map(self.brand, held[u])).values()), f"brands of {u}")
            objective += self.worth(self.k_of(u), s + t, n, ROUND_FLOOR) + sum(cut(drop.pairs[u][c]["score"], n) for c in held[u])
            objective += cut(cert["sponsored_bonus"], n) * (min(1, s) if self.uniform else s)
            objective -= sum(cut(self.charged((u, c)), n, ROUND_CEILING) for c in held[u] if self.change)
        for g, (least, most, share, mixed) in self.rules.items():
            shapes = [shape[u] for u in drop.members[g]]
            sponsored, both = sum(s > 0 for s, _ in shapes), sum(s > 0 and t > 0 for s, t in shapes)
            balance = sum(s for s, _ in shapes) - (share or 0) * sum(s + t for s, t in shapes)
            demand((most is None or sponsored <= most) and (mixed is None or both <= mixed), f"rules of group {g}")
            demand(share is None or balance >= 0, f"assignment ratio of group {g}")
            objective -= max(0, least - sponsored) * cut(self.missing, n, ROUND_CEILING)
        given = [(u, c) for u, own in held.items() for c in own]
        for cost, (beyond, size) in zip(self.limits.cost, self.limits.beyond(given)):
            demand(cost is not None or beyond <= dec(1e-9) * size, "a limit is exceeded")
            objective -= cut(cost * max(beyond, Dec(0)), n, ROUND_CEILING) if cost is not None else 0
        return objective

    def decimals(self):
        """Decimals that no objective has more than."""
        cert, drop, limits = self.cert, self.drop, self.limits
        every = [float(row["score"]) for own in drop.pairs.values() for row in own.values()] + [cert["sponsored_bonus"], self.change]
        weights = cert["cov_w"][:max([cert["k"]] + [self.k_of(u) for u in drop.pairs])]
        every += [cert["shortfall_penalty"]] if cert["cov_mode"] == "shortfall" else weights
        every += [self.missing] if any(least for least, *_ in self.rules.values()) else []
        counted = [x for own in limits.of_pair.values() for _, x in own]
        missed = [places(cost) + max(places(amount), *map(places, counted))
                  for cost, amount in zip(limits.cost, limits.amount) if cost is not None]
        return max([*map(places, every), *missed])

    # ---- The bound -----------------------------------------------------------------------------------------------------

    def bound(self, priced, made, claimed):
        """D of the prices in units, cut to whole ones. `made`: offers that a case has settled, each with whether it is made."""
        cert, drop, limits, n = self.cert, self.drop, self.limits, self.n
        demand(set(priced["contracts"]) <= set(drop.caps) and set(priced["groups"]) <= set(drop.members), "prices of strangers")
        price = {c: cut(priced["contracts"].get(c, 0), n) for c in drop.caps}
        limits.set_prices(priced.get("limits", []), n)
        more = cut(cert["branches"]["price"], n) if made else 0
        bound = sum(price[c] * drop.caps[c]["cap"] for c in drop.caps) + limits.worth() - more * sum(made.values())
        joint = []
        for g, (least, most, share, mixed) in self.rules.items():
            own = priced["groups"].get(g, {})
            names = {"min_sponsored": True, "max_sponsored": most is not None, "assignment_ratio": share is not None,
                     "mixed_share": mixed is not None}
            demand(all(names.get(name) or own[name] == 0 for name in own), f"group {g} has a price of no rule")
            demand(own.get("min_sponsored", 0) <= self.missing, f"min_sponsored of {g} is above the shortfall price")
            mu, nu, alpha, beta = (cut(own.get(name, 0), n) for name in names)
            bound += -mu * least + nu * (most or 0) + beta * (mixed or 0)

            def value(u, c):
                settled = {None: 0, True: more, False: -more}[made.get((u, c))]
                ratio = alpha * (int(self.is_sponsored(c)) - (share or 0)) if self.uniform else 0
                bonus = dec(cert["sponsored_bonus"]) if self.is_sponsored(c) and not self.uniform else 0
                score = dec(drop.pairs[u][c]["score"]) - self.charged((u, c)) + bonus
                return score.scaleb(n) - price[c] - limits.paid((u, c)) + settled + ratio

            becoming = dec(cert["sponsored_bonus"]).scaleb(n) + mu - nu if self.uniform else 0
            bundles = [self.bundles(u, value, becoming, beta) for u in drop.members[g]]
            bound += sum(max(shapes)[0] for shapes in bundles)
            if own.get("assignment_ratio") or own.get("mixed_share"):
                joint.append((bundles, self.rules[g], (mu, nu, alpha, beta, cut(self.missing, n))))
        for bundles, rule, prices in joint:  # a group's best choice over whole users, where that is needed
            if self.floor(bound) > claimed:
                bound -= joint_loss(bundles, rule, prices, bound - Dec(claimed))
        return self.floor(bound), bound

    def bundles(self, u, value, becoming, mixing):
        """The best bundle of each shape that a user may hold, pins in it: its value at the prices, and its shape."""
        cert, k, lists = self.cert, self.k_of(u), {True: [], False: []}
        for c in self.drop.pairs[u]:
            kind = self.is_sponsored(c) if self.uniform else False
            lists[kind].append(((u, c) in self.drop.pins, value(u, c), self.brand(c)))
        best, pinned = {}, {kind: sum(isin for isin, *_ in values) for kind, values in lists.items()}
        for kind, values in lists.items():
            taken, seen = [Dec(0)], Counter()
            for isin, worth, brand in sorted(values, key=lambda one: (not one[0], -one[1])):
                if isin or cert["max_per_brand"] is None or seen[brand] < cert["max_per_brand"]:
                    seen[brand] += 1
                    taken.append(taken[-1] + worth)
            best[kind] = taken[:k + 1]
        counts = [Dec(self.worth(k, count, 400, ROUND_CEILING)).scaleb(self.n - 400) for count in range(k + 1)]
        found = [(a + b + counts[s + t] + (becoming if s else 0) - (mixing if s and t else 0), s, t)
                 for s, a in enumerate(best[True]) for t, b in enumerate(best[False])
                 if self.may_hold(k, s, t) and s >= pinned[True] and t >= pinned[False]]
        demand(found, f"{u} can't have its pins")
        return found

    def floor(self, units):
        """Down to the grid that objectives lie on, where that is coarser than units."""
        grid = Fraction(10)**(self.step - self.n)
        return Fraction(math.floor(Fraction(units) * grid)) / grid

    def bound_of_cases(self, node, made, claimed):
        """The largest bound of all cases; None: there is none, as nobody can have what is made."""
        own = Counter((u, self.brand(c)) for (u, c), is_made in made.items() if is_made)
        if self.cert["max_per_brand"] is not None and any(count > self.cert["max_per_brand"] for count in own.values()):
            return None
        if "offer" not in node:
            return self.bound(node, made, claimed)[0]
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
        whole, bound = self.bound(cert, {}, claimed)
        if "branches" in cert and whole > claimed:
            of_cases = self.bound_of_cases(cert["branches"]["tree"], {}, claimed)
            if of_cases is not None and of_cases < whole:
                whole = bound = of_cases
        demand(claimed >= whole, f"the prices prove no less than {float(bound)} units")
        demand(Fraction(objective) <= bound, "the objective is above what the prices prove")
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
