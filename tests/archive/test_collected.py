"""What `i4 collect` writes is what `i4 read` reads: from a server to rows, nothing in between."""

from __future__ import annotations

import random
from pathlib import Path

from standins import BlueskyStandIn, MastodonStandIn

import i4analysis as i4
from i4analysis.archive.collect import bluesky, mastodon, patience

PATIENT = patience.Patience(sleep=lambda seconds: None, chance=random.Random(1))


def test_mastodon_from_server_to_rows(tmp_path: Path):
    server = MastodonStandIn(95)
    mastodon.collect(
        tmp_path, hashtag="walnut", instance=server.address, check_days=3650, patience=PATIENT
    )
    server.close()
    archive = i4.read_archive(tmp_path)
    assert archive.posts.kind.value_counts().to_dict() == {"post": 95, "reshare": 38}
    assert archive.rejects.empty
    assert set(archive.profiles.seen_basis) == {"retrieved"}
    assert archive.posts.collected_at.notna().all()


def test_bluesky_from_server_to_rows(tmp_path: Path):
    server = BlueskyStandIn(230)
    login = bluesky.Login("collector.example", "correct-horse")
    bluesky.collect(
        tmp_path,
        hashtag="walnut",
        login=login,
        service=server.address,
        check_days=3650,
        patience=PATIENT,
    )
    server.close()
    archive = i4.read_archive(tmp_path)
    assert len(archive.posts) == 230
    assert archive.files.profiles_only.sum() == 7
    assert archive.rejects.empty
    assert archive.posts.collected_at.notna().all()
