"""People looking for work are found by the words of their bio, whatever mark is declared."""

from __future__ import annotations

import invented
import pandas as pd
import pytest

import i4analysis as i4
from i4analysis import tables
from i4analysis.measure.accounts.marks import seeks_work
from i4analysis.movement import Movement

SEEKS = [
    "Comptable, en recherche d'emploi sur Brive",
    "En recherche d’emploi",
    "À la recherche d'un nouveau poste | RH",
    "a la recherche d'un emploi",
    "ingenieur a l'ecoute d'opportunites, disponible immediatement",
    "Je cherche un CDI en Île-de-France",
    "recherche active de stage",
    "Recherche alternance master 2",
    "Demandeuse d'emploi depuis 6 mois",
    "Actuellement au chômage",
    "Chef de projet en recherche active",
    "Ingénieur à l'écoute d'opportunités",
    "Dev, open to work",
    "Looking for a new job in marketing",
    "currently seeking employment",
    "Job seeker. Dog lover.",
    "Unemployed nurse",
    "Data analyst #OpenToWork",
    "Busco trabajo en Madrid",
    "Auf Jobsuche in Berlin",
    "In cerca di lavoro",
    "Procuro emprego no Porto",
    "Yazılımcı, iş arıyorum",
    "İşsiz bir öğretmen",
    "Muhasebeci, iş arayışında",
    "En busca de trabajo en Sevilla",
    "Contable sin empleo",
    "Accountant in search of a job",
    "Out of work since March",
    "En transition professionnelle",
    "محاسب أبحث عن عمل",
    "باحثة عن وظيفة في تونس",
    "عاطل عن العمل",
    "بدور على شغل",
]
OTHERS = [
    "RH, j'aide les demandeurs d'emploi",
    "Coach : j'accompagne les cadres en recherche d'emploi",
    "Conseillère Pôle emploi",
    "Recruteur. Nous recrutons des comptables",
    "Chercheuse en biologie",
    "Recherche et développement",
    "Career coach helping people looking for a job",
    "Hiring! If you are looking for work, DM me",
    "PhD on unemployment",
    "Journaliste emploi et formation",
    "Looking for the best coffee in town",
    "Je cherche mes clés",
    "Jardin et lecture",
    "Ayudo a personas sin empleo",
    "İş arayanlara destek",
    "نساعد الباحثين عن عمل",
    "",
    None,
]


@pytest.mark.parametrize("bio", SEEKS)
def test_a_bio_that_says_so_is_a_seeker_s(bio: str) -> None:
    assert seeks_work(pd.Series([bio])).tolist() == [True]
    assert seeks_work(pd.Series([bio.upper()])).tolist() == [True]


@pytest.mark.parametrize("bio", OTHERS)
def test_who_helps_or_speaks_of_something_else_is_none(bio: str | None) -> None:
    assert seeks_work(pd.Series([bio], dtype=object)).tolist() == [False]


def _archive(bios: list[str]) -> tables.Archive:
    when = pd.Timestamp("2015-10-01T08:00:00Z")
    posts = [
        {"platform": "twitter", "post_id": f"p{k}", "kind": "post", "author_id": f"{k}",
         "author": f"name{k}", "posted_at": when, "hashtags": ["walnut"], "text": "#walnut"}
        for k in range(len(bios))
    ]  # fmt: skip
    profiles = [
        {"platform": "twitter", "account_id": f"{k}", "handle": f"name{k}", "bio": bio,
         "seen_at": when, "seen_basis": "live"}
        for k, bio in enumerate(bios)
    ]  # fmt: skip
    return invented.archive(posts, profiles)


def test_a_supporter_who_says_so_has_the_role_of_a_seeker() -> None:
    movement = Movement(name="walnut", hashtags=("walnut",), supporter_marks=("walnut",),
                        title={"en": "#walnut"})  # fmt: skip
    archive = _archive(["#walnut, en recherche d'emploi", "#walnut RH", "jardin"])
    roles = i4.members.roles(archive, movement)
    assert dict(zip(roles["handle"], roles["role"], strict=True)) == {
        "name0": "seeker", "name1": "supporter", "name2": "other"}  # fmt: skip


@pytest.mark.parametrize(("seeking", "marks", "asked"), [
    (0, (), False), (4, (), False), (5, (), True), (0, ("walnutR",), True)])  # fmt: skip
def test_requests_are_looked_for_where_a_mark_is_declared_or_found(seeking, marks, asked) -> None:
    movement = Movement(name="walnut", hashtags=("walnut",), title={"en": "#walnut"},
                        supporter_marks=("walnut",), seeker_marks=marks)  # fmt: skip
    archive = _archive(["open to work"] * seeking + ["garden"] * 9)
    classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    service = i4.appeals.service(archive, movement, classified)
    assert service.looked_for is asked
    effects = i4.appeals.template_effects(archive, movement, classified)
    chapter = i4.chapters.appeals(service, effects, movement)
    assert chapter.silent is not asked
    assert chapter.as_dict().get("silent", False) is not asked
    assert asked or not chapter.as_dict()["items"]
