"""What is live, how old it is, and the units that keep it fresh."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from i4analysis.errors import I4Error, RefreshError
from i4analysis.publish.refresh.releases import Releases, read_record, verify

AHEAD = 3600  # seconds by which the clocks of two machines may differ
_AHEAD = "ahead of this machine's clock: set the clock"


@dataclass(frozen=True)
class Status:
    """One movement's live release and the end of its last runs."""

    movement: str
    release: str
    whole: bool
    checked_at: datetime | None
    last_failure: str
    ahead: int = 0  # runs passed over, dated ahead of this machine's clock

    def too_old(self, days: float, now: datetime) -> bool:
        """Return whether no run has confirmed or renewed the release for `days` days.

        A run of days to come confirms nothing: its clock was ahead, or this one is behind.
        """
        if self.checked_at is None:
            return True
        age = (now - self.checked_at).total_seconds()
        return not -AHEAD <= age <= days * 86400

    def line(self, days: float, now: datetime) -> str:
        """Return the status as one line for a person."""
        if not self.release:
            text = f"{self.movement}: no report yet"
        else:
            hours = (now - self.checked_at).total_seconds() / 3600 if self.checked_at else None
            age = "never confirmed" if hours is None else f"confirmed {hours:.1f} h ago"
            if hours is not None and hours < 0:
                age = f"confirmed {-hours:.1f} h {_AHEAD}"
            text = f"{self.movement}: {self.release}, {age}"
            text += "" if self.whole else ", DAMAGED"
            old = self.too_old(days, now) and not (hours is not None and hours < 0)
            text += f", TOO OLD (limit {days:g} days)" if old else ""
        text += f"; last failure: {self.last_failure}" if self.last_failure else ""
        runs = "a run is" if self.ahead == 1 else f"{self.ahead} runs are"
        return text + (f"; {runs} dated {_AHEAD}" if self.ahead else "")


def read_status(out: Path) -> list[Status]:
    """Return the status of every movement that `out` has a report or a run of.

    A release counts as confirmed when a run ended ok or found nothing changed.

    Raises
    ------
    RefreshError
        If `out` is not a folder that a refresh wrote.
    """
    store = Releases(out.absolute())
    found = [read_record(path) for path in sorted(store.runs.glob("*.json"))]
    records = [record for record in found if _ours(record)]
    names = sorted({record["movement"] for record in records})
    if not names:
        raise RefreshError(
            f"The folder {out} holds no refresh, expected one written by `i4 refresh`; run it"
            " first or name its folder with --out."
        )
    return [_status(store, name, records) for name in names]


def _ours(record: Mapping[str, Any]) -> bool:
    """Tell whether a record says what every run's does: whose, which, when, how it ended."""
    told = [record.get(name) for name in ("movement", "run", "state", "started")]
    if not all(isinstance(one, str) for one in told):
        return False
    try:
        return datetime.fromisoformat(record["started"]).tzinfo is not None
    except ValueError:
        return False


def _status(store: Releases, name: str, records: list[dict[str, Any]]) -> Status:
    mine = [record for record in records if record["movement"] == name]
    # since the clock was set back, runs of days to come tell nothing of what went on
    now = datetime.now(UTC) + timedelta(seconds=AHEAD)
    past = [one for one in mine if datetime.fromisoformat(one["started"]) <= now]
    ahead, mine = (len(mine) - len(past), past) if past else (0, mine)
    live = store.live(name)
    good = [r for r in mine if r["state"] in {"ok", "skipped"}]
    bad = [r for r in mine if r["state"] in {"failed", "partial", "refused", "killed"}]
    newer = bad and (not good or bad[-1]["run"] > good[-1]["run"])
    failure = f"{bad[-1]['started']} {bad[-1]['state']}" if newer else ""
    if newer and bad[-1].get("reason"):
        failure += f" ({bad[-1]['reason']})"
    return Status(
        movement=name,
        release=live.name if live else "",
        whole=live is not None and verify(live) is not None,
        checked_at=datetime.fromisoformat(good[-1]["started"]) if good else None,
        last_failure=failure,
        ahead=ahead,
    )


def status_lines(out: Path, days: float) -> tuple[list[str], bool]:
    """Return one line a movement, and whether all are whole and young enough."""
    now = datetime.now(UTC)
    states = read_status(out)
    good = all(state.whole and not state.too_old(days, now) for state in states)
    return [state.line(days, now) for state in states], bool(states) and good


def schedule(kind: str, here: Path, movements: Sequence[str], out: str, collect: str = "") -> str:
    """Return the unit that runs a refresh every day: systemd, cron or github.

    Parameters
    ----------
    kind
        `systemd` (a service and its timer), `cron` (two lines) or `github` (a workflow).
    here
        The folder from which `movements` and `out` are named: the units work in it, and name
        them, and the command, by their whole paths. Of github the folder of the repository.
    movements, out
        Arguments of `i4 refresh`.
    collect
        Arguments of an `i4 collect` to run before, empty for none.

    Raises
    ------
    I4Error
        If the kind is not one of the three, or a movement's folder does not exist.
    """
    makers = {"systemd": _systemd, "cron": _cron, "github": _github}
    if kind not in makers:
        raise I4Error(
            f"There is no schedule {kind!r}, expected one of {', '.join(makers)}; choose one."
        )
    here = here.resolve()
    folders = [_there(here, movement) for movement in movements]
    target = (here / Path(out).expanduser()).resolve()
    if kind == "github":
        home = _repository(here, [*folders, target.parent])
        told = [os.path.relpath(one, home) for one in (*folders, target)]
    else:
        home, told = here, [str(one) for one in (*folders, target)]
    before = [["collect", *shlex.split(collect)]] if collect else []
    return makers[kind](home, [*before, ["refresh", *told[:-1], "--out", told[-1]]], told[-1])


def _there(here: Path, movement: str) -> Path:
    asked = Path(movement).expanduser()
    for folder in (here, *here.parents):  # as a notebook finds it: here, or above
        if (folder / asked / "movement.toml").is_file():
            return (folder / asked).resolve()
    raise I4Error(
        f"The folder {here / asked} holds no movement.toml, expected a movement to refresh every"
        " day; name one that exists, as seen from here."
    )


def _repository(here: Path, inside: Sequence[Path]) -> Path:
    """Return the repository that holds everything a workflow names.

    Raises
    ------
    I4Error
        If there is none: a workflow sees its own repository alone.
    """
    for home in (here, *here.parents):
        if (home / ".git").exists():
            outside = [one for one in inside if not one.is_relative_to(home)]
            if not outside:
                return home
            raise I4Error(
                f"The folder {outside[0]} lies outside the repository {home}, expected everything"
                " that a workflow reads and writes inside it; move it there, or use cron."
            )
    raise I4Error(
        f"The folder {here} is in no git repository, expected one for a workflow; run this there,"
        " or use cron or systemd."
    )


def _command() -> list[str]:
    """Return the command that is running, by its whole path."""
    beside = Path(sys.executable).with_name("i4")  # not resolved: a venv's python is a link
    found = str(beside) if beside.is_file() else shutil.which("i4")
    return [found] if found else [sys.executable, "-m", "i4analysis.cli"]


def _unit_word(text: str) -> str:
    r"""Return an argument as systemd reads it: % is a specifier, $ a variable, \ an escape.

    Examples
    --------
    >>> _unit_word("/srv/l'usine à 10 %")
    '"/srv/l\'usine à 10 %%"'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    escaped = escaped.replace("%", "%%").replace("$", "$$")
    return escaped if re.fullmatch(r"[\w./@:=+,-]+", escaped) else f'"{escaped}"'


def _systemd(here: Path, commands: list[list[str]], out: str) -> str:
    steps = "\n".join(
        f"ExecStart={' '.join(map(_unit_word, (*_command(), *words)))}" for words in commands
    )
    folder = str(here).replace("%", "%%")
    return f"""\
# ~/.config/systemd/user/i4-refresh.service
[Unit]
Description=Refresh the i4analysis reports

[Service]
Type=oneshot
WorkingDirectory={folder}
{steps}
TimeoutStartSec=2h
MemoryMax=4G
Nice=10

# ~/.config/systemd/user/i4-refresh.timer
# install: systemctl --user daemon-reload && systemctl --user enable --now i4-refresh.timer
[Unit]
Description=Refresh the i4analysis reports every morning

[Timer]
OnCalendar=*-*-* 05:17 Europe/Paris
Persistent=true
RandomizedDelaySec=5m

[Install]
WantedBy=timers.target
"""


def _cron(here: Path, commands: list[list[str]], out: str) -> str:
    command = shlex.join(_command())
    steps = " && ".join(f"{command} {shlex.join(words)}" for words in commands)
    folder, target = shlex.quote(str(here)), shlex.quote(out)
    log = shlex.quote(f"{out}/refresh.log")
    # % starts standard input in a crontab
    lines = (
        f"17 5 * * * mkdir -p {target} && cd {folder} && {{ {steps}; }} >> {log} 2>&1",
        f"47 5 * * 1 {command} status --out {target} >> {log} 2>&1",
    )
    told = "".join(f"{line}\n".replace("%", r"\%") for line in lines)
    return (
        "# install: crontab -e, then add these two lines; cron mails nobody: check `i4 status`\n"
        + told
    )


def _github(here: Path, commands: list[list[str]], out: str) -> str:
    steps = "\n".join(f"      - run: .venv/bin/i4 {shlex.join(words)}" for words in commands)
    return f"""\
# .github/workflows/refresh.yml in the repository of {here.name}
# A schedule may start late, and stops after 60 days without a commit: watch it with `i4 status`.
name: refresh
on:
  schedule:
    - cron: "17 3 * * *"
  workflow_dispatch:
concurrency:
  group: refresh
  cancel-in-progress: false
jobs:
  refresh:
    runs-on: ubuntu-latest
    timeout-minutes: 90
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.11"
      - run: make .venv/.installed
{steps}
      - uses: actions/upload-artifact@v4
        with:
          name: reports
          path: {out}
          include-hidden-files: true
"""
