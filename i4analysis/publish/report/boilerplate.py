"""The words of a report that no data changes, as `words/report.toml` has them."""

from __future__ import annotations

from i4analysis.publish.words.sentence import terms

# Chapters in the order of the workbook and of the files.
TOPICS = terms("report", "topics")
# Whose finding heads the page when the ledgers give neither goal nor size, best first.
TITLES = ("supporters", "relays", "followers", "archive")
ASKED = terms("report", "asked")
WORDS = terms("report", "words")
INPUTS = terms("report", "inputs")
# Of counts that sources or an archive give, whatever the movement.
DEFINITIONS = terms("report", "definitions")
# Of an archive of posts.
LIMITS = tuple(terms("report", "limits").values())
RIGHTS = tuple(terms("report", "rights").values())
# Of what a page names by the name it had then.
RENAMED = terms("report", "renamed")
# Sheets of a desk, in their order; the first and the last of a workbook; the heads of the last.
SHEETS = terms("report", "sheets")
AROUND = terms("report", "around")
DICTIONARY = terms("report", "dictionary")
# What a printed table adds to a column's words.
PRINTED = terms("report", "printed")
