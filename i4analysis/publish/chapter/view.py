"""What a notebook shows of a chapter: a heading, or one figure with its table. Plain HTML."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape
from typing import Any

from i4analysis.publish.chapter.grid import shown
from i4analysis.publish.words.sentence import terms
from i4analysis.publish.words.wording import number, quote

WORDS = terms("common", "shown")
NOTEBOOK_ROWS = 12


def _list(title: str, lines: list[str]) -> str:
    if not lines:
        return ""
    return (
        f"<p><strong>{escape(title)}</strong></p><ul>"
        + "".join(f"<li>{escape(line)}</li>" for line in lines)
        + "</ul>"
    )


def head(chapter: Mapping[str, Any], lang: str) -> str:
    """Return question, answer, key figures, what can and cannot be said, and exclusions."""
    words = {name: text[lang] for name, text in WORDS.items()}
    parts = [f"<h3>{escape(chapter['title'][lang])}</h3>"]
    if chapter["movement"]["made_up"]:
        parts.append(f"<p><strong>{escape(words['made_up'])}</strong></p>")
    parts.append(f"<p><em>{escape(chapter['question'][lang])}</em></p>")
    parts.append(f"<p>{escape(chapter['answer'][lang])}</p>")
    figures = [
        f"{figure['text'][lang]} – {figure['label'][lang]} ({figure['definition'][lang]})"
        for figure in chapter["key_figures"]
    ]
    parts.append("".join(f"<p>{escape(line)}</p>" for line in figures))
    parts.append(_list(words["can"], [quote(t[lang], lang) for t in chapter["can_write"]]))
    parts.append(_list(words["cannot"], [t[lang] for t in chapter["cannot_write"]]))
    parts.append(_list(words["missing"], [g["text"][lang] for g in chapter["cannot_show"]]))
    left = [f"{number(e['count'], lang)} – {e['reason'][lang]}" for e in chapter["excluded"]]
    parts.append(_list(words["excluded"], left))
    sentences = [i["text"][lang] for i in chapter["items"] if i["kind"] == "sentence"]
    parts.append("".join(f"<p>{escape(line)}</p>" for line in sentences))
    return "".join(parts)


def item(
    chapter: Mapping[str, Any], entry: Mapping[str, Any], lang: str, svg: bytes | None
) -> str:
    """Return one figure (its picture holds title and source) or table, with its first rows."""
    parts = []
    if svg is not None:
        data = base64.b64encode(svg).decode("ascii")
        parts.append(
            f'<img style="max-width:100%;width:720px" alt="{escape(entry["alt"][lang])}"'
            f' src="data:image/svg+xml;base64,{data}">'
        )
    else:
        parts.append(f"<h4>{escape(entry['title'][lang])}</h4>")
    if entry.get("note"):
        parts.append(f"<p><small>{escape(entry['note'][lang])}</small></p>")
    parts.append(_table(entry, lang))
    return "".join(parts)


def _table(entry: Mapping[str, Any], lang: str) -> str:
    heads = "".join(f"<th>{escape(c['header'][lang])}</th>" for c in entry["columns"])
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{escape(shown(cell, column, lang))}</td>"
            for cell, column in zip(row, entry["columns"], strict=True)
        )
        + "</tr>"
        for row in entry["rows"][:NOTEBOOK_ROWS]
    )
    total = len(entry["rows"])
    more = f"<p><small>{number(total, lang)} {WORDS['rows'][lang]}.</small></p>"
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return table + (more if total > NOTEBOOK_ROWS else "")


def missing(chapter: Mapping[str, Any], stem: str, lang: str) -> str:
    """Return why the figure or table `stem` is not there: its own reason, else the chapter's."""
    gaps = chapter["cannot_show"]
    own = [gap["text"][lang] for gap in gaps if gap["stem"] == stem]
    own = own or [gap["text"][lang] for gap in gaps]
    said = chapter["answer"][lang] if chapter.get("silent") else WORDS["nothing"][lang]
    return _list(WORDS["missing"][lang], own or [said])
