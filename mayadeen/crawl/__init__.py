"""A crawl: its scope, its sources, what it recrawls, how it ends."""
