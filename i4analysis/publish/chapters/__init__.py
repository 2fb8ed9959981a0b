"""Chapters: one function a notebook, taking results of measures and giving a `Chapter`.

Every file here is one; it registers itself.
"""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from i4analysis.arguments import answer
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapter.registry import registered

if TYPE_CHECKING:

    def __getattr__(name: str) -> Callable[..., Chapter]: ...


for _found in iter_modules(__path__):
    import_module(f"{__name__}.{_found.name}")
_builders = {one.build.__name__: one.build for one in registered().values()}
globals().update(_builders)  # `chapters.relays` is the function, not the file it stands in

__all__ = sorted(_builders)

answer(__name__)
