"""Every drawing has a stated limit of marks, and keeps it."""

from datetime import date, timedelta
from pathlib import Path

import matplotlib as mpl
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from i4analysis.publish import export
from i4analysis.publish.charts import limits, members, push, reach, relays, style

mpl.use("Agg")
CHARTS = Path(limits.__file__).parent
DAYS = 9_000  # a movement of twenty-five years


def marks(ax) -> int:
    """Return the bars, points and vertices that an axis draws."""
    count = len(ax.patches) + sum(len(line.get_xdata()) for line in ax.lines)
    for group in ax.collections:
        count += len(group.get_offsets()) if hasattr(group, "get_offsets") else 0
        count += sum(len(path.vertices) for path in group.get_paths())
    return count


def days(**columns):
    first = date(2001, 1, 1)
    return pd.DataFrame({"day": [first + timedelta(one) for one in range(DAYS)], **columns})


def test_each_limit_is_said_in_one_list_and_used() -> None:
    told = limits.table()
    assert told["most"].gt(0).all()
    assert told["beyond"].str.len().gt(5).all()
    code = (
        "".join(path.read_text() for path in CHARTS.parent.rglob("*.py"))
        + (CHARTS.parents[2] / "notebooks" / "04-who-relayed-whom.ipynb").read_text()
    )
    for name, one in limits.LIMITS.items():
        used = f'most("{name}")' in code or (name == "network" and f"<= {one.most}" in code)
        assert used, name


def test_thinning_keeps_the_ends_the_kept_and_the_order() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        rows, most = int(rng.integers(0, 5_000)), int(rng.integers(2, 300))
        keep = rng.integers(-5, 5_005, 2).tolist()
        places = limits.evenly(rows, most, keep)
        assert (np.diff(places) > 0).all()
        assert len(places) <= min(rows, most + 2)
        if rows:
            assert places[0] == 0
            assert places[-1] == rows - 1
            assert rows <= most or {k for k in keep if 0 <= k < rows} <= set(places.tolist())


@pytest.mark.parametrize("accounts", [30, 2_000, 2_001, 158_000])
def test_the_ranking_is_thinned_and_says_so(accounts: int) -> None:
    half = max(accounts // 37, 1)
    whole = pd.DataFrame(
        {"rank": np.arange(1, accounts + 1), "followers": np.arange(accounts, 0, -1)}
    )
    shown, step = limits.by_rank(whole, keep=(half - 1, half))
    assert len(shown) <= limits.most("ranks") + 2
    assert {1, half, half + 1, accounts} <= set(shown["rank"])
    for lang in ("fr", "en"):
        ax = reach.plot_concentration(shown, n_half=half, lang=lang)
        said = str(step) in ax.get_xlabel()
        assert said == (accounts > limits.most("ranks"))
        orange = ax.patches[1].get_data().edges
        assert orange[-1] == half + 0.5
        mpl.pyplot.close(ax.figure)


def test_curves_of_many_days_are_thinned_and_end_where_they_end() -> None:
    rising = np.arange(DAYS)
    table = days(n_first_post=rising, n_first_own_post=rising // 2)
    ax = members.plot_first_posts(table)
    assert marks(ax) < 4 * limits.most("days")
    assert max(ax.lines[0].get_ydata()) == DAYS - 1
    followers = days(followers_sum=rising * 3, reach_lo=rising, reach_hi=rising * 2,
                     reach_est=rising, lo=rising, hi=rising)  # fmt: skip
    assert marks(reach.plot_followers_summed(followers)) < 20 * limits.most("days")


def test_posts_of_many_days_are_an_area() -> None:
    table = days(originals=np.arange(DAYS), reshares=np.arange(DAYS))
    ax = push.plot_posts_and_press(table)
    assert not ax.patches
    few = push.plot_posts_and_press(table.head(100))
    assert len(few.patches) == 200


def test_of_many_items_those_of_most_effect_are_drawn() -> None:
    many = 300
    table = pd.DataFrame(
        {
            "item_id": [f"item-{one}" for one in range(many)],
            "extra_posts": np.arange(many, dtype=float),
            "lo": np.arange(many) - 1.0,
            "hi": np.arange(many) + 1.0,
            "label": "no sign",
        }
    )
    ax = push.plot_extra_posts(table)
    assert ax.figure.get_figheight() < 40
    assert f"{limits.most('rows')}" in ax.get_xlabel()
    assert f"{many}" in ax.get_xlabel()
    assert not push.plot_extra_posts(table.head(5)).get_xlabel().count("\n")


def test_a_crowd_of_arrivals_is_drawn_as_bubbles() -> None:
    many = 60_000
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "account": [f"a{one}" for one in range(many)],
            "role": "other",
            "arrived_at": pd.Timestamp("2015-09-26", tz="UTC")
            + pd.to_timedelta(rng.integers(0, 60 * 86_400, many), unit="s"),
            "generation": rng.integers(0, 5, many),
            "through": None,
        }
    )
    assert marks(relays.plot_generations(table)) < 20 * 61 * 5


def test_squares_of_many_accounts_stand_for_several() -> None:
    table = pd.DataFrame(
        {"day": [date(2015, 9, 26)] * 2, "role": ["founder", "supporter"], "n": [30, 900_000]}
    )
    figure = members.plot_accounts(table)
    drawn = sum(len(group.get_paths()) for ax in figure.axes for group in ax.collections)
    assert drawn <= limits.most("squares") + 2
    assert any("1501" in text.get_text().replace(",", "") for text in figure.texts)
    style.plt.close(figure) if hasattr(style, "plt") else mpl.pyplot.close(figure)


@pytest.mark.parametrize("form", ["gexf", "graphml", "csv"])
def test_a_large_network_keeps_its_strongest_and_says_so(form, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(
        limits.LIMITS, "gexf", limits.Limit("networks as files", 10, "accounts", "the strongest")
    )
    graph = nx.DiGraph(direction="a to b", description="Edges.", name="n", made="reshares",
                       received="reshared")  # fmt: skip
    for one in range(40):
        graph.add_node(str(one), label=str(one), role="other", reshared=one, reshares=0, first="")
    for one in range(39):
        graph.add_edge(str(one), "39", weight=1, first="", last="", posts="")
    written = export._write_graph(graph, tmp_path / "net", form, made_up=False)
    text = written[0].read_text()
    if form == "csv":
        assert text.count("\n") == 40
    else:
        assert text.count("<node ") == 10
        assert "The 10 of 40 nodes" in text
