"""One grammar of a hashtag: posts, bios, roles, appeals and a new movement all agree."""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from i4analysis import hashtags, movement, tables
from i4analysis.archive.bytes.scan import Scan
from i4analysis.errors import MovementError
from i4analysis.hashtags import hashtags_in, normalize_hashtag, spelling
from i4analysis.measure import appeals, members
from i4analysis.measure.appeals import features
from i4analysis.movement import Movement

SCRIPTS = {
    "latin": "i4Emploi",
    "french": "Corrèze_Emploi",
    "decomposed": unicodedata.normalize("NFD", "Corrèze"),
    "hindi": "किसान_आंदोलन",
    "tamil": "வேலைவாய்ப்பு",
    "bengali": "চাকরি_চাই",
    "thai": "สวัสดี",
    "lao": "ວຽກເຮັດງານທຳ",
    "khmer": "ការងារ",
    "burmese": "အလုပ်အကိုင်",
    "sinhala": "ශ්‍රී_ලංකා",
    "malayalam": "തൊഴിൽ",
    "tibetan": "བོད་ཡིག",
    "persian": "می‌خواهم",
    "arabic": "عَمَل_الآن",
    "hebrew": "עֲבוֹדָה",
    "yiddish": "ארבעט־לאז",
    "turkish": "İşArıyorum",
    "german": "Straßenfest",
    "greek": "Εργασία",
    "armenian": "Աշխատանք",
    "georgian": "სამუშაო",
    "amharic": "ሥራ",
    "japanese": "求職カ・ナ活動",
    "korean": "구직중",
    "chinese": "求職",
    "full width": "ｉ４Ｅｍｐｌｏｉ",
    "catalan": "col·laboració",
    "adlam": "𞤀𞤣𞤤𞤢𞤥",
}
AROUND = ("{}", "RH {} ici", "({}),", "« {} »", "CDI/{}", "a.b {}…", "\n{}!", "x—{}.", "“{}”")
NOT = (
    "x{}",
    "é{}y",
    "https://a.b/{}",
    "https://a.b/c?d={}",
    "www.a.b/{}",
    "a.fr/{}",
    "a.b/{}",
    "&{}",
)


NOW = pd.Timestamp("2021-01-26", tz="UTC")


def table(of: tables.Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return tables.build(of, [{k: v for k, v in row.items() if k in of.names} for row in rows])


def spellings(tag: str) -> set[str]:
    return {f"#{tag}", f"＃{tag}", f"#{tag.upper()}", f"#{tag.lower()}"} | {
        f"#{unicodedata.normalize(form, tag)}" for form in ("NFC", "NFD")
    }


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_hashtag_is_found_in_every_script_and_not_inside_a_word_or_an_address(
    script: str,
) -> None:
    tag = normalize_hashtag(SCRIPTS[script])
    for written in sorted(spellings(SCRIPTS[script])):
        for around in AROUND:
            assert hashtags_in(around.format(written)) == [tag], around.format(written)
        for around in NOT:
            assert tag not in hashtags_in(around.format(written)), around.format(written)


def test_posts_bios_roles_and_appeals_agree_in_every_script() -> None:
    tags = tuple(map(normalize_hashtag, SCRIPTS.values()))
    texts = [f"RH #{tag}!" for tag in SCRIPTS.values()]
    texts += [text for tag in tags for text in (f"x#{tag}", f"https://a.b/#{tag}")]
    moved = Movement("m", {}, hashtags=tags, supporter_marks=tags, timezone="UTC")
    rows = [
        {"platform": "twitter", "account_id": str(i), "handle": f"h{i}", "author_id": str(i),
         "bio": text, "text": text, "kind": "post", "post_id": str(i), "seen_basis": "live",
         "hashtags": hashtags_in(text), "posted_at": NOW, "seen_at": NOW}
        for i, text in enumerate(texts)
    ]  # fmt: skip
    archive = tables.Archive(
        profiles=table(tables.PROFILES, rows), posts=table(tables.POSTS, rows)
    )
    expected = [i < len(tags) for i in range(len(texts))]
    known = members.roles(archive, moved).set_index("account_id")["role"]
    appealed = appeals.classify(archive.posts, archive.profiles, moved)
    assert [any(one in tags for one in row) for row in archive.posts["hashtags"]] == expected
    assert [known[str(i)] == "supporter" for i in range(len(texts))] == expected
    assert members.adoption(archive, moved).n_marked == len(tags)
    assert appealed.set_index("post_id")["has_tag"].loc[map(str, range(len(texts)))].tolist() == (
        expected
    )
    words = features.tokenise(archive.posts["text"], tags)
    tagged = {int(row) for row, code in zip(words.rows, words.codes, strict=True)
              if words.words[code] == "ztag"}  # fmt: skip
    assert sorted(tagged) == list(range(len(tags)))


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_new_movement_takes_a_hashtag_and_keeps_how_it_was_written(
    script: str, tmp_path: Path
) -> None:
    tag = unicodedata.normalize("NFC", SCRIPTS[script])
    movement.create(tmp_path / "m", [f"#{tag}", tag.upper()])
    made = Movement.load(tmp_path / "m")
    assert made.hashtags == made.supporter_marks == (normalize_hashtag(tag),)
    assert made.title == {"fr": f"#{tag}", "en": f"#{tag}"}
    (tmp_path / "m" / "movement.toml").write_text(f'hashtags = ["#{tag}"]\n', encoding="utf-8")
    assert Movement.load(tmp_path / "m").title["fr"] == f"#{tag}"


@pytest.mark.parametrize("tag", ["", "#", "two words", "2015", "²", "a'b", "❤️", "a\nb", "·", "_"])
def test_what_is_no_hashtag_is_refused_by_a_new_movement(tag: str, tmp_path: Path) -> None:
    assert spelling(tag) is None
    with pytest.raises(MovementError, match="cannot name a movement"):
        movement.create(tmp_path / "m", ["good", tag])


def test_three_spellings_of_a_turkish_hashtag_are_one() -> None:
    for tags in (("İşArıyorum", "işarıyorum", "İŞARIYORUM"), ("Diyarbakır", "DİYARBAKIR")):
        assert len({normalize_hashtag(tag) for tag in tags}) == 1
        assert "\u0307" not in normalize_hashtag(tags[0])


def test_every_mark_of_unicode_may_stand_in_a_hashtag() -> None:
    """A vowel mark ends no hashtag; a sign of emoji, an enclosing circle or a blank does."""
    for code in range(sys.maxunicode + 1):
        sign = chr(code)
        kind = unicodedata.category(sign)
        style = 0xFE00 <= code < 0xFE10
        if kind in ("Mn", "Mc") and not style:
            assert len(hashtags_in(f"#a{sign}b")) == 1, hex(code)
            assert hashtags_in(f"#a{sign}b #a") != ["a"] or normalize_hashtag(f"a{sign}b") == "a"
            assert spelling(f"a{sign}b"), hex(code)
        elif style or kind in ("Me", "Zs", "Zl", "Zp", "Cc", "Sc", "So"):
            assert hashtags_in(f"#a{sign}b") == ["a"], hex(code)


@given(st.text(max_size=12))
@settings(max_examples=400, deadline=None)
def test_the_key_of_a_key_is_itself(text: str) -> None:
    key = normalize_hashtag(text)
    assert key.startswith("#") or normalize_hashtag(key) == key
    for tag in hashtags_in(f"« #{text} »"):
        assert tag
        assert normalize_hashtag(tag) == tag


@given(st.text(alphabet=st.sampled_from("aéİıßक्षमा한・·_1#＃/:.&@ \u200c\ufe0f"), max_size=16))
@settings(max_examples=400, deadline=None)
def test_what_a_text_shows_a_bio_shows(text: str) -> None:
    tags = hashtags_in(text)
    assert tags == list(dict.fromkeys(tags))
    for tag in tags:
        assert "ztag" in hashtags.replace_hashtags(text, {tag}, "ztag")
    assert hashtags.replace_hashtags(text, {"autre"}, "ztag") == text


@pytest.mark.parametrize("tag", ["istanbul", "işarıyorum", "india", "Straßenfest", "ii"])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_look_at_raw_bytes_misses_no_spelling(tag: str, ascii_only: bool) -> None:
    scan = Scan.of([normalize_hashtag(tag)])
    turkish = str.maketrans({"i": "İ", "ı": "I"})
    for written in (tag, tag.upper(), tag.translate(turkish).upper(), tag.replace("i", "ı")):
        assert normalize_hashtag(written) == normalize_hashtag(tag)
        line = json.dumps({"text": f"#{written}"}, ensure_ascii=ascii_only).encode()
        assert scan is None or list(scan.lines(line)), written
