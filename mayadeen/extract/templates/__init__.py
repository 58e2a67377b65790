"""Templates: what the article pages of an edition look like, in TOML.

`template` loads one, `reader` reads a page by it, `learn` writes one from pages, `compare` tells readings apart.
"""
