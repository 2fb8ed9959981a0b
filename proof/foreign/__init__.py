"""Worlds made by another hand than the methods': what a promise is worth away from home.

`worlds` makes them, mechanism by mechanism, `modes` looks at them as a collector would, `checks`
holds every promise against what truly happened there and `run` keeps the whole within two hours
of one processor. Nothing here shares code, a parameter or a habit with `i4analysis.simulate`:
people read in sessions, not through a delay kernel; they follow by nearness of interests, not by
communities; and whatever a measure assumes is not assumed here. `python -m proof foreign` runs it.
"""

from proof.foreign.run import command

__all__ = ["command"]
