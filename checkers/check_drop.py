"""The drop of check.py: what can be given to whom, in canonical order, with the hashes that the certificate names it by."""
import csv, hashlib, math
from collections import defaultdict
from check_numbers import dec, demand, plain


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
        own = lambda table, key: table.get(key, {}).get("k", "").strip()
        own_k = {u: own(self.users, u) or own(self.groups, row["group_id"]) for u, row in self.users.items()}
        self.k = {u: text and str(int(dec(text))) for u, text in own_k.items()}
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

    def brand(self, c):
        return self.caps[c].get("brand_id", "") or ("", c)

    def without_held_out(self, table):
        """The rows of users of the drop. Random offers to users held out of it are taken off the caps."""
        held_out = [row for row in table if row.get("holdout", "").lower() == "true"]
        for row in held_out:
            demand(row["user_id"] not in self.pairs and row["contract_address"] in self.caps, f"a held-out row of {row['user_id']}")
            self.caps[row["contract_address"]]["cap"] -= 1
        demand(all(cap["cap"] >= 0 for cap in self.caps.values()), "a cap is below what users held out have")
        return [row for row in table if row not in held_out]

    def hashes(self, families):
        esc = lambda t: t.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
        groups = sorted(self.members, key=str.encode)
        branded = any("brand_id" in row for row in self.caps.values())
        own_k = any(self.k[u] for u in self.pairs)
        lines = {
            "caps": [[esc(c), plain(row["cap"]), "1" if row["sponsored"] else "0"] +
                     ([esc(row["brand_id"])] if branded else []) for c, row in ((c, self.caps[c]) for c in self.order)],
            "user_groups": [[esc(u), esc(self.users[u]["group_id"])] +
                            ([self.k[u]] if own_k else []) for u in self.pairs],
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
            named |= {*f["per"], *(w["column"] for w in f["where"]), *(a for a in (f["at_most"], f["at_least"]) if type(a) is str)}
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
