"""How Sphinx binds the pages that `docs/pages.py` wrote: offline, one look, no address called."""

from __future__ import annotations

from importlib import metadata

project = "i4analysis"
author = "the i4analysis founders"
project_copyright = "the i4analysis founders; MIT (code), CC BY 4.0 (reports)"
release = version = metadata.version("i4analysis")
html_title = "i4analysis"
language = "en"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
# Docstrings are written for numpydoc; `word` is code, and the house has sections of its own.
default_role = "code"
napoleon_google_docstring = False
napoleon_custom_sections = [("Definition", "notes"), ("Formula", "notes"), ("Units", "notes")]
autodoc_typehints = "none"
autodoc_member_order = "groupwise"
add_module_names = False
# What a class of another package is called is not looked up: no page is fetched.
nitpicky = False
html_theme = "furo"
html_theme_options = {"source_repository": "", "top_of_page_buttons": []}
html_static_path: list[str] = []
html_show_sourcelink = False
html_copy_source = False
html_last_updated_fmt = None
exclude_patterns = ["_build"]
