from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from standins import BlueskyStandIn, JetstreamStandIn, MastodonStandIn, StandIn

from i4analysis import cli, movement
from i4analysis.archive.collect import bluesky, jetstream, mastodon, patience, raw
from i4analysis.errors import CollectError

SECRET = "hunter2-not-here"


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def patient(waits) -> patience.Patience:
    return patience.Patience(sleep=waits.append, chance=random.Random(1))


@pytest.fixture
def masto():
    server = MastodonStandIn(95)
    yield server
    server.close()


@pytest.fixture
def bsky():
    server = BlueskyStandIn(230)
    yield server
    server.close()


def lines(folder: Path) -> list[bytes]:
    found = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        found += gzip.decompress(path.read_bytes()).splitlines()
    return found


def elements(folder: Path, key: str, pattern: str = "") -> list[str]:
    """The identifiers of every element kept, in order, duplicates included."""
    out = []
    for line in lines(folder):
        answer = json.loads(line)["answer"]
        if "status" in json.loads(line):
            continue
        records = answer if isinstance(answer, list) else answer.get("posts", [])
        out += [record[key] for record in records]
    return out


# ------------------------------------------------------------------------------------ raw runs


def test_a_killed_run_goes_on_where_its_state_says(tmp_path) -> None:
    run = raw.RawRun(tmp_path, "walnut", {"q": 1})
    run.add([b'{"a":\n1}'], "one")
    part = next(tmp_path.glob(".*.part"))
    with part.open("ab") as handle:  # written, but never noted
        handle.write(gzip.compress(b"torn\n"))
    again = raw.RawRun(tmp_path, "walnut", {"q": 1})
    assert again.cursor == "one"
    again.add([b"{}"], "two")
    final = again.finish()
    assert gzip.decompress(final.read_bytes()) == b'{"a": 1}\n{}\n'
    sidecar = json.loads((tmp_path / f".{final.name}.meta.json").read_text())
    assert sidecar["sha256"] == hashlib.sha256(final.read_bytes()).hexdigest()
    assert (sidecar["lines"], sidecar["query"]) == (2, {"q": 1})
    assert raw.RawRun(tmp_path, "walnut", {"q": 1}).finish() is None


def test_another_query_in_the_same_place_is_refused(tmp_path) -> None:
    raw.RawRun(tmp_path, "walnut", {"q": 1}).add([b"{}"], 1)
    with pytest.raises(CollectError, match="another query"):
        raw.RawRun(tmp_path, "walnut", {"q": 2})


def test_a_part_shorter_than_its_state_is_named(tmp_path) -> None:
    raw.RawRun(tmp_path, "walnut", {}).add([b"{}"], 1)
    next(tmp_path.glob(".*.part")).write_bytes(b"")
    with pytest.raises(CollectError, match="shorter than its state"):
        raw.RawRun(tmp_path, "walnut", {})


# ----------------------------------------------------------------------------------- mastodon


def collect_mastodon(folder: Path, server: MastodonStandIn, patient) -> mastodon.Collected:
    return mastodon.collect(
        folder, hashtag="walnut", instance=server.address, check_days=3650, patience=patient
    )


def test_mastodon_gives_every_status_once_and_only_new_ones_later(
    tmp_path, masto, patient
) -> None:
    first = collect_mastodon(tmp_path, masto, patient)
    assert elements(tmp_path, "id") == [status["id"] for status in masto.statuses]
    assert first.records == 95 + 2 * 19
    assert collect_mastodon(tmp_path, masto, patient).records == 0
    masto.statuses.append(masto.status(96))
    assert collect_mastodon(tmp_path, masto, patient).records == 1
    assert len(elements(tmp_path, "id")) == len(set(elements(tmp_path, "id"))) == 96


def test_records_are_kept_as_received(tmp_path, masto, patient) -> None:
    collect_mastodon(tmp_path, masto, patient)
    line = msgspec.json.decode(lines(tmp_path)[0], type=raw.Envelope)
    first = msgspec.json.decode(line.answer, type=list[msgspec.Raw])[0]
    assert bytes(first) in {json.dumps(status).encode() for status in masto.statuses}


def test_mastodon_survives_every_misbehaviour(tmp_path, masto, patient, waits) -> None:
    masto.skew = timedelta(hours=5)
    masto.faults = [None, 503, "cut", 429, "garbage", 500, None, "cut", "repeat"]
    collect_mastodon(tmp_path, masto, patient)
    collect_mastodon(
        tmp_path, masto, patient
    )  # a repeated page ends a run early; the next goes on
    assert elements(tmp_path, "id") == [status["id"] for status in masto.statuses]
    asked = [wait for wait in waits if 6 < wait < 9]
    assert asked, "the server's own clock says how long to wait, five hours of skew or not"
    assert max(waits) < 40


def test_a_dead_server_is_one_sentence_and_what_came_is_kept(tmp_path, masto, patient) -> None:
    masto.faults = [None, *[503] * 99]
    with pytest.raises(CollectError, match=r"failed 8 times in a row.*is kept"):
        collect_mastodon(tmp_path, masto, patient)
    masto.faults = []
    collect_mastodon(tmp_path, masto, patient)
    assert elements(tmp_path, "id") == [status["id"] for status in masto.statuses]


def test_a_wait_beyond_reason_is_a_sentence(tmp_path, masto) -> None:
    hasty = patience.Patience(longest_asked=1, sleep=lambda seconds: None)
    masto.faults = [None, 429]
    with pytest.raises(CollectError, match="asks to wait"):
        collect_mastodon(tmp_path, masto, hasty)


def test_a_post_deleted_later_is_told(tmp_path, masto, patient) -> None:
    collect_mastodon(tmp_path, masto, patient)
    gone = masto.statuses.pop(3)
    assert collect_mastodon(tmp_path, masto, patient).deleted == (gone["uri"],)


def test_erased_posts_reach_the_ledger_once(tmp_path) -> None:
    movement.create(tmp_path / "walnut", ["walnut"])
    ledger = tmp_path / "walnut" / "erase.csv"
    row = {"platform": "mastodon", "post_id": "https://walnut.example/1"}
    assert raw.append_erased(ledger, [row, row]) == 1
    assert raw.append_erased(ledger, [row]) == 0
    erased = movement.Movement.load(tmp_path / "walnut").ledger("erase")
    assert erased["post_id"].tolist() == [row["post_id"]]


# ------------------------------------------------------------------------------------- bluesky

LOGIN = bluesky.Login("collector.example", "correct-horse")


def collect_bluesky(folder: Path, server: BlueskyStandIn, patient, login=LOGIN):
    return bluesky.collect(
        folder, hashtag="walnut", login=login, service=server.address, patience=patient
    )


def test_bluesky_gives_every_post_once_and_only_new_ones_later(tmp_path, bsky, patient) -> None:
    collect_bluesky(tmp_path, bsky, patient)
    everything = {post["uri"] for post in bsky.posts}
    assert sorted(elements(tmp_path, "uri")) == sorted(everything)
    bsky.posts.append(bsky.post(231))
    collect_bluesky(tmp_path, bsky, patient)
    assert sorted(elements(tmp_path, "uri")) == sorted(everything | {bsky.posts[-1]["uri"]})


def test_bluesky_survives_every_misbehaviour(tmp_path, bsky, patient, waits) -> None:
    bsky.faults = [None, 503, "cut", 429, "expired", None, None, "garbage", "repeat", 502]
    collect_bluesky(tmp_path, bsky, patient)
    collect_bluesky(tmp_path, bsky, patient)
    found = elements(tmp_path, "uri")
    assert sorted(found) == sorted(post["uri"] for post in bsky.posts)
    assert sum("createSession" in path for path in bsky.asked) >= 2


def test_profiles_say_when_they_were_retrieved(tmp_path, bsky, patient) -> None:
    collect_bluesky(tmp_path, bsky, patient)
    pages = [json.loads(line) for line in lines(tmp_path)]
    profiles = [page for page in pages if "profiles" in page["answer"]]
    assert sum(len(page["answer"]["profiles"]) for page in profiles) == 7
    assert all(page["collected_at"].endswith("+00:00") for page in pages)


def test_follower_lists_come_whole(tmp_path, bsky, patient) -> None:
    accounts = ["did:plc:walnut0", "did:plc:walnut1"]
    bluesky.follows(
        tmp_path, accounts=accounts, name="walnut", login=LOGIN, service=bsky.address,
        patience=patient,
    )  # fmt: skip
    pages = [json.loads(line)["answer"] for line in lines(tmp_path)]
    edges = {(p["subject"]["did"], f["did"]) for p in pages for f in p["followers"]}
    assert len(edges) == 10


def test_a_wrong_password_is_a_sentence_without_the_password(tmp_path, bsky, patient) -> None:
    wrong = bluesky.Login("collector.example", SECRET)
    with pytest.raises(CollectError, match="I4_BLUESKY_APP_PASSWORD") as caught:
        collect_bluesky(tmp_path, bsky, patient, wrong)
    assert SECRET not in str(caught.value) + repr(wrong) + repr(caught.value.__cause__)


# ----------------------------------------------------------------------------------- jetstream


def event(number: int, kind: str = "post", moment: int | None = None, **more) -> bytes:
    record = {"$type": "app.bsky.feed.post", "text": "made up", "tags": ["Walnut"]}
    commit = {"rev": "r", "operation": "create", "collection": jetstream.POST, "record": record}
    if kind == "other":
        record["tags"] = ["elm"]
    if kind == "repost":
        commit["collection"] = jetstream.REPOST
        via = {"uri": f"at://did:plc:x/{jetstream.REPOST}/via", "cid": "c"}
        commit["record"] = {"subject": {"uri": more["of"], "cid": "c"}, "via": via}
    if kind == "delete":
        commit |= {"operation": "delete"}
        del commit["record"]
    content = {"did": f"did:plc:walnut{number % 3}", "time_us": moment or 1_000 + number}
    content |= {"kind": "commit", "commit": commit | {"rkey": more.get("rkey", str(number))}}
    return json.dumps(content).encode()


def uri(number: int) -> str:
    return f"at://did:plc:walnut{number % 3}/{jetstream.POST}/{number}"


def listen(folder: Path, address: str, patient, seconds: float = 2.0):
    erased: list[dict] = []
    run = raw.RawRun(folder, "live", {})
    wanted = jetstream.Filter("walnut")
    for line in run.held():
        wanted.remember(line)
    jetstream.listen(
        run, wanted, address=address, seconds=seconds, patience=patient, erase=erased.append
    )
    run.finish()
    return erased


def test_the_stream_keeps_what_is_ours_as_received(tmp_path, patient) -> None:
    events = [
        event(1), event(2, "other"), event(3, "repost", of=uri(1)),
        event(4, "repost", of=uri(2)), event(7, "delete", rkey="1"), event(8, "delete", rkey="99"),
    ]  # fmt: skip
    server = JetstreamStandIn(events)
    erased = listen(tmp_path, server.address, patient)
    assert lines(tmp_path) == [events[0], events[2]]
    assert [row["post_id"] for row in erased] == [uri(1)]
    server.close()


def test_a_stream_cut_again_and_again_loses_nothing_and_keeps_nothing_twice(
    tmp_path, patient
) -> None:
    # pairs of the same microsecond, so that a cut may fall between two of them
    events = [event(n, moment=1_000 + n // 2) for n in range(2, 40)]
    server = JetstreamStandIn(events, cut_after=5)
    listen(tmp_path, server.address, patient, seconds=4)
    kept = lines(tmp_path)
    assert len(kept) == len(set(kept))
    assert set(kept) <= set(events)
    assert set(events[:-2]) <= set(kept)
    assert len(server.cursors) > 5
    server.close()


# ------------------------------------------------------------------------------------ commands


def collect_command(folder: Path, source: str, *arguments: str) -> list[str]:
    return [
        sys.executable, "-m", "i4analysis.cli", "collect", source, "--hashtag", "walnut",
        "--movement", str(folder), "--check-days", "0", *arguments,
    ]  # fmt: skip


def kill_and_resume(command: list[str], server: StandIn, most: int, seed: int) -> int:
    """Kill a command twenty times, then let it run to its end; return the kills.

    It is killed a moment after it asked the server 0 to `most` times, so that it is always killed
    at work, however fast the machine.
    """
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    environment |= {"I4_BLUESKY_HANDLE": LOGIN.handle, "I4_BLUESKY_APP_PASSWORD": LOGIN.password}
    chance = random.Random(seed)
    killed = 0
    for _ in range(20):
        enough = len(server.asked) + chance.randint(0, most)
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        while process.poll() is None and len(server.asked) < enough:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.02))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
    subprocess.run(command, env=environment, check=True, stderr=subprocess.DEVNULL)
    return killed


@pytest.mark.slow
def test_mastodon_killed_twenty_times_loses_nothing_and_keeps_nothing_twice(tmp_path) -> None:
    server = MastodonStandIn(900)
    movement.create(tmp_path / "walnut", ["walnut"])
    command = collect_command(tmp_path / "walnut", "mastodon", "--instance", server.address)
    assert kill_and_resume(command, server, 20, seed=20) >= 10
    folder = tmp_path / "walnut" / "raw" / "mastodon"
    assert elements(folder, "id") == [status["id"] for status in server.statuses]
    server.close()


@pytest.mark.slow
def test_bluesky_killed_twenty_times_loses_nothing_and_keeps_nothing_twice(tmp_path) -> None:
    server = BlueskyStandIn(900)
    movement.create(tmp_path / "walnut", ["walnut"])
    command = collect_command(tmp_path / "walnut", "bluesky", "--service", server.address)
    assert kill_and_resume(command, server, 3, seed=21) >= 10
    found = elements(tmp_path / "walnut" / "raw" / "bluesky", "uri")
    assert sorted(found) == sorted(post["uri"] for post in server.posts)
    server.close()


def test_no_secret_is_written_anywhere(tmp_path, monkeypatch, capfd, bsky, masto) -> None:
    movement.create(tmp_path / "walnut", ["walnut"])
    monkeypatch.setenv("I4_BLUESKY_HANDLE", "collector.example")
    monkeypatch.setenv("I4_BLUESKY_APP_PASSWORD", SECRET)
    monkeypatch.setenv("I4_MASTODON_TOKEN", SECRET)
    bsky.password = SECRET
    where = ["--movement", str(tmp_path / "walnut"), "--hashtag", "walnut"]
    assert cli.main(["collect", "bluesky", *where, "--service", bsky.address]) == 0
    bsky.password = "changed"
    assert cli.main(["collect", "bluesky", *where, "--service", bsky.address]) == 2
    assert cli.main(["collect", "mastodon", *where, "--instance", masto.address]) == 0
    for path in (tmp_path / "walnut").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            plain = gzip.decompress(content) if path.suffix == ".gz" else content
            assert SECRET.encode() not in content + plain, path
    assert SECRET not in "".join(capfd.readouterr())


def test_twitter_is_refused_at_once_with_the_roads_that_remain(capsys, monkeypatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert cli.main(["collect", "snscrape", "twitter-hashtag", "x"]) == 2
    message = capsys.readouterr().err
    assert "June 2023" in message
    assert "i4 read" in message
    assert message.count("\n") == 1


def test_snscrape_missing_is_one_sentence(tmp_path, capsys, monkeypatch) -> None:
    movement.create(tmp_path / "walnut", ["walnut"])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    where = ["--movement", str(tmp_path / "walnut")]
    assert cli.main(["collect", "snscrape", *where, "mastodon-profile", "x"]) == 2
    assert "not installed" in capsys.readouterr().err


def test_bluesky_without_an_account_is_one_sentence(tmp_path, capsys, monkeypatch) -> None:
    movement.create(tmp_path / "walnut", ["walnut"])
    monkeypatch.delenv("I4_BLUESKY_HANDLE", raising=False)
    where = ["--movement", str(tmp_path / "walnut"), "--hashtag", "walnut"]
    assert cli.main(["collect", "bluesky", *where]) == 2
    assert "I4_BLUESKY_HANDLE" in capsys.readouterr().err
