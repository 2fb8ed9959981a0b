"""Words, numbers and spaces in both languages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from i4analysis.publish.words import wording as w

N, H = "\u202f", "\u00a0"


def test_french_spaces() -> None:
    text = w.french('Qui ? Eux ; nous : "l\'usine" à 54 % !')
    assert text == f"Qui{N}? Eux{N}; nous{H}: «{H}l’usine{H}» à 54{N}%{N}!"


def test_french_leaves_addresses_and_hours() -> None:
    assert w.french("voir https://a.b/c?d=1;e à 12:30") == "voir https://a.b/c?d=1;e à 12:30"


def test_english_takes_no_french_space() -> None:
    assert w.english(f'Who{N}? It\'s 54{N}% : "ok"') == "Who? It’s 54%: “ok”"


@given(st.text(max_size=80))
def test_setting_spaces_twice_changes_nothing(text: str) -> None:
    assert w.french(w.french(text)) == w.french(text)
    assert w.english(w.english(text)) == w.english(text)


@given(st.text(max_size=200))
def test_no_control_or_direction_character_survives(text: str) -> None:
    assert not re.search(
        "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]", w.clean(text)
    )


def test_numbers() -> None:
    assert w.number(605840, "fr") == f"605{N}840"
    assert w.number(605840, "en") == "605,840"
    assert w.number(1234.5, "fr") == f"1{N}234,5"
    assert w.number(-3, "en") == "−3"
    assert w.number(-0.001, "en") == "−0.001"
    assert w.number(-0.0, "en") == w.number(-1e-9, "en") == "0"
    assert w.number(pd.NA, "fr") == "inconnu"
    assert w.number(2.0, "fr", 1) == "2,0"


@given(st.integers(0, 10**12))
def test_a_printed_number_reads_back(value: int) -> None:
    assert int(w.number(value, "fr").replace(N, "")) == value
    assert int(w.number(value, "en").replace(",", "")) == value


def test_percentages_never_round_to_nothing_or_all() -> None:
    assert w.percent(0.004, "fr") == f"moins de 1{N}%"
    assert w.percent(0.996, "en") == "more than 99%"
    assert w.percent(0, "en") == "0%" and w.percent(1, "fr") == f"100{N}%"
    assert w.percent(0.0004, "en", 1) == "less than 0.1%"


@pytest.mark.parametrize(
    ("precision", "fr", "en"),
    [
        ("day", f"1er{H}octobre 2015", f"1{H}October 2015"),
        ("month", "octobre 2015", "October 2015"),
        ("year", "2015", "2015"),
        ("week", f"vers le 1er{H}octobre 2015", f"around 1{H}October 2015"),
        ("minute", f"1er{H}octobre 2015 à 6{H}h{H}05", f"1{H}October 2015 at 6:05"),
        ("unknown", "date inconnue", "date unknown"),
    ],
)
def test_dates_are_no_finer_than_known(precision: str, fr: str, en: str) -> None:
    moment = datetime(2015, 10, 1, 6, 5, tzinfo=UTC)
    assert w.date(moment, "fr", precision) == fr
    assert w.date(moment, "en", precision) == en


def test_a_missing_date_says_so() -> None:
    assert w.date(None, "fr") == "date inconnue"
    assert w.date(pd.NaT, "en") == "date unknown"
    assert w.period(None, date(2015, 1, 1), "en") == "period unknown"


def test_short_months_are_real_abbreviations() -> None:
    shorts = [w.date(date(2015, m, 1), "fr", short=True).split(H)[1] for m in range(1, 13)]
    assert shorts[8:10] == ["sept.", "oct."] and "octo." not in shorts


def test_plurals_differ_between_languages() -> None:
    assert w.plural(0, "compte", "comptes", "fr") == "0 compte"
    assert w.plural(0, "account", "accounts", "en") == "0 accounts"
    assert w.plural(1.5, "heure", "heures", "fr") == "1,5 heure"
    assert w.plural(300, "compte", "comptes", "fr", roughness="at_least") == "au moins 300 comptes"


def test_text_sets_its_own_typography() -> None:
    text = w.Text(fr="C'est 54 % !", en='It is "so"')
    assert text["fr"] == f"C’est 54{N}%{N}!" and text["en"] == "It is “so”"
    with pytest.raises(ValueError, match="no language 'de'"):
        text["de"]
