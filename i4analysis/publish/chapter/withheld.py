"""Whether the report being made tells nothing of its posts (`measure.appeals.withheld`)."""

from __future__ import annotations

import os

#: Names the chapters that are not told, to the processes that make a report.
VARIABLE = "I4_WITHHELD"


def posts() -> bool:
    """Tell whether the report being made tells nothing of its posts."""
    return "archive" in os.environ.get(VARIABLE, "").split()
