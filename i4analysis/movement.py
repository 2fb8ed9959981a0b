"""A movement folder: movement.toml and its ledgers, read into one frozen object.

A folder holds `movement.toml`, the ledgers of `i4analysis.ledgers.LEDGERS` as CSV (each optional),
`raw/` (archives as received) and `archive/` (the store that `i4 read` writes).
"""

from __future__ import annotations

import itertools
import os
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec
import pandas as pd

from i4analysis import clock, forgetting, tables
from i4analysis.arguments import answer
from i4analysis.errors import MovementError, closest, nearest, shown, typed
from i4analysis.hashtags import LONGEST_NAME, normalize_hashtag, short_name, spelling, words_in
from i4analysis.ledgers import LEDGERS, NO_TEXT, YEARS, blank, read_lines, text_of

__all__ = [
    "Movement",
    "create",
    "locate",
    "normalize_hashtag",
]

MOVEMENT_VARIABLE = "I4_MOVEMENT"
DEFAULT_MOVEMENT = "data/i4emploi"
LARGEST = 1 << 20  # bytes of a movement.toml
DOTS = 2_000  # on one of its lines: a key of so many parts takes tomllib gigabytes


@dataclass(frozen=True, eq=False)
class Movement:
    """What is known of a movement apart from its posts.

    Attributes
    ----------
    path
        Folder it was read from; None for a movement made in memory.
    name
        Short name, also the name of its report folder; in letters of any script.
    title
        Language code → title of the movement.
    hashtags
        Hashtags that make a post part of the movement, normalised.
    supporter_marks, seeker_marks
        Hashtags that, in a bio, mark a supporter or somebody looking for work, normalised.
    spellings
        All of these as they are written in movement.toml, without #; see `spelled`.
    started_on, ended_on
        First and last day of the period studied (movement's time zone); `ended_on` may be None.
    timezone
        IANA name; days of the report are days of this zone, instants stay UTC.
    place, description, goal
        Language code → words for the report's introduction; `goal` says what the movement asked
        for, as an infinitive ("trouver un repreneur à l'usine", "find a buyer for the plant").
    made_up
        True for simulated movements: every artefact must say so.
    author, contact
        Who signs the report; where to write for corrections. A report says so when one is empty.
    address
        Where the report will stand ("https://example.org/i4emploi/"), for the picture that other
        sites show beside a link to it: they want its whole address. Empty if not said.
    compiled_on
        Day on which the ledgers were last edited: the report's date of writing; None if not said.
    readers
        How many people read the pages that the ledgers cite; None if not said.
    publish_not_before
        Embargo (aware datetime) or None.
    ledgers
        Name → frame, one for each of `LEDGERS`, empty when there is no file.
    lines
        Name → the line of each row of that ledger in its file; nothing of one made in memory.
    columns
        Pattern of file names → what the columns of such tables are, for `i4 read`.
    compare, compare_before
        Folder of a second movement, or a day, that the report sets the movement beside
        (`i4.compare`); None for neither.
    """

    name: str
    title: Mapping[str, str]
    hashtags: tuple[str, ...]
    supporter_marks: tuple[str, ...]
    seeker_marks: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    started_on: date | None = None
    ended_on: date | None = None
    timezone: str = "UTC"
    place: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    goal: Mapping[str, str] = field(default_factory=dict)
    made_up: bool = False
    author: str = ""
    contact: str = ""
    address: str = ""
    compiled_on: date | None = None
    readers: int | None = None
    publish_not_before: datetime | None = None
    ledgers: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    lines: Mapping[str, Sequence[int]] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    path: Path | None = None
    compare: Path | None = None
    compare_before: date | None = None

    @classmethod
    def load(cls, path: str | os.PathLike[str] | None = None) -> Movement:
        """Read a movement folder.

        Parameters
        ----------
        path
            The folder; when None, the folder named by the environment variable I4_MOVEMENT, else
            `data/i4emploi`. A relative name is looked for here and in the folders above.

        Raises
        ------
        MovementError
            If the folder, its movement.toml or a ledger cannot be read, with file and line.

        Examples
        --------
        >>> import i4analysis as i4
        >>> import tempfile
        >>> from pathlib import Path
        >>> folder = Path(tempfile.mkdtemp()) / "thanks"
        >>> _ = i4.movement.create(folder, ["thanks"])
        >>> i4.Movement.load(folder).hashtags
        ('thanks',)
        """
        folder = existing(path)
        source = folder / "movement.toml"
        text = text_of(source, "file", LARGEST)
        try:
            if any(line.count(".") > DOTS for line in text.split("\n")):
                raise RecursionError
            content = tomllib.loads(text)
        except RecursionError as error:
            raise MovementError(
                f"The file {source} nests deeper than any movement.toml, expected keys, lists and"
                " a table or two; take what nests out."
            ) from error
        except ValueError as error:
            raise MovementError(
                f"The file {source} is not valid TOML ({error}); correct it there."
            ) from error
        return cls._from_toml(content, source, folder)

    @classmethod
    def _from_toml(cls, content: dict[str, Any], source: Path, folder: Path) -> Movement:
        told = _written(content, source)
        hashtags = _hashtags(told.hashtags, source, "hashtags")
        if not hashtags:
            raise MovementError(
                f'The file {source} names no hashtag, expected hashtags = ["tag"]; add at least'
                " one."
            )
        _known_zone(told.timezone, f"The file {source}")
        name = unicodedata.normalize("NFC", folder.name if told.name is None else told.name)
        if not name or short_name(name) != name.rstrip("-_"):
            raise MovementError(
                f"The file {source} gives the name {name!r:.80}, expected lower-case letters,"
                f" digits, - and _, at most {LONGEST_NAME} bytes (it names the report's folder);"
                f" write {short_name(name) or short_name(hashtags[0])!r}."
            )
        first, last = told.started_on, told.ended_on
        for day in (first, last, told.compiled_on, told.compare_before):
            if day is not None and day.year not in YEARS:
                raise MovementError(
                    f"The file {source} gives the day {day}, expected one of the years"
                    f" {YEARS[0]} to {YEARS[-1]}; correct it."
                )
        if first is not None and last is not None and last < first:
            raise MovementError(
                f"The file {source} gives started_on = {first} and ended_on = {last}, expected the"
                " last day studied no earlier than the first; correct one of them."
            )
        if first is not None and first > (now := datetime.now(ZoneInfo(told.timezone)).date()):
            raise MovementError(
                f"The file {source} gives started_on = {first}, a day still to come (today is"
                f" {now}), expected the first day studied; correct it."
            )
        embargo = told.publish_not_before
        if embargo is not None and embargo.tzinfo is None:
            raise MovementError(
                f"The file {source} gives publish_not_before = {embargo}, expected a moment with"
                " its offset such as 2015-10-20T06:00:00+02:00; correct it."
            )
        ledgers = {table: read_lines(folder / f"{table}.csv", table) for table in LEDGERS}
        words = forgetting.of(ledgers["erase"], folder)
        written: dict[str, Any] = {
            key: forgetting.forget_values(getattr(told, key), words) for key in _TOLD
        }
        ledgers = forgetting.forget_ledgers(ledgers, words)
        supporters = told.hashtags if told.supporter_marks is None else told.supporter_marks
        lists = (told.hashtags, supporters, told.seeker_marks)
        return cls(
            name=name,
            title=_words(written["title"] or f"#{spelling(_listed(told.hashtags)[0])}"),
            hashtags=hashtags,
            supporter_marks=_hashtags(supporters, source, "supporter_marks"),
            seeker_marks=_hashtags(told.seeker_marks, source, "seeker_marks"),
            spellings=tuple(spelling(tag) or "" for tags in lists for tag in _listed(tags)),
            started_on=told.started_on,
            ended_on=told.ended_on,
            timezone=told.timezone,
            place=_words(written["place"]),
            description=_words(written["description"]),
            goal=_words(written["goal"]),
            made_up=told.made_up,
            author=written["author"].strip(),
            contact=written["contact"].strip(),
            address=_address(told.address, source),
            compiled_on=told.compiled_on,
            readers=told.readers,
            publish_not_before=embargo,
            columns=told.columns,
            path=folder,
            compare=_beside(told, source, folder),
            compare_before=told.compare_before,
            ledgers={table: rows.reset_index(drop=True) for table, rows in ledgers.items()},
            lines={table: rows.index.tolist() for table, rows in ledgers.items()},
        )

    def told(self) -> Mapping[str, Mapping[str, str]]:
        """Return the texts of movement.toml that a report prints: key → language → words.

        Examples
        --------
        >>> import i4analysis as i4
        >>> i4.simulate.example().movement.told()["title"]["en"]
        '#velmora4emploi (a made-up movement)'
        """
        texts = {name: getattr(self, name) for name in ("title", "place", "goal", "description")}
        return {**texts, "author": dict.fromkeys(("fr", "en"), self.author)}

    @property
    def called(self) -> str:
        """The hashtag that the movement goes by, as its title writes it, else its first."""
        own = (key for tag in self._titled() if (key := normalize_hashtag(tag)) in self.hashtags)
        return self.spelled(next(own, self.hashtags[0]))

    def spelled(self, tag: str) -> str:
        """Return a hashtag for a reader's eye, after #: as the title spells it, else the lists.

        Examples
        --------
        >>> import i4analysis as i4
        >>> import tempfile
        >>> from pathlib import Path
        >>> folder = Path(tempfile.mkdtemp()) / "work"
        >>> _ = i4.movement.create(folder, ["işarıyorum"])
        >>> movement = i4.Movement.load(folder)
        >>> movement.hashtags, movement.spelled("işariyorum")
        (('işariyorum',), '#işarıyorum')
        """
        key = normalize_hashtag(tag)
        alike = (
            one for one in (*self._titled(), *self.spellings) if normalize_hashtag(one) == key
        )
        return f"#{next(alike, key)}"

    def _titled(self) -> list[str]:
        return [tag for words in self.title.values() for tag in words_in(words)]

    def ledger(self, name: str) -> pd.DataFrame:
        """Return one ledger by its name in `LEDGERS`; empty when the movement has none.

        Examples
        --------
        >>> import i4analysis as i4
        >>> movement = i4.simulate.example().movement
        >>> movement.ledger("press")["medium"].unique().tolist()
        ['radio', 'press']
        """
        if name not in LEDGERS:
            raise MovementError(
                f"There is no ledger {name!r}, expected one of {', '.join(LEDGERS)}"
                f"{nearest(name, LEDGERS)}; correct it."
            )
        frame = self.ledgers.get(name)
        return tables.empty(LEDGERS[name]) if frame is None else frame

    @property
    def founders(self) -> pd.DataFrame:
        return self.ledger("founders")

    @property
    def figures(self) -> pd.DataFrame:
        return self.ledger("figures")

    @property
    def outcomes(self) -> pd.DataFrame:
        return self.ledger("outcomes")

    @property
    def claims(self) -> pd.DataFrame:
        return self.ledger("claims")

    @property
    def relays(self) -> pd.DataFrame:
        return self.ledger("relays")

    @property
    def press(self) -> pd.DataFrame:
        return self.ledger("press")

    @property
    def people(self) -> pd.DataFrame:
        return self.ledger("people")

    @property
    def statements(self) -> pd.DataFrame:
        return self.ledger("statements")

    @property
    def unsigned(self) -> tuple[str, ...]:
        """What a reader would miss to answer the report: "author", "contact", or both."""
        return tuple(name for name in ("author", "contact") if not getattr(self, name))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def started_at(self) -> pd.Timestamp | None:
        """First instant of the period: `started_on` begins in the movement's zone, as UTC."""
        if self.started_on is None:
            return None
        return clock.start_of(self.started_on, self.zone)

    def other(self) -> Movement | None:
        """Read the second movement that `compare` names; None where it names none.

        Raises
        ------
        MovementError
            If that folder holds no movement or this one, or one of the two is made up and the
            other is not.

        Examples
        --------
        >>> import i4analysis as i4
        >>> i4.simulate.example().movement.other() is None
        True
        """
        if self.compare is None:
            return None
        where = f"The file {self.path}/movement.toml gives compare = {str(self.compare)!r}"
        if not (self.compare / "movement.toml").is_file():
            raise MovementError(
                f"{where}, a folder without a movement.toml, expected the folder of another"
                " movement, as seen from this one; correct it or remove the line."
            )
        found = Movement.load(self.compare)
        if found.name == self.name:
            raise MovementError(
                f"{where}, a movement of the same name {self.name!r}, expected another one; to"
                " compare a movement with itself before and after a day write compare_before ="
                " 2015-10-15."
            )
        if found.made_up != self.made_up:
            raise MovementError(
                f"{where}: one of the two is made up and the other is not, expected both real or"
                " both made up, for a report is one or the other; name another movement."
            )
        return found

    @property
    def archive_path(self) -> Path | None:
        """Folder of the store that `i4 read` writes, whether or not it exists."""
        return None if self.path is None else self.path / "archive"


# What movement.toml tells in words; people who asked to be forgotten are taken out of it.
_TOLD = ("title", "place", "description", "goal", "author", "contact")


_Said = str | dict[Literal["fr", "en"], str]  # in one language for both, or in each


class _Written(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A movement.toml as it is written."""

    hashtags: str | list[str]
    name: str | None = None
    title: _Said = ""
    supporter_marks: str | list[str] | None = None
    seeker_marks: str | list[str] = []
    started_on: date | None = None
    ended_on: date | None = None
    timezone: str = "UTC"
    place: _Said = {}
    description: _Said = {}
    goal: _Said = {}
    made_up: bool = False
    author: str = ""
    contact: str = ""
    address: str = ""
    compiled_on: date | None = None
    readers: Annotated[int, msgspec.Meta(ge=1)] | None = None
    publish_not_before: datetime | None = None
    columns: dict[str, dict[str, str]] = {}
    compare: str = ""
    compare_before: date | None = None


# What a key holds, for whom wrote something else.
_DAY = "a day such as 2015-09-26 without quotes"
_LANGUAGES = 'text or {fr = "…", en = "…"}'
_HASHTAGS = 'a list of hashtags, each a word in quotes, as in ["tag", "other"]'
_EXPECTED = {
    **dict.fromkeys(("name", "timezone", "author", "contact"), "text in quotes"),
    "address": 'where the report will stand, as in address = "https://example.org/i4emploi/"',
    "compare": 'the folder of another movement, as in compare = "../demo2"',
    **dict.fromkeys(("title", "place", "description", "goal"), _LANGUAGES),
    **dict.fromkeys(("hashtags", "supporter_marks", "seeker_marks"), _HASHTAGS),
    **dict.fromkeys(("started_on", "ended_on", "compiled_on", "compare_before"), _DAY),
    "readers": "how many people read the pages that the ledgers cite, as in readers = 1",
    "publish_not_before": "a moment with its offset such as 2015-10-20T06:00:00+02:00",
    "made_up": "true or false without quotes",
    "columns": "a table: a pattern of file names and what the columns are, as in"
    ' "*.csv" = {id = "Tweet Id", date = "Datetime", text = "Text"} under [columns]',
}


def _written(content: dict[str, Any], source: Path) -> _Written:
    """Return a movement.toml in its types, or say which key is wrong and what it should hold."""
    known = sorted(field.name for field in msgspec.structs.fields(_Written))
    unknown = sorted(set(content) - set(known))
    if unknown:
        raise MovementError(
            f"The file {source} holds the unknown key {unknown[0]!r:.80}, expected only "
            f"{', '.join(known)}{nearest(unknown[0], known)}; correct or remove"
            " it."
        )
    for key, value in content.items():
        if any(map(NO_TEXT.search, _texts(value))):
            raise MovementError(
                f"The file {source} gives {key} = {value!r:.80}, expected text without control"
                " characters; take them out."
            )
    try:
        return msgspec.convert(content, _Written, builtin_types=(date, datetime))
    except msgspec.ValidationError as error:
        named = re.search(r"`\$\.(\w+)", str(error))
        if named is None:  # the one key that must be there
            raise MovementError(
                f'The file {source} names no hashtag, expected hashtags = ["tag"]; add at least'
                " one."
            ) from error
        key, value = named[1], content[named[1]]
        lost = [inner for inner in value if inner in known] if isinstance(value, dict) else []
        if lost:  # in TOML a key belongs to the table above it
            raise MovementError(
                f"The file {source} gives {lost[0]} under [{key}], expected it above the first"
                " line in brackets; move it there."
            ) from error
        given = str(value) if isinstance(value, date) else repr(value)
        raise MovementError(
            f"The file {source} gives {key} = {given:.80}, expected {_EXPECTED[key]}; correct it."
        ) from error


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts that a value of TOML holds, names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in itertools.chain(value, value.values() if isinstance(value, dict) else ()):
            yield from _texts(part)


#: Where a refresh keeps its copy of the second movement, inside its copy of the first.
BESIDE = ".beside"


def _address(given: str, source: Path) -> str:
    """Return the folder of a report on the web, with its last slash."""
    given = given.strip()
    if given and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", given):
        raise MovementError(
            f"The file {source} gives address = {given!r:.80}, expected {_EXPECTED['address']};"
            " correct it, or leave it out."
        )
    return given and f"{given.rstrip('/')}/"


def _beside(told: _Written, source: Path, folder: Path) -> Path | None:
    if told.compare and told.compare_before is not None:
        raise MovementError(
            f"The file {source} gives compare and compare_before, expected one of the two: another"
            " movement, or a day of this one; remove one."
        )
    copy = folder / BESIDE
    if told.compare and (copy / "movement.toml").is_file():
        return copy
    return folder / told.compare if told.compare else None


def locate(path: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder meant by `path`, by I4_MOVEMENT, or the default one.

    A relative name is looked for here and in the folders above, for a notebook runs in its own
    folder; a name found nowhere is returned as it is.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp()) / "thanks"
    >>> _ = i4.movement.create(folder, ["thanks"])
    >>> i4.movement.locate(folder) == folder
    True
    """
    asked = path or os.environ.get(MOVEMENT_VARIABLE)
    named = Path(asked or DEFAULT_MOVEMENT)
    if asked and (named / "movement.toml").is_file():
        return named
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / named / "movement.toml").is_file():
            return folder / named
    if asked:
        return named
    raise MovementError(
        f"No movement folder was named and {DEFAULT_MOVEMENT} was not found in {here} or above it;"
        f" name one, or set {MOVEMENT_VARIABLE}."
    )


def existing(path: str | os.PathLike[str] | None = None) -> Path:
    """Return `locate(path)`, a folder with a movement.toml.

    Raises
    ------
    MovementError
        If there is none, with what stands there, and the movement that may have been meant.
    """
    folder = locate(path)
    if os.path.lexists(folder / "movement.toml"):
        return folder
    found = "There is no folder {}"
    if os.path.lexists(folder):
        here = folder.is_dir() or folder.is_symlink()
        found = "The folder {} holds no movement.toml" if here else "The path {} is a file"
    meant = [one for one in folder.absolute().parents if (one / "movement.toml").is_file()][:1]
    then = f"name {meant[0]}" if meant else "make one with `i4 new DIR --hashtag TAG`"
    near = "" if meant else _nearest_folder(folder)
    raise MovementError(
        f"{found.format(shown(folder))}, expected a movement folder{near}; {shown(then)}."
    )


def _nearest_folder(folder: Path) -> str:
    """Return the movement beside a name that is most like it."""
    try:
        beside = [one.parent for one in folder.parent.glob("*/movement.toml")]
    except OSError:
        return ""
    return nearest(folder.name, [shown(one.name) for one in beside], least=0.75)


_TEMPLATE = """\
# What i4analysis knows of the movement. Every key but hashtags may be left out.
name = "{name}"
hashtags = [{tags}]

# Hashtags that, in a bio, mark a supporter or somebody looking for work.
supporter_marks = [{tags}]
seeker_marks = [{seekers}]

# First and last day studied, and the zone whose days the report counts.
# started_on = 2015-09-26
# ended_on = 2015-11-30
timezone = "{zone}"

# Who signs the report, where readers write to for corrections, the day the ledgers were last
# edited. A report without author or contact says so at its top.
author = ""
contact = ""
# compiled_on = 2015-12-01
# How many people read the pages that the ledgers cite.
# readers = 1
# Where the report will stand, so that a link to it shows its picture elsewhere.
# address = "https://example.org/{name}/"

# Another movement to set this one beside in its report, or a day before and after which to look.
# compare = "../another-movement"
# compare_before = 2015-10-15

# What the movement asks for, as an infinitive: "find a buyer for the plant".
# [goal]
# fr = ""
# en = ""

[title]
fr = "#{first}"
en = "#{first}"
"""


def create(
    folder: Path,
    hashtags: Sequence[str],
    *,
    timezone: str = "UTC",
    seekers: Sequence[str] = (),
) -> Path:
    """Make a movement folder to fill in: movement.toml, each ledger with its header, raw/.

    `seekers` are the hashtags that people looking for work show in their bio.

    Returns
    -------
    pathlib.Path
        The movement.toml written.

    Raises
    ------
    MovementError
        If the folder already holds a movement, or no hashtag is given.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp()) / "thanks"
    >>> i4.movement.create(folder, ["thanks"]).name
    'movement.toml'
    >>> sorted(path.name for path in folder.glob("f*.csv"))
    ['figures.csv', 'founders.csv']
    """
    target = folder / "movement.toml"
    tags, marks = _spelled(hashtags), _spelled(seekers)
    if not all(tags) or not tags:
        raise MovementError(
            f"The hashtags {list(hashtags)!r} cannot name a movement, expected letters, digits and"
            " _ only, with a letter among them; give at least one with --hashtag."
        )
    if not all(marks):
        raise MovementError(
            f"The hashtags {list(seekers)!r} cannot mark a bio, expected letters, digits and _"
            " only, with a letter among them; correct --seekers."
        )
    _known_zone(timezone, "--timezone")
    if target.exists():
        raise MovementError(
            f"The folder {folder} already holds a movement.toml, expected a new folder; edit that"
            " file or choose another folder."
        )
    name = short_name(folder.resolve().name) or short_name(tags[0])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "raw").mkdir(mode=0o700, exist_ok=True)  # posts of people
    quoted, theirs = (", ".join(f'"{tag}"' for tag in some) for some in (tags, marks))
    text = _TEMPLATE.format(name=name, tags=quoted, seekers=theirs, first=tags[0], zone=timezone)
    target.write_text(text, encoding="utf-8")
    for table in LEDGERS.values():
        ledger = folder / f"{table.name}.csv"
        if not ledger.exists():
            ledger.write_text(blank(table.name), encoding="utf-8")
    (folder / "CHECKLIST.md").write_text(_checklist(folder, name), encoding="utf-8")
    return target


def _spelled(hashtags: Sequence[str]) -> list[str]:
    """Return hashtags as their first mention spells them, each once; "" for what is none."""
    first: dict[str, str] = {}
    for tag in hashtags:
        first.setdefault(normalize_hashtag(tag), spelling(tag) or "")
    return list(first.values())


def _checklist(folder: Path, name: str) -> str:
    """Return what is to be done before a report, as a list to tick."""
    ledgers = "\n".join(f"- [ ] `{table.name}.csv`: {table.meaning}" for table in LEDGERS.values())
    return f"""# Before the first report of {name}

- [ ] `movement.toml`: marks of supporters and of people looking for work, period, zone, who signs
- [ ] the archive: `i4 read PATH... --movement {typed(folder)}`
{ledgers}
- [ ] `i4 check {typed(folder)}` finds nothing amiss
- [ ] `i4 refresh {typed(folder)}`

A ledger that stays empty is no fault: the report says what it lacks. Each column is described in
data/README.md of i4analysis; the row that begins with # in each ledger is an example, not read.
"""


def _known_zone(zone: str, who: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise MovementError(
            f"{who} gives the time zone {zone!r:.80}, expected an IANA name such as Europe/Paris"
            f"{_nearest_zone(zone)}; correct it."
        ) from error


def _nearest_zone(zone: str) -> str:
    by_city = {name.rpartition("/")[2].replace("_", " "): name
               for name in sorted(available_timezones())}  # fmt: skip
    city = closest(str(zone).rpartition("/")[2].replace("_", " "), by_city, least=0.75)
    if re.search(r"[+-]\d", zone):  # not Etc/GMT+3 for GMT+3: it lies three hours behind
        return ""
    return f" (did you mean {by_city[city]!r}?)" if city else ""


def _words(said: _Said) -> dict[str, str]:
    return {"fr": said, "en": said} if isinstance(said, str) else {str(k): said[k] for k in said}


def _hashtags(value: str | Sequence[str], source: Path, key: str) -> tuple[str, ...]:
    tags = _listed(value)
    if not all(spelling(tag) for tag in tags):
        raise MovementError(
            f"The file {source} gives {key} = {list(tags)!r:.80}, expected {_HASHTAGS}; correct"
            " it."
        )
    return tuple(dict.fromkeys(normalize_hashtag(tag) for tag in tags))


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


answer(__name__)
