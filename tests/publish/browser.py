"""Debian's Chromium, headless, and axe-core outside the repository: what a page does when read."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
from html import unescape
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars",
)  # fmt: skip
AXE = "axe-core@4.10.3"
CACHE = Path(os.environ.get("I4_AXE", Path(tempfile.gettempdir()) / "i4-axe"))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def chromium(*arguments: str) -> str:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not on this machine")
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    return done.stdout


@functools.cache
def axe() -> str:
    """Return axe-core's source, fetched once by npm into a folder outside the repository."""
    source = CACHE / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists():
        if shutil.which("npm") is None:
            pytest.skip("npm is not on this machine, so axe-core cannot be installed")
        CACHE.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(CACHE), AXE]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
        if done.returncode:
            pytest.skip(f"npm cannot install {AXE}: {done.stderr.strip()[-200:]}")
    return source.read_text(encoding="utf-8")


DARK = "--blink-settings=preferredColorScheme=0"  # what a reader may ask their browser for


def visit(page: Path, scratch: Path, *flags: str, width: int) -> dict[str, Any]:
    """Open a copy of a page that reports on itself: axe's findings, requests."""
    html = page.read_text(encoding="utf-8")
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    probe = (
        f"<script>{axe()}</script><script>const tags = {json.dumps(TAGS)};"
        "addEventListener('load', async () => {"
        "const asked = performance.getEntriesByType('resource').map(e => e.name)"
        ".filter(n => !n.startsWith('data:'));"
        "const r = await axe.run(document, {runOnly: tags});"
        "const brief = l => l.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120))"
        ".slice(0, 3).join(' | '));"
        "const out = document.createElement('pre'); out.id = 'probe';"
        "out.textContent = JSON.stringify({asked, passes: r.passes.length,"
        "violations: brief(r.violations), incomplete: brief(r.incomplete)});"
        "document.body.append(out)})</script></head>"
    )
    copy = scratch / f"{page.stem}-{width}.html"
    copy.write_text(html.replace("</head>", probe, 1), encoding="utf-8")
    dom = chromium(
        *flags, f"--window-size={width},900", "--virtual-time-budget=60000", "--dump-dom",
        copy.as_uri(),
    )  # fmt: skip
    found = re.search(r'<pre id="probe">(.*?)</pre>', dom, re.DOTALL)
    assert found, "the page did not report"
    report: dict[str, Any] = json.loads(unescape(found.group(1)))
    return report


def scrolled(page: Path, scratch: Path, *, width: int) -> int:
    """Return how wide a page becomes in a frame of `width` pixels (a window stops at 500)."""
    inner, wide = framed(page, scratch, "innerWidth + ' ' + root.scrollWidth", width=width)
    assert inner == width, "the frame did not report"
    return wide


# As wide as Arial and about as wide as the fonts of telephones; what a machine of tests has for
# its system's font may be a tenth wider (DejaVu Sans).
TELEPHONE = "Liberation Sans"


def above(page: Path, scratch: Path, part: str, *, width: int) -> int:
    """Return how many pixels of a page stand above one of its parts, in a telephone's font."""
    top = f"Math.round(root.querySelector('#{part}').getBoundingClientRect().top) + ' 0'"
    return framed(page, scratch, top, width=width)[0]


def framed(page: Path, scratch: Path, asked: str, *, width: int) -> tuple[int, int]:
    """Return two numbers that an expression in JavaScript gives of a page in a frame."""
    wrapper = scratch / f"frame-{page.stem}-{width}.html"
    html = page.read_text(encoding="utf-8")
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    font = f"<style>:root,body{{font-family:'{TELEPHONE}',Arial,sans-serif!important}}</style>"
    html = html.replace("</head>", f"{font}</head>", 1)
    wrapper.write_text(
        f"<body><iframe id=f width={width} height=900 style='border:0'></iframe><script>"
        "f.onload = () => { const r = document.createElement('pre'); r.id = 'probe';"
        "const root = f.contentDocument.documentElement;"
        "const innerWidth = f.contentWindow.innerWidth;"
        f"r.textContent = {asked};"
        "document.body.append(r) };"
        f"f.srcdoc = {json.dumps(html).replace('</', '<' + chr(92) + '/')};</script></body>",
        encoding="utf-8",
    )
    dom = chromium("--virtual-time-budget=20000", "--dump-dom", wrapper.as_uri())
    found = re.search(r'<pre id="probe">(\d+) (\d+)</pre>', dom)
    assert found, "the frame did not report"
    return int(found.group(1)), int(found.group(2))
