"""Charts: `plot_x(table, *, ax=None, lang="en") -> Axes`, a topic a module, one style."""

from i4analysis.arguments import answer
from i4analysis.publish.charts.appeals import (
    plot_first_relay,
    plot_relay_lorenz,
    plot_service_groups,
    plot_template_effects,
)
from i4analysis.publish.charts.archive import plot_bases, plot_posts_per_day
from i4analysis.publish.charts.compare import plot_changes
from i4analysis.publish.charts.members import (
    plot_accounts,
    plot_adoption,
    plot_exposure,
    plot_first_posts,
    plot_growth,
)
from i4analysis.publish.charts.outcomes import plot_chains
from i4analysis.publish.charts.push import plot_extra_posts, plot_posts_and_press
from i4analysis.publish.charts.reach import plot_concentration, plot_followers_summed
from i4analysis.publish.charts.relays import plot_generations, plot_influence, plot_role_matrix
from i4analysis.publish.charts.story import plot_credits, plot_jobs, plot_story
from i4analysis.publish.charts.trust import plot_losses, plot_promises

__all__ = [
    "plot_accounts",
    "plot_adoption",
    "plot_bases",
    "plot_chains",
    "plot_changes",
    "plot_concentration",
    "plot_credits",
    "plot_exposure",
    "plot_extra_posts",
    "plot_first_posts",
    "plot_first_relay",
    "plot_followers_summed",
    "plot_generations",
    "plot_growth",
    "plot_influence",
    "plot_jobs",
    "plot_losses",
    "plot_posts_and_press",
    "plot_posts_per_day",
    "plot_promises",
    "plot_relay_lorenz",
    "plot_role_matrix",
    "plot_service_groups",
    "plot_story",
    "plot_template_effects",
]

answer(__name__)
