"""A site of three articles. A test replaces or adds the pages that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.conftest import Run
from tests.servers import running

Routes = dict[str, Any]
"""Path -> a page, or a function of the request handler that returns a page, or None after it has answered itself."""
TEXTS = (
    ("ferry-returns-to-the-northern-islands", "Ferry returns to the northern islands", "forty cars and a hearse"),
    ("glass-museum-opens-its-doors-again", "Glass museum opens its doors again", "nine hundred lamps in boxes"),
    ("bakers-of-the-old-town-win-a-prize", "Bakers of the old town win a prize", "a loaf that weighs six kilos"),
)
"""Slug, headline, and words of the text of each article."""
PATHS = [f"/news/politics/{name}" for name, _, _ in TEXTS]
ALL = {title for _, title, _ in TEXTS}
"""The headlines."""
ONE = ("-a", "sections=politics")
"""Options of a crawl of the section that has the articles."""
REFETCH = ("-a", "known=refetch")


@contextmanager
def serve(routes: Routes) -> Iterator[str]:
    """Serve pages; other paths answer 404. Yield the origin."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page = routes.get(self.path.partition("?")[0], routes.get(self.path))
            body = page(self) if callable(page) else page
            if body is None and page is not None:
                return
            self.answer(404 if page is None else 200, body or "not here")

        def answer(self, status: int, body: str | bytes, **headers: str) -> None:
            """Send a response; `_` in names of headers stands for `-`."""
            data = body.encode() if isinstance(body, str) else body
            self.send_response(status)
            kind = "text/plain" if self.path == "/robots.txt" else "text/html; charset=utf-8"
            for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with running(server) as port:
        yield f"http://127.0.0.1:{port}"


def article(number: int, head: str = "", body: str = "") -> str:
    """Return the page of an article, with more in its head and after its text."""
    _, title, what = TEXTS[number]
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta property="article:published_time" content="2026-03-1{number}T10:00:00+02:00">{head}</head>
<body><main><h1>{title}</h1>
<p>By Dana Khoury</p><div class="text"><p>On the quay stood {what}, and nobody could say who had ordered them there.</p>
<p>The mayor of the town said that the matter of {what} would be looked into before the summer begins.</p></div>
{body}</main></body></html>"""


def with_text(page: str, *texts: str) -> str:
    """Return a page with other paragraphs; headline, date and byline stay."""
    before, _, rest = page.partition('<div class="text">')
    paragraphs = "".join(f"<p>{text}</p>" for text in texts)
    return f'{before}<div class="text">{paragraphs}</div>{rest.partition("</div>")[2]}'


def with_id(number: int, post_id: int | str) -> str:
    """Return the page of an article that states a post id."""
    return article(number, f'<meta name="postid" content="{post_id}">')


def stated(*ids: int) -> Routes:
    """Return the pages of the articles, with these post ids."""
    return {PATHS[at]: with_id(at, post_id) for at, post_id in enumerate(ids)}


def listing(*paths: str, head: str = "") -> str:
    """Return a page with a menu and cards that link to these paths."""
    cards = "".join(f'<div class="card"><h3><a href="{path}">A card of {path[-24:]}</a></h3></div>' for path in paths)
    menu = '<nav><a href="/news/politics">Politics</a></nav>'
    head = f"<!doctype html><html lang=en><head><title>News</title>{head}</head>"
    return f"{head}<body>{menu}<main>{cards}</main></body></html>"


def listed(*paths: str, head: str = "") -> Routes:
    """Return the front page and the section, with cards of these paths."""
    return dict.fromkeys(("/", "/news/politics"), listing(*paths, head=head))


def site(**pages: Any) -> Routes:
    """Return the routes of the site. `pages` replaces articles by number (`a0`), and other paths."""
    return {
        "/robots.txt": "User-agent: *\nDisallow:\n",
        **listed(*PATHS),
        **{path: article(number) for number, path in enumerate(PATHS)},
    } | {PATHS[int(name[1:])] if name.startswith("a") else name: page for name, page in pages.items()}


def many(count: int) -> tuple[list[str], Routes]:
    """Return the paths of so many articles, each with its own text, and the routes of a site that lists only them."""
    paths = [f"/news/politics/harbor-number-{at}-of-the-northern-coast" for at in range(count)]
    routes = site() | listed(*paths)
    for at, path in enumerate(paths):
        _, title, what = TEXTS[at % 3]
        page = article(at % 3).replace(title, f"Harbor number {at} of the coast")
        routes[path] = page.replace(what, f"{what} of port {at}")
    return paths, routes


def headlines(run: Run) -> set[str]:
    """Return the headlines in the feed of a crawl."""
    return {line["headline"] for line in run.lines()}
