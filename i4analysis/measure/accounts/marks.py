"""Marks in a bio: which hashtags a profile shows, and what an account's profile was at a moment.

A mark counts when it stands as a hashtag of its own: #i4emploiR does not show #i4emploi.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import clock, kept
from i4analysis.hashtags import hashtags_in
from i4analysis.measure.accounts.identity import (
    PROFILE,
    Accounts,
    chunked,
    encoded,
    everybody,
    taken,
)
from i4analysis.tables import NEVER, PROFILES, Archive, microseconds, true

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def holds_mark(texts: pd.Series, marks: Collection[str]) -> Flags:
    """Say for each text whether one of its hashtags is one of `marks` (normalised, without #).

    Whole hashtags only, as `hashtags.hashtags_in` finds them. A null text holds nothing.

    Examples
    --------
    >>> holds_mark(pd.Series(["RH #I4Emploi!", "#i4emploiR", "i4emploi", None]), {"i4emploi"})
    array([ True, False, False, False])
    """
    wanted = frozenset(marks)
    flags: Flags = np.zeros(len(texts), dtype=bool)
    begin = 0
    for column in chunked(texts).chunks if wanted else ():  # bios are long: no copy of them all
        rows = np.flatnonzero(pc.fill_null(pc.match_substring_regex(column, "[#＃]"), False))
        coded = column.take(pa.array(rows)).dictionary_encode()
        holds = [not wanted.isdisjoint(hashtags_in(one)) for one in coded.dictionary.to_pylist()]
        flags[begin + rows] = np.array(holds, dtype=bool)[coded.indices.to_numpy()]
        begin += len(column)
    return flags


def holds_hashtag(hashtags: pd.Series, wanted: Collection[str]) -> Flags:
    """Say for each list of hashtags (already normalised) whether it holds one of `wanted`."""
    lists = pa.array(hashtags, type=pa.list_(pa.string()), from_pandas=True)
    lists = lists.combine_chunks() if isinstance(lists, pa.ChunkedArray) else lists
    lengths = np.asarray(pc.list_value_length(lists).fill_null(0), dtype=np.int64)
    hit = np.asarray(pc.is_in(lists.flatten(), value_set=pa.array(sorted(wanted), pa.string())))
    flags: Flags = np.zeros(len(lists), dtype=bool)
    flags[np.repeat(np.arange(len(lists)), lengths)[hit.astype(bool)]] = True
    return flags


def first_use(posts: pd.DataFrame, hashtags: Collection[str]) -> pd.Timestamp | None:
    """Return the moment of the first post with a hashtag, were it seen through a reshare alone."""
    tagged = holds_hashtag(posts["hashtags"], hashtags)
    moments = pd.concat([posts[name][tagged] for name in ("posted_at", "reshared_at")]).dropna()
    return None if moments.empty else moments.min()


# How people say in a bio that they look for work. One person speaks of itself, in the singular:
# who helps "les demandeurs d'emploi" looks for none.
_WORK = (
    r"(?:(?:un |une |d'un |d'une |du |de |d')?(?:nouvel |nouveau |nouvelle )?"
    r"(?:emploi|poste|travail|boulot|job|taf|stage|alternance|apprentissage|cdi|cdd|mission)\b)"
)
_SEEKS = "|".join(
    (
        rf"\b(?:en |à la )?recherche (?:active |activement )?{_WORK}",
        r"\ben recherche active\b",
        rf"\b(?:je )?(?:re)?cherche (?:activement )?{_WORK}",
        rf"\ben quête {_WORK}",
        r"\b(?:demandeu(?:r|se)|chercheu(?:r|se)) d'emploi\b",
        r"\bsans emploi\b|\bau chômage\b|\bchômeu(?:r|se)\b|\ben transition professionnelle\b",
        r"\b(?:à l'écoute|ouverte?) (?:aux|d'|à de nouvelles |de nouvelles )?opportunités",
        r"\bdisponible (?:de suite|immédiatement|tout de suite)\b",
        r"\b(?:looking|searching|hunting) for (?:a |an |my )?(?:new |next |full[- ]time |first )*"
        r"(?:job|work|position|role|employment|opportunit(?:y|ies)|internship|gig)\b",
        r"\bseeking (?:a |an |my )?(?:new |next |full[- ]time )*"
        r"(?:job|work|position|role|employment|opportunit(?:y|ies)|internship)\b",
        r"\b(?:job|work)[- ]?(?:seeker|hunting|hunter|searching)\b|\bunemployed\b|\bjobless\b",
        r"\bin search of (?:a |an |my )?(?:new )?(?:job|work|position|role|employment)\b",
        r"\bout of work\b|\blaid off\b",
        r"\bbetween jobs\b|\bopen to work\b|\bavailable for (?:hire|work)\b",
        r"#(?:opentowork|hireme|jobsearch|jobseeker|jobhunt|embauche[zs]?moi|cherche(?:emploi|job)"
        r"|rechercheemploi)\b",
        r"\b(?:busco|buscando|en busca de|sin) (?:trabajo|empleo)\b",
        r"\bbúsqueda (?:activa )?de (?:trabajo|empleo)",
        r"\bdesemplead[oa]\b|\ben paro\b|\bdesempregad[oa]\b|\bdisoccupat[oa]\b",
        r"\b(?:procur(?:o|ando)|em busca de) (?:um )?(?:emprego|trabalho)",
        r"\b(?:in cerca|alla ricerca|cerco) (?:di )?(?:un )?(?:lavoro|impiego)",
        r"\b(?:auf|in) (?:der )?(?:job|arbeits|stellen)suche\b|\barbeit(?:s)?suchend\b",
        r"\b(?:suche|auf der suche nach) (?:eine[rn]? )?(?:neue[nrs]? )?(?:job|arbeit|stelle)\b",
        r"\barbeitslos\b|\biş (?:arıyor(?:um)?|arayan|arayışında(?:yım)?)\b|\bişsiz(?:im)?\b",
        r"\b(?:أبحث|باحثة?) عن (?:عمل|وظيفة|شغل)\b|\bعاطلة? عن العمل\b",
        r"\b(?:أ|ب)?دو?ر على (?:عمل|وظيفة|شغل)\b",
    )
)
# Whoever helps, hires or writes of such people is none of them.
_HELPS = (
    r"\b(?:aid|ayud|accompagn|conseil|coach|recrut|embauch|soutien[st]? |soutenir"
    r"|form(?:e|ation|ateur)|service|agence|cabinet|pour (?:les |ceux |celles |vous|qui )|help"
    r"|support|hiring|recruit|advi[cs]|career"
    r"|for (?:those|people|anyone|all)|if you|vous )[^.|#]{0,60}$"
)


def seeks_work(texts: pd.Series) -> Flags:
    """Say for each bio whether its words say that the account's owner looks for work.

    Words of one person of itself, in French, English and six languages more; who helps, hires or
    advises such people is passed over. A null text says nothing. For privacy: somebody taken for
    a seeker by mistake is not named.

    Examples
    --------
    >>> bios = ["En recherche d'emploi", "J'aide les demandeurs d'emploi", "Open to work", None]
    >>> seeks_work(pd.Series([*bios, "Career coach for people looking for a job"]))
    array([ True, False,  True, False, False])
    """
    bios, of = encoded(chunked(texts))
    says = np.array([*(_seeks(one.as_py()) for one in bios), False])
    found: Flags = says[of]
    return found


def _folded(words: str) -> str:
    """Return words without accents, as they are often typed, and with one apostrophe and blank."""
    parts = unicodedata.normalize("NFKD", words).translate({0x2019: "'", 0x131: "i", 0xA0: " "})
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


_SEEKING, _HELPING = (re.compile(_folded(one), re.IGNORECASE) for one in (_SEEKS, _HELPS))


def _seeks(bio: str) -> bool:
    said = _folded(bio)
    return any(
        not _HELPING.search(said[max(0, match.start() - 90) : match.start()])
        for match in _SEEKING.finditer(said)
    )


@dataclass(frozen=True, eq=False)
class Bios:
    """The profiles of an archive, each row with its account, to be asked what was seen when.

    Attributes
    ----------
    profiles
        Canonical profiles.
    known
        The accounts of the archive (`identity.everybody`).
    """

    profiles: pd.DataFrame
    known: Accounts

    @classmethod
    def of(cls, posts: pd.DataFrame, profiles: pd.DataFrame) -> Bios:
        """Take the profiles of posts' accounts; accounts are numbered over both tables."""
        whole = kept.whose(posts, profiles) or Archive(posts=posts, profiles=profiles)
        return cls(profiles, everybody(whole))

    @property
    def keys(self) -> pd.Series:
        """The account key of each row of profiles."""
        return self.known.named(self.known.codes[PROFILE])

    def at(
        self,
        accounts: pd.Series,
        moments: pd.Series,
        wanted: Sequence[str] = ("handle", "bio", "location", "followers", "seen_at"),
    ) -> pd.DataFrame:
        """Return each account's profile as last seen at a moment, else as first seen after it.

        Parameters
        ----------
        accounts, moments
            Account key and moment, row by row.
        wanted
            Columns of profiles.

        Returns
        -------
        pandas.DataFrame
            These columns with the index of `accounts`; null where the account was never seen.
        """
        found = self.places(self.known.exactly(accounts), microseconds(moments))
        columns = {}
        for name in wanted:
            column, dtype = self.profiles[name], self.profiles[name].dtype
            rows = taken(chunked(column, PROFILES[name].type), found)
            columns[name] = pd.Series(rows, accounts.index, dtype)
        return pd.DataFrame(columns, index=accounts.index)

    def places(self, asked: Ints, when: Ints) -> Ints:
        """Return the row of each account's profile at a moment, -1 where it was never seen.

        Parameters
        ----------
        asked, when
            Code of the account and moment in microseconds, row by row; as for `at`.
        """
        rows, code, times, seen = self._in_order
        # account and moment as one number: both are few enough once moments are numbered
        key = asked * (len(times) + 1) + np.searchsorted(times, when, side="right") - 1
        place = np.searchsorted(seen, key, side="right")
        found = np.full(len(asked), -1, np.int64)
        for one in (place, place - 1):  # the first after, unless there is one before
            near = np.clip(one, 0, max(len(rows) - 1, 0))
            inside = (one >= 0) & (one < len(rows)) & (asked >= 0) & (when != NEVER)
            if len(rows):
                inside &= code[rows[near]] == asked
                found = np.where(inside, rows[near], found)
        return found

    @cached_property
    def _in_order(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Dated rows by account and moment, accounts of all rows, moments, and one key a row."""
        code, at = self.known.codes[PROFILE], microseconds(self.profiles["seen_at"])
        rows = np.flatnonzero((code >= 0) & true(self.profiles["bio"].notna()) & (at != NEVER))
        rows = rows[np.lexsort((at[rows], code[rows]))]
        times = np.unique(at[rows])
        seen = code[rows] * (len(times) + 1) + np.searchsorted(times, at[rows])
        return rows, code, times, seen

    def holding(self, marks: Collection[str]) -> Flags:
        """Return which rows of profiles have a bio that shows a mark; looked for once."""
        held: dict[frozenset[str], Flags] = self.__dict__.setdefault("_holding", {})
        wanted = frozenset(marks)
        if wanted not in held:
            held[wanted] = holds_mark(self.profiles["bio"], wanted)
        return held[wanted]

    def shown(self, marks: Collection[str], accounts: pd.Series, moments: pd.Series) -> pd.Series:
        """Return whether each account's bio, as last seen by then, shows a mark; null: unseen."""
        found = self.places(self.known.exactly(accounts), microseconds(moments))
        shown = pd.array(np.append(self.holding(marks), False)[found], dtype="boolean")
        shown[found < 0] = pd.NA
        return pd.Series(shown, index=accounts.index)

    def first_shown(self, marks: Collection[str]) -> pd.Series:
        """Return account key → first moment its bio was seen with a mark."""
        dated = true(self.profiles["seen_at"].notna())
        rows = self.holding(marks) & dated
        shown = clock.instants(self.profiles.loc[rows, "seen_at"])
        whose = self.known.named(self.known.codes[PROFILE][rows])
        return shown.groupby(whose.to_numpy(dtype=object)).min()
