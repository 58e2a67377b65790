"""The archive in the browser: Datasette on a file derived from the archive, `browse.sqlite3`.

`updating` derives the file, `server` shows it. Only `server`, `hooks` and `article_page` need the extra `browse`.
"""
