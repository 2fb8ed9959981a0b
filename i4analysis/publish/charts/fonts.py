"""The fonts of charts, cards and papers: the same on every machine, and what they cannot draw.

DejaVu Sans comes with matplotlib. `pip install "i4analysis[scripts]"` adds Noto Sans for
Devanagari, Thai, Chinese, Japanese and Korean (SIL Open Font License). A machine's own fonts are
never used: two machines must draw the same bytes. What no font of ours has is drawn as � and said.
DejaVu Sans has Arabic, Hebrew, Georgian and Armenian, and matplotlib joins their letters.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import FontEntry, fontManager
from matplotlib.ft2font import FT2Font

FONT = "DejaVu Sans"  # has U+202F, which Liberation Sans lacks
FOLDER = Path(mpl.get_data_path()) / "fonts" / "ttf"
LOST = "\ufffd"
OURS = "i4 "  # before the name of a family: never the machine's own copy of it
#: Package, file in it, and the family that the file calls itself. Japanese holds all of CJK.
EXTRA = (
    ("fontpkg_noto_sans_devanagari", "files/NotoSansDevanagari[wdth,wght].ttf",
     "Noto Sans Devanagari"),
    ("fontpkg_noto_sans_thai", "files/NotoSansThai[wdth,wght].ttf", "Noto Sans Thai"),
    ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf", "Noto Sans CJK JP"),
)  # fmt: skip


@cache
def extra() -> dict[str, Path]:
    """Return family → file of the fonts of `i4analysis[scripts]` that are installed."""
    found = {}
    for package, name, family in EXTRA:
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            if (Path(folder) / name).is_file():
                found[family] = Path(folder) / name
    return found


@cache
def _signs(path: Path) -> frozenset[int]:
    return frozenset(FT2Font(str(path)).get_charmap())


@cache
def own() -> frozenset[int]:
    """Return the signs that both weights of DejaVu Sans have: Latin, Greek, Cyrillic and more."""
    names = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
    return frozenset.intersection(*(_signs(FOLDER / name) for name in names))


def lost(text: str) -> set[str]:
    """Return the signs of a text that no font of ours has.

    Examples
    --------
    >>> lost("été 2015"), lost("\U0001fae8")
    (set(), {'🫨'})
    """
    rare = {sign for sign in text if ord(sign) not in own() and not sign.isspace()}
    return {sign for sign in rare if not any(ord(sign) in _signs(p) for p in extra().values())}


def printable(text: str) -> str:
    """Return a text with � for each sign that no font of ours has."""
    gone = lost(text)
    return "".join(LOST if sign in gone else sign for sign in text) if gone else text


def families(text: str) -> list[str]:
    """Return the families that draw a text: DejaVu Sans, then those of the signs it lacks."""
    rare = {ord(sign) for sign in text} - own()
    used = [family for family, path in extra().items() if rare & _signs(path)] if rare else []
    return [FONT, *(_registered(family) for family in used)]


@cache
def _registered(family: str) -> str:
    """Make a file of ours known to matplotlib, under a name that no font of the machine has."""
    name = f"{OURS}{family}"
    for weight in (400, 700):  # one file stands for both
        entry: Any = FontEntry(str(extra()[family]), 0, name, weight=weight)
        fontManager.ttflist.append(entry)
    return name
