"""Values of another kind than a format has: an empty list as R writes it, a text for a number.

A typed reader stops at the first of them and says where ("Expected `array | null`, got `object` -
at `$.entities.urls`"). What stands there is put right where there is one way to do it, and the
record is read again; records that are sound never come here.

- Nothing, however written (`{}`, `[]`, `""`, `null`), is the nothing of the kind expected: R's
  jsonlite writes an empty list as `{}`, PHP an empty object as `[]`, pandas either as `null`.
- A list of one stands for its element and an element for the list of it, as R unboxes.
- A number stands for its text and a text for its number: `archive.rows.ids` sees to what rounding
  has done to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from i4analysis.archive.rows.values import ABSENT, flag

T = TypeVar("T")
MOST = 60  # places of a record that are put right, one after the other
_FAULT = re.compile(r"Expected `([^`]+)`, got `([^`]+)`(?: - at `(\$[^`]*)`)?")
_STEP = re.compile(r"\[(?:\.\.\.|\d+)\]|\.([^.\[]+)")
_EMPTY: tuple[Any, ...] = (None, "", [], {})
_MISSING = object()


def decoded(decode: Callable[[bytes], T], raw: bytes) -> T:
    """Return what a typed decoder makes of a value, other kinds of nothing put right.

    Raises
    ------
    msgspec.DecodeError
        If there is no way to.

    Examples
    --------
    >>> decoded(msgspec.json.Decoder(dict[str, list[str]]).decode, b'{"tags": {}}')
    {'tags': []}
    """
    try:
        return decode(raw)
    except msgspec.ValidationError as error:
        fault = error
    value = msgspec.json.decode(raw)
    for _ in range(MOST):
        if not settled(value, str(fault)):
            break
        try:
            return decode(msgspec.json.encode(value))
        except msgspec.ValidationError as error:
            fault = error
    raise fault


def settled(value: Any, fault: str) -> bool:
    """Put right what a decoder's fault points at, in place; False if there is no way to.

    Examples
    --------
    >>> record = {"id": "1", "entities": {"urls": {}}}
    >>> settled(record, "Expected `array | null`, got `object` - at `$.entities.urls`")
    True
    >>> record
    {'id': '1', 'entities': {'urls': []}}
    """
    match = _FAULT.match(fault)
    if match is None or match[3] is None:
        return False
    expected = match[1].split(" | ")
    steps = [step[1] for step in _STEP.finditer(match[3])]
    return _walk(value, steps, expected) if steps else False


def _walk(value: Any, steps: list[str | None], expected: list[str]) -> bool:
    """Go down the steps (None: every element of a list); True if anything was put right."""
    step, rest = steps[0], steps[1:]
    if step is None:
        places: list[Any] = list(range(len(value))) if isinstance(value, list) else []
        if isinstance(value, dict):  # a mapping's values
            places = list(value)
    else:
        places = [step] if isinstance(value, dict) and step in value else []
    done = False
    for place in places:
        if rest:
            done |= _walk(value[place], rest, expected)
            continue
        right = _right(value[place], expected)
        if right is _MISSING:
            continue
        if right is None and "null" not in expected:
            if not isinstance(value, dict):
                continue
            del value[place]
        else:
            value[place] = right
        done = True
    return done


def _right(found: Any, expected: list[str]) -> Any:
    """Return what a value of the wrong kind stands for; `_MISSING` if it is of the right kind."""
    if any(_is(found, kind) for kind in expected):
        return _MISSING
    if any(found is nothing or found == nothing for nothing in _EMPTY) and found is not False:
        return [] if "array" in expected else {} if "object" in expected else None
    if isinstance(found, str) and found in ABSENT:  # never of a text: that kind was expected
        return [] if "array" in expected else {} if "object" in expected else None
    if "bool" in expected and (said := flag(found)) is not None:
        return said
    if isinstance(found, list) and len(found) == 1 and _is(found[0], *expected):
        return found[0]
    if "array" in expected and isinstance(found, dict | str):
        return [found]
    if "str" in expected and isinstance(found, int | float) and not isinstance(found, bool):
        return repr(found)
    if "int" in expected and isinstance(found, float) and found.is_integer():
        return int(found) if abs(found) < 2**53 else _MISSING
    if "int" in expected and isinstance(found, str) and re.fullmatch(r"\d{1,18}", found):
        return int(found)
    return _MISSING


def _is(value: Any, *kinds: str) -> bool:
    """Return True if a value is of one of the kinds that a decoder names."""
    kind = {
        bool: "bool", int: "int", float: "float", str: "str", list: "array", dict: "object",
        type(None): "null",
    }.get(type(value))  # fmt: skip
    return kind in kinds or (kind == "int" and "float" in kinds)


# -------------------------------------------------------------------------- a fault in words

_NAMES = {
    "array": "a list", "object": "an object", "str": "a text", "int": "a whole number",
    "float": "a number", "bool": "true or false", "null": "nothing",
}  # fmt: skip
_LACKS = re.compile(r"Object missing required field `([^`]+)`(?: - at `(\$[^`]*)`)?")
_MALFORMED = re.compile(r"JSON is malformed: .*?(?:\(byte (\d+)\))?$")
_DECODER = re.compile(r"Expected `|Object |Invalid |Integer |Number |JSON is |Input data ")


def in_words(fault: str) -> str:
    """Return what a decoder holds against a record in words of our own; others stay.

    Examples
    --------
    >>> in_words("Expected `array | null`, got `object` - at `$.entities.urls`")
    'entities.urls holds an object, expected a list'
    >>> in_words("Object missing required field `text` - at `$.hashtags[...]`")
    'hashtags holds an entry without text'
    >>> in_words("JSON is malformed: trailing characters (byte 12)")
    'the record is not whole JSON: something is missing or too much at byte 12'
    """
    match = _FAULT.match(fault)
    if match is not None:
        expected = " or ".join(
            _NAMES.get(one, one) for one in match[1].split(" | ") if one != "null"
        )
        where = _where(match[3]) or "the record"
        return f"{where} holds {_NAMES.get(match[2], match[2])}, expected {expected or 'nothing'}"
    match = _LACKS.match(fault)
    if match is not None:
        where = _where(match[2])
        return f"{where} holds an entry without {match[1]}" if where else f"there is no {match[1]}"
    match = _MALFORMED.match(fault)
    if match is not None:
        at = f" at byte {match[1]}" if match[1] else ""
        return f"the record is not whole JSON: something is missing or too much{at}"
    if fault.startswith("Input data was truncated"):
        return "the record breaks off in the middle"
    if _DECODER.match(fault):
        return "a value is not one that this format can hold"
    return fault


def _where(path: str | None) -> str:
    return "" if path is None else re.sub(r"\[(?:\.\.\.|\d+)\]", "", path).strip("$.")
