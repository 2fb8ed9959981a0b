"""twitteR: data frames of R's twitteR package (2010 to 2016) saved with write.csv.

The first layout has ten columns, the last sixteen; a column of row numbers may come first. Texts
were often written without quotes: the columns after the text then tell where it ends. Retweets are
told by "RT @" only, `isRetweet` being that same test.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.cells import known
from i4analysis.archive.rows.reader import Post, PostTable, Profile, RecordError, Sink, cell

_FLAG = re.compile(r"TRUE|FALSE|True|False|NA|0|1|")


class TwitterR(PostTable):
    """twitteR, all layouts."""

    blanks = frozenset({"NA"})
    name = "twitteR"
    title = "twitteR (R)"
    seen = True
    required = frozenset({"text", "created", "id", "screenName", "replyToSN"})
    may_be_unquoted = True
    spill = ("text", "statusSource")
    checks = cells.patterns(
        favorited=_FLAG.pattern,
        truncated=_FLAG.pattern,
        created=r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?|\d{9,10}(\.\d+)?",
        id=r"x?\d{1,20}",
        screenName=r"\w{1,20}",
    )
    posts = cells.columns(
        post_id=cell("id", convert=known(values.text_id)),
        author=cell("screenName", convert=values.handle),
        posted_at=cell("created", convert=cells.moment),
        text=cell("text", convert=values.unescape),
        source=cell("statusSource", convert=known(values.client)),
        replied_id=cell("replyToSID", convert=known(values.text_id)),
        replied_author_id=cell("replyToUID", convert=known(values.text_id)),
        replied_author=cell("replyToSN", convert=known(values.handle)),
        reshare_count=cell("retweetCount", convert=known(values.count)),
        like_count=cell("favoriteCount", convert=known(values.count)),
    )

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Mend the id, and make a typed "RT @" a reshare."""
        if post.posted_at is None:
            raise RecordError(
                f"the column created holds {row['created'][:20]!r}, expected a time: the columns"
                " are shifted"
            )
        if not cells.typed_reshare(post):
            cells.read_entities(post, post.text or "")
        return [], []
