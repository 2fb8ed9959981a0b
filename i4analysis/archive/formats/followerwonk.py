"""Followerwonk: exports of bio searches and of followers, the accounts as they were that day.

No export was at hand and no list of its headers is public, so columns are matched loosely: case,
accents, blanks and order do not count, in English or in French, and only a handle, a bio and a
number of followers are needed. An export is a snapshot without a moment: its date is taken from a
column or from a line above the header, else the sighting is `after` an unknown day. It holds no
posts: every row is an account. The tests' files are invented.

Other tables of accounts (twarc's and minet's users) are read the same way, as `accounts-csv`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from i4analysis.archive.bytes.csvrows import PREAMBLE
from i4analysis.archive.rows import values
from i4analysis.archive.rows.reader import CsvReader, Profile, RecordError, Sink, folded

_NAMES: Mapping[str, str] = {
    "handle": "screenname userscreenname twitterscreenname username twitterusername userhandle"
    " twitterhandle handle twitter twittername nomdutilisateur nomutilisateur identifiant pseudo"
    " pseudonyme compte comptetwitter nomdecompte",
    "name": "name realname fullname displayname nom nomcomplet nomaffiche nomreel",
    "bio": "bio biography description userdescription profilebio twitterbio biographie profil"
    " presentation",
    "location": "location lieu localisation localite ville place",
    "followers": "followers followerscount followercount numberoffollowers nombredefollowers"
    " publicmetricsfollowerscount userfollowers userfollowerscount"
    " abonnes nbabonnes nombredabonnes nbdabonnes",
    "following": "following followingcount friends friendscount numberfollowing abonnements"
    " publicmetricsfollowingcount userfriends userfriendscount"
    " nombredabonnements suivis comptessuivis",
    "verified": "verified verifie compteverifie",
    "account_id": "userid twitterid accountid twitteruserid idutilisateur id idstr",
    "date": "date snapshot snapshotdate exported exportedat exportdate retrieved retrievedat"
    " fetched fetchedat collected collectedat asof asat datedexport dateexport datedereleve"
    " datedureleve releve relevele exportele",
}
_FIELDS = {word: field for field, words in _NAMES.items() for word in words.split()}
_POSTS = frozenset(
    ("text", "tweet", "tweetid", "tweettext", "fulltext", "posttext", "statusid", "body")
)
_FRENCH = frozenset(("abonnes", "nom", "lieu", "localisation", "abonnements", "biographie"))
_OWN = frozenset(
    ("tweets", "socialauthority", "accountage", "accountagedays", "daysold", "engagement")
)
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?")


@lru_cache(maxsize=64)
def fields_of(header: tuple[str, ...]) -> Mapping[str, str]:
    """Return field → column of a header, the first column that fits each."""
    found: dict[str, str] = {}
    for name in header:
        field = _FIELDS.get(folded(name))
        if field is not None:
            found.setdefault(field, name)
    return found


def day_in(text: str, day_first: bool) -> int | None:
    """Return the first day written in a text, as its first moment in UTC.

    Examples
    --------
    >>> day_in("Exporté le 19/10/2015", True) == values.iso_time("2015-10-19")
    True
    """
    iso = _ISO_DAY.search(text)
    if iso:
        return values.iso_time(iso[0])
    match = _DAY.search(text)
    if match is None:
        return None
    first, second, year = (int(part) for part in match.groups())
    day, month = (first, second) if day_first or first > 12 else (second, first)
    if month > 12:
        day, month = month, day
    try:
        return values.micros(datetime(year, month, day, tzinfo=UTC))
    except ValueError:
        return None


class Followerwonk(CsvReader):
    """Followerwonk exports, and lists of accounts like them."""

    name = "followerwonk"
    title = "Followerwonk and other lists of accounts with their bios"

    def matches(self, header: Sequence[str]) -> bool:
        """Return True for a table of accounts with handle, bio and followers, without posts."""
        found = fields_of(tuple(header))
        posts = not _POSTS.isdisjoint(map(folded, header))
        return {"handle", "bio", "followers"} <= set(found) and not posts

    def read(self, row: Mapping[str, str], sink: Sink) -> None:
        """Read one account."""
        header = tuple(name for name in row if name != PREAMBLE)
        found = fields_of(header)

        if sink.variant is None and not (_OWN | _FRENCH) & set(map(folded, header)):
            sink.variant = "accounts-csv"

        def of(field: str) -> str:
            return row.get(found.get(field, ""), "").strip()

        handle = values.handle(of("handle").rsplit("/", 1)[-1])
        account_id = values.text_id(of("account_id"))
        if handle is None or not re.fullmatch(r"\w{1,20}", handle, re.ASCII):
            raise RecordError(
                f"the column {found.get('handle', 'handle')} holds {of('handle')[:30]!r},"
                " expected a handle"
            )
        day_first = bool(_FRENCH & set(map(folded, header)))
        seen_at = day_in(of("date"), day_first) or day_in(row.get(PREAMBLE, ""), day_first)
        sink.account(
            [
                Profile(
                    platform="twitter",
                    account_id=account_id,
                    handle=handle,
                    name=of("name") or None,
                    bio=values.unescape(of("bio")),
                    location=of("location") or None,
                    followers=values.count(of("followers").replace(" ", "")),
                    following=values.count(of("following").replace(" ", "")),
                    verified=values.flag(of("verified")),
                    seen_at=seen_at,
                    seen_basis="after" if seen_at is None else "retrieved",
                )
            ]
        )
