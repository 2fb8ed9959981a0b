"""The readers, in the order in which they are asked; append here, most specific first."""

from __future__ import annotations

from i4analysis.archive.reader import BundleReader, CsvReader, JsonReader
from i4analysis.archive.snscrape import Snscrape
from i4analysis.archive.twitter_v1 import TwitterV1
from i4analysis.archive.twitter_v2 import TwitterV2

JSON_READERS: list[JsonReader] = [
    TwitterV1(),
    TwitterV2(),
    Snscrape(),
]
CSV_READERS: list[CsvReader] = []
BUNDLE_READERS: list[BundleReader] = []
