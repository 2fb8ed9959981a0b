"""The ledgers of a movement: tables kept by hand as CSV, one source a row.

This module is the one place where a ledger's column is defined; `read_ledger` reads a file into
its canonical frame and names the first fault by file, line and column.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from i4analysis import tables
from i4analysis.errors import MovementError, nearest
from i4analysis.tables import (
    COUNT,
    DAY,
    FLAG,
    NUMBER,
    PRECISIONS,
    ROUGHNESS,
    TABLES,
    TEXT,
    TIME,
    Column,
    Table,
)

_URL = Column("url", TEXT, "page on which the row was read; one source a row")
_NOTE = Column("note", TEXT, "remark, in our own words")


def _both(name: str, what: str) -> tuple[Column, Column]:
    return (
        Column(f"{name}_fr", TEXT, f"{what}, in French"),
        Column(f"{name}_en", TEXT, "the same in English"),
    )


def _date(what: str) -> tuple[Column, ...]:
    return (
        Column(
            "date",
            DAY,
            f"{what}; a placeholder inside the period when precision is coarser than a day; null"
            " when unknown",
        ),
        Column(
            "precision",
            TEXT,
            "how well the date is known; a week is give or take seven days, printed as 'around'",
            values=PRECISIONS,
        ),
        *_both("date_words", "the source's own words for the date, when it gives no day"),
        Column(
            "date_inferred",
            FLAG,
            "true when the source does not print the date and we deduced it; empty: false",
        ),
    )


def _voice(what: str) -> tuple[Column, ...]:
    return (
        Column("said_by", TEXT, f"{what}: the origin of the words, named as in people.csv"),
        _THROUGH,
    )


_THROUGH = Column(
    "through",
    TEXT,
    "who lends them those words, when they do not speak for themselves in the publication; words"
    " lent are second hand",
)
_QUOTE = Column(
    "quote",
    TEXT,
    "the few words (25 at most) on which the matter turns, verbatim, in the source's language;"
    " empty where a paraphrase does",
)
_ASK = _both("ask", "whom to ask, and for what, to settle it")


FOUNDERS = Table(
    "founders",
    "accounts that started the movement, named in public",
    (
        Column("handle", TEXT, "handle without @", required=True),
        Column("account_id", TEXT, "platform identifier, if known"),
        Column("platform", TEXT, "twitter | bluesky | mastodon"),
        Column("name", TEXT, "public name; empty unless the person is listed in people.csv"),
        Column("basis", TEXT, "what the source says of their part"),
        _URL,
        _NOTE,
    ),
    key=("handle",),
)

FIGURES = Table(
    "figures",
    "published figures, each as its source gives it; contradictory ones are all kept",
    (
        Column("figure_id", TEXT, "stable identifier", required=True),
        Column(
            "metric",
            TEXT,
            "what is counted: founders, supporters_bio, members, seekers_bio, followers_summed, …",
            required=True,
        ),
        Column("value", NUMBER, "the number printed by the source", required=True),
        Column(
            "roughness",
            TEXT,
            "exact | at_least | about, as the source words it",
            required=True,
            values=ROUGHNESS,
        ),
        *_date("day the figure is about"),
        *_voice("who gave the number; empty: the publisher itself"),
        Column("publisher", TEXT, "who printed it"),
        Column(
            "published_on", TEXT, "when, as known; '(inferred)' where the page does not print it"
        ),
        Column(
            "measurement",
            FLAG,
            "false when the value is only the lower bound of a plural ('hundreds'): never charted",
        ),
        *_both("what", "what the number counts, a few words of ours that follow it"),
        _URL,
        _NOTE,
    ),
    key=("figure_id",),
)

ROLES = ("crisis", "goal", "step", "aftermath", "support")
OUTCOMES = Table(
    "outcomes",
    "things that happened in the world, one row each, without any credit",
    (
        Column("outcome_id", TEXT, "stable identifier", required=True),
        Column(
            "role",
            TEXT,
            "crisis (what the movement was born to face) | goal (what it asked for) | step (on the"
            " way to the goal) | aftermath (what became of the goal) | support (who joined or"
            " helped); a crisis is never counted as a result",
            values=ROLES,
        ),
        *_date("day it happened"),
        Column(
            "not_after",
            DAY,
            "last day on which it can have happened, when a source fixes it; may stand without a"
            " date",
        ),
        Column(
            "kind",
            TEXT,
            "interested_firm | visit | takeover_file | court_decision | jobs | reprieve |"
            " institution | hire | other",
            required=True,
        ),
        Column("title_fr", TEXT, "what happened, in French", required=True),
        Column("title_en", TEXT, "what happened, in English", required=True),
        Column(
            "main",
            FLAG,
            "true for the outcomes that the report's dossiers are about; false for context",
        ),
        Column(
            "linked_accounts",
            TEXT,
            "handles that belong to the outcome (firm, institution), separated by |",
        ),
        Column("linked_urls", TEXT, "addresses that belong to the outcome, separated by |"),
        Column(
            "silent",
            FLAG,
            "true when the account concerned is known never to have posted about it",
        ),
        *_ASK,
        _URL,
        _NOTE,
    ),
    key=("outcome_id",),
)

_WAYS = ("movement", "post", "linkedin", "press", "radio", "institution", "state", "mayor",
         "president", "local", "private", "court", "merit", "other", "none")  # fmt: skip

CLAIMS = Table(
    "claims",
    "who credits which relay with which outcome, on what evidence; also claims that credit someone"
    " else",
    (
        Column("claim_id", TEXT, "stable identifier", required=True),
        Column("outcome_id", TEXT, "outcome the claim is about", required=True),
        Column(
            "claimant", TEXT, "who says so: a person or body named by the source", required=True
        ),
        Column(
            "claimant_party",
            TEXT,
            "whose side the claimant is of, separated by |: movement, press, state, town, … ;"
            " empty: the party that people.csv or press.csv gives for the name",
        ),
        _THROUGH,
        Column("publisher", TEXT, "where it was printed or broadcast"),
        *_date("day it was said"),
        Column(
            "stance",
            TEXT,
            "credits | reports | doubts | denies: what the claim does to the relay named",
            required=True,
            values=("credits", "reports", "doubts", "denies"),
        ),
        Column("relay", TEXT, "relay named, in the source's terms; empty when none"),
        Column(
            "relay_kind",
            TEXT,
            "movement | post | linkedin | press | radio | institution | state | mayor | president"
            " | local (a local mobilisation) | private | court | merit (what was to be saved"
            " itself) | other | none",
            required=True,
            values=_WAYS,
        ),
        Column(
            "relay_party",
            TEXT,
            "whose the relay named is, separated by |, in the words of claimant_party; empty: the"
            " party that relay_kind implies",
        ),
        Column("relay_id", TEXT, "row of relays.csv, if there is one"),
        Column(
            "basis",
            TEXT,
            "document | witness | party | hearsay: what stands behind it; a claim that speaks of"
            " itself is judged a party, press that did not see is judged hearsay, whatever is"
            " written here",
            required=True,
            values=("document", "witness", "party", "hearsay"),
        ),
        Column(
            "first_hand",
            FLAG,
            "true when a publication was there or publishes the document itself; empty: false",
        ),
        Column(
            "speaks_of_itself",
            FLAG,
            "true when the claimant credits itself or its own service; empty: computed, the"
            " claimant and the relay share a party",
        ),
        Column(
            "about",
            TEXT,
            "outcome_id of the other fact that the source speaks of, when it stands beside this"
            " outcome without explaining it: told as a fact, never a credit nor a rival",
        ),
        Column(
            "copied_from",
            TEXT,
            "claim_id this one repeats; not independent when that claim is about the same outcome",
        ),
        Column("evidence_fr", TEXT, "what the source gives as evidence, in French, our words"),
        Column("evidence_en", TEXT, "the same in English"),
        _QUOTE,
        _URL,
        _NOTE,
    ),
    key=("claim_id",),
)

RELAYS = Table(
    "relays",
    "the ledger of relays other than archived posts: LinkedIn, press, radio, institutions, private"
    " contacts, posts known only from a source",
    (
        Column("relay_id", TEXT, "stable identifier", required=True),
        *_date("day of the relay"),
        Column(
            "kind",
            TEXT,
            "post | reshare | linkedin | press | radio | tv | institution | private | event",
            required=True,
        ),
        Column("actor", TEXT, "who relayed, if public", required=True),
        Column("title_fr", TEXT, "what was done, in French"),
        Column("title_en", TEXT, "what was done, in English"),
        Column("said_by", TEXT, "who tells of it; empty: the page at url"),
        Column("post_id", TEXT, "post in the archive, if it is one"),
        Column("recorded_by", TEXT, "who wrote the row"),
        _URL,
        _NOTE,
    ),
    key=("relay_id",),
)

PRESS = Table(
    "press",
    "articles, interviews and broadcasts",
    (
        Column("press_id", TEXT, "stable identifier", required=True),
        Column("published_at", TIME, "moment of publication when the hour is known", "UTC"),
        *_date("day of publication"),
        Column("outlet", TEXT, "newspaper, channel, site", required=True),
        Column(
            "medium",
            TEXT,
            "press | radio | tv | web | blog | institution",
            values=("press", "radio", "tv", "web", "blog", "institution"),
        ),
        Column("title", TEXT, "title as cited"),
        Column(
            "title_basis",
            TEXT,
            "shown | address | ours: read on the page, deduced from its address, or worded by us;"
            " empty: shown",
            values=("shown", "address", "ours"),
        ),
        *_both("about", "what the item is, in a few words: an interview, a copy, an answer"),
        Column("language", TEXT, "language of the item", "BCP 47"),
        Column("author", TEXT, "by-line"),
        Column(
            "said_by",
            TEXT,
            "whose words it carries: the person interviewed or quoted; empty: its author's",
        ),
        Column(
            "read_extent",
            TEXT,
            "whole | beginning | title: how much of it was read; empty: not known",
            values=("whole", "beginning", "title"),
        ),
        Column("date_basis", TEXT, "how the date is known"),
        Column(
            "mentions", TEXT, "whether the part read mentions the hashtag: yes | no | not_visible"
        ),
        _URL,
        _NOTE,
    ),
    key=("press_id",),
)

PEOPLE = Table(
    "people",
    "people and bodies that may be named: public figures, institutions, media",
    (
        Column("handle", TEXT, "handle without @; empty when none is known"),
        Column("account_id", TEXT, "platform identifier, if known"),
        Column("name", TEXT, "public name", required=True),
        Column("name_en", TEXT, "the name in English, when it differs (an office, a body)"),
        Column(
            "role",
            TEXT,
            "founder | politician | medium | institution | firm | supporter | other",
            required=True,
        ),
        *_both("role", "who they are in a few words, as a report prints after the name"),
        Column(
            "party",
            TEXT,
            "whose side they are of, separated by |: movement, press, state, town, …; empty:"
            " movement for founders and supporters, press for media",
        ),
        Column("description", TEXT, "part in the story, as the source gives it"),
        Column("followers", NUMBER, "published follower count", "accounts"),
        Column("followers_on", TEXT, "day of that count, as known"),
        _URL,
        _NOTE,
    ),
)

STATUSES = ("confirmed", "contradicted", "needs_posts", "needs_document", "nobody_can_know")
STATEMENTS = Table(
    "statements",
    "what the founders said, point by point, and what is known of each",
    (
        Column("statement_id", TEXT, "stable identifier", required=True),
        *_voice("who said it"),
        Column("publisher", TEXT, "where it was printed or broadcast"),
        *_date("day it was said"),
        Column("said_fr", TEXT, "what was said, our words, in French", required=True),
        Column("said_en", TEXT, "the same in English", required=True),
        _QUOTE,
        Column(
            "status",
            TEXT,
            "confirmed | contradicted: by a source that is not its speaker's side | needs_posts:"
            " an archive would tell | needs_document: a record or a person asked would tell |"
            " nobody_can_know",
            required=True,
            values=STATUSES,
        ),
        *_both("known", "what is known of it"),
        Column(
            "evidence",
            TEXT,
            "rows it rests on, as ledger:id (figures:…, claims:…, outcomes:…, relays:…, press:…),"
            " separated by |",
        ),
        Column(
            "topic",
            TEXT,
            "what an archive would test it with: members | reach | relays | push | appeals |"
            " outcomes",
            values=("members", "reach", "relays", "push", "appeals", "outcomes"),
        ),
        *_ASK,
        _URL,
        _NOTE,
    ),
    key=("statement_id",),
)

ERASE = Table(
    "erase",
    "accounts and people to forget: their rows leave every table at load, their names the ledgers",
    (
        Column("platform", TEXT, "twitter | bluesky | mastodon"),
        Column("account_id", TEXT, "platform identifier"),
        Column("handle", TEXT, "handle without @"),
        Column("post_id", TEXT, "one post to forget; empty: the whole account"),
        Column("asked_on", TEXT, "day of the request"),
        Column(
            "name",
            TEXT,
            "name of the person, one spelling a row: it leaves the ledgers, texts and file names",
        ),
    ),
)

AUDIT = Table(
    "audit",
    "hand audit of a random sample of reshares: does the resharer follow the author?",
    (
        Column("post_id", TEXT, "the reshare", required=True),
        Column("follows_author", COUNT, "1 yes, 0 no", required=True),
        Column(
            "follows_relay", COUNT, "1 yes, 0 no: follows an account that had reshared it before"
        ),
        Column("checked_on", TEXT, "day of the check"),
        Column("by", TEXT, "initials"),
    ),
    key=("post_id",),
)

LABELS = Table(
    "labels",
    "an analyst's corrections to the recognition of appeals",
    (
        Column("post_id", TEXT, "the post", required=True),
        Column(
            "label",
            TEXT,
            "request | offer | support | media | other",
            required=True,
            values=("request", "offer", "support", "media", "other"),
        ),
        Column("sector", TEXT, "code of the published classification"),
        Column("by", TEXT, "initials"),
    ),
    key=("post_id",),
)

CORRECTIONS = Table(
    "corrections",
    "what a published report said wrongly and what it says now; printed in every later report",
    (
        Column("corrected_on", DAY, "day of the correction", required=True),
        Column("text_fr", TEXT, "what was wrong and what is right, in French", required=True),
        Column("text_en", TEXT, "the same in English", required=True),
    ),
)

LEDGERS: dict[str, Table] = {
    table.name: table
    for table in (
        *(FOUNDERS, FIGURES, OUTCOMES, CLAIMS, RELAYS, PRESS, PEOPLE, STATEMENTS),
        *(ERASE, AUDIT, LABELS, CORRECTIONS),
    )
}


#: Columns that older ledgers may still hold: read past, never kept.
RETIRED: dict[str, tuple[str, ...]] = {
    "claims": (
        *(f"likelihood_if_{case}_{end}" for case in ("true", "false") for end in ("lo", "hi")),
        "likelihood_reviewed_by",
    )
}

_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}


COMMENT = "#"
_EXAMPLES: dict[pa.DataType, str] = {
    DAY: "2015-09-26",
    TIME: "2015-09-26T18:30:00+02:00",
    FLAG: "yes",
    COUNT: "300",
    NUMBER: "0.5",
}


def example_row(name: str) -> list[str]:
    """Return a row that a ledger would take: what is required, dates, links and closed words.

    Examples
    --------
    >>> dict(zip(LEDGERS["founders"].names, example_row("founders"), strict=True))["platform"]
    'twitter'
    """
    cells = []
    for column in LEDGERS[name].columns:
        if column.values:
            cell = column.values[0]
        elif column.name == "url":
            cell = "https://example.org/page"
        elif column.name == "platform":
            cell = "twitter"
        elif column.name == "handle":
            cell = "ana_example"
        elif column.type in _EXAMPLES:
            cell = _EXAMPLES[column.type]
        else:
            cell = "example" if column.required else ""
        cells.append(cell)
    return cells


def blank(name: str) -> str:
    """Return a ledger to fill in: its header, and an example as a remark."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(LEDGERS[name].names)
    first, *rest = example_row(name)
    writer.writerow([f"{COMMENT} an example, not read: {first or 'empty'}", *rest])
    return stream.getvalue()


def read_ledger(path: Path, name: str) -> pd.DataFrame:
    """Read one ledger into its canonical frame; empty when the file is absent.

    A ledger is CSV, UTF-8, with a header of known columns in any order; a row that begins with #
    is a remark.

    Raises
    ------
    MovementError
        With the file, line and column of the first value that is not what the column holds.
    """
    table = LEDGERS[name]
    if not path.exists():
        return tables.empty(table)
    rows: list[dict[str, Any]] = []
    keys: dict[tuple[Any, ...], int] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle, strict=True)
            header = [cell.strip() for cell in next(reader, [])]
            _check_header(header, table, path)
            while True:
                line = reader.line_num + 1
                cells = next(reader, None)
                if cells is None:
                    break
                if not any(cell.strip() for cell in cells) or cells[0].startswith(COMMENT):
                    continue
                if len(cells) != len(header):
                    raise MovementError(
                        f"The ledger {path}, line {line}, has {len(cells)} cells, expected"
                        f" {len(header)}; quote cells that hold a comma."
                    )
                row = {
                    column: _cell(table[column], cell, path, line)
                    for column, cell in zip(header, cells, strict=True)
                    if column not in RETIRED.get(name, ())
                }
                missing = [
                    column.name
                    for column in table.columns
                    if column.required and row.get(column.name) is None
                ]
                if missing:
                    raise MovementError(
                        f"The ledger {path}, line {line}, leaves {missing[0]} empty, expected "
                        f"{table[missing[0]].meaning}; fill it in."
                    )
                key = tuple(row.get(column) for column in table.key)
                if table.key and key in keys:
                    raise MovementError(
                        f"The ledger {path}, line {line}, repeats {' '.join(map(str, key))} of"
                        f" line {keys[key]}, expected each {' and '.join(table.key)} once; rename"
                        " or merge them."
                    )
                keys[key] = line
                rows.append(row)
    except csv.Error as error:
        raise MovementError(
            f"The ledger {path} is not valid CSV ({error}); correct its quotes."
        ) from error
    except UnicodeDecodeError as error:
        raise MovementError(
            f"The ledger {path} is not UTF-8 ({error.reason} at byte {error.start}); save it as"
            " UTF-8."
        ) from error
    except OSError as error:
        raise MovementError(
            f"The ledger {path} cannot be opened ({error.strerror}); check its permissions."
        ) from error
    return tables.build(table, rows)


def _check_header(header: list[str], table: Table, path: Path) -> None:
    old = RETIRED.get(table.name, ())
    wrong = [column for column in header if column not in (*table.names, *old)]
    absent = [
        column.name for column in table.columns if column.required and column.name not in header
    ]
    if not header or absent:
        raise MovementError(
            f"The ledger {path}, line 1, lacks the column"
            f" {absent[0] if absent else table.names[0]!r}, expected {', '.join(table.names)};"
            " add it."
        )
    if wrong or len(set(header)) != len(header):
        raise MovementError(
            f"The ledger {path}, line 1, has the unexpected column {(wrong or header)[0]!r},"
            f" expected {', '.join(table.names)}, each once; rename or remove it."
        )


def _cell(column: Column, cell: str, path: Path, line: int) -> Any:
    text = cell.strip()
    if text == "":
        return None
    if column.values and text not in column.values:
        raise MovementError(
            f"The ledger {path}, line {line}, column {column.name}, holds {text!r}, expected one"
            f" of {', '.join(column.values)}{nearest(text, column.values)}; correct it."
        )
    try:
        if column.type == tables.DAY:
            return date.fromisoformat(text)
        if column.type == tables.TIME:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError("no offset")
            return moment.astimezone(UTC)
        if column.type == tables.NUMBER:
            return float(text)
        if column.type == tables.COUNT:
            return int(text)
        if column.type == tables.FLAG:
            if text.casefold() not in _TRUE | _FALSE:
                raise ValueError("neither yes nor no")
            return text.casefold() in _TRUE
    except ValueError as error:
        raise MovementError(
            f"The ledger {path}, line {line}, column {column.name}, holds {text!r}, expected"
            f" {column.type} ({column.meaning}); correct it."
        ) from error
    return text


def dictionary_markdown(more: Mapping[str, Mapping[str, Table]] | None = None) -> str:
    """Return the dictionary of every table and ledger as Markdown, for `data/README.md`.

    Parameters
    ----------
    more
        Further groups of tables, under their titles.
    """
    parts = [
        "# Data dictionary",
        "",
        (
            "Generated by `make dictionary` from `i4analysis/tables.py`, `ledgers.py` and the"
            " measures; edit those files, not this one."
        ),
        "",
    ]
    for title, group in (
        ("Canonical tables", TABLES),
        ("Ledgers of a movement (CSV, kept by hand)", LEDGERS),
        *(more or {}).items(),
    ):
        parts += [f"## {title}", ""]
        for table in group.values():
            parts += [
                f"### {table.name}",
                "",
                table.meaning[0].upper() + table.meaning[1:] + ".",
                "",
            ]
            if table.key:
                parts += [f"Identified by: {', '.join(f'`{name}`' for name in table.key)}.", ""]
            parts += ["| column | type | unit | meaning | true when |", "|---|---|---|---|---|"]
            for column in table.columns:
                meaning = column.meaning.replace("|", "\\|")
                parts.append(
                    f"| `{column.name}` | {column.type} | {column.unit} | {meaning} |"
                    f" {column.true_when} |"
                )
            parts.append("")
    return "\n".join(parts)
