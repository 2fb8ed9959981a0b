"""What a public function was handed, told in one sentence when it is not what it takes.

A room opens its door with `answer(__name__)`: every function, class and method that its `__all__`
names then looks at its arguments first. What they may be is read from their annotations; which
columns a table must have, and between what a number may lie, from the name of the argument, which
is the same in every room.
"""

from __future__ import annotations

import inspect
import re
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Mapping
from functools import wraps
from numbers import Integral, Real
from types import FunctionType
from typing import Any

from i4analysis.errors import ArgumentError, nearest

__all__ = ["answer", "between", "describe"]

#: Tables by the name of the argument that takes them, with the columns by which one is known.
TABLES: Mapping[str, tuple[str, ...]] = {
    "posts": ("post_id", "kind", "author_id", "author", "posted_at"),
    "profiles": ("account_id", "handle", "bio", "seen_at"),
    "follows": ("follower_id", "followee_id"),
    "classified": ("post_id", "label"),
    "truth": ("post_id", "label"),
    "roles": ("account_id", "role"),
    "outcomes": ("outcome_id", "linked_accounts", "linked_urls"),
    "communities": ("account", "community"),
    "standing": ("account", "reshared", "pagerank"),
    "parents": ("parent_account", "child_account", "p"),
    "heard": ("member", "account", "p"),
    "audit": ("post_id", "follows_author"),
}
#: How each is made, for whoever handed something else.
MAKERS: Mapping[str, str] = {
    "Archive": "i4.load(…) or i4.read_archive(…)",
    "Movement": "i4.Movement.load(…)",
    "Adoption": "i4.members.adoption(archive, movement)",
    "ParentProbabilities": "i4.relays.parent_probabilities(archive, movement)",
    "RelayPicture": "i4.relays.picture(archive, movement, parents, roles)",
    "Reach": "i4.reach.followers_summed(archive, movement)",
    "Concentration": "i4.reach.concentration(archive, movement)",
    "Dossiers": "i4.outcomes.dossiers(movement, archive)",
    "Story": "i4.outcomes.story(dossiers, movement, archive)",
    "MediaEffects": "i4.push.media_effects(archive, movement)",
    "Service": "i4.appeals.service(archive, movement, classified)",
    "TemplateEffects": "i4.appeals.template_effects(archive, movement, classified)",
    "Overview": "i4.archive.overview(archive)",
    "World": "i4.simulate.world()",
    "posts": "archive.posts",
    "profiles": "archive.profiles",
    "follows": "archive.follows",
    "edges": "i4.graph.reshare_edges(posts)",
    "classified": "i4.appeals.classify(posts)",
    "roles": "i4.members.roles(archive, movement)",
    "outcomes": "movement.outcomes",
    "communities": "i4.relays.communities(edges)",
    "standing": "i4.relays.standing(edges)",
    "parents": "i4.relays.parent_probabilities(archive, movement)",
    "heard": "i4.tagging.audience(archive)",
    "audit": "movement.ledger('audit')",
}
#: Numbers by the name of their argument: the least, the most, and whether the ends are allowed.
_SHARE = (0.0, 1.0, False)
_SOME = (1, None, True)
BOUNDS: Mapping[str, tuple[float, float | None, bool]] = {
    **dict.fromkeys(("level", "damping"), _SHARE),
    **dict.fromkeys(("late_share", "delta", "read_along", "sure"), (0.0, 1.0, True)),
    **dict.fromkeys(
        ("draws", "power_draws", "resamples", "shuffles", "runs", "k", "n", "passes", "rows"),
        _SOME,
    ),
    **dict.fromkeys(("most", "height", "width", "across", "accounts", "platform_audience"), _SOME),
    **dict.fromkeys(("seed", "n_checked", "n_half", "founders", "least_answers"), (0, None, True)),
    **dict.fromkeys(
        ("session_h", "window_h", "window_s", "tau_h", "late_h", "tolerance", "strength"),
        (0.0, None, False),
    ),
}
#: Words that an argument of this name may be, in every room.
WORDS: Mapping[str, tuple[str, ...]] = {
    "lang": ("en", "fr"),
    "errors": ("raise", "reject"),
    "bios": ("kept", "rerun"),
}
_WHOLE, _NUMBER = "a whole number", "a number"
_PLAIN: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "int": (lambda v: isinstance(v, Integral) and not _flag(v), _WHOLE),
    "float": (lambda v: isinstance(v, Real) and not _flag(v) and v == v, _NUMBER),
    "bool": (lambda v: _flag(v), "True or False"),
    "str": (lambda v: isinstance(v, str), "text"),
    "None": (lambda v: v is None, "None"),
    "Sequence[str]": (lambda v: _several(v), "a list of texts"),
    "Iterable[str]": (lambda v: _several(v), "a list of texts"),
    "tuple[str, ...]": (lambda v: _several(v), "a list of texts"),
    "tuple[float, ...]": (lambda v: _several(v, Real), "several numbers"),
    "Path": (lambda v: isinstance(v, str) or hasattr(v, "__fspath__"), "a path"),
    "PathLike": (lambda v: isinstance(v, str) or hasattr(v, "__fspath__"), "a path"),
    "PathLike[str]": (lambda v: hasattr(v, "__fspath__"), "a path"),
    "Iterable[PathLike]": (lambda v: _several(v, object), "several paths"),
    "Mapping[str, Text]": (lambda v: hasattr(v, "keys"), "a mapping of names to words"),
    "Mapping[str, str]": (lambda v: hasattr(v, "keys"), "a mapping of names to words"),
    "Floats": (lambda v: hasattr(v, "dtype") and v.dtype.kind in "iuf", "an array of numbers"),
}
# Classes that are known by their name, without importing them here.
_CLASSES = {
    *("Archive", "Movement", "DataFrame", "Series", "DiGraph", "Graph", "Table", "World"),
    *("Contagion", "Coordination", "Exposure", "Growth", "Result", "LabelErrors"),
    *(name for name in MAKERS if name[0].isupper()),
}
# Classes that an analyst makes; the package makes the others, of what its own names stand for.
_MADE_BY_HAND = frozenset({"Archive", "Movement"})


def between(
    kind: type[int] | type[float], least: float, most: float | None = None
) -> Callable[[str], float]:
    """Return what argparse reads a number with, both ends allowed; its own sentence if outside.

    Examples
    --------
    >>> between(int, 1)("3"), between(float, 0, 1)("0.02")
    (3, 0.02)
    >>> between(float, 0)("nan")
    Traceback (most recent call last):
    ...
    argparse.ArgumentTypeError: 'nan', expected a number of at least 0
    """
    what = "a whole number" if kind is int else "a number"
    room = f"of at least {least:g}" if most is None else f"from {least:g} to {most:g}"

    def read(word: str) -> float:
        try:
            found = kind(word)
            if least <= found and (most is None or found <= most):
                return found
        except ValueError:
            pass
        raise ArgumentTypeError(f"{word!r}, expected {what} {room}")

    return read


def _flag(value: object) -> bool:
    return isinstance(value, bool) or type(value).__name__ == "bool_"


def _several(value: Any, of: type = str) -> bool:
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        return False
    return not hasattr(value, "__len__") or all(isinstance(one, of) for one in value)


def _is(value: object, name: str) -> bool:
    return any(base.__name__ == name for base in type(value).__mro__)


def describe(value: object) -> str:
    """Return in a few words what a value is, for a sentence about it.

    Examples
    --------
    >>> describe(3), describe("x" * 90)
    ('3', "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'")
    >>> import i4analysis as i4
    >>> describe(i4.Archive())
    'an Archive'
    """
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value)
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:37] + "…")
    if _is(value, "DataFrame"):
        columns: Any = value
        return f"a table of {', '.join(map(str, list(columns.columns)[:6])) or 'no column'}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"


def answer(module: str) -> None:
    """Let every public function and method of a module look at its arguments first.

    The module shows its public names and no other.

    Parameters
    ----------
    module
        Its name, with an `__all__`; names that it does not hold itself are left alone.

    Examples
    --------
    >>> import i4analysis as i4
    >>> try:
    ...     i4.graph.reshare_graph(i4.Archive())
    ... except i4.errors.ArgumentError as error:
    ...     print(str(error).rsplit("; ", 1)[1])
    hand archive.posts.
    """
    space = sys.modules[module]
    vars(space)["__dir__"] = lambda: sorted(space.__all__)  # what is offered on a tab
    for name in space.__all__:
        found = getattr(space, name, None)
        if isinstance(found, FunctionType):
            asking = _asking(found, name)
            for place in (space, sys.modules[found.__module__]):  # where it is public, and written
                if getattr(place, name, None) is found:
                    setattr(place, name, asking)
        elif isinstance(found, type) and not issubclass(found, BaseException):
            _methods(found)


def _methods(kind: type) -> None:
    for name, found in list(vars(kind).items()):
        if (name.startswith("_") and name != "__init__") or hasattr(found, "__asking__"):
            continue
        if isinstance(found, FunctionType):
            made = name == "__init__"
            called = kind.__name__ if made else f"{kind.__name__}.{name}"
            looks = not made or called in _MADE_BY_HAND
            setattr(kind, name, _asking(found, called, looks))
        elif isinstance(found, classmethod) and not hasattr(found.__func__, "__asking__"):
            inner = _asking(found.__func__, f"{kind.__name__}.{name}")
            setattr(kind, name, classmethod(inner))


def _asking(function: Callable[..., Any], name: str, looks: bool = True) -> Callable[..., Any]:
    """Return a function that looks at its arguments before it does what it does.

    Not `looks`, at their names alone.
    """
    if hasattr(function, "__asking__"):
        return function
    signature = inspect.signature(function)
    wanted = {
        key: _alternatives(parameter.annotation)
        for key, parameter in signature.parameters.items()
        if looks and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
    }

    @wraps(function)
    def asked(*args: Any, **kwargs: Any) -> Any:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise _unbound(name, signature, kwargs, error) from None
        for key, value in bound.arguments.items():
            kinds = wanted.get(key)
            if kinds:
                bound.arguments[key] = _checked(value, key, kinds, name, bound.arguments)
        try:
            return function(*bound.args, **bound.kwargs)
        except KeyError as error:
            lacking = _lacking(error, bound.arguments, name)
            if lacking is None:
                raise
            raise lacking from error

    vars(asked)["__asking__"] = True
    return asked


def _alternatives(annotation: object) -> tuple[str, ...]:
    """Return the kinds that an annotation allows; nothing where one of them is not known here."""
    kinds = []
    for part in str(annotation).split("|"):
        kind = part.strip().removeprefix("os.")
        bare = (
            kind.rsplit(".", 1)[-1].split("[")[0] if "[str]" in kind else kind.rsplit(".", 1)[-1]
        )
        kind = kind if kind in _PLAIN else bare if bare in _CLASSES or bare in _PLAIN else ""
        if not kind:
            return ()
        kinds.append(kind)
    return tuple(kinds)


def _checked(
    value: Any, key: str, kinds: tuple[str, ...], name: str, given: Mapping[str, Any]
) -> Any:
    """Return the value as the function takes it, or say what it should have been."""
    if (
        "DataFrame" in kinds
        and not any(_fits(value, kind) for kind in kinds)
        and _is(value, "Result")
    ):
        value = value.table  # a result stands for its table
    if not any(_fits(value, kind) for kind in kinds):
        raise ArgumentError(
            f"The argument {key} of {name}() is {describe(value)}, expected"
            f" {_expected(key, kinds)}; {_advice(value, key, kinds, given)}."
        )
    # an archive may be of few columns: those that were asked for
    asked = key in TABLES and name not in _MADE_BY_HAND
    if "DataFrame" in kinds and value is not None and asked:
        lacking = [column for column in TABLES[key] if column not in value.columns]
        if lacking:
            raise ArgumentError(
                f"The argument {key} of {name}() is {describe(value)}, without the column"
                f" {lacking[0]!r}, expected a table of {', '.join(TABLES[key])} and others"
                f"{nearest(lacking[0], value.columns)}; hand {MAKERS.get(key, 'such a table')}."
            )
    if key in WORDS and value not in WORDS[key]:
        raise ArgumentError(
            f"The argument {key} of {name}() is {describe(value)}, expected one of"
            f" {', '.join(WORDS[key])}{nearest(value, WORDS[key])}; choose one."
        )
    if key in BOUNDS and isinstance(value, Real) and not _flag(value):
        _within(value, key, name)
    return value


def _fits(value: Any, kind: str) -> bool:
    if kind in _PLAIN:
        return _PLAIN[kind][0](value)
    return _is(value, kind)


def _within(value: Any, key: str, name: str) -> None:
    least, most, ends = BOUNDS[key]
    inside = (value >= least if ends else value > least) and (
        most is None or (value <= most if ends else value < most)
    )
    if not inside:
        room = (
            f"at least {least}" if most is None and ends else f"more than {least}"
            if most is None
            else f"from {least:g} to {most:g}" if ends else f"between {least:g} and {most:g}"
        )  # fmt: skip
        like = f" (did you mean {value / 100:g}?)" if most == 1 and 1 < value < 100 else ""
        raise ArgumentError(
            f"The argument {key} of {name}() is {value!r}, expected a number {room}{like}; give"
            " another."
        )


def _expected(key: str, kinds: tuple[str, ...]) -> str:
    words = []
    for kind in kinds:
        if kind in _PLAIN:
            words.append(_PLAIN[kind][1])
        elif kind == "DataFrame":
            words.append(f"a table of {', '.join(TABLES[key])}" if key in TABLES else "a table")
        else:
            words.append(f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}")
    return " or ".join(dict.fromkeys(words))


def _advice(value: Any, key: str, kinds: tuple[str, ...], given: Mapping[str, Any]) -> str:
    """Return what to do next: the nearest right thing that can be seen from here."""
    if _is(value, "Archive") and key in ("posts", "profiles", "follows"):
        return f"hand archive.{key}"
    if _is(value, "Archive") and "Movement" in kinds and not _is(given.get("archive"), "Archive"):
        return "archive and movement are the other way round"
    if (
        _is(value, "Movement")
        and "Archive" in kinds
        and not _is(given.get("movement"), "Movement")
    ):
        return "archive and movement are the other way round"
    if _is(value, "DataFrame") and "Archive" in kinds:
        return "hand the archive itself, not one of its tables: archive, or i4.Archive(posts=…)"
    for kind in (*kinds, key):
        if kind in MAKERS:
            return f"{MAKERS[kind]} gives one"
    if isinstance(value, str) and any("[str" in kind for kind in kinds):
        return f"write [{describe(value)}]"
    return "give one"


def _unbound(
    name: str, signature: inspect.Signature, kwargs: Mapping[str, Any], error: TypeError
) -> ArgumentError:
    known = [one for one in signature.parameters if one not in ("self", "cls")]
    unknown = [one for one in kwargs if one not in known]
    if unknown:
        return ArgumentError(
            f"{name}() takes no argument {unknown[0]!r}, expected one of {', '.join(known)}"
            f"{nearest(unknown[0], known)}; correct it."
        )
    return ArgumentError(
        f"{name}() was called with what it does not take ({error}), expected"
        f" {name}({', '.join(known)}); give each once."
    )


def _lacking(error: KeyError, given: Mapping[str, Any], name: str) -> ArgumentError | None:
    """Return what to say of a column or a word that a function does not find; None if neither."""
    asked = error.args[0] if error.args else None
    asked = asked[0] if isinstance(asked, list) and asked else asked
    frames = {key: value for key, value in given.items() if _is(value, "DataFrame")}
    if not frames or any(asked in frame.columns for frame in frames.values()):
        return None
    key, frame = next(iter(frames.items()))
    word = re.sub(r"\W*(are|not) (not )?in.*", "", str(asked)).strip("[]\"' ")
    for column in frame.columns:
        if isinstance(asked, str) and (frame[column].astype(str) == asked).any():
            return ArgumentError(
                f"The column {column} of the argument {key} of {name}() holds {asked!r}, expected"
                f" a word that it knows; see help({name}) and its example."
            )
    return ArgumentError(
        f"The argument {key} of {name}() is {describe(frame)}, without the column {word!r},"
        f" expected the table that its description names{nearest(word, frame.columns)}; see"
        f" help({name}) and its example."
    )
