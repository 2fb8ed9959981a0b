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

# What a type checker reads; what is loaded when first asked for is named below once more.
if TYPE_CHECKING:
    from i4analysis import archive as archive
    from i4analysis import errors as errors
    from i4analysis import movement as movement
    from i4analysis import results as results
    from i4analysis import simulate as simulate
    from i4analysis import tables as tables
    from i4analysis.archive import load as load
    from i4analysis.archive import read_archive as read_archive
    from i4analysis.measure import appeals as appeals
    from i4analysis.measure import coordination as coordination
    from i4analysis.measure import graph as graph
    from i4analysis.measure import members as members
    from i4analysis.measure import outcomes as outcomes
    from i4analysis.measure import push as push
    from i4analysis.measure import reach as reach
    from i4analysis.measure import relays as relays
    from i4analysis.measure.appeals import directory as directory
    from i4analysis.measure.appeals import tagging as tagging
    from i4analysis.measure.compare.compare import compare as compare
    from i4analysis.movement import Movement as Movement
    from i4analysis.publish import chapters as chapters
    from i4analysis.publish import charts as charts
    from i4analysis.publish.chapter.screen import screen_only as screen_only
    from i4analysis.publish.explore import explore as explore
    from i4analysis.publish.interactive import interactive as interactive
    from i4analysis.tables import Archive as Archive

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
_ROOMS = {
    "i4analysis": "archive errors movement results simulate tables",
    "i4analysis.measure": "appeals coordination graph members outcomes push reach relays",
    "i4analysis.measure.appeals": "directory tagging",
    "i4analysis.publish": "chapters charts",
}
_MODULES = {name: f"{home}.{name}" for home, names in _ROOMS.items() for name in names.split()}

__all__ = sorted(["__version__", *_NAMES, *_MODULES])


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    if name in _MODULES:
        return import_module(_MODULES[name])
    from i4analysis.errors import nearest

    raise AttributeError(f"i4analysis has no public name {name!r}{nearest(name, __all__)}")


def __dir__() -> list[str]:
    return __all__
