"""For the doctests of the package, wherever pytest starts: its doors open before its files.

Pytest imports a file by its path and hangs it on its room, where a function of the same name may
stand (`i4.appeals.service`); once the doors are open it takes the module that is there.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

# Threads of BLAS cost small fits twenty times what they bring; they are counted as numpy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import hypothesis
import matplotlib as mpl
import pytest

import i4analysis as i4

mpl.use("Agg")
hypothesis.settings.register_profile("untimed", deadline=None)  # nothing is timed in a test
hypothesis.settings.load_profile("untimed")
OPEN = [getattr(i4, name) for name in i4.__all__]


def pytest_collection_finish() -> None:
    """Leave ten thousand tests and what they import out of every search for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def close_figures() -> Iterator[None]:
    """Leave no figure of one test to the next."""
    yield
    from matplotlib import pyplot as plt

    plt.close("all")
