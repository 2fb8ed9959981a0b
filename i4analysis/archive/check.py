"""What is filled, wrong or missing in a movement's folder, before an hour is spent on it.

A ledger that names an account which the archive never saw says nothing by itself: a founder
misspelt founds nothing, an account to erase that is misspelt stays published. Each is said, with
the nearest account that the archive has. So is a row that names a row which no ledger holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis.archive.reading.declared import Declaration
from i4analysis.archive.store import parts
from i4analysis.errors import closest, nearest
from i4analysis.hashtags import hashtags_in
from i4analysis.ledgers import LEDGERS, possible_days, said_ahead
from i4analysis.movement import Movement

_NAMED = {
    "posts": ("author", "reshared_author", "quoted_author", "replied_author"),
    "profiles": ("handle",),
}
_IDS = {"posts": ("author_id", "reshared_author_id"), "profiles": ("account_id",)}
_TABLES = {".csv", ".tsv", ".txt", ".xls", ".xlsx", ".ods", ".numbers"}
_NEVER_SEEN = ", whom the archive never saw"
#: Accounts named in a line about a ledger.
_SHOWN = 3
#: Column that names a row of a ledger → that row's key there; several are set apart by |.
_NAMING = {
    ("claims", "outcome_id"): ("outcomes", "outcome_id"),
    ("claims", "about"): ("outcomes", "outcome_id"),
    ("claims", "copied_from"): ("claims", "claim_id"),
    ("claims", "relay_id"): ("relays", "relay_id"),
}
#: What a link may lead to.
_ADDRESS = re.compile(r"https?://[^\s/]+\.\S+", re.IGNORECASE)
_EMPTY = {"founders", "figures", "outcomes", "claims", "press", "people"}


@dataclass(frozen=True)
class Seen:
    """Handles in lower case, identifiers and posts that a store holds, erased ones too."""

    handles: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    homes: frozenset[tuple[str, str]] = frozenset()  # handle and platform, of those asked for

    @classmethod
    def in_store(cls, store: Path | None, asked: Collection[str] = ()) -> Seen:
        """Read the names of every part: what `erase.csv` asks to forget is still in them.

        Of the handles asked for, also the platforms on which they are borne.

        Raises
        ------
        ArchiveError
            If a part of the store is damaged.
        """
        if store is None:
            return cls()
        try:
            return cls._of_parts(store, asked)
        except (OSError, pa.ArrowInvalid) as error:
            raise parts.damaged(store, error) from error

    @classmethod
    def _of_parts(cls, store: Path, asked: Collection[str]) -> Seen:
        wanted = pa.array(sorted(asked), pa.string())
        homes: set[tuple[str, str]] = set()
        handles: set[str] = set()
        ids: set[str] = set()
        posts: set[str] = set()
        found = parts.accounts(store)
        for name in _NAMED:
            more = ("post_id",) if name == "posts" else ()
            columns = ["platform", *_NAMED[name], *_IDS[name], *more]
            for table in parts.batches(store, name, found, columns):
                for column in _NAMED[name]:
                    lower = pc.utf8_lower(table[column])
                    handles.update(pc.unique(lower).drop_null().to_pylist())
                    if asked:
                        met = pa.table({"handle": lower, "platform": table["platform"]})
                        met = met.filter(pc.is_in(lower, value_set=wanted))
                        rows = met.group_by(met.column_names).aggregate([]).to_pylist()
                        homes.update((row["handle"], str(row["platform"])) for row in rows)
                for column in _IDS[name]:
                    ids.update(pc.unique(table[column]).drop_null().to_pylist())
                for column in more:
                    posts.update(pc.unique(table[column]).drop_null().to_pylist())
        return cls(frozenset(handles), frozenset(ids), frozenset(posts), frozenset(homes))

    @property
    def nobody(self) -> bool:
        """True when the store holds no account: nothing can be missing from it."""
        return not self.handles and not self.ids


def amiss(movement: Movement) -> list[str]:
    """Return one sentence for each thing in a movement's folder that matches nothing.

    Parameters
    ----------
    movement
        As `Movement.load` gives it (which refuses what no ledger may hold).

    Returns
    -------
    list of str
        A day of writing still to come, files that are no ledger, patterns of columns that are of
        no file, then accounts and posts that the archive never saw: first of all of `erase.csv`,
        then of founders, of people listed with a handle, of outcomes' links, handles that accounts
        of several platforms bear, rows that name what no ledger holds, and addresses and hours
        that cannot be.
    """
    if movement.path is None:
        return []
    loose = _without_platform(movement)
    seen = Seen.in_store(movement.archive_path, loose.values())
    return [
        *_ahead(movement),
        *_files(movement.path),
        *_patterns(movement),
        *_erase(movement, seen),
        *_named(movement, seen),
        *_several(movement, seen, loose),
        *_naming(movement),
        *_cells(movement),
    ]


def overview(movement: Movement, seeks: Callable[[pd.Series], npt.NDArray[np.bool_]]) -> list[str]:
    """Return what is filled and what is missing, a line each; nothing of it is wrong.

    Parameters
    ----------
    seeks
        Says of each bio whether its words say that its owner looks for work
        (`measure.accounts.marks.seeks_work`).
    """
    rows = {name: len(movement.ledger(name)) for name in LEDGERS}
    filled = ", ".join(f"{name} {count}" for name, count in rows.items() if count)
    missing = [f"{name}.csv is empty" for name in sorted(_EMPTY) if not rows[name]]
    missing += [f"movement.toml gives no {name}" for name in movement.unsigned]
    if not movement.supporter_marks:
        missing.append("movement.toml gives no supporter_marks: no supporter can be counted")
    missing += _seekers(movement, seeks)
    if movement.started_on is None:
        missing.append("movement.toml gives no started_on: no post is before or after it")
    if movement.archive_path is None or not parts.listed(movement.archive_path):
        missing.append("no archive is read yet: i4 read PATH... --movement DIR")
    return [
        f"filled: {filled or 'no ledger'}",
        *(f"missing: {one}" for one in missing),
        *_early(movement),
        *_spoken_ahead(movement),
    ]


def _spoken_ahead(movement: Movement) -> Iterator[str]:
    """Say which claims are told as facts beside an outcome, for they were made before it."""
    ahead = said_ahead(movement.claims, movement.outcomes)
    lines = [
        str(line) for line, early in zip(movement.lines["claims"], ahead, strict=True) if early
    ]
    if lines:
        yield (
            f"note: claims.csv, {len(lines)} made before the outcome they are about (line"
            f" {', '.join(lines[:_SHOWN])}{' …' if len(lines) > _SHOWN else ''}): told as facts"
            " beside it, neither credit nor doubt"
        )


def _early(movement: Movement) -> Iterator[str]:
    """Name the relays that came before the movement: an appeal that it grew from is none amiss."""
    first, rows = movement.started_on, movement.relays[["date", "precision"]].to_numpy()
    days = [possible_days(*row) for row in rows] if first else []
    early = [str(line) for line, day in zip(movement.lines.get("relays", ()), days, strict=False)
             if day and first and day[1] < first]  # fmt: skip
    if early:
        word = "lines" if len(early) > 1 else "line"
        yield (
            f"note: relays.csv, {word} {', '.join(early)}: before started_on = {first}; right if"
            " the hashtag grew from it, else correct the date"
        )


def _seekers(
    movement: Movement, seeks: Callable[[pd.Series], npt.NDArray[np.bool_]]
) -> Iterator[str]:
    """Say how people looking for work are known, where no bio shows their mark."""
    said, shown = set(), set()
    store = movement.archive_path
    found = [] if store is None else parts.accounts(store)
    columns = ["account_id", "handle", "bio"]
    for table in parts.batches(store, "profiles", found, columns) if store and found else ():
        rows = table.to_pandas()
        who = rows["account_id"].fillna(rows["handle"])
        said |= {*who[seeks(rows["bio"])].dropna()}
        shown |= {tag for bio in rows["bio"].dropna().unique() for tag in hashtags_in(bio)}
    marks = " ".join(f"#{mark}" for mark in movement.seeker_marks)
    known = (
        f"{len(said)} account{'s say' if len(said) > 1 else ' says'} in words of the bio to look"
        " for work and will not be named"
        if said
        else "nobody is known to look for work, as no bio that was read says so"
        if found
        else "people looking for work are known by the words of their bios alone"
    )
    if not marks:
        yield f"movement.toml gives no seeker_marks: {known}"
    elif found and shown.isdisjoint(movement.seeker_marks):
        near = nearest(movement.seeker_marks[0], shown)
        yield f"no bio that was read shows {marks} (seeker_marks){near}: {known}"


def _ahead(movement: Movement) -> Iterator[str]:
    """Name a day of writing that is still to come: the report would state it as a fact."""
    today, written = datetime.now(movement.zone).date(), movement.compiled_on
    if written and written > today:
        yield (
            f"movement.toml: compiled_on = {written} is still to come (today is {today}), and the"
            " report says that it was written then; correct the day"
        )


def _files(folder: Path) -> Iterator[str]:
    """Say which tables of the folder are read by nobody: no ledger's name, or not as CSV."""
    known = {f"{name}.csv" for name in LEDGERS}
    for path in sorted(folder.iterdir()):
        plain = path.name.partition(".")[0]
        near = closest(plain, LEDGERS, least=0.75)
        table = path.suffix.lower() in _TABLES and (path.suffix == ".csv" or near)
        told = f" (did you mean '{near}.csv'?)" if near else ""
        if table and path.name not in known and path.is_file():
            yield (
                f"The file {path} is no ledger and is not read, expected one of"
                f" {', '.join(sorted(known))}{told}; rename or move it."
            )


def _patterns(movement: Movement) -> Iterator[str]:
    """Say which patterns of [columns] in movement.toml are of no file that was read."""
    store = movement.archive_path
    if not movement.columns or store is None:
        return
    files = [str(account.file["file"]) for account in parts.accounts(store)]
    names = {Path(name).name for name in files}
    for pattern in movement.columns:
        if files and not any(map(Declaration(pattern, ()).fits, files)):
            yield (
                f"The file {movement.path}/movement.toml says what the columns of {pattern!r} are,"
                f" and no file of the archive is called so{nearest(pattern, names)}; correct the"
                " pattern, or read those files with `i4 read`."
            )


def _erase(movement: Movement, seen: Seen) -> Iterator[str]:
    for place, row in enumerate(movement.ledger("erase").to_dict("records")):
        where = f"The ledger {movement.path}/erase.csv, line {movement.lines['erase'][place]},"
        if _text(row["post_id"]):
            if not seen.nobody and row["post_id"] not in seen.posts:
                yield (
                    f"{where} asks to forget the post {row['post_id']!r}, which the archive does"
                    " not hold; look at its identifier: nothing was erased."
                )
        elif fault := _unknown(row, seen):
            yield f"{where} asks to forget {fault}: nobody was erased."


def _named(movement: Movement, seen: Seen) -> Iterator[str]:
    for name in ("founders", "people"):
        rows = movement.ledger(name).to_dict("records")
        lines = zip(movement.lines[name], rows, strict=True)
        found = [(line, _unknown(row, seen)) for line, row in lines]
        yield from _together(movement, name, "names", found)
    linked = [
        (line, _unknown({"handle": one.strip(), "account_id": one.strip()}, seen))
        for line, cell in zip(
            movement.lines["outcomes"], movement.outcomes["linked_accounts"], strict=True
        )
        for one in (str(cell).split("|") if _text(cell) else ())
    ]
    yield from _together(movement, "outcomes", "links", linked)


def _without_platform(movement: Movement) -> dict[int, str]:
    """Return the handles of people.csv whose row says neither network nor identifier, by line."""
    rows = movement.people[["handle", "platform", "account_id"]].to_dict("records")
    return {
        line: _plain(row["handle"])
        for line, row in zip(movement.lines["people"], rows, strict=True)
        if _plain(row["handle"]) and not (_text(row["platform"]) or _text(row["account_id"]))
    }


def _several(movement: Movement, seen: Seen, loose: Mapping[int, str]) -> Iterator[str]:
    """Say which people of people.csv cannot be told from others of their name elsewhere."""
    for line, handle in loose.items():
        homes = sorted(place for name, place in seen.homes if name == handle)
        if len(homes) > 1:
            yield (
                f"The ledger {movement.path}/people.csv, line {line}, names {handle!r}, whom"
                f" accounts of {' and '.join(homes)} are called, expected one: nobody is named;"
                " say which in the column platform."
            )


def _naming(movement: Movement) -> Iterator[str]:
    """Say which rows name a row of a ledger that is not there: they count nowhere."""
    for (name, column), (other, key) in _NAMING.items():
        known = {*movement.ledger(other)[key]}
        cells = movement.ledger(name)[column]
        for line, cell in zip(movement.lines[name], cells, strict=True):
            if _text(cell) and cell not in known:
                counts = "the row counts nowhere" if column == "outcome_id" else "it is not read"
                yield (
                    f"The ledger {movement.path}/{name}.csv, line {line}, column {column}, names"
                    f" {cell!r:.80}, which {other}.csv does not hold{nearest(cell, known)}:"
                    f" {counts}; add that row or correct it."
                )


def _cells(movement: Movement) -> Iterator[str]:
    """Say which cells hold an address that is none, or an hour of another day than the row's."""
    for name in LEDGERS:
        rows = movement.ledger(name).to_dict("records")
        for line, row in zip(movement.lines.get(name, ()), rows, strict=True):
            where = f"The ledger {movement.path}/{name}.csv, line {line}, column"
            if _text(row.get("url")) and not _ADDRESS.match(row["url"]):
                yield (
                    f"{where} url, holds {row['url']!r:.80}, expected the address of a page"
                    " (https://…): no link leads there; correct it."
                )
            hour, day = row.get("published_at"), row.get("date")
            exact = row.get("precision") in ("day", "hour", "minute")
            if exact and not pd.isna(hour) and not pd.isna(day):
                apart = abs((hour.tz_convert(movement.zone).date() - day).days)
                if apart > 1:  # what is printed tomorrow may be read tonight
                    yield (
                        f"{where} published_at, holds {hour:%Y-%m-%d %H:%M} UTC, {apart} days from"
                        f" the date {day}; correct one of them."
                    )


def _together(
    movement: Movement, name: str, verb: str, found: list[tuple[int, str]]
) -> Iterator[str]:
    """Say of a ledger whom the archive never saw, in one line: those with a near match first."""
    unknown = sorted(((p, t) for p, t in found if t), key=lambda one: "mean" not in one[1])
    if not unknown:
        return
    where = f"The ledger {movement.path}/{name}.csv"
    if len(unknown) == 1:
        line, told = unknown[0]
        yield f"{where}, line {line}, {verb} {told}{'' if told.endswith('?') else '.'}"
        return
    shown = ", ".join(
        f"{told.replace(_NEVER_SEEN, '')} in line {line}" for line, told in unknown[:_SHOWN]
    )
    rest = len(unknown) - _SHOWN
    more = f" and {rest} more" if rest > 0 else ""
    yield f"{where} {verb} {len(unknown)} accounts that the archive never saw: {shown}{more}."


def _unknown(row: Mapping[Any, Any], seen: Seen) -> str:
    """Return what is said of an account that the store never saw; nothing of one it did."""
    handle, identifier = _text(row.get("handle")), _text(row.get("account_id"))
    plain = _plain(handle)
    if seen.nobody or not (plain or identifier):
        return ""
    if plain in seen.handles or (identifier and identifier in seen.ids):
        return ""
    told = repr(handle or identifier)
    return f"{told}{_NEVER_SEEN}{nearest(plain or identifier, seen.handles, least=0.8)}"


def _plain(handle: Any) -> str:
    return _text(handle).strip().lstrip("@").lower()


def _text(cell: Any) -> str:
    return "" if cell is None or bool(pd.isna(cell)) else str(cell)
