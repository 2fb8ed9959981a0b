"""Saved chapters become one report: pages, papers, figures, tables, cards and their manifest."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from i4analysis import __version__
from i4analysis.movement import Movement
from i4analysis.publish.chapter import grid
from i4analysis.publish.report import cards, html, model, pdf, sheets, svg
from i4analysis.publish.report.pages import PAGES, PROOF_PAGES
from i4analysis.publish.words.wording import LANGUAGES

MANIFEST = "manifest.json"
FIGURES = "figures.json"
CHAPTERS = "chapters.json"  # the report without a language: what the checks read


def build(
    chapters: Path,
    movement: Movement,
    out: Path,
    *,
    proof: Path | None = None,
    previous: Mapping[str, Any] | None = None,
    refresh: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write the report of the chapters saved under `chapters` into `out`; return its manifest.

    Parameters
    ----------
    chapters
        Folder of saved chapters, one folder each; a chapter that is missing is said to be so.
    out
        Folder of the report; it may already hold `notebooks/*.html`.
    proof
        Proof report of the measures (JSON), published beside the rest.
    previous
        Of the last report: `release`, `as_of`, `key_figures` (name → value) and `inputs`.
    refresh
        What the refresh records in the manifest: fingerprint, inputs, previous.

    Returns
    -------
    dict
        The manifest: the SHA-256 of every other file of `out`, the date of the data, the inputs.

    Raises
    ------
    RefreshError
        If no chapter is there, one is damaged, or the PDF is refused.
    """
    out.mkdir(parents=True, exist_ok=True)
    books = tuple(sorted(path.name for path in (out / "notebooks").glob("*.html")))
    report = model.read(
        chapters, movement, previous=previous, refresh=refresh, proof=proof, notebooks=books
    )
    for lang, name in PAGES.items():
        (out / name).write_text(html.render(report, lang), encoding="utf-8")
        if report.proves:
            method = html.render_proof(report, lang)
            (out / f"{report.prefix}{PROOF_PAGES[lang]}").write_text(method, encoding="utf-8")
        paper = out / f"{report.prefix}report.{lang}.pdf"
        paper.write_bytes(pdf.render(report, lang))
    _figures(report, out / "figures")
    for lang, name in sheets.NAMES.items():
        (out / f"{report.prefix}{name}").write_bytes(sheets.render(report, lang))
    for name, (lang, size) in cards.names(report).items():
        (out / name).write_bytes(cards.render(report, lang, size))
    if proof is not None:
        (out / "proof.json").write_bytes(proof.read_bytes())
    _write_json(out / FIGURES, report.figures())
    _write_json(out / CHAPTERS, {"chapters": list(report.chapters.values())})
    return _manifest(report, out)


def _figures(report: model.Report, folder: Path) -> None:
    """Copy each figure's SVG, PNG and CSV under one stem, and write the CSV's French twin."""
    folder.mkdir(exist_ok=True)
    for key, item in report.tabled():
        stem = item["stem"]
        suffixes = [".csv"]
        if item["kind"] == "figure":
            suffixes += [
                f".{lang}{phone}.{kind}"
                for lang in LANGUAGES
                for phone in ("", ".phone")
                if f"{lang}{phone}" in item["crop"]
                for kind in ("svg", "png")
            ]
        twin = grid.csv_bytes(item, "fr")
        (folder / f"{report.prefix}{stem}.fr.csv").write_bytes(twin)
        for suffix in suffixes:
            content = (report.folders[key] / f"{stem}{suffix}").read_bytes()
            if suffix.endswith(".png"):
                with Image.open(io.BytesIO(content)) as picture:
                    content = svg.paletted(picture.convert("RGB"))
            (folder / f"{report.prefix}{stem}{suffix}").write_bytes(content)


def _manifest(report: model.Report, out: Path) -> dict[str, Any]:
    files = {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    manifest = {
        "schema": 1,
        "movement": report.movement.name,
        "made_up": report.made_up,
        "preliminary": report.preliminary,
        "title": report.headline.as_dict(),
        "as_of": None if report.as_of is None else report.as_of.isoformat(),
        "version": report.version,
        "i4analysis": __version__,
        "chapters": {
            key: {"figures": _stems(chapter)} for key, chapter in report.chapters.items()
        },
        "refresh": dict(report.refresh),
        "files": files,
    }
    _write_json(out / MANIFEST, manifest)
    return manifest


def _stems(chapter: Mapping[str, Any]) -> list[str]:
    return [item["stem"] for item in chapter["items"] if "stem" in item]


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
