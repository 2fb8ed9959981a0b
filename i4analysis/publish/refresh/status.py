"""What is live, how old it is, and the units that keep it fresh."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from i4analysis.errors import RefreshError
from i4analysis.publish.refresh.releases import Releases, read_record, verify


@dataclass(frozen=True)
class Status:
    """One movement's live release and the end of its last runs."""

    movement: str
    release: str
    whole: bool
    checked_at: datetime | None
    last_failure: str

    def too_old(self, days: float, now: datetime) -> bool:
        """Return whether no run has confirmed or renewed the release for `days` days."""
        return self.checked_at is None or (now - self.checked_at).total_seconds() > days * 86400

    def line(self, days: float, now: datetime) -> str:
        """Return the status as one line for a person."""
        if not self.release:
            text = f"{self.movement}: no report yet"
        else:
            hours = (now - self.checked_at).total_seconds() / 3600 if self.checked_at else None
            age = "never confirmed" if hours is None else f"confirmed {hours:.1f} h ago"
            text = f"{self.movement}: {self.release}, {age}"
            text += "" if self.whole else ", DAMAGED"
            text += f", TOO OLD (limit {days:g} days)" if self.too_old(days, now) else ""
        return text + (f"; last failure: {self.last_failure}" if self.last_failure else "")


def read_status(out: Path) -> list[Status]:
    """Return the status of every movement that `out` has a report or a run of.

    A release counts as confirmed when a run ended ok or found nothing changed.

    Raises
    ------
    RefreshError
        If `out` is not a folder that a refresh wrote.
    """
    store = Releases(out.absolute())
    if not store.runs.is_dir():
        raise RefreshError(
            f"The folder {out} holds no refresh, expected one written by `i4 refresh`; run it"
            " first or name its folder with --out."
        )
    records = [read_record(path) for path in sorted(store.runs.glob("*.json"))]
    names = sorted({str(record["movement"]) for record in records if "movement" in record})
    return [_status(store, name, records) for name in names]


def _status(store: Releases, name: str, records: list[dict[str, Any]]) -> Status:
    mine = [record for record in records if record.get("movement") == name]
    live = store.live(name)
    good = [r for r in mine if r.get("state") in {"ok", "skipped"} and "started" in r]
    bad = [r for r in mine if r.get("state") in {"failed", "partial", "refused", "killed"}]
    newer = bad and (not good or bad[-1]["run"] > good[-1]["run"])
    failure = f"{bad[-1].get('started', '?')} {bad[-1]['state']}" if newer else ""
    if newer and bad[-1].get("reason"):
        failure += f" ({bad[-1]['reason']})"
    return Status(
        movement=name,
        release=live.name if live else "",
        whole=live is not None and verify(live) is not None,
        checked_at=datetime.fromisoformat(good[-1]["started"]) if good else None,
        last_failure=failure,
    )


def status_lines(out: Path, days: float) -> tuple[list[str], bool]:
    """Return one line a movement, and whether all are whole and young enough."""
    now = datetime.now(UTC)
    states = read_status(out)
    good = all(state.whole and not state.too_old(days, now) for state in states)
    return [state.line(days, now) for state in states], bool(states) and good


def schedule(kind: str, checkout: Path, movements: list[str], out: str, collect: str = "") -> str:
    """Return the unit that runs a refresh every day: systemd, cron or github.

    Parameters
    ----------
    kind
        `systemd` (a service and its timer), `cron` (one line) or `github` (a workflow).
    checkout
        The checkout the unit works in; its `.venv` holds the command.
    movements, out
        Arguments of `i4 refresh`.
    collect
        Arguments of an `i4 collect` to run before, empty for none.

    Raises
    ------
    RefreshError
        If the kind is not one of the three.
    """
    makers = {"systemd": _systemd, "cron": _cron, "github": _github}
    if kind not in makers:
        raise RefreshError(
            f"There is no schedule {kind!r}, expected one of {', '.join(makers)}; choose one."
        )
    refresh = shlex.join(["refresh", *movements, "--out", out])
    commands = [f"collect {collect}"] if collect else []
    return makers[kind](checkout, [*commands, refresh])


def _systemd(checkout: Path, commands: list[str]) -> str:
    command = f"{checkout}/.venv/bin/i4"
    steps = "\n".join(f"ExecStart={command} {arguments}" for arguments in commands)
    return f"""\
# ~/.config/systemd/user/i4-refresh.service
[Unit]
Description=Refresh the i4analysis reports

[Service]
Type=oneshot
WorkingDirectory={checkout}
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


def _cron(checkout: Path, commands: list[str]) -> str:
    steps = " && ".join(f".venv/bin/i4 {arguments}" for arguments in commands)
    folder = shlex.quote(str(checkout))
    # % starts standard input in a crontab
    line = f"17 5 * * * cd {folder} && {steps} >> reports/refresh.log 2>&1".replace("%", r"\%")
    return (
        "# install: crontab -e, then add these two lines; cron mails nobody: check `i4 status`\n"
        f"{line}\n"
        f"47 5 * * 1 cd {folder} && .venv/bin/i4 status >> reports/refresh.log 2>&1\n"
    )


def _github(checkout: Path, commands: list[str]) -> str:
    steps = "\n".join(f"      - run: .venv/bin/i4 {arguments}" for arguments in commands)
    return f"""\
# .github/workflows/refresh.yml in the repository of {checkout.name}
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
          path: reports
          include-hidden-files: true
"""
