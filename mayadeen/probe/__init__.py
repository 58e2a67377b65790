"""A first look at the live site."""
