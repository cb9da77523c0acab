"""What a group loses by keeping its rules over whole users: for certificates with prices of assignment_ratio or mixed_share."""
from decimal import Decimal as Dec


def joint_loss(bundles, rules, n, enough):
    """The least that a group loses by keeping its rules over whole users, up to `enough`; less where the ways are too many."""
    losing = [sorted((max(own)[0] - value, s, t) for value, s, t in own) for own in bundles]
    # Those first for whom another bundle costs most: few ways are left when the others' turn comes.
    losing.sort(key=lambda own: own[1][0] if len(own) > 1 else 0, reverse=True)
    within, none_below = enough / 2**20, Dec(0)
    while within > 0:
        ways = ways_within(losing, within)
        if ways is None or within == enough:
            return none_below if ways is None else min(enough, least_of(ways, rules, n))
        least = least_of(ways, rules, n)
        if least <= within:
            return least
        none_below, within = within, min(2 * within, least, enough)
    return none_below


def ways_within(losing, most):
    """By what users hold together the least that they lose, up to `most`; None: there are too many ways."""
    ways = {(0, 0, 0, 0): Dec(0)}
    for own in losing:
        following = {}
        for (users, both, sponsored, others), lost in ways.items():
            for loss, s, t in own:
                total = lost + loss
                if total > most:
                    break
                key = users + (s > 0), both + (s > 0 and t > 0), sponsored + s, others + t
                if key not in following or total < following[key]:
                    following[key] = total
        ways = following
        if len(ways) > 300_000:
            return None
    return ways


def least_of(ways, rules, n):
    """The least that any of some ways loses, with what it leaves or lacks of the group's rules, in units."""
    best = Dec("Infinity")
    for counts, lost in ways.items():
        for limit, count in rules:
            beyond, _ = limit.beyond(count(*counts), 0)
            if beyond > 0 and limit.cost is None:
                break  # a rule that must be kept
            lost += (limit.cost.scaleb(n) - limit.price) * beyond if beyond > 0 else -limit.price * beyond
        else:
            best = min(best, lost)
    return best
