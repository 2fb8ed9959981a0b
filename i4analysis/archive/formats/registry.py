"""The readers, in the order in which they are asked; append here, most specific first."""

from __future__ import annotations

from i4analysis.archive.formats.academictwitter_csv import AcademicTwitterCsv
from i4analysis.archive.formats.bluesky import Bluesky
from i4analysis.archive.formats.bluesky_tables import BlueskyCsv, BlueskyJson
from i4analysis.archive.formats.brandwatch import Brandwatch
from i4analysis.archive.formats.dmi_tcat import DmiTcat
from i4analysis.archive.formats.edge_list import EdgeList
from i4analysis.archive.formats.flat_tables import FlatTable
from i4analysis.archive.formats.followerwonk import Followerwonk
from i4analysis.archive.formats.fourcat import FourCat
from i4analysis.archive.formats.hydrated_csv import HydratedCsv
from i4analysis.archive.formats.mastodon import Mastodon
from i4analysis.archive.formats.minet import Minet, MinetJson
from i4analysis.archive.formats.moderation import ModerationTweets, ModerationUsers
from i4analysis.archive.formats.rtweet import Rtweet
from i4analysis.archive.formats.snscrape import Snscrape
from i4analysis.archive.formats.snscrape_csv import SnscrapeCsv
from i4analysis.archive.formats.tags import Tags
from i4analysis.archive.formats.twarc_csv import TwarcCsv
from i4analysis.archive.formats.twint import Twint
from i4analysis.archive.formats.twitter_archive import TwitterArchive, TwitterArchiveBundle
from i4analysis.archive.formats.twitter_r import TwitterR
from i4analysis.archive.formats.twitter_v1 import TwitterV1
from i4analysis.archive.formats.twitter_v2 import AcademicTwitter, TwitterV2
from i4analysis.archive.formats.usc_x import UscX
from i4analysis.archive.formats.x_archive import XArchive, XArchiveBundle
from i4analysis.archive.formats.x_archive_csv import XArchiveCsv
from i4analysis.archive.formats.x_graphql import XGraphql
from i4analysis.archive.rows.reader import BundleReader, CsvReader, JsonReader

JSON_READERS: list[JsonReader] = [
    TwitterArchive(),
    TwitterV1(),
    TwitterV2(),
    Snscrape(),
    MinetJson(),
    BlueskyJson(),
    Bluesky(),
    Mastodon(),
    XGraphql(),
    XArchive(),
]
CSV_READERS: list[CsvReader] = [
    TwarcCsv(),
    Rtweet(),
    Minet(),
    BlueskyCsv(),
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
BUNDLE_READERS: list[BundleReader] = [
    XArchiveBundle(),
    TwitterArchiveBundle(),
    AcademicTwitter(),
]
