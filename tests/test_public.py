"""What `import i4analysis` names: it is public, has an example that runs, and answers mistakes."""

from __future__ import annotations

import ast
import builtins
import doctest
import inspect
import pickle
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

import i4analysis as i4
from i4analysis.errors import I4Error

MODULES = {
    f"i4.{name}": getattr(i4, name)
    for name in i4.__all__
    if isinstance(getattr(i4, name), types.ModuleType)
}


def plain(found: Any) -> Any:
    """Return a function as it was written."""
    return inspect.unwrap(getattr(found, "__func__", found))


def public() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every public function and method with the name that its user types."""
    homes = {"i4": i4, **MODULES}
    for home, module in homes.items():
        for name in module.__all__:
            found = getattr(module, name)
            if inspect.isfunction(plain(found)):
                yield f"{home}.{name}", found
            elif inspect.isclass(found) and not issubclass(found, BaseException):
                for method, held in vars(found).items():
                    if not method.startswith("_") and inspect.isfunction(plain(held)):
                        yield f"{home}.{name}.{method}", getattr(found, method)


FUNCTIONS = dict(public())


def test_the_walk_finds_the_house() -> None:
    assert len(MODULES) > 15
    assert len(FUNCTIONS) > 100
    for name in ("i4.load", "i4.tables.Archive.where", "i4.charts.plot_adoption"):
        assert name in FUNCTIONS


@pytest.mark.parametrize("name", ["i4", *MODULES])
def test_a_module_shows_what_is_public_and_nothing_else(name) -> None:
    module = {"i4": i4, **MODULES}[name]
    assert dir(module) == sorted(module.__all__)
    assert len(set(module.__all__)) == len(module.__all__)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_says_what_it_does_by_an_example(name) -> None:
    text = inspect.getdoc(plain(FUNCTIONS[name])) or ""
    assert ">>> " in text, f"{name} lacks an example"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_example_can_be_copied(name) -> None:
    """It imports what it uses: the names of its own module are not those of its reader."""
    found = doctest.DocTestParser().get_examples(inspect.getdoc(plain(FUNCTIONS[name])) or "")
    nodes = list(ast.walk(ast.parse("\n".join(one.source for one in found))))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    made |= {node.name or "" for node in nodes if isinstance(node, ast.ExceptHandler)}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            made |= {(one.asname or one.name).split(".")[0] for one in node.names}
    assert {node.id for node in names} <= made | set(dir(builtins))


def test_the_doctests_see_every_public_function() -> None:
    """What `make test` collects from the modules is what the walk finds, so every example runs."""
    seen: set[str] = set()
    for module in {sys.modules[plain(found).__module__] for found in FUNCTIONS.values()}:
        for made in doctest.DocTestFinder(exclude_empty=True).find(module):
            if made.examples:
                seen.add(made.name)
    for name, found in FUNCTIONS.items():
        written = plain(found)
        assert f"{written.__module__}.{written.__qualname__}" in seen, name


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match="did you mean 'graph'"):
        i4.grahp  # noqa: B018


def test_a_public_function_can_be_sent_to_another_process() -> None:
    for name in ("i4.members.adoption", "i4.graph.reshare_graph", "i4.tables.build"):
        assert pickle.loads(pickle.dumps(FUNCTIONS[name])) is FUNCTIONS[name]


# ------------------------------------------------------------------------- a wrong argument

WRONG = {
    "Archive": [None, 3, "data/demo", i4.Archive().posts],
    "Movement": [3, "data/demo", i4.Archive()],
    "DataFrame": [3, "posts", i4.Archive(), pd.DataFrame({"x": [1]})],
    "int": ["many", -1, 2.5, None],
    "float": ["much", [1.0], float("nan")],
    "str": [3, ["fr"]],
    "bool": ["yes", 3],
    "Result": [3, "found", pd.DataFrame({"x": [1]})],
}


def takes(parameter: inspect.Parameter) -> str | None:
    """Return the kind of what a parameter takes, where this test knows wrong ones for it."""
    kinds = [part.strip().rsplit(".", 1)[-1] for part in str(parameter.annotation).split("|")]
    if any(kind not in WRONG and kind != "None" for kind in kinds):
        return None
    return kinds[0]


def right(name: str) -> dict[str, Any]:
    """Return something for each argument that a function must have, right where it can be."""
    made: dict[str, Any] = {"archive": i4.Archive(), "movement": i4.simulate.example().movement}
    made["posts"] = made["archive"].posts
    parameters = inspect.signature(FUNCTIONS[name]).parameters.values()
    return {
        one.name: made.get(one.name)
        for one in parameters
        if one.default is one.empty and one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)
    }


def mistakes(name: str) -> Iterator[tuple[str, object]]:
    """Yield each argument of a function with what it cannot be."""
    for parameter in inspect.signature(FUNCTIONS[name]).parameters.values():
        for wrong in WRONG.get(takes(parameter) or "", ()):
            if not (wrong is None and "None" in str(parameter.annotation)):
                yield parameter.name, wrong


# `screen_only` shows any table, and errors stand below the answers.
ASKED = [
    name
    for name in FUNCTIONS
    if not name.startswith("i4.errors.") and name != "i4.screen_only" and any(mistakes(name))
]


@pytest.mark.parametrize("name", ASKED)
def test_a_wrong_argument_gets_one_sentence(name) -> None:
    for key, wrong in mistakes(name):
        with pytest.raises(I4Error) as told:
            FUNCTIONS[name](**{**right(name), key: wrong})
        sentence = str(told.value)
        assert "\n" not in sentence
        assert "expected" in sentence, sentence


def test_the_nearest_right_thing_is_named() -> None:
    archive, movement = i4.Archive(), i4.simulate.example().movement
    for call, nearest in (
        (lambda: i4.graph.reshare_graph(archive), "hand archive.posts"),
        (lambda: i4.members.roles(archive.posts, movement), "hand the archive itself"),
        (lambda: i4.members.roles("data/demo", movement), "i4.load"),
        (lambda: i4.members.roles(movement, archive), "other way round"),
        (lambda: i4.outcomes.dossiers(archive, movement), "other way round"),
        (lambda: i4.members.adoption(archive, movement, level=95), "did you mean 0.95"),
        (lambda: i4.graph.network(archive.posts, "reshare"), "did you mean 'reshares'"),
        (lambda: i4.charts.plot_bases(archive.posts, lang="french"), "expected one of en, fr"),
        (lambda: i4.relays.parent_probabilities(archive, method="lst"), "did you mean 'lsr'"),
        (lambda: i4.movement.create("here", "thanks"), r"write \['thanks'\]"),
        (lambda: movement.ledger("foundrs"), "did you mean 'founders'"),
        (lambda: i4.simulate.Parameters.small(founder=3), "did you mean 'founders'"),
    ):
        with pytest.raises(I4Error, match=nearest):
            call()


def test_a_result_stands_for_its_table() -> None:
    made = i4.simulate.example()
    adopted = i4.members.adoption(made.archive, made.movement, draws=10)
    assert i4.charts.plot_first_posts(adopted).lines


CLASSES = {
    f"{home}.{name}": kind
    for home, module in {"i4": i4, **MODULES}.items()
    for name in module.__all__
    if inspect.isclass(kind := getattr(module, name))
    and not issubclass(kind, BaseException)
    and isinstance(vars(kind).get("__init__"), types.FunctionType)
}


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_made_with_an_argument_that_it_does_not_take_says_so(name) -> None:
    kind = CLASSES[name]
    known = list(inspect.signature(kind).parameters)
    with pytest.raises(I4Error) as said:
        kind(**{f"{known[0]}x": 1})
    assert f"takes no argument {f'{known[0]}x'!r}" in str(said.value)
    assert f"did you mean {known[0]!r}" in str(said.value)
    with pytest.raises(I4Error):
        kind(*[object()] * (len(known) + 1))


def test_a_class_made_of_the_wrong_things_says_so() -> None:
    assert "i4.Archive" in CLASSES
    assert "i4.Movement" in CLASSES
    with pytest.raises(I4Error, match=r"posts of Archive.* is 3, expected a table of post_id"):
        i4.Archive(3)
    with pytest.raises(I4Error, match=r"hashtags of Movement\(\) is 'x', .*write \['x'\]"):
        i4.Movement(name="a", title={}, hashtags="x", supporter_marks=())
    with pytest.raises(I4Error, match="missing a required argument: 'title'"):
        i4.Movement("a")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_unknown_argument_is_answered_with_the_nearest(name) -> None:
    parameters = inspect.signature(FUNCTIONS[name]).parameters.values()
    if any(one.kind is one.VAR_KEYWORD for one in parameters) or not parameters:
        return
    known = [one.name for one in parameters if one.kind is not one.VAR_POSITIONAL]
    if known == ["self"] or not known or name.startswith("i4.errors."):  # below the answers
        return
    wrong = f"{known[-1]}s"
    with pytest.raises(I4Error, match=f"did you mean '{known[-1]}'"):
        FUNCTIONS[name](**{wrong: 1})


# ------------------------------------------------------------------------- a result for a table

MEASURES = (
    "appeals", "coordination", "directory", "graph", "members", "outcomes", "push", "reach",
    "relays", "tagging",
)  # fmt: skip
TAKES_TABLES = [
    name
    for name, found in FUNCTIONS.items()
    if name.split(".")[1] in MEASURES
    and len(name.split(".")) == 3
    and any("DataFrame" in str(p.annotation) for p in inspect.signature(found).parameters.values())
]


def called(name: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Run the example of a function; return what it was called with last."""
    _, room, last = name.split(".")
    module, found = getattr(i4, room), FUNCTIONS[name]
    seen: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def spy(*args: Any, **kwargs: Any) -> Any:
        seen.append((args, kwargs))
        return found(*args, **kwargs)

    examples = doctest.DocTestParser().get_examples(inspect.getdoc(plain(found)) or "")
    setattr(module, last, spy)
    try:
        space = {**vars(sys.modules[plain(found).__module__]), last: spy}
        for one in examples:
            exec(one.source, space)
    finally:
        setattr(module, last, found)
    return seen[-1]


WORLD = i4.simulate.example()
OPTIONAL: dict[str, Callable[[], pd.DataFrame]] = {
    "classified": lambda: i4.appeals.classify(WORLD.archive.posts),
    "follows": lambda: WORLD.archive.follows,
    "roles": lambda: i4.members.roles(WORLD.archive, WORLD.movement),
    "parents": lambda: i4.relays.parent_probabilities(WORLD.archive, WORLD.movement).table,
}


def same(a: Any, b: Any) -> bool:
    if isinstance(a, i4.results.Result):
        return type(a) is type(b) and same(a.table, b.table)
    if isinstance(a, (pd.DataFrame, pd.Series)):
        return a.equals(b)
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if hasattr(a, "nodes"):
        return dict(a.nodes(data=True)) == dict(b.nodes(data=True)) and a.size() == b.size()
    return str(a) == str(b)


@pytest.mark.slow
@pytest.mark.parametrize("name", TAKES_TABLES)
def test_a_result_may_be_handed_where_its_table_is_expected(name) -> None:
    args, kwargs = called(name)
    bound = inspect.signature(FUNCTIONS[name]).bind(*args, **kwargs)
    may = {
        key: one
        for key, one in inspect.signature(FUNCTIONS[name]).parameters.items()
        if "DataFrame" in str(one.annotation)
    }
    for key in may:  # what its example leaves out
        if bound.arguments.get(key) is None and key in OPTIONAL:
            bound.arguments[key] = OPTIONAL[key]()
    frames = [key for key, one in bound.arguments.items() if isinstance(one, pd.DataFrame)]
    assert frames, "its example hands no table"
    with_tables = FUNCTIONS[name](*bound.args, **bound.kwargs)
    for key in frames:
        bound.arguments[key] = i4.results.Result(bound.arguments[key])
    assert same(FUNCTIONS[name](*bound.args, **bound.kwargs), with_tables)


def test_the_walk_finds_the_measures_that_take_tables() -> None:
    assert len(TAKES_TABLES) > 25
    assert {"i4.relays.role_matrix", "i4.graph.from_edges"} <= set(TAKES_TABLES)
