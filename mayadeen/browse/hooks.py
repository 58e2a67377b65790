"""Datasette's hooks: folded queries, template variables, and cells that link to articles."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from datetime import datetime
from logging import getLogger
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode
from weakref import WeakKeyDictionary

from datasette import Response
from datasette.utils import escape_fts, tilde_decode, tilde_encode
from datasette.utils.asgi import NotFound
from jinja2 import Environment
from markupsafe import Markup, escape
from pluggy import HookimplMarker

from mayadeen.archive.database import Place
from mayadeen.browse.article_page import is_address, read_article_page
from mayadeen.browse.differences import LABELS
from mayadeen.browse.facets import NamesFacet, chosen, filter_names
from mayadeen.browse.folding import fold
from mayadeen.browse.kept import address_of, read_kept
from mayadeen.browse.snippets import read_snippets
from mayadeen.site.dates import beirut

logger = getLogger(__name__)
hookimpl = HookimplMarker("datasette")

DATABASE = "browse"
_ARTICLES = f"/{DATABASE}/articles"
_NEWEST = "SELECT * FROM articles ORDER BY published DESC LIMIT 12"
_EDITIONS = "SELECT edition, count(*) AS articles, max(day) AS newest FROM articles GROUP BY edition ORDER BY 2 DESC"


@hookimpl(trylast=True)  # after Datasette's function of that name, which this one replaces
def prepare_connection(conn: sqlite3.Connection) -> None:
    conn.create_function("escape_fts", 1, lambda query: escape_fts(fold(query)) or '""', deterministic=True)
    conn.create_function("fold", 1, lambda text: fold(text or ""), deterministic=True)


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Any) -> None:
    queries = datasette.metadata("queries", database=DATABASE) or {}
    env.globals.update(
        saved_queries={name: query["title"] for name, query in queries.items()}, article_url=article_url, chosen=chosen
    )
    env.filters.update(
        day=day,
        moment=moment,
        names=names,
        first_page=first_page,
        having=having,
        languages={"en": "English", "ar": "العربية", "es": "Español"}.get,
    )
    env.tests["address"] = is_address


def article_url(article_id: str) -> str:
    """Return the path of an article's page."""
    return f"{_ARTICLES}/{tilde_encode(article_id)}"


def having(name: str, column: str) -> str:
    """Return the path of the articles with a tag, author, source or section."""
    return f"{_ARTICLES}?{column}={quote(name, safe='')}"


def first_page(url: str) -> str:
    """Return the address of the first page of a list."""
    path, _, query = url.partition("?")
    return f"{path}?{urlencode([pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != '_next'])}"


def names(listed: str | None) -> list[str]:
    """Return the names in a cell."""
    return list(json.loads(listed or "[]"))


def day(stamp: str | None) -> str:
    """Return a time as a date: `3 May 2024`."""
    try:
        found = datetime.fromisoformat(stamp or "")
    except ValueError:
        return stamp or ""
    return f"{found.day} {found:%B %Y}"


def moment(stamp: str | int | None) -> str:
    """Return a time to the minute, in Beirut or as written: `3 May 2024, 21:05`."""
    if isinstance(stamp, int):
        stamp = beirut(stamp).isoformat()
    return f"{day(stamp)}, {stamp[11:16]}" if stamp and len(stamp) > 16 else day(stamp)


@hookimpl
def register_facet_classes() -> list[type]:
    return [NamesFacet]


@hookimpl
def filters_from_request(request: Any, table: str) -> Any:
    return filter_names(request.args) if table == "articles" else None


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    return [(r"^/kept/(?P<n>\d{1,18})$", _kept)]


async def _kept(request: Any, datasette: Any) -> Response:
    """Show a kept page as received, without running scripts or loading anything."""
    rows = (
        await datasette.get_database(DATABASE).execute(
            "SELECT file, at, url FROM kept WHERE n = ?", [int(request.url_vars["n"])]
        )
    ).rows
    folder = _directory(datasette) / "pages"
    page = await asyncio.to_thread(read_kept, folder, *rows[0]) if rows else None
    if page is None:
        raise NotFound("There is no kept copy of this page")
    charset = f"; charset={page.encoding}" if page.encoding else ""
    policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    headers = {"content-security-policy": policy}
    return Response(page.html, content_type=f"text/html{charset}", headers=headers)


place_of: WeakKeyDictionary[Any, Place] = WeakKeyDictionary()
"""Where the archive is that a Datasette shows."""


def _directory(datasette: Any) -> Path:
    """Return the data directory."""
    return Path(datasette.plugin_config("mayadeen")["directory"])


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Log an error in one line. Datasette's handler would print a traceback, even for a wrong address."""

    async def answer() -> Response:
        status = getattr(exception, "status", 500)
        error = getattr(exception, "message", "") or str(exception)
        if "unable to open database file" in error:
            status, error = 503, "The derived file was deleted and is being rebuilt: reload this page in a moment."
        elif status == 500:
            logger.error("%s could not be shown: %r", request.path, exception)
        template = datasette.jinja_env.get_template("error.html")
        return Response.html(await template.render_async(status=status, error=error), status=status)

    return answer


@hookimpl
def render_cell(row: sqlite3.Row, value: Any, column: str) -> Any:
    if isinstance(value, dict):  # an article, with its headline as Datasette's label
        return _link(value["value"], value["label"])
    if not isinstance(value, str):
        return None
    if column == "tag":
        return Markup('<a href="{}" dir="auto">{}</a>').format(f"/{DATABASE}/by_tag?tag={quote(value, safe='')}", value)
    if column in ("id", "article"):
        return _link(value, value)
    if column == "headline" and (article_id := _id_of(row)):
        return _link(article_id, value)
    if column == "changed":
        return ", ".join(LABELS.get(name, name) for name in value.split(", ")) or None
    if column == "difference":
        return _difference(value)
    if column in ("tags", "authors", "sources") and value.startswith("["):
        return Markup(", ").join(Markup("<bdi>{}</bdi>").format(each) for each in names(value))
    if column in ("published", "modified", "recorded", "edited", "gone", "seen"):
        return moment(value)
    return Markup('<span dir="auto">{}</span>').format(value) if len(value) <= 600 else None


def _id_of(row: sqlite3.Row) -> str | None:
    columns = row.keys()
    found = next((row[name] for name in ("id", "article") if name in columns), None)
    return found["value"] if isinstance(found, dict) else found


def _link(article_id: str, text: str | None) -> Markup:
    return Markup('<a href="{}" dir="auto">{}</a>').format(
        article_url(article_id), (text or "")[:300] or "(no headline)"
    )


def _difference(text: str) -> Markup:
    """Return the lines of a difference, with removed and added ones marked."""
    tags = {"- ": "del", "+ ": "ins"}
    lines = [
        Markup(f'<{tags[line[:2]]} dir="auto">{{}}</{tags[line[:2]]}>').format(line[2:])
        if line[:2] in tags
        else escape(line)
        for line in text.split("\n")
    ]
    return Markup('<div class="difference">{}</div>').format(Markup("").join(lines))


@hookimpl
def extra_template_vars(template: str, request: Any, datasette: Any) -> Any:
    """Return the variables of the home page, the list of articles and the page of an article."""

    async def home() -> dict[str, Any]:
        database = datasette.get_database(DATABASE)
        return {
            "newest": (await database.execute(_NEWEST)).rows,
            "editions": (await database.execute(_EDITIONS)).rows,
        }

    async def article() -> dict[str, Any]:
        article_id = tilde_decode(request.url_vars["pks"])
        version = request.args.get("version")
        page = await asyncio.to_thread(read_article_page, place_of[datasette], article_id, version)
        if page is None:
            raise NotFound(f"There is no article {article_id} in the archive")
        links = page.article.relatedLinks
        rows = await datasette.get_database(DATABASE).execute(
            "SELECT url, id FROM articles WHERE url IN (SELECT value FROM json_each(?))",
            [json.dumps([each.url for each in links])],
        )
        article = page.article
        kept = await datasette.get_database(DATABASE).execute(
            "SELECT n, fetched FROM kept WHERE address IN (?, ?) ORDER BY fetched DESC LIMIT 5",
            [address_of(article.url), address_of(article.canonicalUrl)],
        )
        here = {row["url"]: article_url(row["id"]) for row in rows}
        related = [(each.headline, here.get(each.url), each.url) for each in links]
        return {"page": page, "related": related, "kept": kept.rows}

    async def articles() -> dict[str, Any]:
        async def snippets(rows: list[sqlite3.Row], query: str) -> dict[str, Markup]:
            return await asyncio.to_thread(read_snippets, place_of[datasette], [row["id"] for row in rows], query)

        return {"snippets": snippets}

    return {"index.html": home, "table-browse-articles.html": articles, "row-browse-articles.html": article}.get(
        template, dict
    )
