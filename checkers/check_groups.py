"""What a group loses by keeping its rules over whole users: for certificates with prices of assignment_ratio or mixed_share."""
from decimal import Decimal as Dec


def joint_loss(bundles, rule, prices, enough):
    """The least that a group loses by keeping its rules over whole users, as far as `enough`; less where there are too many ways."""
    losing = [sorted((max(own)[0] - value, s, t) for value, s, t in own) for own in bundles]
    # Those first for whom another bundle costs most: few ways are left when the others' turn comes.
    losing.sort(key=lambda own: own[1][0] if len(own) > 1 else 0, reverse=True)
    within, none_below = enough / 2**20, Dec(0)
    while within > 0:
        ways = ways_within(losing, within)
        if ways is None or within == enough:
            return none_below if ways is None else min(enough, least_of(ways, rule, prices))
        least = least_of(ways, rule, prices)
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


def least_of(ways, rule, prices):
    """The least that any of some ways loses, with what it leaves of the group's limits at their prices."""
    (least, most, share, mixed), (mu, nu, alpha, beta, P) = rule, prices
    best = Dec("Infinity")
    for (users, both, sponsored, others), lost in ways.items():
        balance = sponsored - (share or 0) * (sponsored + others)
        if (most is not None and users > most) or (mixed is not None and both > mixed) or balance < 0:
            continue
        lost += mu * (users - least) if users >= least else (P - mu) * (least - users)
        lost += nu * (most - users) if most is not None else 0
        lost += beta * (mixed - both) if mixed is not None else 0
        lost += alpha * balance if share is not None else 0
        best = min(best, lost)
    return best
