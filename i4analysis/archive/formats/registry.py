"""The readers, in the order in which they are asked; append here, most specific first."""

from __future__ import annotations

import textwrap

from i4analysis.archive.formats.academictwitter_csv import AcademicTwitterCsv
from i4analysis.archive.formats.arrow_tables import ArrowTables
from i4analysis.archive.formats.bluesky import Bluesky
from i4analysis.archive.formats.bluesky_car import BlueskyCar
from i4analysis.archive.formats.bluesky_tables import (
    BlueskyCsv,
    BlueskyDataset,
    BlueskyJson,
    FourCatBluesky,
)
from i4analysis.archive.formats.brandwatch import Brandwatch
from i4analysis.archive.formats.datasift import DataSift
from i4analysis.archive.formats.dmi_tcat import DmiTcat
from i4analysis.archive.formats.edge_list import EdgeList
from i4analysis.archive.formats.flat_tables import FlatTable
from i4analysis.archive.formats.followerwonk import Followerwonk
from i4analysis.archive.formats.fourcat import FourCat
from i4analysis.archive.formats.gnip import Gnip
from i4analysis.archive.formats.hydrated_csv import HydratedCsv
from i4analysis.archive.formats.mastodon import Mastodon
from i4analysis.archive.formats.mastodon_export import MastodonExport, MastodonExportBundle
from i4analysis.archive.formats.minet import Minet, MinetJson
from i4analysis.archive.formats.moderation import ModerationTweets, ModerationUsers
from i4analysis.archive.formats.r_data import RData
from i4analysis.archive.formats.rtweet import Rtweet
from i4analysis.archive.formats.snscrape import Snscrape
from i4analysis.archive.formats.snscrape_csv import SnscrapeCsv
from i4analysis.archive.formats.sqlite_tables import SqliteTables
from i4analysis.archive.formats.tags import Tags
from i4analysis.archive.formats.twarc_csv import TwarcCsv
from i4analysis.archive.formats.twint import Twint
from i4analysis.archive.formats.twitter_archive import TwitterArchive, TwitterArchiveBundle
from i4analysis.archive.formats.twitter_r import TwitterR
from i4analysis.archive.formats.twitter_v1 import TwitterV1
from i4analysis.archive.formats.twitter_v2 import AcademicTwitter, TwitterV2
from i4analysis.archive.formats.twitter_web_exporter import TwitterWebExporter
from i4analysis.archive.formats.twitterapi_io import TwitterApiIo
from i4analysis.archive.formats.usc_x import UscX
from i4analysis.archive.formats.x_archive import XArchive, XArchiveBundle
from i4analysis.archive.formats.x_archive_csv import XArchiveCsv
from i4analysis.archive.formats.x_graphql import XGraphql
from i4analysis.archive.rows.names import TOOLS
from i4analysis.archive.rows.reader import (
    BundleReader,
    CsvReader,
    FramesReader,
    JsonReader,
    Reader,
)

JSON_READERS: list[JsonReader] = [
    TwitterArchive(),
    TwitterV1(),
    TwitterV2(),
    Snscrape(),
    TwitterApiIo(),
    Gnip(),
    DataSift(),
    MinetJson(),
    BlueskyJson(),
    Bluesky(),
    Mastodon(),
    MastodonExport(),
    XGraphql(),
    XArchive(),
]
CSV_READERS: list[CsvReader] = [
    TwarcCsv(),
    TwitterWebExporter(),
    Rtweet(),
    Minet(),
    BlueskyCsv(),
    BlueskyDataset(),
    FourCatBluesky(),
    Tags(),
    DmiTcat(),
    FourCat(),
    Twint(),
    ModerationTweets(),
    ModerationUsers(),
    TwitterR(),
    UscX(),
    XArchiveCsv(),
    HydratedCsv(),
    SnscrapeCsv(),
    AcademicTwitterCsv(),
    Brandwatch(),
    Followerwonk(),
    EdgeList(),
    FlatTable(),
]
FRAMES_READERS: list[FramesReader] = [RData(), BlueskyCar(), ArrowTables(), SqliteTables()]
BUNDLE_READERS: list[BundleReader] = [
    XArchiveBundle(),
    TwitterArchiveBundle(),
    AcademicTwitter(),
    MastodonExportBundle(),
]


def formats_markdown() -> str:
    """Return the list of formats as README holds it: those tried on real files, and the others."""
    every: list[Reader] = [*BUNDLE_READERS, *FRAMES_READERS, *JSON_READERS, *CSV_READERS]
    titles = [(reader.title, reader.seen) for reader in every if not isinstance(reader, FlatTable)]
    titles += [(tool.title, False) for tool in TOOLS]
    titles += [(reader.title, False) for reader in every if isinstance(reader, FlatTable)]

    def listed(seen: bool) -> str:
        found = sorted({title for title, tried in titles if tried is seen}, key=_letters)
        return textwrap.fill("; ".join(found) + ".", 128, break_long_words=False)

    return (
        "Tried on real files:\n\n"
        + listed(True)
        + "\n\nWritten from the tools' own columns and from public descriptions, **never seen on a"
        " real file**:\n\n" + listed(False) + "\n"
    )


def _letters(title: str) -> str:
    return "".join(letter for letter in title.casefold() if letter.isalnum())


def readme(text: str) -> str:
    """Return README's text with the list of formats as the readers give it."""
    begin, end = "<!-- formats: make formats -->\n", "<!-- end of formats -->"
    before, _, rest = text.partition(begin)
    return before + begin + formats_markdown() + end + rest.partition(end)[2]
