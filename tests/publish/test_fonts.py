"""Any hashtag of the world is drawn, or the picture and the paper say how many signs are not."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from matplotlib import pyplot as plt
from sample import movement, save_all

from i4analysis.publish.charts import fonts, style
from i4analysis.publish.report import build as report
from i4analysis.publish.words.sentence import tell
from i4analysis.publish.words.wording import LANGUAGES

NAMES = ("#中文标签", "#ほしぞら", "#한국어", "#हिन्दी", "#ภาษาไทย", "#العربية", "#été", "#fil🧵")


def said(name: str, lang: str) -> str:
    return tell("common", "unprinted", n=len(fonts.lost(name)))[lang] if fonts.lost(name) else ""


def drawn(name: str, lang: str) -> tuple[str, bytes, str]:
    """Return the SVG, the PNG, and the words the picture was framed with."""
    figure, ax = plt.subplots()
    ax.text(0, 0, name, fontweight="bold")
    ax.set_xticks([0], labels=[name])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*missing from font")  # before it is framed
        box, *_ = style.frame(figure, title=name, subtitle="", source=name, made_up=False,
                              lang=lang)  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a sign without a glyph is a box and a warning
        png = style.picture(figure, "png", box)
        svg = style.picture(figure, "svg", box, title=name).decode()
    words = " ".join(label.get_text() for label in figure.texts)
    plt.close(figure)
    return svg, png, words


@pytest.mark.parametrize("packages", [True, False], ids=["scripts", "alone"])
@pytest.mark.parametrize("name", NAMES)
def test_a_chart_draws_a_hashtag_or_says_what_it_cannot(
    name: str, packages: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if packages and not fonts.extra():
        pytest.skip('the fonts of "i4analysis[scripts]" are not installed')
    if not packages:
        monkeypatch.setattr(fonts, "extra", dict)
    style.text_width.cache_clear()
    for lang in LANGUAGES:
        svg, _, words = drawn(name, lang)
        assert name in svg  # whoever opens it may have the font
        assert "'i4 " not in svg
        assert re.sub(r"\s+", "", said(name, lang)) in re.sub(r"\s+", "", words)
        assert bool(fonts.lost(name)) == ("(�)" in words)
    style.text_width.cache_clear()


def test_nothing_is_lost_of_the_scripts_we_carry() -> None:
    if len(fonts.extra()) < len(fonts.EXTRA):
        pytest.skip('the fonts of "i4analysis[scripts]" are not installed')
    assert fonts.lost("".join(NAMES)) == {"🧵"}
    assert fonts.families("#été") == fonts.families("#العربية") == [fonts.FONT]


@pytest.mark.parametrize("packages", [True, False], ids=["scripts", "alone"])
def test_a_paper_says_what_it_cannot_print(
    tmp_path: Path, packages: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if packages and not fonts.extra():
        pytest.skip('the fonts of "i4analysis[scripts]" are not installed')
    if not packages:
        monkeypatch.setattr(fonts, "extra", dict)
    style.text_width.cache_clear()
    name = " ".join(NAMES)
    of = replace(movement(), title={"fr": name, "en": name})
    report.build(save_all(tmp_path / "c", of), of, tmp_path / "out")
    for lang in LANGUAGES:
        (paper,) = (tmp_path / "out").glob(f"*report.{lang}.pdf")
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(
            paper.read_bytes())).pages)  # fmt: skip
        flat = re.sub(r"\s+", "", text)
        assert re.sub(r"\s+", "", said(name, lang)) in flat
        assert ("中文标签" in flat) == packages
    style.text_width.cache_clear()
