"""Charts: `plot_x(table, *, ax=None, lang="en") -> Axes`, a topic a module, one style."""
