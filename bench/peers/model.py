"""The two models of docs/model.md as sparse linear models, for the solvers that take such."""

from dataclasses import dataclass, field

import numpy as np

from drop import Drop

K = 3
BONUS = 0.001


@dataclass
class Linear:
    """max gain·x subject to low ≤ A·x ≤ high and 0 ≤ x ≤ upper; A in coordinates; the pairs' columns come first."""

    gain: np.ndarray
    upper: np.ndarray
    row: np.ndarray
    column: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    pairs: int


@dataclass
class Builder:
    """Collects columns and rows."""

    gain: list = field(default_factory=list)
    upper: list = field(default_factory=list)
    entries: list = field(default_factory=list)
    low: list = field(default_factory=list)
    high: list = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(self, gain: np.ndarray, upper: np.ndarray) -> np.ndarray:
        self.gain.append(gain)
        self.upper.append(upper)
        self.columns += len(gain)
        return np.arange(self.columns - len(gain), self.columns)

    def add_rows(self, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        self.low.append(low)
        self.high.append(high)
        self.rows += len(low)
        return np.arange(self.rows - len(low), self.rows)

    def put(self, row, column, value) -> None:
        self.entries.append(np.broadcast_arrays(row, column, value))

    def build(self, pairs: int) -> Linear:
        row, column, value = (np.concatenate(part) for part in zip(*self.entries))
        return Linear(
            np.concatenate(self.gain),
            np.concatenate(self.upper),
            row,
            column,
            value.astype(float),
            np.concatenate(self.low),
            np.concatenate(self.high),
            pairs,
        )


def linear_model(drop: Drop, model: str, cov_w: list[float]) -> Linear:
    """Model `coverage` or `uniform` of a drop with coverage weights `cov_w`."""
    users, pairs = len(drop.users), len(drop.score)
    of_sponsored = drop.sponsored[drop.pair_contract]
    build = Builder()
    per_offer = BONUS if model == "coverage" else 0.0
    x = build.add_columns(drop.score + per_offer * of_sponsored, np.ones(pairs))

    cap = build.add_rows(np.full(len(drop.cap), -np.inf), drop.cap.astype(float))
    build.put(cap[drop.pair_contract], x, 1.0)

    # Offers of a user: at most k, as many as the steps z that it has climbed.
    offers = build.add_rows(np.full(users, -np.inf), np.full(users, float(K)))
    build.put(offers[drop.pair_user], x, 1.0)
    if any(cov_w):
        climbed = build.add_rows(np.zeros(users), np.zeros(users))
        build.put(climbed[drop.pair_user], x, 1.0)
        below = None
        for weight in cov_w[:K]:
            z = build.add_columns(np.full(users, weight), np.ones(users))
            build.put(climbed, z, -1.0)
            if below is not None:
                order = build.add_rows(np.full(users, -np.inf), np.zeros(users))
                build.put(order, z, 1.0)
                build.put(order, below, -1.0)
            below = z
    if model == "uniform":
        add_types(build, drop, x, of_sponsored)
    return build.build(pairs)


def add_types(build: Builder, drop: Drop, x: np.ndarray, of_sponsored: np.ndarray) -> None:
    """One type per user, minima of sponsored users, a price for each user that they lack."""
    users, groups = len(drop.users), len(drop.required)
    y = build.add_columns(np.full(users, BONUS), np.ones(users))
    lacking = build.add_columns(np.full(groups, -shortfall_price(drop)), drop.required.astype(float))
    some = build.add_rows(np.zeros(users), np.full(users, np.inf))
    build.put(some, y, -1.0)
    build.put(some[drop.pair_user[of_sponsored]], x[of_sponsored], 1.0)
    only = build.add_rows(np.full(users, -np.inf), np.zeros(users))
    build.put(only, y, -float(K))
    build.put(only[drop.pair_user[of_sponsored]], x[of_sponsored], 1.0)
    others = build.add_rows(np.full(users, -np.inf), np.full(users, float(K)))
    build.put(others, y, float(K))
    build.put(others[drop.pair_user[~of_sponsored]], x[~of_sponsored], 1.0)
    least = build.add_rows(drop.required.astype(float), np.full(groups, np.inf))
    build.put(least[drop.group], y, 1.0)
    build.put(least, lacking, 1.0)


def shortfall_price(drop: Drop) -> float:
    """Divvy's default price of a user that a minimum lacks."""
    largest = K * float(np.abs(drop.score).max()) + 0.0019 + BONUS
    return float(10 ** np.ceil(np.log10(2 * largest)))
