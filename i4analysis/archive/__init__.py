"""IN: files of any supported format become canonical tables, and no record is lost."""

from i4analysis.archive.doctor.examine import report
from i4analysis.archive.doctor.overview import Overview, overview
from i4analysis.archive.frames import read_archive
from i4analysis.archive.loading import load
from i4analysis.arguments import answer

__all__ = ["Overview", "load", "overview", "read_archive", "report"]

answer(__name__)
