"""The files table of a store: what became of each file that was read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence

import pandas as pd

from i4analysis import tables
from i4analysis.archive.store.parts import Account
from i4analysis.errors import TableError


def files_table(found: Sequence[Account], copies: Mapping[str, int]) -> pd.DataFrame:
    """Return the files table of accounts.

    Parameters
    ----------
    found
        The accounts of files, in their order.
    copies
        File → how many of its rows were copies of others.

    Raises
    ------
    TableError
        Unless every record of every file is accounted for.
    """
    names = {str(account.file["file"]) for account in found}
    by_file: Counter[str] = Counter()
    for file, count in copies.items():
        by_file[owner(file, names)] += count
    files = tables.build(
        tables.FILES, [one.file | {"duplicates": by_file[str(one.file["file"])]} for one in found]
    )
    closed = files[["posts_in", "profiles_only", "notices", "rejects"]].sum(axis=1)
    wrong = files[files["records"] != closed]
    if len(wrong):
        row = wrong.iloc[0]
        raise TableError(
            f"The account of {row['file']} does not add up: {row['records']} records found, but"
            " not as many posts, accounts, notices and rejects together; read the file again."
        )
    return files


def owner(file: str, names: Container[str]) -> str:
    """Return the file of the files table that a row's file belongs to: a bundle, for a member."""
    places = [match.start() for match in re.finditer("!", file)]
    return next((file[:at] for at in [len(file), *places] if file[:at] in names), file)
