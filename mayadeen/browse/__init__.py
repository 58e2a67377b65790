"""Shows the archive in the browser: Datasette on `browse.sqlite3`, a file derived from the archive.

`updating` writes the file, `server` shows it. Only `server`, `hooks` and `article_page` need the extra `browse`.
"""
