"""What the archive doctor counts: sums that grow bucket by bucket, whatever the archive's size.

Each count is taken where its rows meet: copies of a post, reshares of an original, sightings of an
account, accounts of a name. So the sums over many buckets are those over one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.archive.rows import ids, values
from i4analysis.archive.store.buckets import Buckets
from i4analysis.archive.store.merge import distinct
from i4analysis.tables import reshares, seconds, true

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Room = Callable[..., Buckets]  # (name, *keys) → buckets to put rows into

POSTS = (
    "platform", "post_id", "kind", "author_id", "author", "posted_at", "text", "reshared_id",
    "reshare_basis", "quoted_id", "replied_id", "hashtags", "reshare_count", "like_count",
    "collected_at", "embedded", "file", "line",
)  # fmt: skip
WHOLE, CUT, CUT_TAG = 0, 1, 2
CUT_BY_LINK = r"…\s?https?://t\.co/\w+$"
LOST = "\ufffd"
# é à â ê ç ’ … œ of UTF-8 read as Windows-1252: no language writes so
GARBLED = "Ã[\u0080-\u009fƒ‚]|Ã[©¨ª§¢«®¯´¹»¼\u00a0‰€]|â€[™œ¦“”]|Å“|ðŸ"
# The collectors tell what happened in June 2023: no clock that shows an earlier day is right.
EARLIEST = datetime(2023, 7, 1, tzinfo=UTC)
SLIP_S = 2.0
QUARTER_S = 900
BEYOND = 96  # quarters of an hour: no clock on earth is a day off
#: Twitter's first. No platform's own beginning is asked for: on Bluesky and in the fediverse the
#: sender sets the date, and posts that were brought over from elsewhere keep theirs.
FIRST_POST = pd.Timestamp("2006-03-21", tz="UTC")
#: What the clock of a sender may be ahead.
AHEAD = pd.Timedelta(minutes=5)
HOURS = (316_000, 1_140_000)  # since 1970: 2006 to 2100; what is dated outside stands at the edge


@dataclass
class Slips:
    """Posts of a file dated otherwise than their id says, by quarters of an hour.

    Attributes
    ----------
    checked
        Posts whose id holds its moment.
    quarters
        Rounded difference in quarters, held within ±`BEYOND`+1 → posts.
    near
        The same, of posts within a minute of the quarter.
    """

    checked: int = 0
    quarters: Counter[int] = field(default_factory=Counter)
    near: Counter[int] = field(default_factory=Counter)


@dataclass
class Tally:
    """The sums.

    Attributes
    ----------
    n
        Counts over the whole archive, by name.
    by_file
        Counts of a file: long ids and those that end in zeros, texts of its own and those that are
        cut or have lost letters.
    slips
        File → how the moments of its posts differ from those inside their ids.
    hours
        Hour since 1970, held within `HOURS` → posts of their own.
    tags
        File → its commonest hashtags, with the posts that carry them.
    """

    n: Counter[str] = field(default_factory=Counter)
    by_file: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    slips: defaultdict[str, Slips] = field(default_factory=lambda: defaultdict(Slips))
    hours: Counter[int] = field(default_factory=Counter)
    tags: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    # --------------------------------------------------------------------------------- posts

    def add_posts(self, posts: pd.DataFrame) -> None:
        """Add posts, each once, as `narrowed` gives them."""
        own = posts[tables.own(posts)]
        reshare = reshares(own)
        by_text = true(own["reshare_basis"] == "text")
        unnamed = reshare & own["reshared_id"].isna().to_numpy()
        undated, uncollected = own["posted_at"].isna(), own["collected_at"].isna()
        counted = own[["reshare_count", "like_count"]].notna().any(axis=1)
        now = pd.Timestamp(datetime.now(UTC))
        late = true(own["posted_at"] > own["collected_at"].fillna(now) + AHEAD)
        slow = late & uncollected.to_numpy(dtype=bool) if now < EARLIEST else np.zeros_like(late)
        self.n.update(
            posts=len(posts),
            own=len(own),
            reshares=int(reshare.sum()),
            text_reshares=int(by_text.sum()),
            originals_unsaid=int((unnamed & ~by_text).sum()),
            originals_unnamed=int(unnamed.sum()),
            undated=int(undated.sum()),
            impossible_dates=int((true(own["posted_at"] < FIRST_POST) | late & ~slow).sum()),
            clock_behind=int(slow.sum()),
            collection_undated=int((uncollected & counted).sum()),
            authors_missing=int((own["author_id"].isna() & own["author"].isna()).sum()),
        )
        hours = np.clip(seconds(own["posted_at"].dropna()) // 3600, *HOURS)
        found, counts = np.unique(hours.astype(np.int64), return_counts=True)
        self.hours.update(dict(zip(found.tolist(), counts.tolist(), strict=True)))
        self._add_texts(own[~reshare])
        self._add_ids(own[true(own["platform"] == "twitter")])

    def _add_texts(self, own: pd.DataFrame) -> None:
        self.n.update(texts=len(own), texts_unknown=int(own["cut"].isna().sum()))
        cut = true(own["cut"] >= CUT)
        tag = true(own["cut"] == CUT_TAG)
        self._by_file("texts", own["file"], np.ones(len(own), dtype=bool))
        self._by_file("cut", own["file"], cut)
        self._by_file("cut_tags", own["file"], tag)
        for name in ("letters_lost", "garbled"):
            self._by_file(name, own["file"], true(own[name]))

    def _by_file(self, name: str, files: pd.Series, mask: Mask) -> None:
        for file, count in _times(files[mask]):
            counts = self.by_file[file]
            counts[name] = counts.get(name, 0) + count

    def _add_ids(self, twitter: pd.DataFrame) -> None:
        """Add rounded ids, and moments that contradict the one inside the id."""
        # a number of 19 digits may have more than 64 bits
        numeric = twitter[true(twitter["post_id"].str.fullmatch(r"\d{11,18}|[1-8]\d{18}"))]
        number = numeric["post_id"].astype("int64[pyarrow]").to_numpy(dtype=np.int64)
        long = number >= 10**15
        self._by_file("long_ids", numeric["file"], long)
        for zeros, _ in ids.ZEROS:
            self._by_file(zeros, numeric["file"], long & (number % 10 ** len(zeros) == 0))
        inside = ((number >> 22) + values.TWITTER_EPOCH_MS) / 1000
        slip = seconds(numeric["posted_at"]) - inside
        checked = (number >= values.FIRST_SNOWFLAKE) & np.isfinite(slip)
        for file, count in _times(numeric["file"][checked]):
            self.slips[file].checked += count
        off = checked & (np.abs(slip) > SLIP_S)
        quarter = np.round(slip[off] / QUARTER_S)
        near = np.abs(slip[off] - quarter * QUARTER_S) <= 60
        quarter = np.clip(quarter, -BEYOND - 1, BEYOND + 1).astype(np.int64)
        rows = pd.DataFrame({"file": numeric["file"][off].astype(object), "quarter": quarter})
        groups = rows.assign(near=near).groupby(["file", "quarter"])["near"].agg(["size", "sum"])
        for file, at, count, close in groups.reset_index().itertuples(index=False, name=None):
            self.slips[file].quarters[at] += count
            self.slips[file].near[at] += close

    # ------------------------------------------------------------------------------- reshares

    def add_originals(self, seen: pa.Table, held: pa.Table) -> None:
        """Add the originals, held or absent, with the reshares held and counted of each.

        One of the archive's own of which the platform counted reshares enters even where none of
        them is held: without it, the share held would be that of the originals least lost. One
        only seen inside another post was never asked for, and enters by its reshares alone.

        Reshares that came after the count are not among those counted, and are left out. A count
        that came inside a reshare held is that reshare's own place among all: it is sure to be
        held, and says nothing of the loss. So it is left out on both sides, as inverse sampling
        asks (Haldane 1945: of c posts up to the h-th held, (h−1)/(c−1)).

        Parameters
        ----------
        seen
            Posts: post_id, own, original (no reshare), reshare_count, collected_at.
        held
            Reshares held: reshared_id, posted_at, count (of that moment).
        """
        sums = held.group_by("reshared_id").aggregate([("count", "sum")])
        place = pc.index_in(seen["post_id"], value_set=sums["reshared_id"].combine_chunks())
        of = pc.fill_null(place, -1).to_numpy()
        own, original, told = (seen[name] for name in ("own", "original", "reshare_count"))
        there = np.unique(of[own.to_numpy() & (of >= 0)])
        self.n.update(originals=len(sums), originals_absent=len(sums) - len(there))
        counted = pc.fill_null(pc.greater(told, 0), False).to_numpy() & original.to_numpy()
        counted &= (of >= 0) | own.to_numpy()
        have = np.append(sums["count_sum"].to_numpy(), 0)[of[counted]]  # -1: none held
        asked = pa.array(counted)
        late, at = _by_count(
            held, seen["post_id"].filter(asked), seen["collected_at"].filter(asked)
        )
        have, sure = have - late, (at > 0).astype(int)
        both = zip(told.filter(asked).to_numpy() - sure, have - sure, strict=True)
        pairs = [(int(c), int(h)) for c, h in both if c >= h and c]
        self.n.update(
            pairs=len(pairs),
            c=sum(c for c, _ in pairs),
            h=sum(h for _, h in pairs),
            cc=sum(c * c for c, _ in pairs),
            ch=sum(c * h for c, h in pairs),
            hh=sum(h * h for _, h in pairs),
        )

    def add_tags(self, counts: pd.DataFrame, most: int) -> None:
        """Add the commonest hashtags of each file, from all counts (file, tag) of some tags."""
        total = counts.groupby(["file", "tag"])["count"].sum().reset_index()
        for file, rows in _commonest(total, most).groupby("file"):
            both = self.tags[str(file)] + Counter(
                dict(zip(rows["tag"], rows["count"], strict=True))
            )
            ranked = sorted(both.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
            self.tags[str(file)] = Counter(dict(ranked))

    # ------------------------------------------------------------------------------- accounts

    def add_sightings(self, profiles: pd.DataFrame) -> None:
        """Add sightings of profiles, each once."""
        self.n.update(
            sightings=len(profiles),
            followers_unknown=int(profiles["followers"].isna().sum()),
            bios_unknown=int(profiles["bio"].isna().sum()),
            profiles_after=int(true(profiles["seen_basis"] == "after").sum()),
        )

    def add_names(self, names: pd.DataFrame) -> None:
        """Add accounts, from all pairs (account_id, handle in small letters) of some accounts."""
        ids = names["account_id"].dropna()
        several = names.dropna()["account_id"].value_counts()
        self.n.update(
            accounts=int(ids.nunique()),
            named=len(several),
            several_names=int((several > 1).sum()),
        )

    def add_holders(self, names: pd.DataFrame) -> None:
        """Add names, from all pairs (account_id, handle in small letters) of some names."""
        holders = names["handle"].value_counts()
        self.n.update(names=len(holders), shared_names=int((holders > 1).sum()))


def tally(
    posts: Iterable[pa.Table],
    sightings: Iterable[pa.Table],
    room: Room,
    files: set[str],
    most: int,
) -> Tally:
    """Return the sums over an archive.

    Parameters
    ----------
    posts
        Posts each once, as `narrowed` gives them, in one table or in many.
    sightings
        Sightings of profiles, exact repeats left out.
    room
        Gives buckets for rows that must meet again.
    files
        Files of which to count hashtags.
    most
        Hashtags to keep of a file.
    """
    found = Tally()
    seen, held = room("seen", "post_id"), room("held", "reshared_id")
    tags = room("tags", "tag")
    for table in posts:
        found.add_posts(tables.from_arrow(table))
        own = pc.invert(pc.fill_null(table["embedded"], False))
        reshare = pc.equal(table["kind"], "reshare")
        seen.put(
            pa.table(
                {
                    "post_id": table["post_id"],
                    "own": own,
                    "original": pc.invert(reshare),
                    "reshare_count": table["reshare_count"],
                    "collected_at": table["collected_at"],
                }
            )
        )
        named = pc.and_(pc.and_(own, reshare), pc.is_valid(table["reshared_id"]))
        sums = table.filter(named).group_by(["reshared_id", "posted_at"])
        sums = sums.aggregate([([], "count_all")])
        held.put(sums.rename_columns(["reshared_id", "posted_at", "count"]))
        tags.put(_counted(_tags(table.filter(own), files)))
    for seen_here, held_here in zip(seen, held, strict=True):
        found.add_originals(seen_here, held_here)
    for counts in tags:
        found.add_tags(tables.from_arrow(counts), most)
    _tally_accounts(found, sightings, room)
    return found


def _by_count(
    held: pa.Table, post_id: pa.ChunkedArray, counted_at: pa.ChunkedArray
) -> tuple[Ints, Ints]:
    """Return for each post how many reshares held are later than its count, and how many of it.

    The platform cannot have counted the later ones; a count came inside one of its own moment.
    One without a date, or of a count without, may have been counted.
    """
    place = pc.index_in(held["reshared_id"], value_set=post_id.combine_chunks())
    when = counted_at.take(place)
    of, count = pc.fill_null(place, -1).to_numpy(), held["count"].to_numpy()
    found = []
    for compare in (pc.greater, pc.equal):
        these = pc.fill_null(compare(held["posted_at"], when), False).to_numpy()
        sums = np.bincount(of[these], weights=count[these], minlength=len(post_id))
        found.append(sums.astype(np.int64))
    return found[0], found[1]


def _tally_accounts(found: Tally, sightings: Iterable[pa.Table], room: Room) -> None:
    names, holders = room("names", "account_id"), room("holders", "handle")
    for table in sightings:
        found.add_sightings(tables.from_arrow(table))
        # 7 on one platform and 7 on another are two accounts, and two of a name share none
        key = {"account_id": table["account_id"], "handle": pc.utf8_lower(table["handle"])}
        on = table["platform"]
        folded = pa.table(
            {name: pc.binary_join_element_wise(on, one, " ") for name, one in key.items()}
        )
        names.put(distinct(folded, ("account_id", "handle")))
    for pairs in names:
        once = distinct(pairs, ("account_id", "handle"))
        found.add_names(tables.from_arrow(once))
        holders.put(once.drop_null())
    for pairs in holders:
        found.add_holders(tables.from_arrow(pairs))


def narrowed(posts: pa.Table) -> pa.Table:
    """Return what the doctor looks at: for a text, only whether it is known, and cut."""
    text = posts["text"]
    length = pc.utf8_length(text)
    full = pc.and_(pc.greater_equal(length, 130), pc.less_equal(length, 141))
    cut = pc.and_(pc.ends_with(text, "…"), full)
    cut = pc.or_(cut, pc.match_substring_regex(text, CUT_BY_LINK))
    uncut = pc.is_in(posts["platform"], value_set=pa.array(["bluesky", "mastodon"]))
    cut = pc.and_not(cut, uncut)  # there a post that ends so was written so
    tag = pc.and_(cut, pc.match_substring_regex(text, r"#[\pL\pN_]*…$"))
    state = pc.if_else(tag, CUT_TAG, pc.if_else(cut, CUT, WHOLE)).cast(pa.int8())
    kept = posts.select([name for name in POSTS if name != "text"]).append_column("cut", state)
    lost = garbled = pc.match_substring_regex(text, f"{LOST}|{GARBLED}")
    if pc.any(lost).as_py():
        lost = pc.match_substring(text, LOST)
        garbled = pc.match_substring_regex(text, GARBLED)
    return kept.append_column("letters_lost", lost).append_column("garbled", garbled)


def _times(files: pd.Series) -> Iterable[tuple[str, int]]:
    """Return how often each file occurs; there may be as many as rows, so not one by one."""
    names, counts = pc.value_counts(pa.array(files)).flatten()
    return zip(names.to_numpy(zero_copy_only=False), counts.tolist(), strict=True)


def _counted(table: pa.Table) -> pa.Table:
    """Return the distinct rows without nulls, with how often each occurs."""
    known = table.drop_null()
    counts = known.group_by(known.column_names).aggregate([([], "count_all")])
    return counts.rename_columns([*known.column_names, "count"])


def _tags(own: pa.Table, files: set[str]) -> pa.Table:
    wanted = own.filter(pc.is_in(own["file"], pa.array(sorted(files), pa.string())))
    lists = wanted["hashtags"].combine_chunks()
    places = pc.list_parent_indices(lists)
    return pa.table({"file": wanted["file"].take(places), "tag": pc.list_flatten(lists)})


def _commonest(counts: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the commonest hashtags of each file, in the order of the alphabet among equals."""
    ordered = counts.sort_values(["count", "tag"], ascending=[False, True], kind="stable")
    return ordered.groupby("file").head(most)
