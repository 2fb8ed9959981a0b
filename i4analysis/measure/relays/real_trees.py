"""How well relay methods do on real cascades whose true parents are known.

Measured by `benchmarks/real_trees.py`; only counts and scores are kept. Weibo: 40 cascades of the
CED set (Song et al. 2018), times and true parents known, followers of reposters not, accounts of
originals hidden. marref: the trees of 10 reshares or more of #marref, Twitter, May 2015 (Gleeson
et al. 2021), parents inferred by its authors from follow edges, only the order known. Neither
holds evidence on who reads whom: it is the hardest case, and the gate is closed on both.
"""

from __future__ import annotations

from io import StringIO

import pandas as pd
import pyarrow as pa

from i4analysis import tables

SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("method", pa.string()),
        ("cascades", pa.int64()),
        ("reshares", pa.int64()),
        *[
            (name, pa.float64())
            for name in (
                "accuracy", "chance", "relay_accuracy", "top_relay", "log_loss", "ece",
                "direct_true", "direct_said", "delta_lo", "delta_hi", "coverage",
            )
        ],
        ("gate", pa.string()),
    ]
)  # fmt: skip
_ROWS = """\
weibo,author,40,22936,0.2533,0.0117,0.0434,0.1,10.32,0.7467,0.2546,1,1,1,0,closed
weibo,casin,40,22936,0.0197,0.0117,0.0434,0.125,8.003,0.0463,0.2546,0.0091,0.0091,0.0091,0,closed
weibo,lsr,40,22936,0.0244,0.0117,0.0434,0.225,8.104,0.1142,0.2546,0.0078,0.0078,0.0078,0,closed
weibo,audited,40,22936,0.1575,0.0117,0.0434,0.075,7.042,0.1124,0.2546,0.21,0.1177,0.3463,0,closed
marref,author,695,16994,0.3309,0.1087,0.0991,0.787,9.243,0.6691,0.3583,1,1,1,0,closed
marref,casin,695,16994,0.0653,0.1087,0.0991,0.787,2.876,0.0056,0.3583,0.1434,0.1434,0.1434,0,closed
marref,lsr,695,16994,0.1771,0.1087,0.0991,0.1627,4.259,0.0925,0.3583,0.2599,0.2599,0.2599,0,closed
marref,audited,695,16994,0.2129,0.1087,0.0991,0.005917,4.214,0.125,0.3583,0.35,0.2563,0.457,0,closed
"""


def real_trees() -> pd.DataFrame:
    """Return the scores of each method on real cascades, one row a source and method.

    Returns
    -------
    pandas.DataFrame
        `source` (weibo | marref), `method` (audited: lsr with an audit of 100), `cascades`,
        `reshares`, `accuracy` (the most probable
        parent is the true one, over reshares with a choice), `chance` (of a uniform guess),
        `relay_accuracy` (among reshares that truly came through a relay, the true relay is the
        most probable relay), `top_relay` (share of cascades whose largest relay is found),
        `log_loss`, `ece` (expected calibration error), `direct_true`, `direct_said` (share that
        came straight from the author), `delta_lo`, `delta_hi` (interval of the audit),
        `coverage`, `gate`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> sorted(i4.relays.real_trees()["source"].unique())
    ['marref', 'weibo']
    """
    frame = pd.read_csv(StringIO(_ROWS), names=SCHEMA.names, dtype={"gate": str})
    return tables.from_arrow(pa.Table.from_pandas(frame, schema=SCHEMA, preserve_index=False))
