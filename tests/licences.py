"""The licences of what is installed: `make licences` prints one line a package.

A lock is given to see what it brings: `python tests/licences.py requirements.lock` ends with 1
when one of its packages is under the GPL, the LGPL or the AGPL, or says nothing of its licence.
"""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

COPYLEFT = re.compile(r"\b[AL]?GPL|GNU (?:Lesser |Affero )?General Public", re.IGNORECASE)
NOT_SAID = "not said"


def plain(name: str) -> str:
    """Return the name of a package as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(*locks: Path) -> dict[str, str]:
    """Return package → version of some locks."""
    pins = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
    return {plain(name): held for path in locks for name, held in pins.findall(path.read_text())}


def licence(name: str) -> str:
    """Return the licence of an installed package, in the words of its metadata."""
    about = metadata.metadata(name)
    if about.get("License-Expression"):
        return str(about["License-Expression"])
    said = [
        line.rpartition("::")[2].strip()
        for line in about.get_all("Classifier") or []
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    first = (about.get("License") or "").strip().splitlines()[:1]
    return "; ".join(said) or "".join(first)[:80] or NOT_SAID


def refused(names: dict[str, str]) -> dict[str, str]:
    """Return package → licence of those that may not be brought; one of two suffices."""
    found = {name: licence(name) for name in names if installed(name)}
    return {
        name: said
        for name, said in found.items()
        if said == NOT_SAID or (COPYLEFT.search(said) and not re.search(r"\bOR\b", said))
    }


def installed(name: str) -> bool:
    """Return True if a package is installed; a lock serves several systems."""
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def main(*locks: str) -> int:
    """Print the licences, of some locks or of all that is installed."""
    names = locked(*map(Path, locks)) if locks else {
        plain(one.metadata["Name"]): one.version for one in metadata.distributions()
    }  # fmt: skip
    for name in sorted(filter(installed, names)):
        print(f"{name:32} {names[name]:18} {licence(name)}")
    return 1 if locks and refused(names) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
