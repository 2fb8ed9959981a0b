"""Small made-up worlds with known truth, to prove what the appeals are measured with.

Cheaper than a whole movement by a factor of a hundred: only the rows a method sees are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
START = pd.Timestamp("2021-01-16", tz="UTC")

# True effects on the log scale; a CV link is worth nothing, everything else is of a likely size.
EFFECTS: dict[str, float] = {
    "pleasert": 0.30,
    "image": 0.25,
    "cv_link": 0.0,
    "recherche": 0.10,
    "n_tagged": 0.03,
}


def template_rows(seed: int, authors: int = 150, most: int = 12) -> pd.DataFrame:
    """Return posts whose reshares follow `EFFECTS`; better-networked authors use the template.

    Reshares are negative binomial (shape 1.5) around exp(−0.5 + author + effects); an author's
    level, N(0, 0.8), also drives followers and the habit of using each element, so a comparison
    between authors is wrong on purpose.
    """
    rng = np.random.default_rng((seed, 5))
    level = rng.normal(0, 0.8, authors)
    posts = rng.integers(1, most + 1, authors)
    who = np.repeat(np.arange(authors), posts)
    n = len(who)
    habit = level[who, None] * 1.2 + rng.normal(0, 0.5, (authors, len(EFFECTS)))[who]
    used = (rng.random((n, len(EFFECTS))) < 1 / (1 + np.exp(-habit))).astype(float)
    names = list(EFFECTS)
    used[:, names.index("n_tagged")] *= rng.integers(1, 11, n)
    hour = rng.uniform(0, 24, n)
    day = rng.integers(0, 28, n)
    eta = used @ np.array(list(EFFECTS.values())) - 0.5 + level[who]
    eta += 0.2 * np.sin(hour * 2 * np.pi / 24)
    noise = rng.gamma(1.5, 1 / 1.5, n)
    frame = pd.DataFrame(used, columns=names)
    followers = 300 * np.exp(0.8 * level + rng.normal(0, 0.6, authors))
    return frame.assign(
        private_account=[f"a{i}" for i in who],
        relays_72h=rng.poisson(np.exp(eta) * noise),
        posted_at=START + pd.to_timedelta(day * 24 + hour, unit="h"),
        clock_h=hour,
        hour_sin=np.sin(hour * 2 * np.pi / 24),
        hour_cos=np.cos(hour * 2 * np.pi / 24),
        weekend=(day % 7 < 2).astype(float),
        log_followers=np.log(followers)[who],
        log_supporters=np.log1p(10.0 * day),
        is_member=(rng.random(authors) < 0.3).astype(float)[who],
        bare_tag=used.sum(axis=1) == 0,
        template_share=(used > 0).mean(axis=1),
    )


def request_rows(seed: int, authors: int = 160, *, censored: bool = True) -> pd.DataFrame:
    """Return requests with their relays, as `appeal_rows` gives them.

    An author makes 1 + Poisson(1) requests; a request gets Poisson(m) relays, m the product of an
    author's level (log-normal, 0.5) and a request's own (gamma, shape 0.8); each comes after a
    power-law delay. Requests fall anywhere in 28 days and are cut at the end when `censored`.
    """
    rng = np.random.default_rng((seed, 7))
    posts = 1 + rng.poisson(1.0, authors)
    who = np.repeat(np.arange(authors), posts)
    n = len(who)
    mean = 2.5 * np.exp(rng.normal(0, 0.5, authors))[who] * rng.gamma(0.8, 1 / 0.8, n)
    count = rng.poisson(mean)
    request = np.repeat(np.arange(n), count)
    delay = 0.25 * (rng.random(len(request)) ** (-1 / 0.55) - 1)
    followed = rng.uniform(0, 672, n) if censored else np.full(n, np.inf)
    inside = delay <= followed[request]
    request, delay = request[inside], delay[inside]
    first = np.full(n, np.inf)
    np.minimum.at(first, request, delay)
    return pd.DataFrame(
        {
            "private_account": [f"a{i}" for i in who],
            "followed_h": followed,
            "first_relay_h": np.where(np.isfinite(first), first, np.nan),
            "relays_24h": np.bincount(request[delay <= 24], minlength=n),
            "relays_7d": np.bincount(request[delay <= 168], minlength=n),
        }
    )


@dataclass(frozen=True, eq=False)
class TagWorld:
    """Members, whom they reach, how willing they truly are, and what was seen of it.

    Attributes
    ----------
    follows
        `member`, `account`, `p` = 1: the account follows the member.
    willing
        Members × sectors: true probability of relaying an appeal of the sector when tagged.
    asked
        Past tags as `tagging.asked_before` gives them.
    appeals
        Those to come: sector and the accounts that follow the author.
    """

    members: list[str]
    follows: pd.DataFrame
    willing: pd.DataFrame
    asked: pd.DataFrame
    appeals: list[tuple[str, set[str]]]


def tag_world(
    seed: int,
    accounts: int = 2500,
    members: int = 300,
    sectors: int = 6,
    past: int = 400,
    coming: int = 24,
) -> TagWorld:
    """Draw a world for `whom_to_tag`: communities that overlap, willingness unlike size.

    Audiences are log-normal and mostly inside the member's community; a member is willing with
    Beta(1.2, 4) probability, doubled in its own sector; the past is `past` requests with ten
    members tagged at random each.
    """
    rng = np.random.default_rng((seed, 11))
    home = rng.integers(0, sectors, accounts)
    own = rng.integers(0, sectors, members)
    size = np.minimum(np.exp(rng.normal(4.6, 1.0, members)), accounts / 3)
    near = home[None, :] == own[:, None]
    chance = np.where(near, 1.0, 0.15)
    chance = np.minimum(chance * (size / chance.sum(axis=1))[:, None], 0.9)
    member, account = np.nonzero(rng.random((members, accounts)) < chance)
    names = [f"m{i}" for i in range(members)]
    follows = pd.DataFrame(
        {
            "member": np.array(names, dtype=object)[member],
            "account": np.char.add("v", account.astype(str)).astype(object),
            "p": 1.0,
        }
    )
    base = rng.beta(1.2, 4.0, members)
    same = own[:, None] == np.arange(sectors)[None, :]
    willing = np.minimum(base[:, None] * np.where(same, 2.0, 0.8), 0.95)
    rows: list[dict[str, Any]] = []
    for post in range(past):
        sector = int(rng.integers(0, sectors))
        for i in rng.choice(members, 10, replace=False):
            answered = bool(rng.random() < willing[i, sector])
            rows.append({"post_id": f"p{post}", "member": names[i], "sector": f"s{sector}",
                         "answered": answered})  # fmt: skip
    appeals = []
    for _ in range(coming):
        sector = int(rng.integers(0, sectors))
        inside = np.flatnonzero(home == sector)
        reached = rng.choice(inside, min(80, len(inside)), replace=False)
        appeals.append((f"s{sector}", {f"v{i}" for i in reached}))
    columns = [f"s{i}" for i in range(sectors)]
    return TagWorld(
        members=names,
        follows=follows,
        willing=pd.DataFrame(willing, index=names, columns=columns),
        asked=pd.DataFrame(rows),
        appeals=appeals,
    )
