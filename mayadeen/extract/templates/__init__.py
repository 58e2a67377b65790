"""Templates describe the article pages of an edition, in TOML.

`template` loads a template, `reader` reads a page with it, `learn` writes one from sample pages.
"""
