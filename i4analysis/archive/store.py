"""Archives read into canonical frames, with or without a store."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from i4analysis import tables
from i4analysis.archive.intake import read_source
from i4analysis.archive.opening import Source
from i4analysis.archive.sink import Sink
from i4analysis.errors import ArchiveError
from i4analysis.movement import normalize_hashtag
from i4analysis.tables import Archive

PathLike = str | os.PathLike[str]


def read_archive(
    paths: PathLike | Iterable[PathLike], hashtags: Iterable[str] = (), errors: str = "raise"
) -> Archive:
    """Read archives of any supported format into canonical frames, without a store."""
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    tags = [normalize_hashtag(tag) for tag in hashtags]
    batches: dict[str, list[pa.RecordBatch]] = {name: [] for name in tables.TABLES}
    files: list[dict[str, Any]] = []
    for path in paths:
        plain = Path(path)
        source = Source(os.fspath(path), lambda plain=plain: plain.open("rb"))  # type: ignore[misc]
        sink = Sink(source.name, lambda name, batch: batches[name].append(batch), tags)
        try:
            name = read_source(source, sink)
        except ArchiveError:
            if errors == "raise":
                raise
            continue
        sha, size = source.digest()
        files.append(sink.account_row() | {"format": name, "sha256": sha, "bytes": size})
    frames = {
        name: tables.from_arrow(pa.Table.from_batches(found, tables.TABLES[name].schema))
        for name, found in batches.items()
        if name != "files"
    }
    for row in files:
        for column in ("first_posted_at", "last_posted_at"):
            row[column] = (
                None if row[column] is None else pa.scalar(row[column], tables.TIME).as_py()
            )
    return Archive(**frames, files=tables.build(tables.FILES, files))
