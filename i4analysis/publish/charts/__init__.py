"""Charts: `plot_x(table, *, ax=None, lang="en") -> Axes`, a topic a module, one style."""

from i4analysis.arguments import answer
from i4analysis.publish.charts.appeals import plot_first_relay as plot_first_relay
from i4analysis.publish.charts.appeals import plot_relay_lorenz as plot_relay_lorenz
from i4analysis.publish.charts.appeals import plot_service_groups as plot_service_groups
from i4analysis.publish.charts.appeals import plot_template_effects as plot_template_effects
from i4analysis.publish.charts.archive import plot_bases as plot_bases
from i4analysis.publish.charts.archive import plot_posts_per_day as plot_posts_per_day
from i4analysis.publish.charts.compare import plot_changes as plot_changes
from i4analysis.publish.charts.members import plot_accounts as plot_accounts
from i4analysis.publish.charts.members import plot_adoption as plot_adoption
from i4analysis.publish.charts.members import plot_exposure as plot_exposure
from i4analysis.publish.charts.members import plot_first_posts as plot_first_posts
from i4analysis.publish.charts.members import plot_growth as plot_growth
from i4analysis.publish.charts.outcomes import plot_chains as plot_chains
from i4analysis.publish.charts.push import plot_extra_posts as plot_extra_posts
from i4analysis.publish.charts.push import plot_posts_and_press as plot_posts_and_press
from i4analysis.publish.charts.reach import plot_concentration as plot_concentration
from i4analysis.publish.charts.reach import plot_followers_summed as plot_followers_summed
from i4analysis.publish.charts.relays import plot_generations as plot_generations
from i4analysis.publish.charts.relays import plot_influence as plot_influence
from i4analysis.publish.charts.relays import plot_role_matrix as plot_role_matrix
from i4analysis.publish.charts.story import plot_credits as plot_credits
from i4analysis.publish.charts.story import plot_jobs as plot_jobs
from i4analysis.publish.charts.story import plot_story as plot_story
from i4analysis.publish.charts.trust import plot_losses as plot_losses
from i4analysis.publish.charts.trust import plot_promises as plot_promises

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
