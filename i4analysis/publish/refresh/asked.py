"""Who asked to be forgotten when the last report was made, known by keyed hashes alone.

A row cut from `erase.csv` by mistake would publish whoever asked not to be. What a report was made
with is therefore remembered beside the releases, for its owner alone: no name, but what tells one
again with a key. The hashes of the ledgers that a manifest publishes are made with the same key
where a movement forgets somebody: by the plain hash of so small a file, names could be tried until
one fits.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from i4analysis.forgetting import fold
from i4analysis.publish.refresh.releases import dumps, write_whole

Rows = list[list[str]]


class Asked:
    """The memory of one movement's reports.

    Parameters
    ----------
    path
        The file that keeps it: the key, and what each ledger asked. Nobody else may read it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._key = ""
        self._before: dict[str, Rows] = {}
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            self._key, self._before = str(held["key"]), dict(held["rows"])
        except (OSError, ValueError, LookupError, TypeError):
            pass  # the first report of somebody who asked

    def keyed(self, text: str) -> str:
        """Return what tells a text again to who holds the key, and nobody else."""
        if not self._key:
            self._key = secrets.token_hex(32)
            self._write()
        key = self._key.encode()
        return hmac.new(key, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()

    def cut(self, ledger: str, erase: pd.DataFrame) -> tuple[int, int]:
        """Return how many rows of the last report's ledger are gone from it, and how many it had.

        A row that was reordered, filled in or written otherwise is not gone.
        """
        before = self._before.get(ledger, [])
        now = {mark for row in self._rows(erase) for mark in row}
        return sum(not now.issuperset(row) for row in before), len(before)

    def remember(self, ledgers: Mapping[str, pd.DataFrame]) -> None:
        """Keep what the report that readers are given now was made with."""
        self._before = {name: self._rows(erase) for name, erase in ledgers.items() if len(erase)}
        if self._before:
            self._write()
        else:
            self.path.unlink(missing_ok=True)

    def _write(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self.path, dumps({"key": self._key, "rows": self._before}), 0o600)

    def _rows(self, erase: pd.DataFrame) -> Rows:
        return sorted([sorted(map(self.keyed, _marks(row))) for _, row in erase.iterrows()])


def _marks(row: pd.Series) -> Iterator[str]:
    """Yield what a row asks to forget: one post, or an account by each of its names."""
    held = {name: fold(str(cell).strip()) for name, cell in row.items() if pd.notna(cell)}
    asked = ("post_id", "name") if "post_id" in held else ("account_id", "handle", "name")
    for name in asked:
        if name in held:
            yield f"{name} {held[name].lstrip('@')}"
