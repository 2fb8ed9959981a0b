"""Every number a made-up movement depends on: one named field, its unit, the source of its value.

Sources are of three kinds: published work (named), the published record of #i4Emploi (named), and
`calibrated`, which says what the value was chosen to reproduce.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from i4analysis.errors import MovementError, nearest

DELAYS = ("exponential", "power_law", "log_normal")

_SHAPE = "calibrated: 30 founders, 300+ bios on day 21, as the interview with the founders says"
_DIRECT = (
    "calibrated: direct share of reshares .54, between Gleeson et al. 2021 (.57, Twitter) and"
    " the dense stress test"
)
_PILOT = "our choice, kept from the prototype on which the methods were measured"
_FIRST_DAY = date(2021, 1, 16)
_PROVING = "our choice: nothing is lost unless the proving ground asks for it"


def _p(default: Any, unit: str, meaning: str, source: str = "our choice") -> Any:
    return field(default=default, metadata={"unit": unit, "meaning": meaning, "source": source})


@dataclass(frozen=True)
class Parameters:
    """Parameters of a made-up movement; `describe` lists meaning, unit and source of each.

    Examples
    --------
    >>> Parameters(seed=3, founders=40).founders
    40
    >>> Parameters.describe()[0]["name"]
    'seed'
    """

    seed: int = _p(1, "none", "one seed, one world: same seed, same bytes", "arbitrary")
    # ------------------------------------------------------------------ the people
    accounts: int = _p(4000, "accounts", "accounts that can hear of the movement", _PILOT)
    founders: int = _p(
        30, "accounts", "founder group, in private on day 0", "founder interview: 30 on day one"
    )
    communities: int = _p(8, "communities", "groups that mostly follow each other", _PILOT)
    homophily: float = _p(0.12, "ratio", "weight of an account outside one's community", _PILOT)
    follows_log_mean: float = _p(
        3.1, "log accounts", "mean of log accounts followed in the world", _PILOT
    )
    follows_log_sd: float = _p(0.8, "log accounts", "its standard deviation", _PILOT)
    attraction_log_sd: float = _p(
        1.1, "log ratio", "spread of attractiveness: heavy-tailed audiences", _PILOT
    )
    founder_attraction: float = _p(
        4.0, "ratio", "attractiveness of a founder against others'", _PILOT
    )
    outlet_attraction: float = _p(6.0, "ratio", "the same for a newspaper or radio")
    follow_back: float = _p(0.25, "probability", "a follow is returned", _PILOT)
    founder_ties: float = _p(
        0.7, "probability", "one founder follows another", "founder interview: one private group"
    )
    outside_log_mean: float = _p(
        6.8,
        "log followers",
        "mean of log followers outside the world",
        "calibrated: followers of 300 supporters sum to about 600,000 (founder interview)",
    )
    outside_log_sd: float = _p(1.2, "log followers", "its standard deviation: heavy tail", _PILOT)
    outlet_audience: float = _p(
        4.0, "ratio", "followers of an outlet outside the world against others'"
    )
    outside_overlap: float = _p(
        0.84,
        "ratio",
        "distinct followers / summed followers of the supporters",
        "our choice, as in the prototype's reach worlds; no published value",
    )
    audience_growth: float = _p(
        0.001, "1/day", "growth of follower counts", "our choice: 3 % a month"
    )
    # ------------------------------------------------------------------ the calendar
    started_on: date = _p(  # noqa: RUF009  # a field with metadata, as every other
        _FIRST_DAY, "day", "first day, movement's zone", "our choice: a Saturday"
    )
    days: int = _p(28, "days", "length of the movement", "founder interview plus one week")
    night_ends_h: int = _p(7, "hour of day", "end of the night, local", _PILOT)
    night_pause: float = _p(
        0.75, "probability", "a reaction due at night waits for the morning", _PILOT
    )
    night_activity: float = _p(0.15, "ratio", "activity at night against the mean", _PILOT)
    # ------------------------------------------------------------------ bios
    contagion: float = _p(0.0019, "1/hour", "ceiling of the hazard of joining", _SHAPE)
    contagion_half: float = _p(
        5.0, "accounts", "followed supporters at half the ceiling (complex contagion)", _PILOT
    )
    interest_fades_h: float = _p(260.0, "hours", "time in which the hazard falls by e", _SHAPE)
    openness_log_sd: float = _p(0.8, "log ratio", "spread of the will to join", _PILOT)
    founders_arrive_h: float = _p(6.0, "hours", "time in which the founder group gathers", _PILOT)
    media_joining: float = _p(6e-6, "1/hour", "hazard of joining after a push, at once", _PILOT)
    media_joining_fades_h: float = _p(
        24.0, "hours", "time in which that hazard falls by e", _PILOT
    )
    bio_share: float = _p(0.9, "probability", "a member writes the hashtag in the bio", _SHAPE)
    bio_dropped_days: float = _p(
        200.0, "days", "mean time before the hashtag leaves a bio", _PILOT
    )
    # ------------------------------------------------------------------ posts
    posts_per_day: float = _p(62.0, "posts/day", "original posts when the movement is up", _PILOT)
    early_level: float = _p(
        0.25, "ratio", "activity of the first day against the movement when up", _PILOT
    )
    members_when_up: float = _p(
        3.33, "members/(posts/day)", "members a daily post at which the movement is up", _PILOT
    )
    seeker_share: float = _p(0.30, "share of originals", "appeals of people looking for work")
    offer_share: float = _p(0.08, "share of originals", "offers by firms")
    aid_share: float = _p(
        0.15, "share of member originals", "members' posts on behalf of a seeker"
    )
    support_share: float = _p(0.75, "share of member originals", "words of support among the rest")
    push_support: float = _p(
        0.6, "share of posts", "words of support among posts that a push brings"
    )
    other_pictures: float = _p(0.25, "share of posts", "pictures outside appeals")
    other_links: float = _p(0.2, "share of posts", "links outside appeals")
    job_named: float = _p(0.8, "probability", "an appeal names the occupation")
    seeking_words: float = _p(0.8, "probability", "an appeal says in words that work is sought")
    seekers: float = _p(0.06, "share of accounts", "accounts looking for work", _PILOT)
    seeker_marks: float = _p(0.5, "probability", "a seeker writes the seekers' hashtag in the bio")
    seekers_marked_by: float = _p(
        0.9, "share of the period", "by when the last seeker writes the mark"
    )
    firms: int = _p(40, "accounts", "accounts of firms that may offer work")
    outsider_posts: float = _p(3.6, "posts/day", "originals by non-members", _PILOT)
    activity_log_sd: float = _p(0.8, "log ratio", "spread of members' activity")
    conversation: float = _p(
        0.0025, "1/(day·tie)", "replies and mentions along a tie of members", _PILOT
    )
    outsider_talk: float = _p(0.025, "ratio", "conversation along a tie with a non-member", _PILOT)
    quote_share: float = _p(0.1, "share of replies", "are quotes instead")
    english: float = _p(0.12, "share of originals", "written in English")
    template: float = _p(0.55, "probability", "an appeal has each element of the template")
    tags_most: int = _p(
        10, "accounts", "most accounts tagged in an appeal", "founder interview: up to ten"
    )
    tags_members: float = _p(0.75, "probability", "a tagged account is a member")
    effect_please: float = _p(0.30, "log ratio", "effect of #PleaseRT on quality", _PILOT)
    effect_image: float = _p(0.25, "log ratio", "effect of a picture on quality", _PILOT)
    effect_link: float = _p(0.0, "log ratio", "effect of a CV link on quality", _PILOT)
    effect_request: float = _p(0.5, "log ratio", "effect of being an appeal", _PILOT)
    # ------------------------------------------------------------------ reshares
    reshare: float = _p(0.12, "probability", "base chance that a follower reshares", _DIRECT)
    relayed: float = _p(
        0.10, "ratio", "a post met through a relay against one met at its author", _DIRECT
    )
    tie_log_sd: float = _p(1.0, "log ratio", "spread of the strength of ties", _PILOT)
    tie_log_mean: float = _p(-0.5, "log ratio", "mean of the log of ties", _PILOT)
    attention_log_mean: float = _p(-0.32, "log ratio", "mean of the log of attention", _PILOT)
    attention_log_sd: float = _p(0.8, "log ratio", "spread of attention", _PILOT)
    quality_log_mean: float = _p(-0.3, "log ratio", "mean of the log of quality", _PILOT)
    quality_log_sd: float = _p(0.6, "log ratio", "spread of the quality of posts", _PILOT)
    author_log_sd: float = _p(0.4, "log ratio", "spread of the quality of authors", _PILOT)
    outsider_reshare: float = _p(0.03, "ratio", "a non-member against a member", _PILOT)
    own_community: float = _p(1.8, "ratio", "inside the author's community", _PILOT)
    tag_answers: float = _p(2.0, "ratio", "chance of a tagged account over the base", _PILOT)
    tagged_outsiders: float = _p(
        0.3, "ratio", "chance of a tagged non-member against a member", _PILOT
    )
    searchers: int = _p(25, "accounts", "members who look up the hashtag, a post", _PILOT)
    search_reshare: float = _p(0.003, "probability", "a searcher reshares", _PILOT)
    delay: str = _p(
        "power_law",
        "one of exponential, power_law, log_normal",
        "law of the delay between seeing and resharing",
        "power law: Zhao et al. 2015 (SEISMIC); log-normal: Doerr et al. 2013;"
        " exponential: Rizoiu et al. 2018",
    )
    delay_scale_h: float = _p(
        0.25, "hours", "power law: c of (1 + t/c)^-(1+shape); log-normal: median", _PILOT
    )
    delay_shape: float = _p(
        0.55,
        "none",
        "power law: exponent; log-normal: standard deviation of the log is 1/shape",
        _PILOT,
    )
    delay_mean_h: float = _p(
        4.085, "hours", "exponential: mean delay", "Rizoiu et al. 2018: rate 6.8e-5 per second"
    )
    # ------------------------------------------------------------------ press and radio
    press_items: int = _p(8, "items", "articles and broadcasts", _PILOT)
    push_share: float = _p(0.5, "share of items", "items that push", _PILOT)
    buzz_share: float = _p(0.25, "share of items", "items that follow the buzz and push nothing")
    push_posts: float = _p(
        25.0, "posts", "original posts that a push brings, expected", "methods, section 4"
    )
    push_fades_h: float = _p(12.0, "hours", "time in which a push falls by e", _PILOT)
    push_reshares: float = _p(0.004, "probability", "a reader of the item reshares", _PILOT)
    push_looks_back_h: float = _p(
        72.0, "hours", "age up to which a post is met by readers of an item", _PILOT
    )
    push_readers: int = _p(30, "accounts", "readers of an item who look, a post", _PILOT)
    # ------------------------------------------------------------------ outcomes
    outcomes_visible: int = _p(5, "outcomes", "caused by a relay path, reaction seen")
    outcomes_silent: int = _p(3, "outcomes", "caused by a path, no reaction posted")
    outcomes_outside: int = _p(3, "outcomes", "of outside causes that look alike")
    outcomes_before: int = _p(
        2, "outcomes", "before the hashtag", "record: buyers were interested before the hashtag"
    )
    outcome_delay_h: float = _p(
        36.0, "hours", "scale of the gamma(2) delay from reaction to outcome", _PILOT
    )
    # ------------------------------------------------------------------ coordination
    open_group: int = _p(10, "accounts", "members who relay together openly")
    hidden_group: int = _p(8, "accounts", "accounts that relay together in hiding", _PILOT)
    group_posts: int = _p(9, "posts", "posts that each group relays together")
    group_takes_part: float = _p(0.85, "probability", "a member takes part")
    group_delay_s: int = _p(
        45, "seconds", "longest delay of the group", "Giglietto et al. 2020: within 60 s"
    )
    group_call_h: float = _p(
        6.0,
        "hours",
        "longest wait before the group is called to a post, one moment for all its members",
        "our choice: a group that always reacts at once cannot be told from people always on",
    )
    group_from_day: int = _p(3, "days", "first day on which groups relay")
    always_on_speed: float = _p(
        100.0, "ratio", "how much faster such members react", "our choice: within a minute"
    )
    always_on: int = _p(0, "accounts", "members who react at once to everything", _PROVING)
    # ------------------------------------------------------------------ what the archive lacks
    lost_share: float = _p(0.0, "share of posts", "deleted or missed at random", _PROVING)
    unseen_accounts: float = _p(0.0, "share of accounts", "never seen at all", _PROVING)
    sampled_share: float = _p(
        1.0, "share of posts", "kept by a sampled stream (0.01 or 0.1)", _PROVING
    )
    deleted_notices: float = _p(
        0.01, "share of posts", "deleted later; the stream keeps post and notice"
    )
    after_share: float = _p(
        0.01, "share of posts", "found only by a later search: bios after the fact"
    )
    v2_share: float = _p(0.02, "share of posts", "also in v2 pages, fetched later")
    snscrape_share: float = _p(0.01, "share of originals", "also in snscrape lines, fetched later")
    collected_after_days: int = _p(
        40, "days", "from the end of the movement to the later searches"
    )
    friend_lists: float = _p(
        0.0, "share of accounts", "whose list of accounts followed is held", _PROVING
    )
    follower_lists: int = _p(
        0, "supporters", "biggest audiences whose whole follower list is held", _PROVING
    )
    random_lists: int = _p(0, "supporters", "the same for supporters drawn at random", _PROVING)
    audited: int = _p(100, "reshares", "hand audit: does the resharer follow?", "methods, 2.4")
    # ------------------------------------------------------------------ how files are damaged
    bluesky_posts: int = _p(0, "posts", "a small part of the movement on Bluesky")
    repeated_lines: float = _p(0.01, "share of lines", "written twice")
    noise_lines: int = _p(6, "lines", "lines that are no record, in the stream")
    cut_lines: int = _p(1, "lines", "records cut off at the end of a file")
    limit_notices: int = _p(4, "lines", "rate-limit notices in the stream")
    name: str = _p("demo", "name", "name of the movement's folder")

    def __post_init__(self) -> None:
        if self.delay not in DELAYS:
            raise MovementError(
                f"The parameter delay is {self.delay!r}, expected one of {', '.join(DELAYS)};"
                " choose one."
            )
        if self.accounts < 60 or not 2 <= self.founders <= self.accounts // 4:
            raise MovementError(
                f"The parameters ask for {self.founders} founders among {self.accounts} accounts,"
                " expected at least 60 accounts and 2 founders to a quarter of them; change one."
            )
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise MovementError(
                    f"The parameter {name} is {getattr(self, name)}, expected a share between 0"
                    " and 1; correct it."
                )

    @classmethod
    def dense(cls, **changes: Any) -> Parameters:
        """Regime D: a stress test with long relay chains (direct share about .35).

        Examples
        --------
        >>> import i4analysis as i4
        >>> i4.simulate.Parameters.dense(seed=2).relayed
        0.18
        """
        return cls().changed(**{"relayed": 0.18, **changes})

    @classmethod
    def small(cls, **changes: Any) -> Parameters:
        """Return parameters of a world of 300 accounts, for tests: less than a second.

        Examples
        --------
        >>> import i4analysis as i4
        >>> i4.simulate.Parameters.small(seed=2).accounts
        300
        """
        small: dict[str, Any] = {
            "accounts": 300,
            "founders": 10,
            "firms": 15,
            "posts_per_day": 25.0,
            "days": 14,
            "press_items": 4,
            "open_group": 5,
            "hidden_group": 4,
            "outcomes_visible": 2,
            "outcomes_silent": 1,
            "outcomes_outside": 1,
            "outcomes_before": 1,
        }
        return cls().changed(**{**small, **changes})

    @classmethod
    def for_accounts(cls, accounts: int, **changes: Any) -> Parameters:
        """Return parameters of a world of another size, made of communities of the same size.

        Relays are scaled down as the world grows: what bounds a cascade in the default world is
        that its members run out.

        Examples
        --------
        >>> import i4analysis as i4
        >>> i4.simulate.Parameters.for_accounts(1000).firms
        15
        """
        scale = accounts / 4000
        communities = max(2, round(8 * scale))
        sized: dict[str, Any] = {
            "accounts": accounts,
            "communities": communities,
            "homophily": min(1.0, 0.84 / (communities - 1)),
            "founders": max(6, round(30 * scale)),
            "firms": max(15, accounts // 100),
            "relayed": min(0.1, 0.1 * scale**-0.75),
        }
        return cls().changed(**{**sized, **changes})

    def changed(self, **changes: Any) -> Parameters:
        """Return the same parameters with some changed.

        Examples
        --------
        >>> import i4analysis as i4
        >>> i4.simulate.Parameters(seed=2).changed(founders=12).founders
        12
        """
        known = [one.name for one in fields(self)]
        for name in changes:
            if name not in known:
                raise MovementError(
                    f"A made-up movement has no parameter {name!r}, expected one of"
                    f" {', '.join(known)}{nearest(name, known)}; correct it."
                )
        return replace(self, **changes)

    @classmethod
    def describe(cls) -> list[dict[str, Any]]:
        """Return name, default, unit, meaning and source of every parameter.

        Examples
        --------
        >>> import i4analysis as i4
        >>> i4.simulate.Parameters.describe()[1]["meaning"]
        'accounts that can hear of the movement'
        """
        return [
            {"name": one.name, "default": one.default, **dict(one.metadata)} for one in fields(cls)
        ]


_SHARES = tuple(
    one.name
    for one in fields(Parameters)
    if one.metadata["unit"].startswith("share") or one.metadata["unit"] == "probability"
)
