"""Proof of the readers: what is planted in the raw files is found, counted and recovered."""

from __future__ import annotations

import json
import tempfile
from functools import partial
from pathlib import Path

from i4analysis.archive import read_archive
from i4analysis.archive.doctor.examine import examine
from i4analysis.simulate import Parameters, World, write
from i4analysis.tables import reshares
from proof.checks import Check, Must

_DAMAGED = partial(
    Parameters.small,
    accounts=800, v2_share=0.1, snscrape_share=0.1, after_share=0.05, cut_lines=2,
)  # fmt: skip


def _round_trip(world: World) -> dict[str, float]:
    """Write a world as its platforms would have, read it, and compare with what was planted."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        written = {one.file: one for one in write(world, folder)}
        read = read_archive([folder / "raw"], errors="reject")
        base = str(folder / "raw") + "/"
    rows = read.files.assign(name=[name.removeprefix(base) for name in read.files["file"]])
    planted = found = wrong = 0
    for row in rows.to_dict("records"):
        one = written[row["name"]]
        notices = json.loads(row["notice_kinds"] or "{}")
        pairs = [
            (one.posts + one.counts["repeated line"], row["posts_in"]),
            (one.counts["delete"], notices.get("delete", 0)),
            (one.counts["limit"], notices.get("limit", 0)),
            (one.counts["noise line"] + one.counts["cut line"], row["rejects"]),
            (one.records, row["records"]),
        ]
        planted += sum(a for a, _ in pairs)
        found += sum(min(a, b) for a, b in pairs)
        wrong += sum(abs(a - b) for a, b in pairs)
    expected = set(world.archive.posts["post_id"])
    got = set(read.posts["post_id"])
    names = ["account_id", "bio", "followers", "seen_at", "seen_basis"]
    sightings = read.profiles[names].merge(world.archive.profiles[names].drop_duplicates())
    return {
        "planted_found": found / max(planted, 1),
        "miscounted": float(wrong),
        "posts_recovered": len(expected & got) / max(len(expected), 1),
        "posts_invented": float(len(got - expected)),
        "sightings_recovered": len(sightings) / max(len(world.archive.profiles), 1),
    }


def _completeness(world: World) -> dict[str, float]:
    """Compare the share of reshares held that the doctor tells with the share there is."""
    findings = examine(world.archive).set_index("finding")["detail"]
    # the doctor says nothing of an archive that lacks next to none
    silent = '{"held": 1.0, "lo": 0.98, "hi": 1.0}'
    told = json.loads(findings.get("reshares_missing", silent))
    held = float(reshares(world.archive.posts).sum() / max(len(world.truth.parents), 1))
    return {
        "held_said": told["held"],
        "held_true": held,
        "gap": abs(told["held"] - held),
        "covered": float(told["lo"] <= held <= told["hi"]),
    }


CHECKS = [
    Check(
        "archive.round_trip",
        _round_trip,
        must=(
            Must("planted_found", at_least=1.0, each=True, why="every planted defect counted"),
            Must(
                "miscounted", at_most=0.0, each=True, why="records in = rows + notices + rejects"
            ),
            Must("posts_recovered", at_least=1.0, each=True, why="nothing lost"),
            Must("posts_invented", at_most=0.0, each=True, why="nothing invented"),
            Must("sightings_recovered", at_least=1.0, each=True, why="every bio as seen"),
        ),
        fr="les lecteurs retrouvent tout ce qui est écrit et comptent chaque défaut",
        en="the readers recover all that is written and count every defect",
        parameters=_DAMAGED,
        values={
            "planted_found": (
                "part retrouvée de ce qui est planté",
                "share found of what is planted",
            ),
            "miscounted": ("enregistrements mal comptés", "records miscounted"),
            "posts_recovered": ("part des messages retrouvés", "share of posts recovered"),
            "posts_invented": ("messages inventés par la lecture", "posts invented by reading"),
            "sightings_recovered": ("part des profils retrouvés", "share of profiles recovered"),
        },
    ),
    Check(
        "archive.completeness",
        _completeness,
        must=(
            Must("gap", at_most=0.05, why="the doctor's completeness is near the truth"),
            Must("covered", at_least=0.95, why="its interval covers as it says"),
        ),
        fr="la part des reprises que l’archive contient, dite d’après la plateforme",
        en="the share of reshares the archive holds, as the platform's counts tell it",
        values={
            "held_said": ("part annoncée", "share said"),
            "held_true": ("part vraie", "true share"),
            "gap": ("écart entre les deux", "gap between both"),
            "covered": ("intervalle qui contient la vraie part", "interval that holds the truth"),
        },
    ),
]
