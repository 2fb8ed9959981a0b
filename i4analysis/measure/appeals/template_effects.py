"""What each element of an appeal is worth in reshares, within the posts of the same author.

People who use the template also have more followers, so posts of different authors must not be
compared: the pooled model is off by half a log unit on worlds whose truth is known (see `proof/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from i4analysis import clock
from i4analysis.measure.accounts.marks import Bios
from i4analysis.measure.appeals import panel
from i4analysis.measure.appeals.rows import appeal_rows
from i4analysis.measure.numbers.statistics import benjamini_hochberg
from i4analysis.measure.numbers.suppression import LIMIT, rounded
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import Archive, declared

FEATURES = (
    "pleasert",
    "recherche",
    "job",
    "cv_link",
    "image",
    "n_tagged",
    "n_tagged_supporters",
    "bare_tag",
    "offer",
)
CONTROLS = ("hour_sin", "hour_cos", "weekend", "log_followers", "log_supporters", "is_member")
MODELS = ("fixed effects", "author means", "matched")
WINDOW_H = 72.0
FEW = 20  # authors under which an effect is marked as resting on few
FULL, BARE = 0.8, "bare_tag"
(EFFECTS,) = declared(__file__).values()


@dataclass(frozen=True, eq=False)
class TemplateEffects(Result):
    """Effects as ratios of reshares; `table` has one row a feature and model.

    Attributes
    ----------
    n_single
        Authors with one post only: fixed effects cannot use them.
    """

    n_single: int = 0

    def effect(self, feature: str, model: str = "fixed effects") -> pd.Series | None:
        """Return the row of a feature and model; None when it could not be estimated.

        Examples
        --------
        >>> import i4analysis as i4
        >>> archive, movement = i4.simulate.example()
        >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
        >>> one = ["fixed effects"]
        >>> effects = i4.appeals.template_effects(archive, movement, classified, models=one)
        >>> effects.effect("image")["model"]
        'fixed effects'
        """
        rows = self.table[(self.table["feature"] == feature) & (self.table["model"] == model)]
        return None if rows.empty else rows.iloc[0]


def template_effects(
    archive: Archive,
    movement: Movement | None,
    classified: pd.DataFrame,
    *,
    models: Sequence[str] = MODELS,
    level: float = 0.95,
    seed: int = 0,
) -> TemplateEffects:
    """Estimate what each element of an appeal multiplies its reshares by.

    Unit: a request or an offer; outcome: reshares by other accounts within 72 hours, posts
    followed for less being left out. Three models of the same table: Poisson with a constant for
    each author, errors clustered by author (`fixed effects`: only what varies within an author's
    posts); negative binomial with each author's means of the features (`author means`: keeps
    authors who posted once); the same author within 2 hours of the clock and 3 days with the
    element against without (`matched`: a check with no model). `pooled` ignores authors: it is
    there to show what goes wrong, never to be reported.

    Parameters
    ----------
    archive, movement, classified
        As for `service`.
    models
        Among `MODELS` and `pooled`.
    level, seed
        Of the intervals; the seed is that of the matched check's bootstrap.

    Returns
    -------
    TemplateEffects
        `table`: feature (`full_template`: five sixths of the template against a bare hashtag),
        model, ratio with `lo`, `hi`; `p`, `p_bh` (Benjamini–Hochberg over the features of a
        model); `n_authors_used` (in whose posts the feature varies); `n_tweets`; `warning`: codes
        joined by spaces (`confounded`: the pooled model says something else, so who uses the
        element matters; `few_authors`: under 20; `single_posts`: most authors posted once, so it
        is an association only; `chosen`: who is tagged is chosen). Features present, or absent,
        in fewer than five posts or authors, or that vary within the posts of fewer than five, are
        left out.

    References
    ----------
    Wooldridge 1999 (fixed-effects Poisson); Mundlak 1978; Hausman 1978; Benjamini & Hochberg 1995.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    >>> one = ["fixed effects"]
    >>> effects = i4.appeals.template_effects(archive, movement, classified, models=one)
    >>> effects.table["feature"].head(3).tolist()
    ['pleasert', 'recherche', 'job']
    """
    rows = effect_rows(archive, movement, classified)
    followed = rows[rows["followed_h"] >= WINDOW_H].reset_index(drop=True)
    cut = len(rows) - len(followed)
    effects = effects_of(followed, models=models, level=level, seed=seed)
    # Under five it would be a small cell of people looking for work: said by a note only.
    excluded = {"followed for less than 72 hours": int(rounded(cut))} if cut >= LIMIT else {}
    counts = ["n_authors_used", "n_tweets"]
    told = {name: rounded(effects.table[name].to_numpy(float)).astype(int) for name in counts}
    return TemplateEffects(
        table=effects.table.assign(**told),
        parameters=effects.parameters,
        n_used=int(rounded(effects.n_used)),
        excluded=excluded,
        notes=effects.notes + (("few_left_out",) if 0 < cut < LIMIT else ()),
        n_single=int(rounded(effects.n_single)),
    )


def effects_of(
    rows: pd.DataFrame,
    *,
    features: Sequence[str] = FEATURES,
    controls: Sequence[str] = CONTROLS,
    models: Sequence[str] = MODELS,
    level: float = 0.95,
    seed: int = 0,
) -> TemplateEffects:
    """Estimate the effects from rows: `private_account`, `relays_72h`, features, controls.

    The part of `template_effects` that needs no archive; also used to prove the method on rows
    drawn with known effects. `posted_at` and `clock_h` are needed for `matched` only.
    """
    used = [name for name in features if _usable(rows, name)]
    results = []
    rng = np.random.default_rng(seed)
    if used and len(rows) >= 2 * LIMIT:
        results.append(_fit(rows, used, controls, models, level, rng))
    both = rows[(rows["template_share"] >= FULL - 1e-9) | rows[BARE].astype(bool)]
    both = both.assign(full_template=1.0 - both[BARE].astype(float)).reset_index(drop=True)
    if _usable(both, "full_template"):
        results.append(_fit(both, ["full_template"], controls, models, level, rng))
    results = [table for table in results if len(table)]
    table = pd.concat(results) if results else pd.DataFrame(columns=EFFECTS.names)
    per_author = rows.groupby("private_account").size()
    return TemplateEffects(
        table=table[EFFECTS.names].reset_index(drop=True),
        parameters={"models": tuple(models), "level": level, "window_h": WINDOW_H, "seed": seed},
        n_used=len(rows),
        notes=() if results else ("too_few_posts",),
        n_single=int((per_author == 1).sum()),
    )


def _usable(rows: pd.DataFrame, feature: str) -> bool:
    if feature not in rows or rows[feature].isna().any():
        return False
    present = rows[feature].astype(float) > 0
    sides = [rows.loc[side, "private_account"] for side in (present, ~present)]
    return all(len(side) >= LIMIT and side.nunique() >= LIMIT for side in sides)


def _fit(
    rows: pd.DataFrame,
    features: list[str],
    controls: Sequence[str],
    models: Sequence[str],
    level: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    data = panel.Panel.of(rows, "private_account", "relays_72h", features, controls)
    if (apart := panel.told_apart(data)) != features:
        if not apart:
            return pd.DataFrame(columns=EFFECTS.names)
        return _fit(rows, apart, controls, models, level, rng)
    pooled = panel.negative_binomial(data, level, means=False)
    found = []
    for model in models:
        if model == "fixed effects":
            table = panel.poisson_fixed_effects(data, level)
        elif model == "author means":
            table = panel.negative_binomial(data, level, means=True)
        elif model == "matched":
            table = panel.matched(rows, data, level, rng)
        else:
            table = pooled.assign(n_authors_used=int(data.groups.max()) + 1)
        table = table[table["n_authors_used"] >= LIMIT].reset_index(drop=True)
        table = table.assign(model=model, p_bh=benjamini_hochberg(table["p"]))
        table["warning"] = _warnings(table, pooled, data)
        found.append(table)
    if not any(len(table) for table in found):
        return pd.DataFrame(columns=EFFECTS.names)
    joined = pd.concat([table for table in found if len(table)])
    joined = joined.astype(dict.fromkeys(("beta", "lo", "hi", "p", "p_bh"), float))
    joined = joined.astype(dict.fromkeys(("n_authors_used", "n_tweets"), int))
    joined["ratio"] = np.exp(joined["beta"])
    joined["lo"], joined["hi"] = np.exp(joined["lo"]), np.exp(joined["hi"])
    joined["level"] = level
    return joined


def _warnings(table: pd.DataFrame, pooled: pd.DataFrame, data: panel.Panel) -> list[str]:
    rivals = dict(
        zip(pooled["feature"], zip(pooled["beta"], pooled["se"], strict=True), strict=True)
    )
    single = float((np.bincount(data.groups) == 1).mean())
    said = []
    for row in table.to_dict("records"):
        codes = []
        beta, se = rivals[row["feature"]]
        apart = abs(row["beta"] - beta)
        # Hausman 1978: under no confounding the variance of the difference is that of variances.
        spread = np.sqrt(max(row["se"] ** 2 - se**2, 1e-4))
        if row["model"] != "pooled" and apart > max(0.1, 1.64 * spread):
            codes.append("confounded")
        if row["n_authors_used"] < FEW:
            codes.append("few_authors")
        if single > 0.5:
            codes.append("single_posts")
        if row["feature"].startswith("n_tagged"):
            codes.append("chosen")
        said.append(" ".join(codes))
    return said


def effect_rows(
    archive: Archive, movement: Movement | None, classified: pd.DataFrame
) -> pd.DataFrame:
    """Return requests and offers with the features and controls of the models.

    For the analyst only (identifiers in `private_…`). Adds to `appeal_rows`: the features,
    `offer`, and the controls (hour of the movement's day on a circle, weekend, log of followers
    and of supporters known by then, whether the author showed the mark).
    """
    rows = appeal_rows(archive, movement, classified)
    wanted = ["post_id", *[f for f in FEATURES if f != "offer"], "template_share"]
    rows = rows.merge(
        classified[wanted].rename(columns={"post_id": "private_post_id"}), on="private_post_id"
    )
    if rows.empty:
        return rows.assign(offer=[], clock_h=[], **{name: [] for name in CONTROLS})
    rows["offer"] = rows["label"] == "offer"
    rows["n_tagged"] = rows["n_tagged"].clip(upper=10)
    local = clock.wall(rows["posted_at"], "UTC" if movement is None else movement.zone)
    rows["clock_h"] = local.dt.hour + local.dt.minute / 60
    angle = rows["clock_h"] * (2 * np.pi / 24)
    rows["hour_sin"], rows["hour_cos"] = np.sin(angle), np.cos(angle)
    rows["weekend"] = (local.dt.day_of_week >= 5).astype(float)
    rows["log_followers"] = np.log1p(rows["followers"].fillna(rows["followers"].median()))
    rows["log_followers"] = rows["log_followers"].fillna(0.0)
    marks = movement.supporter_marks if movement else ()
    bios = Bios.of(archive.posts, archive.profiles)
    seen = np.sort(bios.first_shown(marks).to_numpy("datetime64[us]"))
    moments = rows["posted_at"].dt.tz_localize(None).to_numpy("datetime64[us]")
    rows["log_supporters"] = np.log1p(np.searchsorted(seen, moments, side="right"))
    shown = bios.shown(marks, rows["private_account"], rows["posted_at"])
    rows["is_member"] = shown.fillna(False).astype(float)
    return rows
