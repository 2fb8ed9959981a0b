"""IN: files of any supported format become canonical tables, and no record is lost."""

from i4analysis.archive.store import load, read_archive

__all__ = ["load", "read_archive"]
