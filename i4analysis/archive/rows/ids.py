"""The gate that every id and every reference of a Twitter post passes: sound, or told.

A spreadsheet or a float rounds long ids (6.47744E+17, 647743716317124000): one such id stands for
many posts. A post's own id is then taken from its address, where its row holds one, and is else
one made for it alone ("ruined-" and a hash), so that no two posts become one because their ids
were ruined alike. A reference that is ruined is null, with a remark: it would point nowhere, or at
another post. What kind of post it is was written, and stands.

What cannot be seen: a float written out to its last digit (647743716317124224). Half of Twitter's
own ids end in as many zero bits, so such a file looks like a sound one.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from i4analysis.archive.rows import values
from i4analysis.archive.rows.rows import Follow, Post, Profile

RUINED = "ruined-"
OWN, REFERENCE, REBUILT = "ruined_id", "ruined_reference", "rebuilt_id"  # remarks
REFERENCES = (
    "author_id", "reshared_author_id", "quoted_author_id", "replied_author_id", "conversation_id",
)  # fmt: skip
POINTERS = (("reshared_id", "reshare"), ("quoted_id", "quote"), ("replied_id", "reply"))
ID = re.compile(r"[0-9]{1,20}", re.ASCII)
LONG = 16  # digits: a spreadsheet keeps fifteen
# How often sound ids end so, at most, in the archives at hand: many are multiples of 4,096.
ZEROS = (("000", 1 / 80), ("00", 1 / 25))
UNLIKELY = 2e-4
MILLISECOND = 1 << 22

IN_ADDRESS = re.compile(r"/status(?:es)?/([0-9]{1,20})(?![0-9])", re.ASCII)
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.|mobile\.|m\.)?(?:twitter|x)\.com/(?:#!/)?([A-Za-z0-9_]{1,20})"
    r"(?:(?<=/i)/web)?/status(?:es)?/([0-9]{1,20})(?:[/?#].*)?",
    re.ASCII | re.IGNORECASE,
)


class Reading(Protocol):
    """What the gate asks of whoever reads (`sink.Sink`): where it stands, and what it remarks."""

    line: int
    zeros: str
    sound_id: str

    def remark(self, code: str, count: int = 1) -> None: ...


def rounded(ids: Iterable[str | None]) -> str:
    """Return the zeros in which ids end because something has rounded them; "" if nothing has.

    Many a sound id ends in zeros by chance; that as many do has to be less likely than one in
    5,000. A spreadsheet leaves three or more, JavaScript two or more.

    Examples
    --------
    >>> rounded(["647743716317124000", "647744592925502000", "648013502337822000"])
    '000'
    >>> rounded(["647743716317124231", "647744592925502000", "648013502337821761"])
    ''
    """
    distinct = {text for text in ids if text and len(text) >= LONG and text.isdecimal()}
    count = len(distinct)
    for zeros, chance in ZEROS:
        ending = sum(text.endswith(zeros) for text in distinct)
        if 20 * ending > count and unlikely(ending, count, chance):
            return zeros
    return ""


def unlikely(some: int, of: int, chance: float) -> bool:
    """Return True if chance gives `some` or more of `of` less often than `UNLIKELY`.

    The binomial tail P(X ≥ k) = Σ_{i≥k} C(n,i) p^i (1−p)^{n−i}, bounded for large n by Chernoff's
    exp(−n·D(k/n ‖ p)).

    Examples
    --------
    >>> unlikely(3, 3, 1 / 80), unlikely(1, 1, 1 / 80), unlikely(30, 2000, 1 / 80)
    (True, False, False)
    """
    if some <= of * chance:
        return False
    if of > 1_000:
        share = some / of
        rest = 0.0 if some == of else (1 - share) * math.log((1 - share) / (1 - chance))
        return math.exp(-of * (share * math.log(share / chance) + rest)) < UNLIKELY
    terms = (
        math.comb(of, hits) * chance**hits * (1 - chance) ** (of - hits)
        for hits in range(some, of + 1)
    )
    return sum(terms) < UNLIKELY


def is_ruined(text: str, zeros: str = "") -> bool:
    """Return True for what is left of an id that was rounded, in a file that ends in `zeros`.

    Examples
    --------
    >>> [is_ruined(text) for text in ("6.47744E+17", "6,47E+17", "#####", "647743716317124231")]
    [True, True, True, False]
    >>> is_ruined("647743716317124000", "000")
    True
    """
    if text.isdecimal():
        return bool(zeros) and len(text) >= LONG and text.endswith(zeros)
    return values.is_ruined_id(text)


def same_post(written: str | None, post_id: str | None) -> bool | None:
    """Return whether two ids are one post's; None where one of them is absent or unusable.

    A reply is not written in the millisecond of the post it answers, so ids as close as that are
    one, rounded.

    Examples
    --------
    >>> same_post("647743716317124000", "647743716317124231"), same_post("6.5E+17", "64774371631")
    (True, None)
    """
    if not (written and post_id and ID.fullmatch(written) and ID.fullmatch(post_id)):
        return None
    if written == post_id:
        return True
    return len(post_id) >= LONG and abs(int(written) - int(post_id)) < MILLISECOND


def in_address(address: str | None) -> tuple[str, str] | None:
    """Return (handle, id) of a text that is the address of a post and nothing else, or None.

    Examples
    --------
    >>> in_address("https://twitter.com/name/statuses/647812345678901248?s=20")
    ('name', '647812345678901248')
    """
    match = _ADDRESS.fullmatch(address.strip()) if address else None
    return (match[1], match[2]) if match else None


def rebuilt(written: str, cells: Iterable[str], author: str | None) -> str | None:
    """Return the id that a ruined one was, from an address of a post among a row's cells.

    The address has to be the author's own, and to agree with the digits that are left.

    Examples
    --------
    >>> rebuilt("6.47812E+17", ["https://x.com/me/status/647812345678901248"], "me")
    '647812345678901248'
    """
    for cell in cells:
        found = in_address(cell) if "/status" in cell else None
        if found is None or not agrees(written, found[1]):
            continue
        if author is None or found[0] in ("i", "x") or found[0].casefold() == author.casefold():
            return found[1]
    return None


def agrees(written: str, post_id: str) -> bool:
    """Return True if a ruined id may be what is left of `post_id`.

    Examples
    --------
    >>> agrees("6,47744E+17", "647743716317124231"), agrees("6,47744E+17", "647753716317124231")
    (True, False)
    """
    match = re.fullmatch(r"([0-9]+)(?:[.,]([0-9]*))?(?:[eE]\+?([0-9]{1,3}))?", written)
    if match is None:
        return True  # "#####": nothing is left
    decimals = (match[2] or "").rstrip("0") if match[3] is None else match[2] or ""
    power = int(match[3] or 0) - len(decimals)
    number: int = int(match[1] + decimals) * 10 ** max(power, 0)
    step: int = max(10 ** max(power, 0), MILLISECOND if number > 10**LONG else 1)
    return abs(number - int(post_id)) <= step


def made(told: str) -> str:
    """Return an id for a post whose own is ruined, made from all that is told of it."""
    return RUINED + hashlib.blake2s(told.encode("utf-8", "replace"), digest_size=8).hexdigest()


def of_row(
    written: str | None,
    row: Mapping[str, str],
    addresses: Sequence[str],
    author: str | None,
    at: Reading,
) -> str | None:
    """Return the id of the post that a row of a table is; None if the row holds no id of any kind.

    Its address is believed before its id, an address elsewhere in the row where the id is ruined.
    """
    for name in addresses:
        match = IN_ADDRESS.search(row.get(name) or "")
        if match is not None:
            if written is not None and match[1] != written:
                at.remark(REBUILT)
            return match[1]
    if written is None:
        return None
    if not is_ruined(written, at.zeros):
        return written if ID.fullmatch(written) else None
    found = rebuilt(written, row.values(), author)
    at.remark(OWN if found is None else REBUILT)
    return made_of(row, at.line) if found is None else found


def made_of(row: Mapping[str, str], line: int, prefix: str = "") -> str:
    """Return an id for the post of a row, its own whatever the other rows hold."""
    told = "\0".join((*row.values(), str(line)))
    return made(told) if not prefix else prefix + made(told).removeprefix(RUINED)


# ------------------------------------------------------------------------------------ the gate


def settle(
    post: Post,
    embedded: Sequence[Post],
    profiles: Sequence[Profile],
    follows: Sequence[Follow],
    at: Reading,
) -> tuple[Sequence[Post], Sequence[Profile], Sequence[Follow]]:
    """Make the ids of a post and of all that it carries sound; return what it carries.

    An embedded post whose id is ruined goes (a reference tells it is missing), and so does a
    sighting or a follow edge of nobody.
    """
    if post.replied_author in values.ABSENT:  # of others, "NA" is nobody
        post.replied_author = None
    if post.reshared_author in values.ABSENT:
        post.reshared_author = None
    if post.quoted_author in values.ABSENT:
        post.quoted_author = None
    plain = not (at.zeros or follows) and _plain(post)
    if plain and (not embedded or all(map(_plain, embedded))):
        for profile in profiles:
            if profile.account_id is not None and not profile.account_id.isdecimal():
                break
        else:
            return embedded, profiles, follows
    before = post.post_id
    post.post_id = values.text_id(before) or before
    if post.post_id != at.sound_id and is_ruined(post.post_id, at.zeros):
        at.remark(OWN)
        post.post_id = made(f"{post!r} {at.line}")
    _point(post, at)
    kept = []
    for other in embedded:
        other.post_id = values.text_id(other.post_id) or other.post_id
        if not is_ruined(other.post_id, at.zeros):
            _point(other, at)
            kept.append(other)
    return kept, settled_accounts(profiles, at, before, post.post_id), _edges(follows, at)


def settled_accounts(
    profiles: Iterable[Profile], at: Reading, before: str = "", post_id: str = ""
) -> list[Profile]:
    """Return sightings with sound ids; those of nobody go."""
    kept = []
    for profile in profiles:
        if profile.platform == "twitter":
            profile.account_id = _reference(profile.account_id, at)
            if before and profile.post_id == before:
                profile.post_id = post_id
            elif profile.post_id is not None and is_ruined(profile.post_id, at.zeros):
                profile.post_id = None
            if profile.account_id is None and profile.handle is None:
                continue
        kept.append(profile)
    return kept


def _edges(follows: Sequence[Follow], at: Reading) -> list[Follow]:
    kept = [
        edge
        for edge in follows
        if not (is_ruined(edge.follower_id, at.zeros) or is_ruined(edge.followee_id, at.zeros))
    ]
    if len(kept) < len(follows):
        at.remark(REFERENCE, len(follows) - len(kept))
    return kept


def _plain(post: Post) -> bool:
    """Return True if all ids of a post are digits: most are, and it has to be quick."""
    return (
        post.post_id.isdecimal()
        and ((one := post.author_id) is None or one.isdecimal())
        and ((one := post.reshared_id) is None or one.isdecimal())
        and ((one := post.reshared_author_id) is None or one.isdecimal())
        and ((one := post.quoted_id) is None or one.isdecimal())
        and ((one := post.quoted_author_id) is None or one.isdecimal())
        and ((one := post.replied_id) is None or one.isdecimal())
        and ((one := post.replied_author_id) is None or one.isdecimal())
        and ((one := post.conversation_id) is None or one.isdecimal())
    )


def _point(post: Post, at: Reading) -> None:
    """Make a post's references sound, its kind staying what was written."""
    for name in REFERENCES:
        text = getattr(post, name)
        if text is not None:
            setattr(post, name, _reference(text, at))
    for name, kind in POINTERS:
        text = getattr(post, name)
        if text is None:
            continue
        sound = _reference(text, at)
        setattr(post, name, sound)
        if sound is None:
            if not post.kind and (kind == "reshare" or post.reshared_id is None):
                post.kind = kind
            if kind == "reshare" and post.reshare_basis is None:
                post.reshare_basis = "platform"


def _reference(text: str | None, at: Reading) -> str | None:
    if text is None or (text.isdecimal() and not at.zeros):
        return text
    text = values.text_id(text)
    if text is None:
        return None
    if is_ruined(text, at.zeros):
        at.remark(REFERENCE)
        return None
    return text
