"""The chapter on appeals: what it says, and that nobody can be found in it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import zoo
from appeal_samples import START, movement, posts, profiles, reshare
from sample import png_texts

from i4analysis.errors import I4Error
from i4analysis.measure.appeals import appeals as measure
from i4analysis.measure.appeals import directory, tagging
from i4analysis.publish import charts
from i4analysis.publish.chapter import screen
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapters import appeals
from i4analysis.publish.chapters.appeals import _clearest as surest
from i4analysis.publish.words import sentence
from i4analysis.tables import Archive

ELEMENTS = ("#PleaseRT ", "", "https://www.linkedin.com/in/plantedlink{i} ")
JOBS = ("comptable", "infirmière", "soudeur")


def planted(seekers: int = 60, seed: int = 0, help_: float = 2.0) -> Archive:
    """Seekers whose handle, name, link and words can be searched for afterwards."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    people: list[dict[str, object]] = []
    for i in range(seekers):
        who = {"author_id": f"planted-id-{i}", "author": f"PlantedHandle{i}"}
        people.append(
            {"handle": f"PlantedHandle{i}", "name": f"Planted Name{i}", "followers": 40 * i,
             "bio": f"plantedbio{i} #i4emploiR", "location": "Plantedville"}
        )  # fmt: skip
        for k in range(3):
            post = f"planted-post-{i}-{k}"
            text = (
                ELEMENTS[rng.integers(3)].format(i=i)
                + f"Recherche #emploi {JOBS[i % 3]} à Limoges plantedword{i} #i4Emploi"
            )
            at = START + pd.Timedelta(hours=float(rng.uniform(0, 500)))
            rows.append({"text": text, "post_id": post, "posted_at": at, **who})
            for j in rng.choice(30, min(30, rng.poisson(help_)), replace=False):
                hours = (at - START) / pd.Timedelta(hours=1) + float(rng.exponential(5))
                rows.append(reshare(post, who["author_id"], f"member{j}", hours))
    rows.append({"text": "fin", "posted_at": START + pd.Timedelta(days=40)})
    people += [{"handle": f"member{j}", "bio": "#i4emploi"} for j in range(30)]
    return Archive(posts=posts(rows), profiles=profiles(people))


def chapter(archive: Archive, **changes: object) -> Chapter:
    move = movement(**changes)
    found = measure.classify(archive.posts, archive.profiles, move)
    service = measure.service(archive, move, found, resamples=60)
    return appeals(service, measure.template_effects(archive, move, found), move)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    chapter(planted()).save(out)
    return out / "appeals"


def texts(path: Path) -> str:
    """Return everything readable in a file: its bytes, and the text chunks of a picture."""
    content = path.read_bytes()
    inside = png_texts(content) if path.suffix == ".png" else ()
    return "".join([content.decode("utf-8", "replace"), *inside])


def test_every_chapter_file_is_there(published: Path) -> None:
    names = {path.name for path in published.iterdir()}
    assert {"chapter.json", "appeals-first-relay.csv", "appeals-lorenz.fr.png",
            "appeals-template.en.svg", "appeals-sectors.csv"} <= names  # fmt: skip


def test_no_published_byte_holds_a_seeker(published: Path) -> None:
    for path in published.rglob("*"):
        assert "planted" not in texts(path).casefold(), path.name


def test_no_published_cell_is_under_five(published: Path) -> None:
    counts = {"n_requests", "n_posts", "members", "n_authors_used"}
    seen = 0
    for path in published.glob("*.csv"):
        table = pd.read_csv(path)
        for name in counts & set(table.columns):
            seen += 1
            assert (table[name].dropna() >= 5).all(), (path.name, name)
    assert seen >= 4
    content = json.loads((published / "chapter.json").read_text())
    for entry in content["excluded"]:
        assert entry["count"] >= 5


def counted(folder: Path) -> list[int]:
    """Return every number of people, or of their posts, that the chapter publishes."""
    content = json.loads((folder / "chapter.json").read_text())
    found = [content["numbers"]["n_requests"], *(one["count"] for one in content["excluded"])]
    for path in folder.glob("*.csv"):
        table = pd.read_csv(path)
        for name in {"n_requests", "n_posts", "members"} & set(table.columns):
            found += table[name].dropna().astype(int).tolist()
    return found


def test_no_difference_of_two_numbers_is_under_five(published: Path) -> None:
    found = counted(published)
    assert len(found) > 5
    # then no sum and no difference of them is under five either, in this report or with the next
    assert [number for number in found if number % 5] == []


def test_totals_do_not_give_a_small_group_back(published: Path) -> None:
    total = json.loads((published / "chapter.json").read_text())["numbers"]["n_requests"]
    tables = [pd.read_csv(published / f"appeals-{name}.csv") for name in ("sectors", "groups")]
    for _, rows in pd.concat(tables).groupby("dimension"):
        rest = total - rows["n_requests"].sum()
        assert rest == 0 or rest >= 5
        relayed = (rows["relayed_7d"] * rows["n_requests"]).dropna()
        assert (relayed.round() >= 5).all()


def test_every_number_printed_is_in_a_table() -> None:
    assert chapter(planted()).problems() == []
    assert chapter(planted(seed=1, help_=0.4)).problems() == []


def test_sentences_follow_the_data() -> None:
    much, little = (chapter(planted(help_=h)).as_dict() for h in (3.0, 0.2))
    assert much["answer"]["fr"] != little["answer"]["fr"]
    share = [int(re.search(r"(\d+)%", c["title"]["en"]).group(1)) for c in (much, little)]
    assert share[0] > 85 > 30 > share[1]


def test_answer_is_two_sentences_in_both_languages() -> None:
    answer = chapter(planted()).as_dict()["answer"]
    for lang in ("fr", "en"):
        assert len(re.findall(r"[.!?](?=\s|$)", answer[lang])) == 2


def asked(
    n: int,
    every: int = 1,
    after: float = 2.0,
    until: float = 40,
    text: str = "comptable à Limoges",
) -> list[dict[str, object]]:
    """Return requests, one an hour; one in so many is reshared, once, so long after."""
    rows: list[dict[str, object]] = []
    for i in range(n):
        at = START + pd.Timedelta(hours=i)
        rows.append({"text": f"Recherche #emploi {text} #i4Emploi", "post_id": f"r{i}",
                     "author_id": f"s{i}", "author": f"S{i}", "posted_at": at})  # fmt: skip
        if i % every == 0:
            rows.append(reshare(f"r{i}", f"s{i}", f"m{i % 7}", i + after))
    return [*rows, {"text": "fin", "posted_at": START + pd.Timedelta(days=until)}]


def unnamed(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return posts whose reshares do not say what they reshare, as typed ones do not."""
    return [row | {"reshared_id": None} if row.get("kind") == "reshare" else row for row in rows]


def unsigned(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return posts whose reshares do not say who made them."""
    return [row | {"author_id": None, "author": None} if row.get("kind") == "reshare" else row
            for row in rows]  # fmt: skip


def by_five(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return requests that five people made, of whom the next draw may hold any."""
    return [row | {"author_id": f"s{k % 5}", "author": f"S{k % 5}"}
            if "Recherche" in str(row["text"]) else row for k, row in enumerate(rows)]  # fmt: skip


def inside(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return posts of which the archive holds the reshares alone, the originals inside them."""
    return [row | {"embedded": row.get("kind") != "reshare" and row["text"] != "fin"}
            for row in rows]  # fmt: skip


#: What must not be said in English, and of what posts.
FALSE_OF = {
    "none relayed, for they are not known": (
        r"\d% (?:of requests|were)",
        unnamed(asked(40)),
    ),
    "all relayed, for no others are known": (r"\d% (?:of requests|were)", inside(asked(40))),
    "less than half, and half": (r"about 40%.*half of all", asked(26, every=2)),
    "early after weeks": ("come early|672 hours", asked(40, every=2, after=500.0, until=60)),
    "an interval of nothing": ("between 0 and 0", asked(40)),
    "an interval of everything": (r"\(0% to 100%\)", by_five(asked(26, every=9))),
    "below equal help": ("runs below|^Rising", asked(40)),
    "a tenth of a few": ("most relayed tenth|ordinary request", asked(80, every=2, until=9)[60:]),
    "advised by nobody": ("advised", asked(40)),
    "requests without the hashtag": (
        "holds too few requests \\(",
        [row | {"text": f"{row['text']}".replace("#i4Emploi", "")} for row in asked(40)],
    ),
    "four of twenty are not hardly any": ("nearly all", asked(24, until=1.125)),
    "a share of two reshares": ("tenth|of the reshares$|Gini", asked(40, every=20)),
    "one region": ("by region", asked(40, every=2)),
    "perhaps one's own": (r"\d% (?:of requests|were)", unsigned(asked(40))),
}


@pytest.mark.parametrize("name", FALSE_OF)
def test_no_sentence_says_more_than_its_guard_asks(name: str) -> None:
    wrong, rows = FALSE_OF[name]
    people = profiles([{"handle": f"m{j}", "bio": "#i4emploi"} for j in range(30)])
    made = chapter(Archive(posts=posts(rows), profiles=people))
    assert made.problems() == []
    for _, text in zoo.texts(made.as_dict(), "en"):
        assert not re.search(wrong, text.replace("\xa0", " "))


def test_sectors_are_compared_with_sectors() -> None:
    """What is not said, and what is put together, is no sector."""
    rows = asked(60, every=2) + asked(60, every=3, text="")
    for k, row in enumerate(rows):
        row["post_id"] = f"{row.get('post_id', 'end')}-{k // 91}"
        if row.get("kind") == "reshare":
            row["reshared_id"] = f"{row['reshared_id']}-{k // 91}"
    made = chapter(Archive(posts=posts(rows), profiles=profiles([{"handle": "m1", "bio": ""}])))
    assert not any(item.get("stem") == "appeals-sectors" for item in made.as_dict()["items"])


def test_what_goes_most_surely_with_reshares_is_the_surest() -> None:
    row = {"model": "fixed effects", "lo": 1.1}
    table = pd.DataFrame([
        row | {"feature": "image", "ratio": 3.0, "p": 0.03, "p_bh": 0.04},
        row | {"feature": "pleasert", "ratio": 1.5, "p": 1e-6, "p_bh": 1e-5},
        row | {"feature": "offer", "ratio": 9.0, "p": 1e-9, "p_bh": 1e-8},
    ])  # fmt: skip
    assert surest(table) == "pleasert"


@pytest.mark.parametrize("how", ["more", "less", "unsure"])
def test_who_is_a_member_is_known_of_some(how: str) -> None:
    """Others may be members whose bio nobody has seen, or none of whose bios is dated."""
    assert sentence.topic("appeals")["against"][how]["en"].startswith("Known members relayed")


@pytest.mark.parametrize("p_bh", [0.01, 0.2])
def test_what_is_surely_worth_reshares_is_so_among_all_elements_tested(p_bh: float) -> None:
    """A sentence said of an element what the title beside it said of none."""
    archive, move = planted(), movement()
    found = measure.classify(archive.posts, archive.profiles, move)
    effects = measure.template_effects(archive, move, found)
    row = effects.table.iloc[[0]].assign(
        feature="image", model="fixed effects", ratio=1.4, lo=1.02, hi=1.9, p=0.01, p_bh=p_bh
    )
    service = measure.service(archive, move, found, resamples=60)
    made = appeals(service, replace(effects, table=row), move).as_dict()
    said = " ".join(item["text"]["en"] for item in made["items"] if item["kind"] == "sentence")
    title = next(i for i in made["items"] if i.get("stem") == "appeals-template")["title"]["en"]
    assert ("a post of the same author is reshared" in said) == (p_bh < 0.05)
    assert ("No wording" in title) == (p_bh > 0.05)


@pytest.mark.parametrize("archive", [Archive(), planted(2)], ids=["no archive", "two seekers"])
def test_it_says_plainly_what_it_cannot_show(archive: Archive, tmp_path: Path) -> None:
    content = chapter(archive)
    assert content.problems() == []
    told = content.as_dict()
    assert told["key_figures"] == []
    assert told["items"] == []
    assert len(told["cannot_show"]) >= 3
    assert "planted" not in json.dumps(told)
    content.save(tmp_path)
    assert (tmp_path / "appeals" / "chapter.json").is_file()


def test_a_private_column_is_refused() -> None:
    archive = planted(8)
    move = movement()
    found = measure.classify(archive.posts, archive.profiles, move)
    service = measure.service(archive, move, found, resamples=20)
    effects = measure.template_effects(archive, move, found)
    leaky = measure.Service(
        table=service.table.assign(private_handle="x"), n_requests=8, survival=service.survival
    )
    with pytest.raises(I4Error, match="private_handle"):
        appeals(leaky, effects, move)


def test_the_directory_withholds_itself_from_a_refresh(monkeypatch: pytest.MonkeyPatch) -> None:
    table = directory.members(planted(8), movement())
    shown = screen.screen_only(table)
    monkeypatch.delenv("I4_OUT", raising=False)
    assert "member1" in shown._repr_html_()
    monkeypatch.setenv("I4_OUT", "/somewhere")
    assert "member1" not in shown._repr_html_() + repr(shown)
    assert "analyst" in shown._repr_html_()


def test_an_empty_suggestion_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("I4_OUT", raising=False)
    found = measure.classify(Archive().posts, None, movement())
    shown = screen.screen_only(tagging.suggest(Archive(), movement(), found))
    assert "Nobody can be suggested: no member" in shown._repr_html_()
    nobody = directory.members(planted(8), movement(), search="unheard-of")
    assert "No row." in repr(screen.screen_only(nobody))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_charts_draw_into_given_axes(lang: str) -> None:
    from matplotlib import pyplot as plt

    archive = planted(30)
    found = measure.classify(archive.posts, archive.profiles, movement())
    service = measure.service(archive, movement(), found, resamples=30)
    effects = measure.template_effects(archive, movement(), found)
    for draw, table in (
        (charts.plot_first_relay, service.survival),
        (charts.plot_relay_lorenz, service.lorenz),
        (charts.plot_template_effects, effects.table),
        (charts.plot_service_groups, service.by_group[service.by_group.dimension == "sector"]),
    ):
        ax = plt.subplots()[1]
        assert draw(table, ax=ax, lang=lang) is ax
        assert ax.has_data()
