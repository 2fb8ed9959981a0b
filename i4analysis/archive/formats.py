"""The readers, in the order in which they are asked; append here, most specific first."""

from __future__ import annotations

from i4analysis.archive.bluesky import Bluesky
from i4analysis.archive.bluesky_tables import BlueskyCsv, BlueskyJson
from i4analysis.archive.dmi_tcat import DmiTcat
from i4analysis.archive.edge_list import EdgeList
from i4analysis.archive.followerwonk import Followerwonk
from i4analysis.archive.fourcat import FourCat
from i4analysis.archive.hydrated_csv import HydratedCsv
from i4analysis.archive.mastodon import Mastodon
from i4analysis.archive.minet import Minet, MinetJson
from i4analysis.archive.moderation import ModerationTweets, ModerationUsers
from i4analysis.archive.reader import BundleReader, CsvReader, JsonReader
from i4analysis.archive.refusal import ExcelWorkbook
from i4analysis.archive.rtweet import Rtweet
from i4analysis.archive.snscrape import Snscrape
from i4analysis.archive.snscrape_csv import SnscrapeCsv
from i4analysis.archive.tags import Tags
from i4analysis.archive.twarc_csv import TwarcCsv
from i4analysis.archive.twint import Twint
from i4analysis.archive.twitter_r import TwitterR
from i4analysis.archive.twitter_v1 import TwitterV1
from i4analysis.archive.twitter_v2 import TwitterV2
from i4analysis.archive.usc_x import UscX
from i4analysis.archive.x_archive import XArchive, XArchiveBundle
from i4analysis.archive.x_archive_csv import XArchiveCsv
from i4analysis.archive.x_graphql import XGraphql

JSON_READERS: list[JsonReader] = [
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
    Followerwonk(),
    EdgeList(),
]
BUNDLE_READERS: list[BundleReader] = [
    XArchiveBundle(),
    ExcelWorkbook(),
]
