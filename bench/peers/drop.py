"""A drop in columns, read from the four CSV files by the rules that Divvy's reader keeps."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

UNSPONSORED_CAP = 10_000


@dataclass
class Drop:
    """Pairs lie by user; all arrays but ids are numpy arrays."""

    users: list[str]
    contracts: list[str]
    sponsored: np.ndarray  # bool, per contract
    cap: np.ndarray  # int64, per contract
    group: np.ndarray  # int64, per user
    required: np.ndarray  # int64, per group: least sponsored users
    pair_user: np.ndarray  # int64, per pair
    pair_contract: np.ndarray  # int64, per pair
    score: np.ndarray  # float64, per pair


def read_drop(folder: str) -> Drop:
    """Reads caps.csv, elig.csv, user_groups.csv and group_ratios.csv of a folder."""
    path = Path(folder)
    contracts: dict[str, tuple[bool, int]] = {}
    for row in rows(path / "caps.csv"):
        sponsored = row["is_sponsored"].lower() in ("true", "t", "yes", "y", "1")
        cap = int(np.floor(float(row["cap_face"])))
        if cap <= 0:
            if sponsored:
                continue
            cap = UNSPONSORED_CAP
        contracts.setdefault(row["contract_address"], (sponsored, cap))
    group_of: dict[str, str] = {}
    for row in rows(path / "user_groups.csv"):
        group_of.setdefault(row["user_id"], row["group_id"])
    ratio: dict[str, float] = {}
    for row in rows(path / "group_ratios.csv"):
        ratio.setdefault(row["group_id"], float(row["sponsorship_ratio"]))

    contract_index = {name: i for i, name in enumerate(contracts)}
    scores: dict[str, dict[int, float]] = {}
    for row in rows(path / "elig.csv"):
        user, c = row["user_id"], contract_index.get(row["contract_address"])
        if user in group_of and c is not None:
            scores.setdefault(user, {}).setdefault(c, float(row["score"]))

    users = sorted(scores)
    groups = sorted({group_of[user] for user in users})
    group_index = {name: i for i, name in enumerate(groups)}
    group = np.array([group_index[group_of[user]] for user in users])
    share = np.array([ratio[name] for name in groups]) * np.bincount(group, minlength=len(groups))
    return Drop(
        users=users,
        contracts=list(contracts),
        sponsored=np.array([sponsored for sponsored, _ in contracts.values()]),
        cap=np.array([cap for _, cap in contracts.values()]),
        group=group,
        required=np.ceil(share - 1e-9 * np.maximum(1, share)).astype(np.int64),
        pair_user=np.repeat(np.arange(len(users)), [len(scores[user]) for user in users]),
        pair_contract=np.array([c for user in users for c in scores[user]]),
        score=np.array([s for user in users for s in scores[user].values()]),
    )


def rows(path: Path):
    """Rows of a CSV file by column name."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file, skipinitialspace=True)


def write_assignments(path: str, drop: Drop, chosen: np.ndarray) -> None:
    """Writes the chosen pairs for `divvy check`."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["user_id", "contract_address", "score"])
        for p in chosen:
            out.writerow([
                drop.users[drop.pair_user[p]],
                drop.contracts[drop.pair_contract[p]],
                repr(float(drop.score[p])),
            ])
