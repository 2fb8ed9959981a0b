"""A small hand-made set of chapters, enough for a whole report."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from matplotlib.axes import Axes

from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter, Text
from i4analysis.publish.charts import style
from i4analysis.publish.words import wording
from i4analysis.publish.words.sentence import Share, filled

# What makes this machine compute as an old one would: no vector unit beyond SSE2, one algorithm of
# linear algebra for all, loops compiled for any x86-64. Variables unknown elsewhere do nothing.
OTHER_CPU = {
    "OPENBLAS_CORETYPE": "Prescott",
    "OPENBLAS_NUM_THREADS": "2",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX,-AVX2,-FMA,-FMA4,-AVX512F,-AVX512VL,-SSE4_1,-SSE4_2",
    "ARROW_USER_SIMD_LEVEL": "NONE",
}
FIRST = date(2015, 9, 26)


def said(fr: str, en: str, **values: object) -> Text:
    return filled("sample.py", {"fr": fr, "en": en}, values).text


def movement(**changes: object) -> Movement:
    values: dict[str, object] = {
        "name": "toy",
        "title": {"fr": "#toy, un mouvement d'essai", "en": "#toy, a test movement"},
        "hashtags": ("toy",),
        "supporter_marks": ("toy",),
        "timezone": "Europe/Paris",
        "made_up": True,
        "contact": "corrections [at] example.org",
    }
    return Movement(**(values | changes))  # type: ignore[arg-type]  # test values


def adoption_table(last: int = 329, days: int = 24) -> pd.DataFrame:
    step = (last - 30) / max(days - 1, 1)
    return pd.DataFrame(
        {
            "day": [FIRST + timedelta(days=k) for k in range(days)],
            "accounts": [round(30 + step * k) for k in range(days)],
        }
    )


@style.chart
def plot_steps(table: pd.DataFrame, *, lang: str = "en") -> Axes:
    ax = style.axes(height=3.1)
    days = style.day_numbers(table["day"])
    ax.step(days, table["accounts"], where="post", color=style.BLUE)
    ax.fill_between(days, table["accounts"], step="post", color=style.BLUE, alpha=0.1)
    ax.set_ylim(0, None)
    style.number_axis(ax, lang)
    style.date_axis(ax, lang)
    last = table.iloc[-1]
    label = wording.number(last["accounts"], lang)
    style.end_labels(ax, [(days[-1], last["accounts"], label, style.BLUE)])
    return ax


@style.chart
def plot_bars(table: pd.DataFrame, *, lang: str = "en") -> Axes:
    ax = style.axes(height=2.4)
    words = {
        "founder": {"fr": "fondateurs", "en": "founders"},
        "supporter": {"fr": "soutiens", "en": "supporters"},
    }
    ax.barh([words[r][lang] for r in table["role"]], table["reshares"], color=style.ORANGE)
    style.number_axis(ax, lang, which="x")
    return ax


def supporters(of: Movement, table: pd.DataFrame) -> Chapter:
    last, days = int(table["accounts"].iloc[-1]), len(table) - 1
    chapter = Chapter(
        "supporters",
        2,
        of,
        title=said(
            "De 30 fondateurs à {last:compte|comptes} en {days:jour|jours}",
            "From 30 founders to {last:account|accounts} in {days:day|days}",
            last=last,
            days=days,
        ),
        question=Text(
            fr="Combien de comptes affichaient-ils le mot-dièse ?",
            en="How many accounts showed the hashtag?",
        ),
        answer=said(
            "Au {day}, au moins {last:compte|comptes} affichaient le mot-dièse.",
            "By {day} at least {last:account|accounts} showed the hashtag.",
            day=table["day"].iloc[-1],
            last=last,
        ),
        numbers={"days": days, "founders": 30},
        as_of=table["day"].iloc[-1],
    )
    chapter.key_figure(
        "founders",
        30,
        Text(fr="fondateurs le premier jour", en="founders on day one"),
        Text(fr="groupe privé", en="private group"),
    )
    chapter.key_figure(
        "accounts",
        last,
        Text(fr="comptes affichant le mot-dièse", en="accounts showing the hashtag"),
        Text(fr="minimum : comptes publics seuls", en="minimum: public only"),
        roughness="at_least",
    )
    chapter.figure(
        "supporters-curve",
        table,
        lambda lang: plot_steps(table, lang=lang).figure,
        title=said("{last} comptes au dernier jour", "{last} accounts on the last day", last=last),
        subtitle=Text(
            fr="Comptes publics affichant le mot-dièse, cumul par jour",
            en="Public accounts showing the hashtag, running total by day",
        ),
        alt=said(
            "Courbe en escalier des comptes affichant le mot-dièse : de 30 le premier jour à"
            " {last} le dernier.",
            "Step chart of the accounts showing the hashtag: it goes from 30 on the first day to"
            " {last} on the last.",
            last=last,
        ),
        source=Text(fr="présentations relevées chaque jour", en="bios seen each day"),
        note=Text(
            fr="Un compte est daté du premier jour où le mot-dièse est vu.",
            en="An account is dated on the first day the hashtag was seen.",
        ),
        headers={"day": Text(fr="Jour", en="Day"), "accounts": Text(fr="Comptes", en="Accounts")},
    )
    chapter.can_write(
        said(
            "Au moins {last} comptes affichaient le mot-dièse.",
            "At least {last} accounts showed the hashtag.",
            last=last,
        )
    )
    chapter.cannot_write(
        Text(
            fr="« Le mot-dièse a sauvé l'usine » : le rapport décrit une suite, pas une cause.",
            en="“The hashtag saved the plant”: the report describes a sequence, not a cause.",
        )
    )
    chapter.excluded(Text(fr="présentations sans date", en="bios without a date"), 12)
    return chapter


def relays(of: Movement, founders: int = 432) -> Chapter:
    table = pd.DataFrame({"role": ["founder", "supporter"], "reshares": [founders, 364]})
    share = founders / (founders + 364)
    more = share > 0.5
    chapter = Chapter(
        "relays",
        4,
        of,
        title=Text(
            fr="Les fondateurs reçoivent plus de la moitié des republications"
            if more
            else "Les fondateurs reçoivent moins de la moitié des republications",
            en="Founders receive more than half of the reshares"
            if more
            else "Founders receive less than half of the reshares",
        ),
        question=Text(fr="Qui a porté le mot-dièse ?", en="Who carried the hashtag?"),
        answer=said(
            "Les fondateurs ont {share} des republications.",
            "Founders receive {share} of the reshares.",
            share=Share(share),
        ),
        numbers={"founder_share": share},
    )
    chapter.figure(
        "relays-influence",
        table,
        lambda lang: plot_bars(table, lang=lang).figure,
        title=said(
            "{founders} republications pour les fondateurs",
            "{founders} reshares for the founders",
            founders=founders,
        ),
        subtitle=Text(fr="Republications reçues, par rôle", en="Reshares received, by role"),
        alt=Text(
            fr=f"Deux barres : les fondateurs reçoivent {founders} republications, les soutiens"
            " en reçoivent 364 sur la même période.",
            en=f"Two bars: founders receive {founders} reshares, supporters receive 364 over"
            " the same period of the movement.",
        ),
        source=Text(fr="republications lues dans l'archive", en="reshares read in the archive"),
        headers={
            "role": Text(fr="Rôle", en="Role"),
            "reshares": Text(fr="Republications", en="Reshares"),
        },
        cells={
            "role": {
                "founder": Text(fr="fondateurs", en="founders"),
                "supporter": Text(fr="soutiens", en="supporters"),
            }
        },
    )
    return chapter


def outcomes(of: Movement) -> Chapter:
    chapter = Chapter(
        "outcomes",
        7,
        of,
        title=Text(fr="Aucune issue n'est inscrite au registre", en="No outcome is in the ledger"),
        question=Text(fr="Quels relais ont mené à quoi ?", en="Which relays led to what?"),
        answer=Text(fr="Le registre des issues est vide.", en="The ledger of outcomes is empty."),
    )
    chapter.cannot_show(
        Text(
            fr="Les chaînes datées : aucune issue n'est inscrite.",
            en="The dated chains: no outcome is in the ledger.",
        ),
        stem="outcome-chains",
    )
    return chapter


def archive(of: Movement, posts: int = 796) -> Chapter:
    table = pd.DataFrame({"kind": ["posts"], "rows": [posts]})
    chapter = Chapter(
        "archive",
        1,
        of,
        title=said("{posts} messages lus", "{posts} posts read", posts=posts),
        question=Text(fr="Que contient l'archive ?", en="What does the archive hold?"),
        answer=said("{posts} messages.", "{posts} posts.", posts=posts),
    )
    chapter.key_figure(
        "posts",
        posts,
        Text(fr="messages lus", en="posts read"),
        Text(fr="sans doublons", en="without duplicates"),
    )
    chapter.table(
        "archive-kinds",
        table,
        title=Text(fr="Ce qui a été lu", en="What was read"),
        headers={"kind": Text(fr="Sorte", en="Kind"), "rows": Text(fr="Lignes", en="Rows")},
    )
    return chapter


_SAVED: dict[bytes, dict[str, bytes]] = {}


def save_all(folder: Path, of: Movement, **options: int) -> Path:
    """Save the four chapters of a movement; those of an equal one are copied, not drawn again."""
    key = pickle.dumps((of, sorted(options.items())))
    if key not in _SAVED:
        with TemporaryDirectory() as made:
            _draw_all(Path(made), of, **options)
            files = (path for path in Path(made).rglob("*") if path.is_file())
            _SAVED[key] = {str(path.relative_to(made)): path.read_bytes() for path in files}
    for name, content in _SAVED[key].items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def _draw_all(folder: Path, of: Movement, **options: int) -> None:
    table = adoption_table(options.get("last", 329), options.get("days", 24))
    for chapter in (
        supporters(of, table),
        relays(of, options.get("founders", 432)),
        outcomes(of),
        archive(of, options.get("posts", 796)),
    ):
        chapter.save(folder)


def png_texts(content: bytes) -> Iterator[str]:
    """Return the text chunks of a PNG."""
    at = 8
    while at < len(content):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        data = content[at + 8 : at + 8 + size]
        if kind == b"zTXt":
            data = zlib.decompress(data.split(b"\0", 1)[1][1:])
        if kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"):
            yield data.decode("utf-8", "replace")
        at += 12 + size
