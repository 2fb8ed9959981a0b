"""Sentences as data: both languages alike, every hole filled, every number agreed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date as Date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import invented
import pytest
from hypothesis import given
from hypothesis import strategies as st

import i4analysis
from i4analysis.errors import I4Error
from i4analysis.publish import chapters
from i4analysis.publish.chapter.registry import registered
from i4analysis.publish.checks.pages import misprint
from i4analysis.publish.words import ledgers, numbers, sentence
from i4analysis.publish.words.facts import FACTS, contradictions
from i4analysis.publish.words.sentence import (
    COMMON,
    HOLE,
    Band,
    Days,
    Hours,
    Rough,
    Share,
    Span,
    When,
    filled,
    holes,
    tell,
    topic,
    topics,
)
from i4analysis.publish.words.wording import HARD, LANGUAGES, NARROW, Text, duration, number, quote

PUBLISH = Path(i4analysis.__file__).parent / "publish"
ROOMS = ("words", "charts", "chapter", "chapters")  # where sentences are asked for by their key
# One word a thing (DESIGN §2): what a reader must not meet under a second name.
WRONG = {
    "fr": re.compile(r"mot-dièse|mots-dièse|republi|retweet|\bissues?\b|additionn", re.IGNORECASE),
    "en": re.compile(r"\badded up\b|\brepost|republi", re.IGNORECASE),
}
# What holds a digit and is a name: the command, a licence, a reference.
NAMES = re.compile(r"\bi4\w*|CC BY \d\.\d|et al\. \d{4}")
SAYING = {"told", "titled", "answered", "heading", "sentence", "can_write",
          "cannot_write", "cannot_show", "excluded", "lead"}  # fmt: skip
TEXTS = ("title", "subtitle", "alt", "note", "source")
OPTIONS = {
    "figure": {*TEXTS, "headers", "cells", "shares", "numbers", "sources", "links",
               "always", "marks"},
    "table": {"title", "source", "note", "headers", "cells", "shares", "numbers", "printed",
              "links", "first"},
    "key_figure": {"label", "definition", "roughness", "share"},
}  # fmt: skip
PLAIN = {"numbers", "stem", "sources", "asked"}  # of the methods of one sentence


def leaves(entry: Any, key: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Return (key, {fr, en}) for every sentence of a catalogue."""
    if set(entry) == set(LANGUAGES) and all(isinstance(text, str) for text in entry.values()):
        yield key, entry
        return
    for name, below in entry.items():
        assert isinstance(below, dict), f"[{key}] has {name}, expected fr and en, or tables"
        yield from leaves(below, f"{key}.{name}".strip("."))


CATALOGUES = {name: dict(leaves(topic(name))) for name in topics()}
SENTENCES = [
    pytest.param(name, key, entry, id=f"{name}-{key}")
    for name, catalogue in CATALOGUES.items()
    for key, entry in catalogue.items()
]


# -- What every sentence keeps.


@pytest.mark.parametrize("name", topics())
def test_both_languages_have_the_same_holes(name: str) -> None:
    for key, entry in CATALOGUES[name].items():
        assert holes(entry["fr"]) == holes(entry["en"]), key
        for lang in LANGUAGES:
            rest = HOLE.sub("", entry[lang])
            assert "{" not in rest and "}" not in rest, f"{key} ({lang}): not a hole"
            assert entry[lang].strip() == entry[lang] != "", f"{key} ({lang}): blanks at an end"


@pytest.mark.parametrize("name", topics())
def test_no_digit_is_typed(name: str) -> None:
    for key, entry in CATALOGUES[name].items():
        for lang in LANGUAGES:
            typed = HOLE.sub(lambda hole: hole.group(3) or "", NAMES.sub("", entry[lang]))
            assert not re.search(r"\d", typed), f"{key} ({lang}): a number is a value of a hole"


@pytest.mark.parametrize("name", topics())
def test_a_thing_has_one_name(name: str) -> None:
    for key, entry in CATALOGUES[name].items():
        for lang in LANGUAGES:
            wrong = WRONG[lang].search(entry[lang])
            assert wrong is None, f"{key} ({lang}): {wrong and wrong.group()}"


@pytest.mark.parametrize("name", topics())
def test_every_form_agrees_with_one_and_many(name: str) -> None:
    for key, entry in CATALOGUES[name].items():
        for lang in LANGUAGES:
            for hole, sign, forms in HOLE.findall(entry[lang]):
                if sign:
                    assert forms.count("|") in (1, 2), f"{key} ({lang}): {{{hole}}} one|many"


# -- What the chapters ask for.


def modules() -> list[tuple[Path, ast.Module]]:
    paths = sorted(path for room in ROOMS for path in PUBLISH.glob(f"{room}/*.py"))
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def own_topics(tree: ast.Module) -> list[str]:
    """Return the catalogues of the chapters that a module registers."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "chapter":
                    found.append(registered()[ast.literal_eval(mark.args[0])].words)
    return found


def patterns(node: ast.expr | None) -> list[str]:
    """Return the keys that an expression may be, as patterns; none where it is a told text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [re.escape(node.value)]
    if isinstance(node, ast.JoinedStr):
        return [
            "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*"
                for part in node.values
            )
        ]
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "part":
        return [f"{key}{end}" for key in patterns(node.args[0]) for end in ("", "-none", "-all")]
    if isinstance(node, ast.IfExp):
        return [*patterns(node.body), *patterns(node.orelse)]
    return []


def asked(call: ast.Call) -> tuple[list[str], list[str], set[str], bool]:
    """Return patterns of keys that must be, that may be, the holes filled, and if `**` is used."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    given = {word.arg: word.value for word in call.keywords if word.arg}
    must, may = [], []
    if name in OPTIONS and call.args:
        stems = patterns(call.args[0])
        wanted = {"figure": TEXTS, "table": ("title", "note", "source")}.get(
            name, ("label", "definition")
        )
        for text in wanted:
            if text in given:
                must += patterns(given[text])
            else:
                kept = may if text in ("note", "source") else must
                # a stem without a source of its own has the topic's
                fallback = "|source" if text == "source" else ""
                kept += [rf"{stem}\.{text}{fallback}" for stem in stems]
        if name == "figure":
            may += [rf"{stem}\.marks\..*" for stem in stems]
        fills = set(given) - OPTIONS[name]
    else:
        must = patterns(call.args[0]) if call.args else []
        fills = set(given) - PLAIN
    if name == "key_figure":
        fills.add("value")
    if name == "excluded":
        fills.add("count")
    return must, may, fills, any(word.arg is None for word in call.keywords)


def calls() -> Iterator[tuple[str, list[str], ast.Call]]:
    """Return (place, topics, call) for every call that tells a sentence by its key."""
    for path, tree in modules():
        own = own_topics(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            place = f"{path.name}:{node.lineno}"
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name == "tell" and len(node.args) > 1 and isinstance(node.args[0], ast.Constant):
                made = ast.Call(func=node.func, args=node.args[1:], keywords=node.keywords)
                yield place, [str(node.args[0].value)], made
            elif own and name in {*SAYING, *OPTIONS} and isinstance(node.func, ast.Attribute):
                yield place, own, node


def test_every_caller_names_a_sentence_and_fills_its_holes() -> None:
    told = 0
    for place, names, call in calls():
        must, may, fills, open_ended = asked(call)
        catalogue = {
            k: v for name in (COMMON, *names) for k, v in CATALOGUES.get(name, {}).items()
        }
        wanted: set[str] = set()
        for pattern in (*must, *may):
            entries = [entry for key, entry in catalogue.items() if re.fullmatch(pattern, key)]
            assert entries or pattern in may, f"{place}: no sentence {pattern} in {names}"
            for entry in entries:
                told += 1
                wanted |= holes(entry["fr"])
        if not must or open_ended:
            continue
        assert not wanted - fills, f"{place}: {wanted - fills} not filled"
        unused = fills - wanted - {"value", "count"}
        assert not unused, f"{place}: {unused} fill no hole"
    assert told > 20


def test_every_sentence_is_told_somewhere() -> None:
    used: dict[str, list[str]] = {}
    for _, names, call in calls():
        must, may, _, _ = asked(call)
        for name in (COMMON, *names):
            used.setdefault(name, []).extend([*must, *may])
    # asked for by the chapter itself, or by the codes of a table
    always = [r"question", r"source", r"columns\..*", r"cells\..*", r"chart\..*", r"excluded\..*"]
    drawn = "".join(path.read_text(encoding="utf-8") for path in PUBLISH.glob("charts/*.py"))
    for name, entry in ((e.words, CATALOGUES.get(e.words, {})) for e in registered().values()):
        for key in entry:
            known = (*used.get(name, []), *always)
            assert any(re.fullmatch(p, key) for p in known), f"{name}.toml [{key}] is never told"
            _, of_mark, kind = key.rpartition(".marks.")
            assert not of_mark or f'"{kind}"' in drawn, f"no chart notes {name}.toml [{key}]"


def test_every_chapter_registers_itself_once() -> None:
    entries = list(registered().values())
    assert len({entry.order for entry in entries}) == len(entries)
    for entry in entries:
        assert getattr(chapters, entry.key)
        assert entry.words in topics()


# -- How a hole is filled.


def say(fr: str, en: str, **values: Any) -> tuple[str, str]:
    made = filled("test", {"fr": fr, "en": en}, values)
    return tuple(made[lang].replace(HARD, " ").replace(NARROW, " ") for lang in LANGUAGES)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("n", "fr", "en"),
    [
        (0, "0 compte réunit", "0 accounts hold"),
        (1, "1 compte réunit", "1 account holds"),
        (1.5, "1,5 compte réunit", "1.5 accounts hold"),
        (1.9999, "2 comptes réunissent", "2 accounts hold"),
        (0.9999, "1 compte réunit", "1 account holds"),
        (2, "2 comptes réunissent", "2 accounts hold"),
        (1000, "1 000 comptes réunissent", "1,000 accounts hold"),
        (Rough(1, "at_least"), "au moins 1 compte réunit", "at least 1 account holds"),
        (Rough(300, "about"), "environ 300 comptes réunissent", "about 300 accounts hold"),
    ],
)
def test_noun_and_verb_agree_with_the_number_as_printed(n: Any, fr: str, en: str) -> None:
    assert say(
        "{n:compte|comptes} {n|réunit|réunissent}", "{n:account|accounts} {n|holds|hold}", n=n
    ) == (fr, en)


@pytest.mark.parametrize(("name", "key", "entry"), SENTENCES)
def test_every_sentence_prints_the_numbers_that_fill_it(
    name: str, key: str, entry: dict[str, str]
) -> None:
    """Fill each hole with 0, 1, 2, 1.5 and 1000: each agreed form is the right one."""
    for n in (0, 1, 2, 1.5, 1000):
        values = dict.fromkeys(holes(entry["fr"]), n)
        made = filled(key, entry, values)
        assert set(made.numbers) == set(values)
        for lang in LANGUAGES:
            one = n < 2 if lang == "fr" else n == 1
            for hole, sign, forms in HOLE.findall(entry[lang]):
                *nought, single, many = forms.split("|") if sign else ("", "")
                if not sign:
                    continue
                word = nought[0] if nought and not n else single if one else many
                printed = f"{number(n, lang)} {word}" if sign == ":" else word
                if nought and not n:
                    printed = nought[0]
                want = Text(fr=printed, en=printed)[lang].strip()
                told = re.sub(r"\b[dD]’une? (?=\w)", "de 1 ", made[lang]) if n == 1 else made[lang]
                both = (made[lang].casefold(), told.casefold())
                assert any(want.casefold() in one for one in both), (hole, made[lang])


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("reprises de {n:compte|comptes}", "reprises d’un compte"),
        ("De {n:personne|personnes}", "D’une personne"),
        ("de {n} à {m}", "de 1 à 3"),
        ("de {m:compte|comptes}", "de 3 comptes"),
        ("{n:compte|comptes}", "1 compte"),
    ],
)
def test_french_elides_before_a_lone_one(template: str, told: str) -> None:
    assert filled("here", {"fr": template, "en": ""}, {"n": 1, "m": 3})["fr"] == told


def test_a_sentence_may_begin_with_a_rough_count() -> None:
    told = say("{N:compte|comptes}", "{N:account|accounts}", n=Rough(300, "at_least"))
    assert told == ("Au moins 300 comptes", "At least 300 accounts")


def test_the_gender_of_what_follows_of_one_is_known() -> None:
    masculine = {
        "abonné", "auteur", "cas", "compte", "essai", "message", "monde", "mécanisme", "point",
        "rôle", "résultat", "seul",
    }  # fmt: skip
    nouns = {
        word
        for catalogue in CATALOGUES.values()
        for entry in catalogue.values()
        for word in re.findall(r"\b[Dd]e \{\w+:([^\W\d]+)", entry["fr"])
    }
    assert nouns <= masculine | sentence._FEMININE


def test_nought_has_its_own_form() -> None:
    fr, en = (
        "{N:aucun compte ne suit|compte suit|comptes suivent}",
        "{n:none follows|follows|follow}",
    )
    assert say(fr, en, n=0) == ("Aucun compte ne suit", "none follows")
    assert say(fr, en, n=3) == ("3 comptes suivent", "3 follow")
    assert say("dont {n:aucun||}", "of which {n:none||}", n=2) == ("dont 2", "of which 2")


def test_a_value_is_written_as_its_type_is() -> None:
    day, later = Date(2015, 9, 26), Date(2015, 10, 1)
    values = {
        "a": Share(0.305),
        "b": When(day, "month"),
        "c": Span(day, later),
        "d": Band(1, 2),
        "e": ["x", "y"],
        "f": Hours(50),
        "g": None,
    }
    template = " ; ".join(f"{{{name}}}" for name in values)
    assert say(template, template, **values) == (
        "30 % ; en septembre 2015 ; du 26 septembre au 1er octobre 2015 ; de 1 à 2 ; x et y ;"
        " 2,1 jours ; inconnu",
        "30%; in September 2015; from 26 September to 1 October 2015; 1 to 2; x and y;"
        " 2.1 days; unknown",
    )


def test_numbers_are_declared_by_being_printed() -> None:
    inner = filled("inner", {"fr": "{n} de plus", "en": "{n} more"}, {"n": 3})
    made = filled(
        "outer",
        {"fr": "{n} et {inner}, {share}", "en": "{n} and {inner}, {share}"},
        {"n": 2, "inner": inner, "share": Share(0.4), "unused": 9},
    )
    assert made["en"] == "2 and 3 more, 40%"
    assert made.numbers == {"n": 2, "n-2": 3, "share": 0.4}


def test_a_hole_left_and_a_sentence_not_there_are_refused() -> None:
    with pytest.raises(I4Error, match=r"hole \{n\} of the sentence here was not filled"):
        filled("here", {"fr": "{n}", "en": "{n}"}, {"m": 1})
    with pytest.raises(I4Error, match=r"no sentence 'nowhere' in publish/words/push.toml"):
        tell("push", "nowhere")
    assert sentence.known("push", "question")


# -- What sentences state.


def test_every_fact_is_a_hole_of_the_catalogue() -> None:
    for fact, places in FACTS.items():
        for place in places:
            name, pattern, hole = place.split(" ")
            stating = [
                key
                for key, entry in CATALOGUES[name].items()
                if fnmatchcase(key, pattern) and hole in holes(entry["en"])
            ]
            assert stating, f"{fact}: no sentence of {name}.toml is {pattern} with {{{hole}}}"


def test_a_page_holds_one_value_a_fact() -> None:
    told = tell("archive", "holds-none", posts=12, by="")
    assert told.facts["posts of the archive"] == {"12": "holds-none"}
    other = tell("archive", "archive-posts.label", value=13)
    page = [{"key": "one", "facts": told.facts}, {"key": "two", "facts": other.facts}]
    (fault,) = contradictions(page)
    assert "12 in one [holds-none] and 13 in two [archive-posts.label]" in fault
    assert not list(contradictions(page[:1]))


def test_a_sentence_within_another_keeps_what_it_states() -> None:
    posted = tell("members", "posted", n=7)
    whole = tell("members", "title.posts.no_bio", posted=posted) + tell("members", "posted", n=8)
    assert set(whole.facts["accounts that used the hashtag"]) == {"7", "8"}


@pytest.mark.parametrize(
    ("days", "fr", "en"),
    [(1, "1 jour", "1 day"), (14.5, "14 jours", "14 days"), (730, "730 jours", "730 days"),
     (1501.5, "4,1 ans", "4.1 years"), (3652, "10 ans", "10 years")],
)  # fmt: skip
def test_a_length_over_two_years_is_told_in_years(days: float, fr: str, en: str) -> None:
    """In days and in hours alike, and every number of it is explained."""
    for key, told in (("days", Days(days)), ("days", Hours(24 * days))):
        if days == 1 and isinstance(told, Hours):
            continue  # twenty-four hours
        made = tell("compare", key, days=told, level=Share(0.95))
        assert fr in made.text["fr"].replace("\xa0", " ")
        assert en in made.text["en"].replace("\xa0", " ")
        ((_, value, decimals, _),) = numbers.printed(en, "en")
        assert numbers.explained(value, decimals, False, made.numbers["days"])


@pytest.mark.parametrize(
    "typed", ["15 000", "15\u00a0000", "15.000", "15,000", "1 250 000", "3,5", "3.5 %"]
)
def test_a_number_is_explained_however_a_ledger_types_it(typed: str) -> None:
    title = Text.same(f"La p\u00e9tition atteint {typed} signatures")
    declared = [abs(value) for value in ledgers.in_words(title).values()]
    for lang in LANGUAGES:
        for word, value, decimals, share in numbers.printed(title[lang], lang):
            assert numbers.explained(value, decimals, share, declared), (lang, word)


@pytest.mark.parametrize("seconds", [0, 1, 10, 29, 31, 3594, 3599, 3600])
def test_a_length_of_seconds_is_not_told_as_none(seconds: int) -> None:
    """Half of all within ten seconds is not half of all within no minutes, nor in sixty."""
    for lang in LANGUAGES:
        shown = duration(seconds / 3600, lang)
        assert [value for _, value, *_ in numbers.printed(shown, lang)] not in ([0.0], [60.0])
        assert shown == duration(max(seconds, 1) / 3600, lang)


@given(st.floats(5.1e-7, 1e18))
def test_a_number_that_is_not_nought_is_not_printed_as_nought(value: float) -> None:
    """Nor is any digit of it one that the check of what is printed cannot explain."""
    for lang in LANGUAGES:
        ((_, printed, decimals, _),) = numbers.printed(number(value, lang), lang)
        assert printed > 0
        # beyond, half of a last digit is no number of its own
        assert value > 1e12 or numbers.explained(printed, decimals, False, [value])


@pytest.mark.parametrize(
    ("typed", "fr", "en"),
    [
        ("Plant 'saved' by 'one tweet'", "Plant “saved” by “one tweet”",
         "Plant ‘saved’ by ‘one tweet’"),
        ("l'usine d'aujourd'hui, 'l'usine'", "l’usine d’aujourd’hui, “l’usine”",
         "l’usine d’aujourd’hui, ‘l’usine’"),
        ("the workers' plant", "the workers’ plant", "the workers’ plant"),
        ("the '90s' rock 'n' roll", "the “90s” rock ’n’ roll", "the ‘90s’ rock ’n’ roll"),
        ("the '80s and the '90s", "the ’80s and the ’90s", "the ’80s and the ’90s"),
        ("the '90s and workers' rights", "the ’90s and workers’ rights",
         "the ’90s and workers’ rights"),
        ("'30 jobs' saved", "“30 jobs” saved", "‘30 jobs’ saved"),
    ],
)  # fmt: skip
def test_a_single_quotation_opens_as_it_closes(typed: str, fr: str, en: str) -> None:
    told = Text.same(typed)
    assert (told.fr, told.en) == (fr, en)


def test_a_name_keeps_its_capital_within_a_sentence() -> None:
    """Of titles: a word that opens both languages' is a name, and English has its own capitals."""
    rows = [
        ("Google rachète l'usine", "Google buys the plant"),
        ("Un tribunal français tranche", "French court rules"),
        ("Une grève commence", "Strike begins"),
        ("L'usine rouvre", "The plant reopens"),
    ]
    event = {"role": "step", "kind": "other"}
    outcomes = [
        event | {"outcome_id": str(at), "title_fr": fr, "title_en": en}
        for at, (fr, en) in enumerate(rows)
    ]
    names = ledgers.proper(invented.movement(outcomes=outcomes))
    within = [[ledgers.lower(title, names)[:1] for title in row] for row in rows]
    assert within == [["G", "G"], ["u", "F"], ["u", "s"], ["l", "t"]]


@pytest.mark.parametrize(
    ("n", "fr"),
    [(0, "annoncé sauvé"), (1, "annoncé sauvé"), (1.5, "annoncé sauvé"), (2, "annoncés sauvés")],
)
def test_what_became_of_one_job_agrees(n: float, fr: str) -> None:
    assert ledgers.stage({"metric": "jobs_saved", "value": n}).fr == fr


_SIGNS = [*"abé1 «»\"'“”!?;:%.,…()-’#", HARD, NARROW, " « ", " » ", "l'", "...", " : "]


@given(st.lists(st.sampled_from(_SIGNS), max_size=9))
def test_whatever_signs_a_ledger_types_a_page_may_print(signs: list[str]) -> None:
    """A name in « » on an English page, a blank before a colon: no report falls over them."""
    typed = re.sub(r"[:;!?]{2,}|\d{4,}|\d,\d{3}", "", "".join(signs))
    told = Text.same(typed)
    assert [misprint(told[lang], lang) for lang in LANGUAGES] == [None, None]


@pytest.mark.parametrize(
    ("title", "told"),
    [("Le pont rouvre.", "Le pont rouvre."), ("« Oui », dit-il !", "« Oui », dit-il !"),
     ("Ils signent, etc.", "Ils signent, etc."), ("Et après…", "Et après…"),
     ("Vu par M. T.", "Vu par M. T.")],
)  # fmt: skip
def test_a_sentence_that_ends_in_a_title_has_one_end(title: str, told: str) -> None:
    name = ledgers.bare(title)
    fr, _ = say("{what}.", "{what}.", what=Text.same(name))
    assert fr == told
    assert not ledgers.bare("Le pont rouvre.").endswith(".")


@pytest.mark.parametrize("typed", ["Oui", '"Oui"', "« Oui »", "“Oui”", ' "Oui" '])
def test_what_is_quoted_in_a_ledger_is_quoted_once(typed: str) -> None:
    told = Text.both(lambda lang: quote(typed, lang).strip())
    assert (told.fr, told.en) == (f"«{HARD}Oui{HARD}»", "“Oui”")
    assert quote('"Oui" et "non"', "en") == '“"Oui" et "non"”'


@pytest.mark.parametrize(
    ("typed", "told"),
    [("le maire", "Le maire"), ("iPhone Fans", "iPhone Fans"), ("eBay", "eBay"),
     ("l'ONU vote", "L'ONU vote"), ("élue", "Élue"), ("", "")],
)  # fmt: skip
def test_a_sentence_begins_with_a_capital_but_for_names_with_their_own(
    typed: str, told: str
) -> None:
    assert ledgers.capital(typed) == told


@pytest.mark.parametrize("fr", ["rouvrir le pont", "Rouvrir le pont.", "de rouvrir le pont !"])
@pytest.mark.parametrize(
    "en", ["reopen it", "To reopen it.", "Reopen it!", "in order to reopen it"]
)
def test_a_goal_is_an_infinitive_however_it_is_typed(fr: str, en: str) -> None:
    """Not "rallied 20 accounts to To reopen it."."""
    goal = ledgers.asked_for(invented.movement(goal={"fr": fr, "en": en}))
    assert goal == Text(fr="rouvrir le pont", en="reopen it")
