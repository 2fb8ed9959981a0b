"""What a measure returns when one frame is not enough: the numbers and their story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from i4analysis.arguments import answer

__all__ = ["Result"]


@dataclass(frozen=True, eq=False)
class Result:
    """A measure's table with what it takes to defend it.

    Measures return this class or a frozen subclass that adds named numbers.

    Attributes
    ----------
    table
        The numbers; columns documented by the measure.
    parameters
        The parameters the measure ran with, by name.
    n_used
        Rows (posts, sightings, reshares …; the measure says which) the numbers rest on.
    excluded
        Reason → number of rows left out for it.
    notes
        Codes of what must be said beside the numbers (`publish.wording` has the sentences).

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> table = pd.DataFrame({"account": ["ana", "bob"], "posts": [3, 1]})
    >>> found = i4.results.Result(table, {"draws": 99}, n_used=2, excluded={"no date": 1})
    >>> found.n_used, found.excluded
    (2, {'no date': 1})
    """

    table: pd.DataFrame
    parameters: Mapping[str, Any] = field(default_factory=dict)
    n_used: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        head = f"<p>{escape(type(self).__name__)}: {self.n_used:,} rows used"
        if self.parameters:
            head += "; " + escape(
                ", ".join(f"{name} = {value}" for name, value in self.parameters.items())
            )
        if self.excluded:
            head += "; left out: " + escape(
                ", ".join(f"{count:,} ({reason})" for reason, count in self.excluded.items())
            )
        return head + "</p>" + str(self.table.head(20).to_html(border=0))


answer(__name__)
