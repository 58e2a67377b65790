"""A crawl: what it is asked for, where it looks, what it asks for again, how it ends."""
