"""Progress of long work: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Any

from i4analysis.archive.reading.work import Done

EVERY_S = 15.0


class Progress:
    """Shows how much was read, at what rate and how long it will still take; a context.

    Parameters
    ----------
    size
        Bytes to read, as received.
    units
        Pieces of work.
    """

    def __init__(self, size: int, units: int) -> None:
        self._size = size
        self._units = units
        self._read = self._finished = self._records = self._known = 0
        self._started = self._said = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        return self

    def _start_bar(self) -> None:
        """Start the bar at the first advance: it runs a thread, and workers are forked before."""
        if self._bar is not None or self._units < 2 or not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._bar.start()
        self._task = self._bar.add_task("reading", total=self._size)

    def __exit__(self, *failure: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, size: int, done: list[Done], units: int = 1) -> None:
        """Count a finished piece of work, or so many that were done together."""
        self._start_bar()
        self._read += size
        self._finished += units if done else 0  # of a file in stretches the last one counts
        for one in done:
            self._known += one.outcome == "known"
            if one.account is not None:
                self._records += one.account.file["records"]
        if self._bar is not None:
            text = f"{self._finished:,}/{self._units:,} files, {self._records:,} records"
            self._bar.update(self._task, advance=size, description=text)
        elif time.monotonic() - self._said > EVERY_S:
            self._said = time.monotonic()
            sys.stderr.write(self.line() + "\n")

    def line(self) -> str:
        """Return the state of the work as one line."""
        elapsed = max(time.monotonic() - self._started, 1e-9)
        rate = self._read / elapsed
        left = (self._size - self._read) / rate if rate else 0.0
        return (
            f"{self._finished:,} of {self._units:,} files, {self._read / 1e6:,.0f} of"
            f" {self._size / 1e6:,.0f} MB, {self._records:,} records, {rate / 1e6:.1f} MB/s,"
            f" {left:,.0f} s left"
        )
