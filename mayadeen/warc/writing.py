"""Writes pages as WARC files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import responses
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from filelock import lock_descriptor
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mayadeen import __version__
from mayadeen.archive.captures import Capture
from mayadeen.site.address import Site

if TYPE_CHECKING:  # the processes that reread pages need no Scrapy
    from scrapy import Request
    from scrapy.http import Response
    from scrapy.http.headers import Headers

_RENAMED = (b"Content-Length", b"Transfer-Encoding")
"""Headers of the transferred body that are wrong for the stored body. Scrapy itself removes Content-Encoding."""


class PageWriter:
    """Writes pages to `<folder>/<edition>-<time>-<n>.warc.gz`. A new file begins after `size` bytes."""

    def __init__(self, folder: Path, site: Site, size: int, part: str = "") -> None:
        """`part`: part of the file names that keeps those of several machines apart."""
        self.folder, self.site, self.size = folder, site, size
        self.name = f"{site.edition.code}-{part}" if part else site.edition.code
        self.began = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S")
        self.paths: list[Path] = []
        self._file: BinaryIO | None = None
        self._number = 0

    def write(self, response: Response, request: Request, capture: Capture | None = None) -> None:
        """Append a page and its request. Raises OSError.

        A capture gets its address on the site and its own time.
        """
        if self._file is None or self._file.tell() >= self.size:
            self._next_file()
        writer = WARCWriter(self._file, gzip=True, warc_version="1.1")
        about = {"WARC-IP-Address": str(response.ip_address)} if response.ip_address else {}
        url = capture.page if capture else response.url
        if capture:
            moment = datetime.fromtimestamp(capture.time, UTC)
            about |= {"WARC-Date": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "WARC-Source-URI": capture.url}
        answer = writer.create_warc_record(
            url,
            "response",
            payload=BytesIO(response.body),
            length=len(response.body),
            http_headers=_response_headers(response),
            warc_headers_dict=about,
        )
        asked = writer.create_warc_record(
            url,
            "request",
            payload=BytesIO(request.body),
            length=len(request.body),
            http_headers=_request_headers(request),
        )
        writer.write_request_response_pair(asked, answer)

    def close(self) -> None:
        """Close the file, if any."""
        if self._file is not None:
            self._file.close()

    def _next_file(self) -> None:
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        while True:
            self._number += 1
            path = self.folder / f"{self.name}-{self.began}-{self._number:05}.warc.gz"
            try:
                self._file = path.open("xb")
                lock_descriptor(self._file.fileno(), blocking=False)  # `forget` does not touch a file that is locked
                break
            except FileExistsError:  # another crawl started in the same second
                continue
        self.paths.append(path)
        about = {
            "software": f"mayadeen/{__version__}",
            "format": "WARC File Format 1.1",
            "robots": "obey",
            "edition": self.site.edition.code,
            "origin": self.site.origin,
        }
        writer = WARCWriter(self._file, gzip=True, warc_version="1.1")
        writer.write_record(writer.create_warcinfo_record(path.name, about))


def _response_headers(response: Response) -> StatusAndHeaders:
    headers = []
    for name, value in _pairs(response.headers):
        headers.append((f"X-Crawl-{name}" if name.encode() in _RENAMED else name, value))
    headers.append(("Content-Length", str(len(response.body))))
    reason = responses.get(response.status, "Unknown")
    # HTTP/2 has no text form: WARC tools expect the equivalent HTTP/1.1 response.
    return StatusAndHeaders(f"{response.status} {reason}", headers, protocol="HTTP/1.1")


def _request_headers(request: Request) -> StatusAndHeaders:
    host, slash, path = request.url.partition("://")[2].partition("/")
    headers = [("Host", host), *_pairs(request.headers)]
    return StatusAndHeaders(f"{request.method} {slash}{path} HTTP/1.1", headers, is_http_request=True)


def _pairs(headers: Headers) -> Iterator[tuple[str, str]]:
    for name, values in headers.items():
        for value in values:
            yield name.decode("latin-1"), value.decode("latin-1")
