"""A number needs an n: of one observation no interval is drawn, whatever asks for one."""

from __future__ import annotations

import pandas as pd
import pytest

import i4analysis as i4
from i4analysis import simulate, tables
from i4analysis.measure.appeals.errors import label_errors

START = pd.Timestamp("2021-01-20T10:00Z")
#: Bounds that hold for certain, or of a count that is known: no sampling, no interval.
CERTAIN = {"n_lo", "n_now_lo", "followers_sum_lo", "reach_lo"}


def of_one(kind: str) -> tuple[tables.Archive, i4.Movement]:
    """Return an archive of one request, with one reshare or none, and one or two bios."""
    movement = simulate.example().movement
    tag, mark = movement.hashtags[0], movement.supporter_marks[0]
    rows = [
        {
            "platform": "twitter", "post_id": str(k), "author_id": f"a{k}", "author": f"A{k}",
            "kind": "reshare" if k else "post", "posted_at": START + pd.Timedelta(hours=k),
            "text": "" if k else f"#PleaseRT Recherche emploi : soudeur #Limoges #{tag}",
            "hashtags": [tag], "mentions": [], "media_count": 0,
            "collected_at": START + pd.Timedelta(days=9),
            "reshare_basis": "platform" if k else None,
            "reshared_id": "0" if k else None, "reshared_author_id": "a0" if k else None,
            "reshared_at": START if k else None,
        }
        for k in range(2 if kind == "reshared" else 1)
    ]  # fmt: skip
    bios = [
        {
            "platform": "twitter", "account_id": row["author_id"], "handle": row["author"],
            "bio": f"#{mark}", "followers": 100, "seen_at": row["posted_at"],
            "seen_basis": "live", "post_id": row["post_id"],
        }
        for row in rows
    ]  # fmt: skip
    posts, profiles = tables.build(tables.POSTS, rows), tables.build(tables.PROFILES, bios)
    return tables.Archive(posts=posts, profiles=profiles), movement


@pytest.mark.parametrize("kind", ["alone", "reshared"])
def test_no_measure_draws_an_interval_from_one_observation(kind: str) -> None:
    archive, movement = of_one(kind)
    classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    assert classified["label"].tolist() == ["request"]
    results = [
        i4.push.media_effects(archive, movement),
        i4.coordination.pairs(archive, movement),
        i4.appeals.service(archive, movement, classified),
        i4.appeals.template_effects(archive, movement, classified),
        i4.members.contagion_test(archive, movement),
        i4.outcomes.dossiers(movement, archive),
        i4.members.adoption(archive, movement),
        i4.reach.followers_summed(archive, movement),
    ]
    for result in results:
        for name, value in vars(result).items():
            given = {name: value}
            if isinstance(value, pd.DataFrame):
                given = {str(column): value[column] for column in value.columns}
            for low in [key for key in given if key == "lo" or key.endswith("_lo")]:
                high = low[: -len("lo")] + "hi"
                ends = pd.DataFrame(
                    {"lo": pd.Series(given[low]), "hi": pd.Series(given.get(high, given[low]))}
                ).dropna()
                told = f"{type(result).__name__}.{name} {low}"
                if isinstance(result, i4.members.Adoption):
                    # on a day when its certain bounds meet, the band is that one number
                    width = ends["hi"].astype(float) - ends["lo"].astype(float)
                    assert low in CERTAIN or not (width > 0).any(), told
                else:
                    assert low in CERTAIN or ends.empty, told
    audit = label_errors(archive, movement).audit
    assert audit.empty
