from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import invented
import networkx as nx
import openpyxl
import pandas as pd
import pytest

from i4analysis import cli, tables
from i4analysis.errors import I4Error
from i4analysis.measure.graph import graph, networks
from i4analysis.movement import Movement, create
from i4analysis.publish.export import FORMATS, TABLES, export, positions
from i4analysis.publish.words.wording import clean

T0 = pd.Timestamp("2015-10-01T08:00:00Z")
BIG = "655355300912345678"  # a spreadsheet would round it


@pytest.fixture
def movement() -> Movement:
    return invented.movement("thanks", seeker_marks=("jobsearch",))


@pytest.fixture
def archive() -> tables.Archive:
    def reshare(number: int, who: str, handle: str | None, **more: object) -> dict[str, object]:
        usual = {"author": handle, "reshared_author": "Élise", "hashtags": ["thanks", "jobs"]}
        at = T0 + pd.Timedelta(hours=number)
        return invented.reshare(str(number), who, at, "1", BIG, **(usual | more))

    looking = {"account_id": "9", "handle": "carla", "bio": "hello #jobsearch", "seen_at": T0}
    return invented.archive(
        [
            reshare(2, "7", "bob", text="=HYPERLINK(1)"),
            reshare(3, "7", "bob", text="@ana hello"),
            reshare(4, "8", None, posted_at=None),
            reshare(5, "9", "carla"),
        ],
        [{"platform": "twitter"} | looking],
    )


READERS = {"gexf": nx.read_gexf, "graphml": nx.read_graphml}


@pytest.mark.parametrize("form", ["gexf", "graphml"])
def test_a_graph_file_reads_back_as_it_was(archive, movement, tmp_path, form) -> None:
    (path,) = export(archive, movement, tmp_path, graph=form)
    assert path.name == f"thanks-reshares.{form}"
    read = READERS[form](path)
    assert read.is_directed()
    assert set(read.edges) == {("7", BIG), ("8", BIG), ("private 1", BIG)}
    assert read.nodes[BIG]["label"] == "Élise"
    assert read.nodes[BIG]["reshared"] == 4
    assert read.nodes["8"]["label"] == "8"
    data = read.edges["7", BIG]
    assert data["weight"] == 2
    assert (data["first"], data["last"]) == ("2015-10-01T10:00:00Z", "2015-10-01T11:00:00Z")
    assert read.edges["8", BIG]["first"] == ""
    text = path.read_text(encoding="utf-8")
    assert "resharer -&gt; original author" in text
    assert "None" not in text


def test_gexf_has_a_timeline_and_the_same_bytes_twice(archive, movement, tmp_path) -> None:
    (path,) = export(archive, movement, tmp_path, graph="gexf")
    first = path.read_bytes()
    assert b'start="2015-10-01T10:00:00Z"' in first
    assert b'mode="dynamic"' in first
    assert export(archive, movement, tmp_path, graph="gexf")[0].read_bytes() == first


# The attributes that GEXF 1.3 knows (gexf.net/1.3, gexf.rnc and dynamics.rnc), as far as used.
GEXF_ATTRIBUTES = {
    "gexf": {"version", "variant"},
    "meta": {"lastmodifieddate"},
    # timetype is GEXF 1.1's: the one form that Gephi reads to the second and networkx at all
    "graph": {
        "defaultedgetype",
        "idtype",
        "mode",
        "timeformat",
        "timetype",
        "timerepresentation",
    },
    "attributes": {"class", "mode"},
    "attribute": {"id", "title", "type"},
    "nodes": {"count"},
    "node": {"id", "label", "start", "end"},
    "edges": {"count"},
    "edge": {"id", "type", "label", "source", "target", "weight", "kind", "start", "end"},
    "attvalues": set(),
    "attvalue": {"for", "value"},
    "color": {"r", "g", "b", "a"},
    "position": {"x", "y", "z"},
    "size": {"value"},
}
TYPES = {"string": str, "long": int, "double": float}


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def test_gexf_keeps_the_rules_of_the_format(archive, movement, tmp_path) -> None:
    (path,) = export(archive, movement, tmp_path, graph="gexf")
    root = ElementTree.fromstring(path.read_bytes())
    assert root.tag == "{http://gexf.net/1.3}gexf"
    assert root.get("version") == "1.3"
    for element in root.iter():
        allowed = GEXF_ATTRIBUTES.get(local(element.tag), set())
        plain = {name for name in element.attrib if "XMLSchema-instance" not in name}
        assert plain <= allowed, (element.tag, plain - allowed)
    graph_ = root[1]
    assert [local(part.tag) for part in root] == ["meta", "graph"]
    assert [local(part.tag) for part in graph_] == ["attributes", "attributes", "nodes", "edges"]
    assert graph_.get("defaultedgetype") == "directed"
    assert graph_.get("idtype") == "string"
    formats = [value for name, value in graph_.items() if name in ("timeformat", "timetype")]
    assert formats[-1] == "dateTime", "Gephi takes the last of both"
    declared = {
        (part.get("class"), one.get("id")): TYPES[one.get("type")]
        for part in graph_[:2]
        for one in part
    }
    assert len(declared) == 7
    last = next(part.get("id") for part in graph_[0] if part.get("title") == "last")
    values_ = graph_[3].iter("{http://gexf.net/1.3}attvalue")
    until = max(value.get("value") for value in values_ if value.get("for") == last)
    begun = {}
    for kind, rows in (("node", graph_[2]), ("edge", graph_[3])):
        ids = [row.get("id") for row in rows]
        assert len(set(ids)) == len(ids)
        assert any(row.get("start") for row in rows), kind
        for row in rows:
            if row.get("start"):
                begun[row.get("id") if kind == "node" else row] = pd.Timestamp(row.get("start"))
                assert row.get("start") <= row.get("end") == until, "a timeline without an end"
            else:
                assert row.get("end") is None
            for value in row.iter("{http://gexf.net/1.3}attvalue"):
                declared[kind, value.get("for")](value.get("value"))
    for edge in graph_[3]:
        for end in (edge.get("source"), edge.get("target")):
            assert begun.get(end, pd.Timestamp.min.tz_localize("UTC")) <= begun.get(
                edge, pd.Timestamp.min.tz_localize("UTC")
            ), "an edge begins before its ends"


def test_keys_of_graphml_are_unique_and_typed(archive, movement, tmp_path) -> None:
    (path,) = export(archive, movement, tmp_path, graph="graphml")
    root = ElementTree.fromstring(path.read_bytes())
    keys = [one for one in root if local(one.tag) == "key"]
    ids = {one.get("id"): one for one in keys}
    assert len(ids) == len(keys)
    names = {(one.get("for"), one.get("attr.name"), one.get("attr.type")) for one in keys}
    assert {("edge", "weight", "long"), ("node", "first", "string")} <= names
    for data in root.iter("{http://graphml.graphdrawing.org/xmlns}data"):
        TYPES[ids[data.get("key")].get("attr.type")](data.text or "")


R_READS = """
suppressMessages(library(igraph))
args <- commandArgs(TRUE)
g <- read_graph(args[1], format = "graphml")
e <- read.csv(args[2], colClasses = c(Source = "character", Target = "character"))
n <- read.csv(args[3], colClasses = c(Id = "character"))
h <- graph_from_data_frame(e, directed = TRUE, vertices = n)
first <- function(x, w) x[which(w == max(w))[1]]
cat(is_directed(g), vcount(g), ecount(g), sum(E(g)$weight), is_directed(h), vcount(h), ecount(h),
    sum(E(h)$Weight), graph_attr(g, "direction"), first(V(g)$id, degree(g, mode = "in")),
    first(V(h)$name, degree(h, mode = "in")), first(E(g)$first, E(g)$weight),
    class(V(g)$reshared), class(E(g)$first), sum(is.na(V(g)$role)), sep = "\\n")
"""


def test_r_reads_what_was_written(archive, movement, tmp_path: Path) -> None:
    script = shutil.which("Rscript")
    asked = [script or "", "-e", "library(igraph)"]
    if not script or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("R with igraph is not on this machine (Debian: r-base-core, r-cran-igraph)")
    paths = export(archive, movement, tmp_path, graph="graphml")
    paths += export(archive, movement, tmp_path, graph="csv")
    asked = [script, "-e", R_READS, *map(str, paths)]
    said = subprocess.run(asked, capture_output=True, check=True, text=True).stdout.splitlines()
    assert said == [
        "TRUE", "4", "3", "4", "TRUE", "4", "3", "4",
        "resharer -> original author", BIG, BIG, "2015-10-01T10:00:00Z", "numeric", "character",
        "0",
    ]  # fmt: skip


NODE_READS = """
const {default: Graph} = await import(process.argv[2] + "/graphology/dist/graphology.cjs.js");
const {default: gexf} = await import(process.argv[2] + "/graphology-gexf/node/index.js");
const fs = await import("fs");
const g = gexf.parse(Graph, fs.readFileSync(process.argv[3], "utf8"));
const edge = g.edges().find((one) => g.getEdgeAttribute(one, "weight") === 2);
console.log(JSON.stringify([g.type, g.order, g.size, g.getAttribute("keywords"),
  g.source(edge), g.target(edge), g.getEdgeAttributes(edge)]));
"""


def test_another_reader_of_gexf_reads_what_was_written(archive, movement, tmp_path: Path) -> None:
    node, folder = shutil.which("node"), os.environ.get("I4_NODE_MODULES", "")
    if not node or not (Path(folder) / "graphology-gexf").is_dir() or not folder:
        pytest.skip("node, or I4_NODE_MODULES with graphology and graphology-gexf, is not here")
    (path,) = export(archive, movement, tmp_path, graph="gexf")
    script = tmp_path / "read.mjs"
    script.write_text(NODE_READS, encoding="utf-8")
    asked = [node, str(script), folder, str(path)]
    said = json.loads(subprocess.run(asked, capture_output=True, check=True, text=True).stdout)
    assert said[:6] == ["directed", 4, 3, "resharer -> original author", "7", BIG]
    assert said[6] == {
        "weight": 2,
        "first": "2015-10-01T10:00:00Z",
        "last": "2015-10-01T11:00:00Z",
        "posts": 1,
    }


def test_csv_has_the_headers_gephi_expects(archive, movement, tmp_path) -> None:
    edges, nodes, _ = export(archive, movement, tmp_path, graph="csv")
    with edges.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert list(rows[0])[:4] == ["Source", "Target", "Type", "Weight"]
    assert rows[0]["Target"] == BIG
    assert {row["direction"] for row in rows} == {"resharer -> original author"}
    found = graph.reshare_graph(archive.posts)
    assert sum(int(row["Weight"]) for row in rows) == found.size(weight="weight")
    with nodes.open(encoding="utf-8", newline="") as handle:
        listed = {row["Id"]: row for row in csv.DictReader(handle)}
    assert set(listed) == {"7", "8", "private 1", BIG}
    assert listed["7"]["role"] == "other"


def cells_of(path: Path) -> dict[str, list[object]]:
    book = openpyxl.load_workbook(path)
    return {
        page.title: [cell for row in page.iter_rows(values_only=True) for cell in row]
        for page in book
    }


def test_a_workbook_stands_beside_the_csv_of_a_graph_with_dates(archive, movement, tmp_path):
    book = cells_of(export(archive, movement, tmp_path, graph="csv")[2])
    assert set(book) == {"edges", "nodes"}
    assert BIG in book["edges"]
    assert pd.Timestamp("2015-10-01T10:00").to_pydatetime() in book["edges"]
    assert "Élise" in book["nodes"]


def test_gexf_opens_as_a_picture(archive, movement, tmp_path) -> None:
    (path,) = export(archive, movement, tmp_path, graph="gexf")
    viz = "{http://gexf.net/1.3/viz}"
    nodes = list(ElementTree.fromstring(path.read_bytes()).iter("{http://gexf.net/1.3}node"))
    places = [(one.find(f"{viz}position").get("x"), one.find(f"{viz}position").get("y"))
              for one in nodes]  # fmt: skip
    assert len(set(places)) == len(nodes) == 4
    sizes = {one.get("id"): float(one.find(f"{viz}size").get("value")) for one in nodes}
    assert max(sizes, key=sizes.get) == BIG
    assert all(one.find(f"{viz}color") is not None for one in nodes)


def test_every_node_of_a_large_network_has_its_own_place(rng) -> None:
    found = nx.DiGraph()
    for _ in range(3000):
        found.add_edge(f"a{rng.integers(1500)}", f"a{int(300 * rng.power(0.3))}", weight=1)
    found.add_edge("lost", "island", weight=1)
    places = positions(found)
    assert set(places) == set(found)
    assert len(set(places.values())) == len(found)
    assert positions(found) == places


TALK = [
    {"post_id": "20", "kind": "quote", "author_id": "7", "author": "bob", "quoted_id": "1",
     "quoted_author_id": BIG, "hashtags": ["thanks", "work"], "mentions": ["carla"]},
    {"post_id": "21", "kind": "reply", "author_id": "8", "replied_id": "20",
     "replied_author_id": "7", "urls": ["https://a.example/x", "https://t.example/carla/status/1"]},
    {"post_id": "22", "kind": "post", "author_id": "9", "author": "carla", "mentions": ["bob"],
     "hashtags": ["thanks", "carla_cv"], "urls": ["https://cv.example/me"]},
]  # fmt: skip


@pytest.mark.parametrize("name", networks.NETWORKS)
@pytest.mark.parametrize("form", ["gexf", "graphml", "csv"])
def test_every_network_is_written_and_names_nobody_looking_for_work(
    archive, movement, tmp_path, name, form
) -> None:
    rows = [{"platform": "twitter", "posted_at": T0, **row} for row in TALK]
    posts = pd.concat([archive.posts, tables.build(tables.POSTS, rows)], ignore_index=True)
    paths = export(replace(archive, posts=posts), movement, tmp_path, graph=form, network=name)
    assert paths[0].name.startswith(f"thanks-{name}")
    for path in paths:
        if path.suffix == ".xlsx":
            text = " ".join(str(one) for page in cells_of(path).values() for one in page)
        else:
            text = path.read_text(encoding="utf-8")
        assert "carla" not in text
        assert "cv.example" not in text
        assert name in ("replies", "quotes") or "private" in text
    if form in ("gexf", "graphml") and name == "hashtags":
        assert "from source to target" not in paths[0].read_text(encoding="utf-8")
    if form == "graphml":
        read = nx.read_graphml(paths[0])
        assert read.is_directed() == (name != "hashtags")
        assert read.number_of_edges() > 0


def test_somebody_looking_for_work_is_not_named(archive, movement, tmp_path) -> None:
    for form in ("gexf", "graphml", "csv"):
        for path in export(archive, movement, tmp_path, graph=form):
            if path.suffix == ".xlsx":
                assert "carla" not in {cell for page in cells_of(path).values() for cell in page}
            else:
                assert "carla" not in path.read_text(encoding="utf-8")
    for name in ("edges", "accounts", "influence", "roles"):
        rows = pd.read_csv(export(archive, movement, tmp_path, table=name)[0], dtype=str)
        cells = set(rows.astype(object).to_numpy().ravel())
        assert "private 1" in cells, name
        assert not cells & {"carla", "9"}, name


CANONICAL = ("posts", "profiles", "follows", "rejects", "files")


def with_seekers(archive: tables.Archive) -> tables.Archive:
    """Return an archive in which Carla, who says so in words, is met wherever a table can."""
    words = {"platform": "twitter", "account_id": "9", "handle": "Carla", "seen_at": T0,
             "name": "Carla Exemple", "location": "Brive", "bio": "Open to work"}  # fmt: skip
    post = {"platform": "twitter", "kind": "post", "posted_at": T0, "author_id": "9",
            "author": "carla", "post_id": "at://9/60", "text": "Je cherche un poste",
            "urls": ["https://linkedin.com/in/carla"]}  # fmt: skip
    other = {"platform": "twitter", "kind": "reply", "posted_at": T0, "author_id": "7",
             "author": "bob", "post_id": "61", "text": "Bravo @Carla et @carlate",
             "mentions": ["carla", "bob"], "replied_author": "CARLA", "replied_author_id": "9",
             "urls": ["https://x.com/carla/status/1"]}  # fmt: skip
    return replace(
        archive,
        posts=tables.build(tables.POSTS, [*archive.posts.to_dict("records"), post, other]),
        profiles=tables.build(tables.PROFILES, [words]),
        follows=invented.follows([("9", "7")]),
        rejects=tables.build(
            tables.REJECTS,
            [{"file": "a", "line": 1, "reason": "torn", "excerpt": '{"of": "@carla"}'}],
        ),
    )


@pytest.mark.parametrize("name", CANONICAL)
def test_a_canonical_table_names_nobody_looking_for_work(
    archive, movement, tmp_path, name
) -> None:
    whole = with_seekers(archive)
    unmarked = replace(movement, seeker_marks=())
    private = re.compile(r"(?i)\bcarla\b|Je cherche un poste|Open to work|Brive|Exemple")
    for path in export(whole, unmarked, tmp_path, table=name):
        text = path.read_text() if path.suffix == ".csv" else str(cells_of(path))
        assert not private.search(text), private.search(text)
        assert name in ("files",) or "private 1" in text or name == "rejects"
    if name == "posts":
        rows = pd.read_csv(tmp_path / "thanks-posts.csv", dtype=str, keep_default_na=False)
        assert "9" not in set(rows.to_numpy().ravel())
        last = rows.iloc[-1]
        assert last["text"] == "Bravo @private 1 et @carlate"
        assert last["mentions"] == "private 1 | bob"
        assert last["urls"] == "https://x.com/private 1/status/1"
        # an id is fetched by anybody: it leads to who posted, and to whom a reply answers
        assert not {"at://9/60", "61"} & set(rows["post_id"])
        assert rows["post_id"].iloc[-2:].str.fullmatch(r"private post \d+").all()
    for path in export(whole, unmarked, tmp_path, table=name, private=True):
        text = path.read_text() if path.suffix == ".csv" else str(cells_of(path))
        assert bool(private.search(text)) is (name in ("posts", "profiles", "rejects"))


SOUGHT = re.compile(
    "carlane|carla.?exemple|exemple.carla|elise.durand|fanny_f|fanny.fondatrice|gueret|55123456789"
    "|je cherche un poste|open to work|cv[.]example|655000000000000001"
)


def planted() -> tuple[tables.Archive, Movement]:
    """Return an archive that names people looking for work wherever a record may do it."""

    def profile(key: str, handle: str, name: str, bio: str) -> dict[str, object]:
        return {"platform": "twitter", "account_id": key, "handle": handle, "name": name,
                "bio": bio, "location": "Guéret" if bio else "Tulle", "seen_at": T0,
                "file": "raw/merci_carlane.jsonl"}  # fmt: skip

    posts = [
        invented.post("655000000000000001", "55123456789", T0, author="Carlane",
                      text="Je cherche un poste", urls=["https://cv.example/me"]),
        invented.post("655000000000000002", "12", T0, author="fanny_f",
                      text="Je cherche un poste"),
        invented.post("70", "13", T0, author="listed_l", text="hello"),
    ]  # fmt: skip
    said = (
        "Merci à Carla Exemple", "EXEMPLE Carla et Elise Durand", "voyez carlane, et carlate",
        "cc @fanny_f!", "Fanny Fondatrice", "par x.com/i/user/55123456789",
        "lu: https://x.com/i/status/655000000000000001", "CV: https://cv.example/me",
    )  # fmt: skip
    links = ["https://blog.example/carla-exemple", "https://cv.example/me"]
    for place, text in enumerate(said):
        posts.append(
            invented.post(f"{80 + place}", f"{30 + place}", T0, author=f"friend_{place}",
                          text=text, conversation_id="655000000000000001",
                          file="raw/merci_carlane.jsonl",
                          place="chez Carla Exemple", mentions=["carlane", "friend_0"],
                          hashtags=["thanks", "merci_carlane", "carlaexemple", "jobs"],
                          urls=links[: 1 + place % 2])
        )  # fmt: skip
        posts.append(
            invented.reshare(f"{90 + place}", f"{30 + place}", T0, "655000000000000001",
                             "55123456789", author=f"friend_{place}", reshared_author="carlane",
                             text="RT @carlane: Je cherche un poste")
        )  # fmt: skip
        answer_to = {"replied_id": "655000000000000002", "replied_author_id": "12",
                     "replied_author": "Fanny_F"}  # fmt: skip
        quoted = {"quoted_id": "655000000000000001", "quoted_author_id": "55123456789",
                  "quoted_author": "carlane"}  # fmt: skip
        for more in (answer_to, quoted):
            number = f"{len(posts) + 100}"
            kind = "reply" if more is answer_to else "quote"
            posts.append(invented.post(number, f"{30 + place}", T0, kind=kind, **more))
        whose = {"author": f"friend_{place}", "reshared_author": "listed_l"}
        posts.append(invented.reshare(f"{60 + place}", f"{30 + place}", T0, "70", "13", **whose))
    archive = invented.archive(
        posts,
        [
            profile("55123456789", "Carlane", "Carla Exemple | cherche un poste", "Open to work"),
            profile("11", "elise", "Élise Durand", "Open to work"),
            profile("12", "fanny_f", "Fanny Fondatrice", "Open to work"),
            profile("13", "listed_l", "Lise Listée", "") | {"bio": "En recherche d'emploi"},
            profile("30", "friend_0", "Ami de Carlane", ""),
        ],
    )
    torn = {"file": "raw/merci_carlane.jsonl", "line": 1, "reason": "torn",
            "excerpt": '{"text": "Je cherche un poste", "name": "Carla Exemple"}'}  # fmt: skip
    archive = replace(
        archive,
        follows=invented.follows([("55123456789", "13"), ("30", "12")]),
        rejects=tables.build(tables.REJECTS, [torn]),
        files=tables.build(tables.FILES, [{"file": "raw/merci_carlane.jsonl"}]),
    )
    founders = [{"handle": "fanny_f"}, {"handle": "listed_l"}]
    people = [{"handle": "listed_l", "name": "Lise Listée", "role": "founder"}]
    return archive, invented.movement("thanks", founders=founders, people=people)


def all_text(path: Path) -> str:
    """Return what a file holds, folded as a reader's search folds it."""
    text = str(cells_of(path)) if path.suffix == ".xlsx" else path.read_text(encoding="utf-8")
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


@pytest.mark.parametrize(
    "asked",
    [
        *({"table": name} for name in TABLES),
        *({"graph": form, "network": name} for form in FORMATS for name in networks.NETWORKS),
    ],
    ids=lambda asked: "-".join(asked.values()),
)
def test_no_export_names_anybody_who_looks_for_work(tmp_path, asked) -> None:
    archive, movement = planted()
    for path in export(archive, movement, tmp_path, **asked):
        text = all_text(path)
        assert not SOUGHT.findall(text)
        if asked.get("table") in ("posts", "profiles", "edges", "roles"):
            assert "listed_l" in text  # people.csv lists this founder as public
        if asked.get("table") == "posts":
            assert "carlate" in text
            assert "private file 1" in text
    found = (all_text(path) for path in
             export(archive, movement, tmp_path, **asked, private=True))  # fmt: skip
    held = any(map(SOUGHT.search, found))
    named = asked.get("table") not in ("adoption", "influence")
    assert held or not named, "the plant is not met without the mask"


@pytest.mark.parametrize("network", networks.NETWORKS)
def test_private_ones_are_written_when_asked_for_alone(
    archive, movement, tmp_path, network
) -> None:
    whole = with_seekers(archive)
    for private in (False, True):
        (path,) = export(whole, movement, tmp_path, graph="graphml", network=network,
                         private=private)  # fmt: skip
        named = re.search(r"(?i)>carla<|/carla\b", path.read_text()) is not None
        assert not named or private, network
    assert named or network not in ("reshares", "replies", "mentions", "accounts-links")


@pytest.mark.parametrize("private", [False, True])
def test_the_command_warns_of_people_who_look_for_work(
    archive, tmp_path, monkeypatch, capsys, private
) -> None:
    """By their words as by a mark; where there are none, nothing is said of them."""
    create(tmp_path / "m", ["thanks"])
    asked = ["export", str(tmp_path / "m"), "--table", "profiles", "--out", str(tmp_path)]
    asked += ["--private"] if private else []
    nobody = replace(archive, profiles=tables.build(tables.PROFILES, []))
    for whole, count in ((with_seekers(archive), 1), (archive, 1), (nobody, 0)):
        monkeypatch.setattr("i4analysis.archive.load", lambda movement, whole=whole: whole)
        assert cli.main(asked) == 0
        warned = capsys.readouterr().err
        assert ("warning: the archive holds 1 account that looks" in warned) == bool(count)
        assert ("keep files that name any of them" in warned) == (private and count > 0)
        assert ("--private writes their handles" in warned) == (not private and count > 0)


def test_a_table_keeps_identifiers_as_text_and_runs_no_formula(
    archive, movement, tmp_path
) -> None:
    comma, sheet = export(archive, movement, tmp_path, table="posts")
    rows = pd.read_csv(comma, dtype=str, keep_default_na=False)
    assert rows["reshared_author_id"].tolist() == [BIG] * 4
    assert rows["hashtags"].iloc[0] == "thanks | jobs"
    assert rows["text"].tolist()[:3] == ["'=HYPERLINK(1)", "@ana hello", ""]
    assert rows["posted_at"].iloc[0] == "2015-10-01T10:00:00+00:00"
    page = openpyxl.load_workbook(sheet).active
    column = [cell.value for cell in page[1]].index("reshared_author_id")
    assert page.cell(2, column + 1).value == BIG


# What a reader may take for null, a number, a formula, a link, an end of a cell or of a file.
WORDS = ["NA", "None", "nan", "null", "<NA>", "true", "1e5", "007", "🏭", "=HYPERLINK(1)",
         "@SUM(1)", "{=1}", "]]>", "a\r\nb", "🏭w" * 12_000, f"https://a.example/{'u' * 2_100}",
         "internal:A1"]  # fmt: skip
SIGNS = [*map(chr, [*range(0x21), *range(0x7F, 0xA0), 0x2028, 0x202E, 0xFDD0, 0xFEFF, 0xFFFE]),
         *"\uffff=+-@＝＋－＠;,|&<>'\"\\_"]  # fmt: skip
HANDLES = [*WORDS, *(f"{sign}{place}" for place, sign in enumerate(SIGNS)),
           *(f"a{place}{sign}b" for place, sign in enumerate(SIGNS))]  # fmt: skip
KEYS = ["007", "1e5", "nan", "did:plc:abc", "https://m.example/@a", "=1+1"]


def fits(cell: str, text: str) -> bool:
    """Tell whether a cell of a workbook holds a text, or as much of it as Excel takes."""
    units = len(cell.encode("utf-16-le")) // 2
    return cell == text if units < 32_765 else units <= 32_767 and text.startswith(cell)


@pytest.fixture(scope="module")
def odd() -> tuple[dict[str, str], tables.Archive]:
    """Handles that break files, by the key of their account, and reshares by each of them."""
    keys = [*KEYS, *(str(int(BIG) + place) for place in range(len(HANDLES) - len(KEYS)))]
    rows = [invented.reshare(f"r{place}", key, T0, "1", "ana", author=handle, text=handle)
            for place, (key, handle) in enumerate(zip(keys, HANDLES, strict=True))]  # fmt: skip
    return dict(zip(keys, HANDLES, strict=True)), invented.archive(rows)


@pytest.mark.parametrize("form", FORMATS)
def test_a_network_names_whoever_has_a_handle_as_it_shows_them(odd, movement, tmp_path, form):
    """Cleaned of what no file may hold, and otherwise the same word in each form."""
    handles, archive = odd
    named = {key: clean(handle) for key, handle in handles.items()} | {"ana": "ana"}
    paths = export(archive, movement, tmp_path, graph=form)
    if form != "csv":
        read = READERS[form](paths[0])
        assert {key: data["label"] for key, data in read.nodes(data=True)} == named
        assert {*read.edges} == {(key, "ana") for key in handles}
        kinds = {(name, type(value)) for *_, data in read.nodes(data=True)
                 for name, value in data.items()}  # fmt: skip
        assert len(kinds) == len(dict(kinds)), "a column of two kinds"
        return
    for path, head in zip(paths, ("Source,Target,", "Id,Label,"), strict=False):
        assert path.read_bytes().startswith(head.encode())
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        assert {len(row) for row in rows} == {len(rows[0])}
        assert not any(re.match(r"[=+\-\t\r＝＋－＠]|@.*\(", cell) for row in rows for cell in row)
        assert {row[0].removeprefix("'") for row in rows[1:]} - {"ana"} == {*handles}
    told = {key.removeprefix("'"): handle for key, handle, *_ in rows[1:]}  # those of the nodes
    assert {key: told[key] in (handle, f"'{handle}") for key, handle in named.items()} == (
        dict.fromkeys(told, True)
    )
    nodes = openpyxl.load_workbook(paths[2])["nodes"]
    told = {row[0].value: row[1].value for row in nodes.iter_rows(min_row=2)}
    assert {*told} == {*named} and all(fits(told[key], named[key]) for key in told)
    assert not any(cell.data_type == "f" or cell.hyperlink for row in nodes for cell in row)


def test_a_table_holds_every_handle_as_it_was_collected(odd, movement, tmp_path) -> None:
    """Nothing is taken for null, nothing runs, nothing links, and each row is one row."""
    handles, archive = odd
    held = {key: re.sub(r"\r\n?", "\n", handle.replace("\0", ""))
            for key, handle in handles.items()}  # fmt: skip
    comma, sheet = export(archive, movement, tmp_path, table="posts")
    assert comma.read_bytes().startswith(b"platform,")
    with comma.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert all(None not in row.values() and None not in row for row in rows)
    told = {row["author_id"].removeprefix("'"): row["author"] for row in rows}
    assert {key: told[key] in (handle, f"'{handle}") for key, handle in held.items()} == (
        dict.fromkeys(told, True)
    )
    assert not any(re.match(r"[=+\-\t\n\r＝＋－＠]|@.*\(", cell) for cell in told.values())
    page = openpyxl.load_workbook(sheet).active
    head = [cell.value for cell in page[1]]
    assert not any(cell.data_type == "f" or cell.hyperlink for row in page for cell in row)
    told = {row[head.index("author_id")].value: row[head.index("author")].value
            for row in page.iter_rows(min_row=2)}  # fmt: skip
    assert {*told} == {*handles}
    for key, handle in handles.items():
        if handle in WORDS or clean(handle) == handle:  # others are escaped, as _x0001_
            assert fits(told[key], held[key])


@pytest.mark.parametrize(
    "name", ["edges", "accounts", "parents", "influence", "shapes", "roles", "profiles"]
)
def test_every_table_can_be_written(archive, movement, tmp_path, name) -> None:
    path = export(archive, movement, tmp_path, table=name)[0]
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert len(rows) > 0
    assert not rows.isin(["None", "nan", "<NA>"]).any().any()


def test_an_empty_archive_gives_files_that_still_open(movement, tmp_path) -> None:
    nothing = tables.Archive()
    for form, read in READERS.items():
        assert len(read(export(nothing, movement, tmp_path, graph=form)[0])) == 0
    assert len(pd.read_csv(export(nothing, movement, tmp_path, table="parents")[0])) == 0


@pytest.mark.parametrize("network", networks.NETWORKS)
def test_a_network_without_a_tie_is_told(network, tmp_path, capsys) -> None:
    """Gephi opens it, and shows nothing; it is no file that was written wrongly."""
    create(tmp_path / "m", ["walnut"])
    asked = ["export", str(tmp_path / "m"), "--graph", "csv", "--network", network]
    assert cli.main([*asked, "--out", str(tmp_path / "out")]) == 0
    assert f"the network of {network} is empty" in capsys.readouterr().err


def test_made_up_data_say_so_in_the_names_and_in_the_file(archive, tmp_path: Path) -> None:
    invented = Movement(
        name="demo", title={}, hashtags=("demo",), supporter_marks=(), made_up=True
    )
    (path,) = export(archive, invented, tmp_path, graph="gexf")
    assert path.name == "demo-made-up-reshares.gexf"
    assert "Made-up data." in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "Nothing was asked for"),
        ({"graph": "pajek"}, "expected one of gexf, graphml, csv"),
        ({"table": "tweets"}, "There is no table 'tweets'"),
        ({"table": "acounts"}, "did you mean 'accounts'"),
        ({"graph": "gexf", "network": "reply"}, "did you mean 'replies'"),
    ],
)
def test_what_does_not_exist_is_refused(archive, movement, tmp_path, asked, words) -> None:
    with pytest.raises(I4Error, match=words):
        export(archive, movement, tmp_path, **asked)


def test_the_help_names_every_table_and_every_network(capsys) -> None:
    with pytest.raises(SystemExit):
        cli.main(["export", "--help"])
    said = set(re.findall(r"[\w-]+", capsys.readouterr().out))
    assert said >= {*TABLES, *networks.NETWORKS}


@pytest.mark.parametrize(
    ("name", "key", "handle"),
    [
        ("edges", "resharer", "resharer_handle"),
        ("accounts", "account", "handle"),
        ("parents", "child_account", "child_handle"),
        ("communities", "account", "handle"),
        ("shapes", "author", "author_handle"),
    ],
)
def test_an_exported_key_has_its_handle_beside_it_and_a_private_one_has_none(
    archive, movement, tmp_path, name, key, handle
) -> None:
    path = export(with_seekers(archive), movement, tmp_path, table=name)[0]
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert rows
    columns = list(rows[0])
    assert columns.index(handle) == columns.index(key) + 1
    for row in rows:
        if row[key].startswith("private "):
            assert row[handle] == ""
    assert any(row[handle] for row in rows)
