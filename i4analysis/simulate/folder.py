"""A made-up movement as a folder: movement.toml, ledgers, raw files, and the truth apart."""

from __future__ import annotations

import csv
import hashlib
import shutil
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from i4analysis.errors import MovementError
from i4analysis.ledgers import LEDGERS
from i4analysis.movement import Movement
from i4analysis.simulate.bluesky import bluesky_story
from i4analysis.simulate.ledgers import TITLE
from i4analysis.simulate.parameters import Parameters
from i4analysis.simulate.raw import Written, write_raw
from i4analysis.simulate.words import HASHTAG, SEEKER_TAG
from i4analysis.simulate.worlds import World, parameters_for, world

RECIPE = "simulate.toml"
STAMP = ".made-from"  # hidden files are not read as archives
_LARGE = ("follows", "audiences", "parents")  # written as Parquet: too long for a spreadsheet


def write(
    made: World, folder: Path | str, tell: Callable[[str], None] = lambda _: None
) -> list[Written]:
    """Write a made-up movement as a folder: the same world gives the same bytes.

    Parameters
    ----------
    folder
        Made if absent; `raw/`, `truth/`, movement.toml and the ledgers in it are replaced.
    tell
        Hears the name of each raw file when it is written.

    Returns
    -------
    list of Written
        The raw files with what was planted in each; also in truth/planted.csv.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> written = i4.simulate.write(i4.simulate.example(), folder)
    >>> (folder / "movement.toml").exists(), len(written) > 0
    (True, True)
    """
    folder = Path(folder)
    write_movement(made, folder)
    shutil.rmtree(folder / "raw", ignore_errors=True)
    written = write_raw(made.sight, folder / "raw", tell)
    write_truth(made, folder / "truth", written)
    return written


def write_movement(made: World, folder: Path) -> None:
    """Write movement.toml and the ledgers."""
    folder.mkdir(parents=True, exist_ok=True)
    movement = made.movement
    _save(folder / "movement.toml", movement_toml(movement))
    for name, table in LEDGERS.items():
        frame = movement.ledger(name)
        if len(frame):
            _write_ledger(folder / f"{name}.csv", frame, table.names)


def movement_toml(movement: Movement) -> str:
    """Return the text of a made-up movement's movement.toml."""

    def words(values: Mapping[str, str]) -> str:
        return "{ " + ", ".join(f'{key} = "{value}"' for key, value in values.items()) + " }"

    return "\n".join(
        [
            "# A made-up movement: no name, account, town or firm in it exists.",
            f'name = "{movement.name}"',
            f"title = {words(TITLE)}",
            f'hashtags = ["{HASHTAG}", "{SEEKER_TAG}"]',
            f'supporter_marks = ["{HASHTAG}"]',
            f'seeker_marks = ["{SEEKER_TAG}"]',
            f"started_on = {movement.started_on}",
            f"ended_on = {movement.ended_on}",
            f'timezone = "{movement.timezone}"',
            f"place = {words(movement.place)}",
            f"description = {words(movement.description)}",
            f"goal = {words(movement.goal)}",
            "made_up = true",
            f'author = "{movement.author}"',
            f'contact = "{movement.contact}"',
            *([f"compiled_on = {movement.compiled_on}"] if movement.compiled_on else []),
            "",
        ]
    )


def _write_ledger(path: Path, frame: pd.DataFrame, names: list[str]) -> None:
    used = [name for name in names if frame[name].notna().any()]
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, lineterminator="\n")
        out.writerow(used)
        for row in frame[used].itertuples(index=False):
            out.writerow([_cell(value) for value in row])


def _cell(value: Any) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def write_truth(made: World, folder: Path, written: list[Written]) -> None:
    """Write the truth: one CSV or Parquet a frame, and what was planted in which file."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, frame in made.truth.tables().items():
        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
        if name in _LARGE:
            pa.parquet.write_table(table, folder / f"{name}.parquet")
        else:
            pa.csv.write_csv(table, folder / f"{name}.csv")
    with (folder / "planted.csv").open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, lineterminator="\n")
        out.writerow(["file", "kind", "count"])
        for one in written:
            out.writerow([one.file, "post", one.posts])
            out.writerows([one.file, kind, count] for kind, count in sorted(one.counts.items()))
    if made.parameters.bluesky_posts:
        with (folder / "bluesky.csv").open("w", encoding="utf-8", newline="") as handle:
            out = csv.writer(handle, lineterminator="\n")
            out.writerow(["post_id", "cascade_id", "parent_id"])
            for skeet in bluesky_story(made.sight):
                above = skeet.via or (skeet.root if skeet.uri != skeet.root else "")
                out.writerow([skeet.uri, skeet.root, above])
    _save(
        folder / "README.md",
        "# The truth of a made-up movement\n\n"
        "Nothing here is read by `i4 read`: it says what really happened, to check methods.\n",
    )


def _save(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


# ------------------------------------------------------------------------------------ recipes


def read_recipe(path: Path) -> Parameters:
    """Read simulate.toml: parameters by name; others keep their defaults."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise MovementError(
            f"The recipe {path} cannot be read ({error}); write it as name = value lines."
        ) from error
    return parameters_from(given, str(path))


def parameters_from(given: Mapping[str, Any], source: str, **sized: Any) -> Parameters:
    """Return parameters from names and values, or say which name or value is wrong."""
    known = {one.name: one for one in fields(Parameters)}
    chosen: dict[str, Any] = dict(sized)
    for name, value in given.items():
        if name not in known:
            raise MovementError(
                f"{source} names the unknown parameter {name!r}, expected one of"
                f" {', '.join(known)}; correct it."
            )
        default = known[name].default
        try:
            chosen[name] = _as(default, value)
        except (TypeError, ValueError) as error:
            raise MovementError(
                f"{source} gives {name} = {value!r}, expected {type(default).__name__}"
                f" ({known[name].metadata['unit']}); correct it."
            ) from error
    return Parameters(**chosen)


def _as(default: Any, value: Any) -> Any:
    if isinstance(default, date):
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    if isinstance(default, int):
        number = float(value)
        if not number.is_integer() or isinstance(value, bool):
            raise ValueError(value)
        return int(number)
    return type(default)(value)


def ensure_demo(folder: Path | str) -> bool:
    r"""Make a movement's raw files from its recipe on first use; True when they were made.

    A folder without `simulate.toml` is a real movement: nothing happens. The raw files are made
    again when the recipe or the generator's code has changed since.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "simulate.toml").write_text("accounts = 80\nfounders = 6\ndays = 5\n")
    >>> i4.simulate.ensure_demo(folder), i4.simulate.ensure_demo(folder)
    (True, False)
    """
    folder = Path(folder)
    recipe = folder / RECIPE
    if not recipe.is_file():
        return False
    stamp = folder / "raw" / STAMP
    made_from = _made_from(recipe)
    if stamp.is_file() and stamp.read_bytes() == made_from:
        return False
    write(world(read_recipe(recipe)), folder)
    stamp.write_bytes(made_from)
    return True


def _made_from(recipe: Path) -> bytes:
    """Return the recipe with a hash of the generator's code."""
    code = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        code.update(source.read_bytes())
    return recipe.read_bytes() + f"# generator {code.hexdigest()}\n".encode()


def command(
    out: Path | str,
    seed: int | None = None,
    posts: int | None = None,
    settings: Mapping[str, Any] | Iterable[str] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> list[Written]:
    """Do what `i4 simulate` does: write a made-up movement with its truth into `out`.

    Parameters
    ----------
    seed, posts
        The seed; about how many posts (accounts, founders and originals grow with it).
    settings
        Any parameters: a mapping, or texts such as "founders=40".

    Raises
    ------
    MovementError
        If a parameter is unknown or wrong, or `out` holds something that is not made up.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = i4.simulate.command(folder, seed=3, settings=["accounts=80", "founders=6", "days=5"])
    >>> (folder / "truth").is_dir()
    True
    """
    out = Path(out)
    given = dict(settings) if isinstance(settings, Mapping) else _pairs(settings)
    if seed is not None:
        given["seed"] = seed
    sized: dict[str, Any] = {}
    if posts is not None:
        fitted = parameters_for(posts, seed=int(given.get("seed", 1)))
        sized = {one.name: getattr(fitted, one.name) for one in fields(Parameters)}
    given.setdefault("name", _folder_name(out))
    parameters = parameters_from(given, "The command", **sized)
    _refuse_real(out)
    written = write(world(parameters), out, tell)
    _save(out / RECIPE, recipe_text(parameters))
    (out / "raw" / STAMP).write_bytes(_made_from(out / RECIPE))
    return written


def _pairs(texts: Iterable[str]) -> dict[str, Any]:
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise MovementError(
                f"The setting {text!r} has no value, expected name=value such as founders=40;"
                " write it so."
            )
        pairs[name.strip()] = value.strip()
    return pairs


def _folder_name(out: Path) -> str:
    name = "".join(s if s.isalnum() and s.isascii() else "-" for s in out.resolve().name.lower())
    return name.strip("-_") or "demo"


def _refuse_real(out: Path) -> None:
    source = out / "movement.toml"
    if source.is_file() and not Movement.load(out).made_up:
        raise MovementError(
            f"The folder {out} holds a real movement ({source} does not say made_up = true),"
            " expected an empty or made-up folder; choose another --out."
        )


def recipe_text(parameters: Parameters) -> str:
    """Return the recipe of a world: every parameter that is not at its default."""
    lines = ["# How this made-up movement is made; any parameter may be set here."]
    for one in fields(Parameters):
        value = getattr(parameters, one.name)
        if value != one.default or one.name == "seed":
            shown = f'"{value}"' if isinstance(value, str) else str(value)
            lines.append(f"{one.name} = {shown}  # {one.metadata['unit']}")
    return "\n".join([*lines, ""])
