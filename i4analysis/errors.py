"""The named errors of i4analysis.

Every message is one sentence with four parts: what is wrong, where (file, line, column), what was
found against what was expected, and what to do next. The command line prints it and exits
with `exit_code`.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class I4Error(ValueError):
    """Base of every error that i4analysis raises on purpose."""

    exit_code: int = 2


class ArchiveError(I4Error):
    """A file of posts cannot be read at all: empty, not an archive, truncated, unreadable."""


class UnknownFormatError(ArchiveError):
    """A file is readable but holds no posts in any format that i4analysis knows."""


class MovementError(I4Error):
    """A movement folder, its movement.toml or a ledger is missing, malformed or contradictory."""


class TableError(I4Error):
    """A frame is not canonical: a missing column, a wrong type, a forbidden value."""


class MeasureError(I4Error):
    """A measure was asked for what its data cannot give."""


class CollectError(I4Error):
    """A collection from a live platform cannot start or go on."""


class RefreshError(I4Error):
    """A refresh failed; the last good release is untouched."""

    exit_code = 1


class RefreshRefused(RefreshError):
    """A guard stopped a refresh: counts shrank or jumped, or an input changed during the copy."""

    exit_code = 3


class RefreshBusy(RefreshError):
    """Another refresh holds the lock."""

    exit_code = 75


def nearest(word: object, known: Iterable[str], *, least: float = 0.6) -> str:
    """Return "; did you mean 'x'?" for the known word that is most like this one, else nothing.

    Examples
    --------
    >>> nearest("reshare", ["reshares", "quotes"])
    "; did you mean 'reshares'?"
    >>> nearest("x", ["reshares", "quotes"])
    ''
    """
    close = closest(word, known, least=least)
    return f"; did you mean {close!r}?" if close else ""


def closest(word: object, known: Iterable[str], *, least: float = 0.6) -> str | None:
    """Return the known word that is most like this one, without regard to case."""
    plain = {str(one).casefold(): str(one) for one in known}
    found = get_close_matches(str(word).casefold(), plain, n=1, cutoff=least)
    return plain[found[0]] if found else None
