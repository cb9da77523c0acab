#!/usr/bin/env python3
"""Checks a certificate with exact decimals: plain Python 3, no packages, nothing of Divvy's.

  check.py [--pins pins.csv] [--previous previous.csv] \\
    caps.csv elig.csv user_groups.csv group_ratios.csv assignments.csv certificate.json
  check.py --dir FOLDER assignments.csv certificate.json

Inputs are CSV with the columns of docs/inputs.md, read with default options; or the FOLDER that `divvy export --format
csv` writes, which has the drop after history, bans, filters and holdouts. Exit code 0: certified; 2: refused.
What is computed is docs/model.md, term by term; how numbers are cut is `divvy certificate explain`.

This file is the proof: what the assignments are worth, and what no allocation is worth more than. Beside it lie
check_limits.py (every rule about more than one user is a limit), check_groups.py (which only some certificates need), and
what reads the files: check_certificate.py, check_drop.py, check_numbers.py.
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
from check_numbers import Refused, cut, dec, demand, places


def check(caps, elig, user_groups, group_ratios, assignments, certificate, pins=None, previous=None):
    """Says "certified"; raises Refused where anything is not so."""
    try:
        cert, table = read_certificate(certificate), rows(assignments)
        drop = Drop(caps, elig, user_groups, group_ratios, pins, previous)
        inside = drop.without_held_out(table)  # first: it takes their units off the caps
        return Judge(cert, drop).verdict(inside)
    except (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, StopIteration, TypeError, ValueError) as error:
        raise Refused(f"what is read is not as it must be: {type(error).__name__} {error}")


class Judge:
    """One certificate, and the drop that it is of."""

    def __init__(self, cert, drop):
        self.cert, self.drop, self.n, self.uniform = cert, drop, cert["exact"]["decimals"], cert["model"] == "uniform"
        self.change = dec(cert.get("change_cost", 0))
        demand(self.change == 0 or drop.previous is not None, "changes cost something, and the offers of before are not given")
        demand(drop.hashes(cert.get("limit_families", [])) == cert["inputs"], "the certificate is of other inputs")
        self.largest_k = max(map(self.k_of, drop.pairs), default=1)
        self.limits = Limits(drop, cert, self.largest_k)

    # ---- One user: what may be held, and what it is worth --------------------------------------------------------------

    def k_of(self, u):
        return int(self.drop.users[u].get("k", "").strip() or self.cert["k"])

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

    # ---- What the assignments are worth: every rule is kept, or what is missed is paid for ------------------------------

    def offers(self, table):
        """By user, the contracts given: eligible, once each, at their scores, pins among them."""
        drop, held = self.drop, {u: [] for u in self.drop.pairs}
        for row in table:
            u, c = row["user_id"], row["contract_address"]
            demand(c in drop.pairs.get(u, {}) and c not in held[u], f"{u}, {c} is no eligible pair, or comes twice")
            score = float(drop.pairs[u][c]["score"])
            demand(abs(float(row["score"]) - score) <= 1e-9 * abs(score), f"score of {u}, {c}")
            held[u].append(c)
        demand(all(c in held[u] for u, c in drop.pins), "a pin is not given")
        demand(self.brands_are_kept((u, c) for u, own in held.items() for c in own), "too many offers of a brand")
        return held

    def objective(self, held):
        """What the offers are worth, in units, rounded down."""
        drop, n, objective, shapes = self.drop, self.n, 0, {}
        for u, own in held.items():
            s = sum(drop.caps[c]["sponsored"] for c in own)
            shapes[u] = s, t = s, len(own) - s
            demand(self.may_hold(self.k_of(u), s, t), f"what {u} holds")
            objective += sum(cut(part, n) for part in self.of_shape(self.k_of(u), s, t))
            objective += sum(cut(drop.pairs[u][c]["score"], n) - cut(self.charge((u, c)), n, ROUND_CEILING) for c in own)
        for name, limit, beyond, size in self.limits.beyond(held, shapes):
            demand(limit.cost is not None or beyond <= limit.tolerance * size, f"{name} is not kept")
            objective -= cut((limit.cost or 0) * max(beyond, 0), n, ROUND_CEILING)
        return objective

    def decimals(self):
        """Decimals that no objective has more than."""
        cert = self.cert
        scores = [float(row["score"]) for own in self.drop.pairs.values() for row in own.values()]
        of_counts = [cert["shortfall_penalty"]] if cert["cov_mode"] == "shortfall" else cert["cov_w"][:self.largest_k]
        return max([*map(places, [*scores, *of_counts, cert["sponsored_bonus"], self.change]), *self.limits.decimals()])

    # ---- What no allocation is worth more than --------------------------------------------------------------------------

    def bound(self, priced, made, claimed):
        """D of the prices, in units. made: offers that a case has settled, each with whether it is made."""
        limits, n, joint = self.limits, self.n, []
        more = cut(self.cert["branches"]["price"], n) if made else 0
        limits.set_prices(priced, n, {pair: more if is_made else -more for pair, is_made in made.items()})
        bound = limits.worth()
        for g, members in self.drop.members.items():
            bundles = [self.bundles(u, limits.of_group[g]) for u in members]
            bound += sum(max(own)[0] for own in bundles)
            if any(priced["groups"].get(g, {}).get(rule) for rule in ("assignment_ratio", "mixed_share")):
                joint.append((bundles, limits.of_group[g]))
        for bundles, rules in joint:  # a group's best choice over whole users, where that is needed
            if self.floor(bound) > claimed:
                bound -= joint_loss(bundles, rules, n, bound - claimed)
        return bound

    def bundles(self, u, rules):
        """The best bundle of each shape that a user may hold, pins in it: its value at the prices, and its shape."""
        drop, k, n, values = self.drop, self.k_of(u), self.n, []
        for c, row in drop.pairs[u].items():
            is_sponsored, worth = drop.caps[c]["sponsored"], dec(row["score"]) - self.charge((u, c))
            if is_sponsored and not self.uniform:
                worth += dec(self.cert["sponsored_bonus"])
            # Under coverage both types compete for the same places: nobody's shape has sponsored offers.
            kind = self.uniform and is_sponsored
            values.append((((u, c) not in drop.pins), self.limits.paid((u, c)) - worth.scaleb(n), kind, drop.brand(c)))
        sums, pinned, of_brand = {True: [Dec(0)], False: [Dec(0)]}, Counter(), Counter()
        for is_free, loss, kind, brand in sorted(values, key=lambda value: value[:2]):  # pins first, then the best
            of_brand[kind, brand] += 1
            pinned[kind] += not is_free
            if not is_free or of_brand[kind, brand] <= (self.cert["max_per_brand"] or math.inf):
                sums[kind].append(sums[kind][-1] - loss)
        found = []
        for s, sponsored in enumerate(sums[True][:k + 1]):
            for t, others in enumerate(sums[False][:k + 1 - s]):
                if self.may_hold(k, s, t) and s >= pinned[True] and t >= pinned[False]:
                    paid = sum(limit.sign * limit.price * count(s > 0, s > 0 and t > 0, s, t) for limit, count in rules)
                    found.append((sponsored + others + sum(self.of_shape(k, s, t), Dec(0)).scaleb(n) - paid, s, t))
        demand(found, f"{u} can't have its pins")
        return found

    def floor(self, units):
        """Down to the grid that objectives lie on, where that is coarser than units."""
        grid = Fraction(10)**(self.step - self.n)
        return Fraction(math.floor(Fraction(units) * grid)) / grid

    def bound_of_cases(self, node, made, claimed):
        """The largest bound of all cases; None: there is none, as nobody can have what is made."""
        if not self.brands_are_kept(pair for pair, is_made in made.items() if is_made):
            return None
        if "offer" not in node:
            return self.bound(node, made, claimed)
        u, c = node["offer"]
        demand(c in self.drop.pairs.get(u, {}), "a case's offer is no pair")
        bounds = [self.bound_of_cases(node[part], {**made, (u, c): is_made}, claimed)
                  for part, is_made in (("with", True), ("without", False))]
        return max((bound for bound in bounds if bound is not None), default=None)

    def verdict(self, table):
        cert, n, objective = self.cert, self.n, self.objective(self.offers(table))
        claimed = {name: Fraction(Dec(cert["exact"][name]).scaleb(n)) for name in ("objective", "bound")}
        demand(claimed["objective"] == objective, f"the objective is {Dec(objective).scaleb(-n)}")
        most, self.step = int(claimed["bound"]), self.decimals()
        bound = self.bound(cert, {}, most)
        if "branches" in cert and self.floor(bound) > most:
            of_cases = self.bound_of_cases(cert["branches"]["tree"], {}, most)
            bound = bound if of_cases is None else min(bound, of_cases)
        demand(self.floor(bound) <= most, f"the prices prove no less than {float(bound)} units")
        demand(objective <= bound, "the objective is above what the prices prove")
        return f"certified: objective {cert['exact']['objective']}, bound {cert['exact']['bound']}, gap {cert['gap']}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("--dir", "--pins", "--previous"):
        parser.add_argument(option)
    parser.add_argument("files", nargs="+", metavar="FILE")
    args = parser.parse_args()
    in_folder = lambda name: os.path.join(args.dir, f"{name}.csv")
    if args.dir is not None:
        args.files = [*map(in_folder, ("caps", "elig", "user_groups", "group_ratios")), *args.files]
        args.pins, args.previous = (given or (in_folder(name) if os.path.exists(in_folder(name)) else None)
                                    for name, given in (("pins", args.pins), ("previous", args.previous)))
    if len(args.files) != 6:
        parser.error("six files are needed, or --dir and two")
    try:
        print(check(*args.files, args.pins, args.previous))
    except Refused as reason:
        print(f"REFUSED: {reason}")
        sys.exit(2)
