#!/usr/bin/env python3
"""Checks a certificate with exact decimals: plain Python 3, no packages, nothing of Divvy's.

  check.py [--pins pins.csv] [--previous previous.csv] \\
    caps.csv elig.csv user_groups.csv group_ratios.csv assignments.csv certificate.json
  check.py --dir FOLDER assignments.csv certificate.json

Inputs are CSV with the columns of docs/inputs.md, read with default options; or the FOLDER that `divvy export --format
csv` writes, which has the drop after history, bans, filters and holdouts. Exit code 0: certified; 2: refused.
What is computed is docs/model.md, term by term; how numbers are cut is `divvy certificate explain`.

This file is the proof: what the assignments are worth, and what no allocation is worth more than. Beside it lie what one
user may hold (check_users.py), the limits, which is every rule about more than one user (check_limits.py), what groups
lose, what cases settle and how users keep their own limits (check_groups.py, check_cases.py and check_own.py, which only
some certificates need), and what reads the files (check_certificate.py, check_drop.py,
check_numbers.py).
"""
import argparse, math, os, sys
from fractions import Fraction
from decimal import Decimal as Dec, ROUND_CEILING

sys.dont_write_bytecode = True  # nothing is left beside these files
from check_cases import Case
from check_certificate import read_certificate
from check_drop import Drop, rows
from check_groups import joint_loss
from check_limits import Limits
from check_numbers import Refused, cut, demand
from check_own import OwnUsers
from check_users import Users


def check(caps, elig, user_groups, group_ratios, assignments, certificate, pins=None, previous=None):
    """Says "certified"; raises Refused where anything is not so."""
    try:
        cert, table = read_certificate(certificate), rows(assignments)
        drop = Drop(caps, elig, user_groups, group_ratios, pins, previous)
        inside = drop.without_held_out(table)  # first: it takes their units off the caps
        return Proof(cert, drop).verdict(inside)
    except (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, StopIteration, TypeError, ValueError) as error:
        raise Refused(f"what is read is not as it must be: {type(error).__name__} {error}")


class Proof:
    """One certificate, and the drop that it is of. Amounts are whole units of 10^-n."""

    def __init__(self, cert, drop):
        self.cert, self.drop, self.n = cert, drop, cert["exact"]["decimals"]
        self.users = Users(drop, cert)
        demand(drop.hashes(cert.get("limit_families", [])) == cert["inputs"], "the certificate is of other inputs")
        self.limits = Limits(drop, cert, self.users.largest_k)
        # Decimals that no objective has more than: objectives lie on this grid, so that a bound may be cut to it.
        self.step = max([*self.users.decimals(), *self.limits.decimals()])

    def objective(self, table):
        """What the offers are worth, rounded down: every rule is kept, or what is missed is paid for."""
        drop, users, n, objective = self.drop, self.users, self.n, 0
        held, shapes = users.offers(table)
        for u, own in held.items():
            objective += sum(cut(part, n) for part in users.of_shape(users.k_of(u), *shapes[u]))
            objective += sum(cut(drop.pairs[u][c]["score"], n) - cut(users.charge((u, c)), n, ROUND_CEILING) for c in own)
        for name, limit, beyond, size in self.limits.beyond(held, shapes):
            demand(limit.cost is not None or beyond <= limit.tolerance * size, f"{name} is not kept")
            objective -= cut((limit.cost or 0) * max(beyond, 0), n, ROUND_CEILING)
        return objective

    def bound(self, priced, case, claimed):
        """D of the prices: what no allocation is worth more than. case: limits that a case has on offers, which have prices too."""
        limits, n, joint, users = self.limits, self.n, [], self.users
        if priced is self.cert and self.cert.get("own_limits_kept"):
            users = OwnUsers(self.drop, self.cert).keep(limits)
        limits.set_prices(priced, n, case)
        bound = limits.worth()
        for g, members in self.drop.members.items():
            rules = limits.of_group[g] + case.of_users(g)
            bundles = [users.bundles(u, rules, limits.paid) for u in members]
            bound += sum(max(own)[0] for own in bundles)
            if any(priced["groups"].get(g, {}).get(rule) for rule in ("assignment_ratio", "mixed_share")):
                joint.append((bundles, rules))
        for bundles, rules in joint:  # a group's best choice over whole users, where that is needed
            if self.floor(bound) > claimed:
                bound -= joint_loss(bundles, rules, n, bound - claimed)
        return bound

    def floor(self, units):
        grid = Fraction(10)**(self.step - self.n)
        return Fraction(math.floor(Fraction(units) * grid)) / grid

    def bound_of_cases(self, node, case, claimed):
        """The largest bound of all cases; None: there is none, as nobody can have what is made. Each part has a limit more."""
        if not self.users.brands_are_kept(case.made()):
            return None
        if "sponsored_users" in node.get("count", {}):
            demand(self.users.uniform, "there are no sponsored users in this model")
            parts = case.with_users(self.drop, **node["count"])
        elif "count" in node:
            parts = case.with_count(self.drop, **node["count"])
        elif "offer" in node:
            parts = case.with_offer(self.drop, *node["offer"])
        else:
            return self.bound(node, case.priced(node.get("counts", []), self.n), claimed)
        bounds = [self.bound_of_cases(node[name], part, claimed) for name, part in parts.items()]
        return max((bound for bound in bounds if bound is not None), default=None)

    def verdict(self, table):
        cert, objective = self.cert, self.objective(table)
        claimed = {name: Fraction(Dec(cert["exact"][name]).scaleb(self.n)) for name in ("objective", "bound")}
        demand(claimed["objective"] == objective, f"the objective is {Dec(objective).scaleb(-self.n)}")
        most = int(claimed["bound"])
        bound = self.bound(cert, Case(0), most)
        if "branches" in cert and self.floor(bound) > most:
            of_cases = self.bound_of_cases(cert["branches"]["tree"], Case(cut(cert["branches"]["price"], self.n)), most)
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
