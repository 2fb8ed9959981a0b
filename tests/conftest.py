"""Fixtures shared by every test."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

# A fault of ours is raised, not told as the refusal of a file: a test must not pass it by.
os.environ.setdefault("I4_DEBUG", "1")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20150926)


@pytest.fixture
def as_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have faults come out as the sentence that a user gets, for tests that look for it."""
    monkeypatch.delenv("I4_DEBUG", raising=False)


@pytest.fixture(scope="session")
def real() -> Path:
    """The real archives beside the checkout; the test is skipped where they are absent."""
    folder = Path(os.environ.get("I4_REAL", ROOT.parent / "shared" / "real"))
    if not (folder / "README.md").is_file():
        pytest.skip("the real archives (../shared/real or $I4_REAL) are not on this machine")
    return folder
