"""Two servers like those of Common Crawl: one lists crawls and their indexes, one serves ranges of WARC files."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers import running

PAGE = 10
"""Lines on a page of an index."""


@dataclass
class CommonCrawl:
    """The content of the servers, and the fault that they show."""

    folder: Path
    crawls: dict[str, list[dict[str, str]]]
    """Name -> lines of its index. Without lines the index answers 404, like the real one."""
    trouble: str = ""
    index: str = ""
    data: str = ""
    asked: list[str] = field(default_factory=list)
    """Requested paths, with queries."""

    @property
    def settings(self) -> list[str]:
        return ["-s", f"COMMONCRAWL_INDEX={self.index}", "-s", f"COMMONCRAWL_DATA={self.data}"]


class Handler(BaseHTTPRequestHandler):
    held: CommonCrawl

    def do_GET(self) -> None:
        self.held.asked.append(self.path)
        found = urlsplit(self.path)
        name = found.path.removeprefix("/").removesuffix("-index")
        trouble, number = self.held.trouble, len(self.held.asked)
        if found.path == "/robots.txt":
            rules = b"User-agent: *\nDisallow: /" if trouble == "robots" else b""
            return self.answer(200 if rules else 404, rules, "text/plain")
        if trouble == "slow down" and number % 5 == 0:
            return self.answer(503, b"<Error><Code>SlowDown</Code></Error>", "application/xml", {"Retry-After": "1"})
        if found.path == "/collinfo.json":
            if trouble == "html":
                return self.answer(200, b"<!doctype html><title>Sorry</title>")
            about = [{"id": each, "cdx-api": f"http://127.0.0.1:9/{each}-index"} for each in self.held.crawls]
            return self.answer(200, json.dumps(about).encode(), "application/json")
        if name in self.held.crawls:
            if trouble == "half" and name == next(iter(self.held.crawls)):
                return self.answer(504, b"")
            step = "html count" if "showNumPages" in found.query else "html page"
            if trouble == step and name == next(iter(self.held.crawls)):
                return self.answer(200, b"<!doctype html><title>Overloaded</title>")
            return self.index(self.held.crawls[name], parse_qs(found.query))
        if trouble == "down" and number > 20:
            return self.connection.close()
        return self.part()

    def index(self, lines: list[dict[str, str]], query: dict[str, list[str]]) -> None:
        pages = -(-len(lines) // PAGE)
        if not lines:
            return self.answer(404, b'{"message": "No Captures found for: http://127.0.0.1/"}', "application/json")
        if "showNumPages" in query:
            body = json.dumps({"pages": pages, "pageSize": 5, "blocks": pages}).encode()
            return self.answer(200, body, "application/json")
        page = int(query["page"][0])
        if page >= pages:
            return self.answer(400, b'{"message": "Page invalid"}', "application/json")
        rows = [
            json.dumps({name: line[name] for name in query["fl"][0].split(",") if name in line})
            for line in lines[page * PAGE : (page + 1) * PAGE]
        ]
        return self.answer(200, "\n".join([*rows, ""]).encode(), "text/x-ndjson")

    def part(self) -> None:
        path = self.held.folder / Path(urlsplit(self.path).path).name
        if not path.is_file():
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml")
        body = path.read_bytes()
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if not wanted or self.held.trouble == "no ranges":
            return self.answer(200, body, "application/octet-stream")
        first, last = int(wanted[1]), min(int(wanted[2]), len(body) - 1)
        about = {"Content-Range": f"bytes {first}-{last}/{len(body)}"}
        return self.answer(206, body[first : last + 1], "application/octet-stream", about)

    def answer(self, status: int, body: bytes, kind: str = "text/html", more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        about = {"Content-Type": kind, "Content-Length": str(len(body)), **(more or {})}
        for name, value in about.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(ConnectionError):  # the client may have closed the connection
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


@contextmanager
def serve_crawls(held: CommonCrawl) -> Iterator[CommonCrawl]:
    """Serve the indexes and the data on two ports."""
    handler = type("Held", (Handler,), {"held": held})
    with ExitStack() as stack:
        ports = [stack.enter_context(running(ThreadingHTTPServer(("127.0.0.1", 0), handler))) for _ in range(2)]
        held.index, held.data = (f"http://127.0.0.1:{port}" for port in ports)
        yield held


def write_record(path: Path, url: str, *, status: str = "200 OK", body: bytes = b"", **about: str) -> dict[str, str]:
    """Append a record as Common Crawl writes it. Return its line of the index.

    `about` has the `type` of a record that is no response, and WARC headers with `_` for `-`.
    """
    kind = about.pop("type", "response")
    http = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n".encode() + body
    headers = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": "2026-05-01T10:00:00Z",
        "WARC-Record-ID": "<urn:uuid:00000000-0000-4000-8000-000000000000>",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(http)),
        **{name.replace("_", "-"): value for name, value in about.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    packed = gzip.compress(b"WARC/1.0\r\n" + head.encode() + b"\r\n" + http + b"\r\n\r\n")
    offset = path.stat().st_size if path.exists() else 0
    with path.open("ab") as file:
        file.write(packed)
    return {
        **{"url": url, "timestamp": "20260501100000", "mime": "text/html", "status": "200"},
        **{"digest": f"{offset:032d}", "filename": f"crawl-data/{path.name}"},
        **{"offset": str(offset), "length": str(len(packed))},
    }
