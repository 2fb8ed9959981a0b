"""Charts: `plot_x(table, *, ax=None, lang="en") -> Axes`, one topic a module, one style for all."""
