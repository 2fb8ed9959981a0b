"""Hostile surroundings of `i4 collect`: one sentence soon, or it works; nothing torn or lost."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import resource
import shutil
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from standins import BlueskyStandIn, JetstreamStandIn, MastodonStandIn, StandIn

from i4analysis import cli, ledgers, movement, tables
from i4analysis.archive.collect import bluesky, jetstream, mastodon, patience, raw
from i4analysis.errors import CollectError, I4Error
from i4analysis.ledgers import read_ledger

SECRET = "hunter2-not-here"
PLATFORMS = ("mastodon", "bluesky", "live")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="devices, pipes and limits")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take the machine's own settings away, and end what hangs."""
    for name in (*patience._PROXIES, *patience._CERTIFICATES, "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)

    def late(number: int, frame: object) -> None:
        raise AssertionError("it hangs: no answer after 60 s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def ask(platform: str, folder: Path, address: str) -> list[float]:
    """Collect from an address; return how long was waited between tries."""
    waits: list[float] = []
    patient = patience.Patience(sleep=waits.append)
    if platform == "mastodon":
        mastodon.collect(
            folder, hashtag="walnut", instance=address, token=SECRET, patience=patient
        )
    elif platform == "bluesky":
        login = bluesky.Login("collector.example", "correct-horse")
        bluesky.collect(folder, hashtag="walnut", login=login, service=address, patience=patient)
    else:
        run = raw.RawRun(folder, "live", {}, int)
        jetstream.listen(
            run, jetstream.Filter("walnut"), seconds=1, patience=patient,
            address=address.replace("http", "ws"),
        )  # fmt: skip
    return waits


def is_told(error: pytest.ExceptionInfo[I4Error]) -> str:
    said = str(error.value)
    assert "\n" not in said
    assert "expected " in said
    assert said.endswith(".")
    assert SECRET not in said
    return said


def stand_in(platform: str, count: int = 30) -> StandIn | JetstreamStandIn:
    made = {"mastodon": MastodonStandIn, "bluesky": BlueskyStandIn}
    return made[platform](count) if platform in made else JetstreamStandIn([])


# ------------------------------------------------------------------------------------ the network


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://127.0.0.1:1", "refused"),
        ("https://127.0.0.1:1", "refused"),
        ("https://no-such-host.invalid", "no such name is found"),
        ("http://[::1", "expected an address"),
    ],
)
def test_a_server_that_is_not_there_is_told_after_a_few_seconds(
    platform: str, address: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(patience.Patience, "_wait", lambda self, wait, *more: waits.append(wait))
    with pytest.raises(CollectError, match=words) as caught:
        ask(platform, tmp_path, address)
    is_told(caught)
    assert sum(waits) < 10


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    "proxy",
    ["://", f"http://u:{SECRET}@127.0.0.1:1", f"ftp://u:{SECRET}@x", f"socks5://u:{SECRET}@[::1"],
)
def test_a_proxy_that_cannot_be_used_is_named_by_its_variable_alone(
    platform: str, proxy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy)
    with pytest.raises(CollectError) as caught:
        ask(platform, tmp_path, "https://walnut.invalid")
    assert "HTTPS_PROXY" in is_told(caught)


def certificate(folder: Path, since: int, until: int) -> tuple[Path, ssl.SSLContext]:
    """Write a certificate of this machine, true for days counted from today."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, today = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today + dt.timedelta(days=since))
        .not_valid_after(today + dt.timedelta(days=until))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "own.pem"
    plain = serialization.NoEncryption()
    shape = serialization.PrivateFormat.PKCS8
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, shape, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


@pytest.fixture
def encrypted() -> Iterator[Callable[[str, ssl.SSLContext], str]]:
    opened: list[StandIn] = []

    def serve(platform: str, context: ssl.SSLContext) -> str:
        server = MastodonStandIn(3) if platform == "mastodon" else BlueskyStandIn(3)
        server.server.socket = context.wrap_socket(server.server.socket, server_side=True)
        opened.append(server)
        return server.address.replace("http://127.0.0.1", "https://localhost")

    yield serve
    for server in opened:
        server.close()


@pytest.mark.parametrize("platform", ["mastodon", "bluesky"])
@pytest.mark.parametrize(
    ("since", "until", "words"),
    [(-9, 9, ""), (-9, -2, "expired"), (2, 9, "not yet valid"), (0, 0, "")],
)
def test_a_clock_that_makes_certificates_false_is_shown(
    platform: str, since: int, until: int, words: str, tmp_path: Path,
    encrypted: Callable[[str, ssl.SSLContext], str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    own, context = certificate(tmp_path, since, until or 9)
    address = encrypted(platform, context)
    if until:  # else nobody vouches for it
        monkeypatch.setenv("SSL_CERT_FILE", str(own))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(own))
    if until and not words:
        assert ask(platform, tmp_path / "raw", address) == []
        return
    with pytest.raises(CollectError, match=words or "does not accept") as caught:
        ask(platform, tmp_path / "raw", address)
    assert f"its clock, {dt.datetime.now(dt.UTC):%Y-%m-%d}" in is_told(caught)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_certificates_that_are_not_there_are_told_by_their_variable(
    platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    encrypted: Callable[[str, ssl.SSLContext], str],
) -> None:  # fmt: skip
    _, context = certificate(tmp_path, -9, 9)
    address = encrypted(platform, context)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, "/nowhere/at.pem")
    with pytest.raises(CollectError, match=r"/nowhere/at\.pem") as caught:
        ask(platform, tmp_path / "raw", address)
    is_told(caught)


def test_a_long_wait_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server = MastodonStandIn(3)
    server.faults = [None, 429]
    ask("mastodon", tmp_path, server.address)
    server.close()
    said = capsys.readouterr().err
    assert said.startswith(f"The server {server.address} is asked again in ")
    assert said.count("\n") == 1


# ----------------------------------------------------------------------- what stands in the folder


def state_of(platform: str, folder: Path, server: StandIn) -> Path:
    """Leave the state of a run that was killed."""
    server.faults = [None, None, *[503] * 99]
    with pytest.raises(CollectError, match="failed 8 times"):
        ask(platform, folder, server.address)
    server.faults = []
    return next(path for path in folder.glob(".*.state.json") if "part" in path.read_text())


STATES: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a list": lambda path: path.write_text("[]"),
    "a nest": lambda path: path.write_text("[" * 100_000),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\0"),
    "other types": lambda path: path.write_text('{"part": 7, "length": "x", "cursor": []}'),
    "a cursor of others": lambda path: path.write_text('{"cursor": {"newest": 7}}'),
    "another's query": lambda path: path.write_text('{"query": 7}'),
}  # fmt: skip


@pytest.mark.parametrize("platform", ["mastodon", "bluesky"])
@pytest.mark.parametrize("state", STATES)
def test_a_state_that_is_none_is_told(state: str, platform: str, tmp_path: Path) -> None:
    server = stand_in(platform, 130)
    path = state_of(platform, tmp_path, server)
    path.unlink()
    STATES[state](path)
    with pytest.raises(CollectError, match="The collection's state") as caught:
        ask(platform, tmp_path, server.address)
    is_told(caught)
    server.close()


@pytest.mark.parametrize("part", ["../mine.jsonl.gz.part", "mine", "/etc/hostname", ".x/../mine"])
def test_a_state_cuts_no_file_of_anything_else(part: str, tmp_path: Path) -> None:
    folder = tmp_path / "raw"
    server = stand_in("mastodon", 130)
    path = state_of("mastodon", folder, server)
    mine = [tmp_path / "mine.jsonl.gz.part", folder / "mine"]
    for one in mine:
        one.write_text("kept")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"part": part, "length": 0}))
    with pytest.raises(CollectError, match="a file of something else"):
        ask("mastodon", folder, server.address)
    assert [one.read_text() for one in mine] == ["kept", "kept"]
    server.close()


@pytest.mark.parametrize("platform", ["mastodon", "bluesky"])
@pytest.mark.parametrize(
    "content",
    [
        b"hello",
        b"\x1f\x8b\x08\0\0\0",
        gzip.compress(b"[1]\n", mtime=0),
        gzip.compress(b"x", mtime=0)[:-6],
    ],
)
def test_what_was_collected_and_is_damaged_is_named(
    content: bytes, platform: str, tmp_path: Path
) -> None:
    server = stand_in(platform)
    ask(platform, tmp_path, server.address)
    held = next(path for path in tmp_path.glob("*.gz") if "-walnut-2" in path.name)
    held.write_bytes(content)
    with pytest.raises(CollectError, match=held.name) as caught:
        ask(platform, tmp_path, server.address)
    is_told(caught)
    server.close()


def test_a_pipe_beside_what_was_collected_is_not_waited_for(tmp_path: Path) -> None:
    server = stand_in("mastodon")
    ask("mastodon", tmp_path, server.address)
    state = next(tmp_path.glob(".*walnut.state.json"))
    os.mkfifo(tmp_path / f"{state.name[1:-11]}-0.jsonl.gz")
    os.mkfifo(state.with_name(f"{state.name}.tmp"))
    assert ask("mastodon", tmp_path, server.address) == []
    server.close()


# --------------------------------------------------------------------------------- two at once


@pytest.mark.parametrize("platform", ["mastodon", "bluesky"])
def test_two_collections_of_one_thing_are_not_mixed(platform: str, tmp_path: Path) -> None:
    server = stand_in(platform, 300)
    first, second = threading.Event(), threading.Event()
    whole = server.respond

    def held_up(*arguments: object) -> object:
        first.set()
        second.wait(20)
        return whole(*arguments)

    server.respond = held_up
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(ask, platform, tmp_path, server.address)
        assert first.wait(20)
        with pytest.raises(CollectError, match="Another run") as caught:
            ask(platform, tmp_path, server.address)
        second.set()
        running.result()
    is_told(caught)
    name = "id" if platform == "mastodon" else "uri"
    given = server.statuses if platform == "mastodon" else server.posts
    kept = [
        record[name]
        for path in sorted(tmp_path.glob("*.jsonl.gz"))
        for line in map(json.loads, gzip.decompress(path.read_bytes()).splitlines())
        if "status" not in line
        for record in (line["answer"] if name == "id" else line["answer"].get("posts", []))
    ]
    assert sorted(kept) == sorted(one[name] for one in given)
    server.close()


# ------------------------------------------------------------------------------------- erase.csv

LEDGERS = {
    "whole": "platform,account_id,handle,post_id,asked_on,name\ntwitter,1,,,,\n",
    "no end of line": "platform,account_id,post_id\ntwitter,1,",
    "fewer columns": "platform,handle,name\ntwitter,quillotin7,Odette Zorbelane\n",
    "names alone": "name\nOdette Zorbelane",
    "a French spreadsheet": "platform;handle;asked_on;name\r\ntwitter;q7;26/09/2015;Éloïse\r\n",
    "remarks": "# who asked\nplatform,handle\n".partition("\n")[2]
    + '# "Odette", by mail\ntwitter,y\n',
    "the header alone": "platform,handle",
    "nothing": "",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("shape", LEDGERS)
def test_what_is_deleted_is_erased_whatever_the_ledger_looks_like(
    shape: str, encoding: str, tmp_path: Path
) -> None:
    ledger = tmp_path / "erase.csv"
    ledger.write_bytes(LEDGERS[shape].encode(encoding))
    empty = tables.empty(ledgers.LEDGERS["erase"])
    ledger.chmod(0o600)
    before = read_ledger(ledger, "erase") if LEDGERS[shape] else empty
    rows = [{"platform": "mastodon", "post_id": f"https://x/{n}"} for n in range(3)]
    assert raw.append_erased(ledger, rows[:2]) == 2
    assert raw.append_erased(ledger, rows) == 1
    after = read_ledger(ledger, "erase")
    assert after.iloc[: len(before)].equals(before)
    added = after.iloc[len(before) :]
    assert added["post_id"].tolist() == [row["post_id"] for row in rows]
    assert added["platform"].tolist() == ["mastodon"] * 3
    assert ("Odette" in ledger.read_text()) == ("Odette" in LEDGERS[shape])
    assert ledger.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == [".erase.csv.lock", "erase.csv"]


def test_many_who_erase_at_once_lose_no_row(tmp_path: Path) -> None:
    ledger = tmp_path / "erase.csv"
    rows = [{"platform": "bluesky", "post_id": f"at://{n}"} for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda row: raw.append_erased(ledger, [row]), rows)) == 40
    held = read_ledger(ledger, "erase")["post_id"].tolist()
    assert sorted(held) == sorted(row["post_id"] for row in rows)


@pytest.mark.parametrize("stands", ["pipe", "device", "folder", "damaged", "full"])
def test_a_ledger_that_cannot_be_added_to_is_told_and_stays(stands: str, tmp_path: Path) -> None:
    ledger = tmp_path / "erase.csv"
    ledger.write_text('platform,handle\ntwitter,"x')
    if stands != "damaged":
        ledger.unlink()
    if stands == "pipe":
        os.mkfifo(ledger)
    elif stands == "device":
        ledger.symlink_to("/dev/zero")
    elif stands == "folder":
        ledger.mkdir()
    elif stands == "full":
        ledger.write_text("platform,handle\ntwitter,x\n" + "# remark\n" * 1000)
    held = ledger.read_text() if ledger.is_file() else ""
    with limit_of_files(4096 if stands == "full" else None), pytest.raises(I4Error) as caught:
        raw.append_erased(ledger, [{"platform": "bluesky", "post_id": "at://1"}])
    is_told(caught)
    assert (ledger.read_text() if ledger.is_file() else "") == held


@contextmanager
def limit_of_files(size: int | None) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# -------------------------------------------------------------------------- the command's process


def limited(name: str, most: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(getattr(resource, name), (most, most))


def closed() -> None:
    for number in range(3):
        os.close(number)


def gone() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    os.dup2(writer, 1)
    os.dup2(writer, 2)


BARE = ("setpriv", "--inh-caps=-all", "--bounding-set=-all")  # root without its rights


@pytest.mark.parametrize(
    ("before", "prefix", "words"),
    [
        (closed, (), ""), (gone, (), ""), (limited("RLIMIT_NOFILE", 16), (), ""),
        (limited("RLIMIT_FSIZE", 300), (), "takes no file so large"),
        (None, BARE, "Permission denied"),
        (None, ("unshare", "-n"), "Network is unreachable"),
    ],
    ids=["closed streams", "broken pipes", "few files", "full disk", "not mine", "no network"],
)  # fmt: skip
def test_a_command_in_hostile_surroundings_works_or_says_why(
    before: Callable[[], None] | None, prefix: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    if prefix and (os.geteuid() != 0 or not shutil.which(prefix[0])):
        pytest.skip("needs rights to take away")
    home, server = tmp_path / "walnut", MastodonStandIn(45)
    movement.create(home, ["walnut"])
    if prefix == BARE:
        os.chown(home, 65534, 65534)
        home.chmod(0o555)
        shutil.rmtree(home / "raw", ignore_errors=True)
    command = ["collect", "mastodon", "--hashtag", "walnut", "--movement", str(home),
               "--instance", server.address]  # fmt: skip
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "i4analysis.cli", *command], preexec_fn=before,
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ["PATH"]},  # no HOME
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    if "Operation not permitted" in done.stderr:
        pytest.skip("no network of its own is to be had here")
    assert "Traceback" not in done.stderr
    assert words in done.stderr
    assert done.returncode == (2 if words else 0), done.stderr
    if words:
        assert done.stderr.startswith("i4: ")
    if prefix != BARE:  # and where it could not, it goes on as if nothing had been
        assert cli.main(command) == 0
        kept = [
            status["id"]
            for path in sorted((home / "raw" / "mastodon").glob("*walnut-2*.gz"))
            for line in gzip.decompress(path.read_bytes()).splitlines()
            for status in json.loads(line)["answer"]
        ]
        assert kept == [status["id"] for status in server.statuses]
    server.close()
