"""The front door of i4analysis: the public names, nothing else.

Importing this package reads nothing, logs nothing and sets no style; names are loaded when first
used.

Examples
--------
>>> import i4analysis as i4
>>> i4.movement.normalize_hashtag('#i4Emploi')
'i4emploi'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from i4analysis import archive, errors, movement, results, simulate, tables
    from i4analysis.archive import load, read_archive
    from i4analysis.measure import (
        appeals,
        coordination,
        graph,
        members,
        outcomes,
        push,
        reach,
        relays,
    )
    from i4analysis.measure.appeals import directory, tagging
    from i4analysis.measure.compare.compare import compare
    from i4analysis.movement import Movement
    from i4analysis.publish import chapters, charts
    from i4analysis.publish.chapter.screen import screen_only
    from i4analysis.publish.explore import explore
    from i4analysis.publish.interactive import interactive
    from i4analysis.tables import Archive

__version__ = "0.1.0"

_NAMES = {
    "Archive": "i4analysis.tables",
    "Movement": "i4analysis.movement",
    "read_archive": "i4analysis.archive",
    "load": "i4analysis.archive",
    "compare": "i4analysis.measure.compare",
    "screen_only": "i4analysis.publish.chapter.screen",
    "explore": "i4analysis.publish.explore",
    "interactive": "i4analysis.publish.interactive",
}
_MODULES = {
    **{
        name: f"i4analysis.{name}"
        for name in ("archive", "errors", "movement", "results", "simulate", "tables")
    },
    **{
        name: f"i4analysis.measure.{name}"
        for name in (
            "appeals",
            "coordination",
            "graph",
            "members",
            "outcomes",
            "push",
            "reach",
            "relays",
        )
    },
    **{name: f"i4analysis.measure.appeals.{name}" for name in ("directory", "tagging")},
    **{name: f"i4analysis.publish.{name}" for name in ("chapters", "charts")},
}

__all__ = [
    "Archive",
    "Movement",
    "__version__",
    "appeals",
    "archive",
    "chapters",
    "charts",
    "compare",
    "coordination",
    "directory",
    "errors",
    "explore",
    "graph",
    "interactive",
    "load",
    "members",
    "movement",
    "outcomes",
    "push",
    "reach",
    "read_archive",
    "relays",
    "results",
    "screen_only",
    "simulate",
    "tables",
    "tagging",
]


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    if name in _MODULES:
        return import_module(_MODULES[name])
    from i4analysis.errors import nearest

    raise AttributeError(f"i4analysis has no public name {name!r}{nearest(name, __all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
