"""The readers, in the order in which they are asked; append here, most specific first."""

from __future__ import annotations

from i4analysis.archive.reader import BundleReader, CsvReader, JsonReader

JSON_READERS: list[JsonReader] = []
CSV_READERS: list[CsvReader] = []
BUNDLE_READERS: list[BundleReader] = []
