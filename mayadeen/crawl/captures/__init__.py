"""Web archives: `service` is the interface, and each other module implements it for one kind of archive."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from mayadeen.archive.captures import Capture
from mayadeen.crawl.captures import commoncrawl, pywb, wayback
from mayadeen.crawl.captures.service import IndexPage, Line, NotAnIndex, Query, Service
from mayadeen.errors import UsageError
from mayadeen.site.address import Site, canonical, is_internal, locate

__all__ = ["IndexPage", "Line", "NotAnIndex", "Query", "Service", "capture_of", "read_service"]

_FIRST_YEAR = 1996
"""No web archive has older captures."""
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
"""Characters that no URL contains. Not all of them can be stored."""
_DIGEST = re.compile(r"[A-Za-z0-9+/=:_-]{1,200}")


def read_service(source: str, settings: BaseSettings) -> Service:
    """Return the service for `-a source=`. Raises UsageError."""
    if source == "wayback":
        return wayback.service("https://web.archive.org")
    if source == "commoncrawl":
        return commoncrawl.service(settings["COMMONCRAWL_INDEX"], settings["COMMONCRAWL_DATA"])
    parts = urlsplit(source)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"source must be wayback, commoncrawl or the URL of a pywb collection, got {source!r}")
    if parts.username or parts.password:
        raise UsageError("source must not contain a user or a password: they would be in logs and feeds")
    if parts.hostname == "web.archive.org":
        return wayback.service("https://web.archive.org")
    if parts.hostname.endswith("commoncrawl.org"):
        raise UsageError(f"source {source!r}: use source=commoncrawl, which reads all crawls")
    if parts.path.rstrip("/") == "/web":
        return wayback.service(f"{parts.scheme}://{parts.netloc}")
    return pywb.service(source.rstrip("/"))


def capture_of(line: Line, service: Service, site: Site) -> Capture | str:
    """Return the capture of an index line, or the reason why it is skipped."""
    moment = _moment(line["timestamp"])
    if moment is None:
        return "no time"
    line = line | {"url": line["url"].partition("#")[0]}
    if not is_internal(line["url"], site):
        return "other host"
    if line["mime"] == "warc/revisit":
        return "revisit"
    if (status := line["status"]) not in ("200", "203", "-", ""):
        known = status.isascii() and status.isdecimal() and len(status) == 3
        return "other status" if not known else "redirect" if status.startswith("3") else f"http {status}"
    if line["mime"] and "html" not in line["mime"]:
        return "not html"
    if line.get("truncated"):
        return "truncated"
    page = canonical(line["url"], site)
    address = locate(page, site.origin + "/", site)
    if address is None or not address.may_be_article:
        return "no article"
    try:
        url = service.capture_url(line)
    except ValueError:
        return "no location"
    if _UNREADABLE.search(url):
        return "no location"
    digest = line["digest"].removeprefix("sha1:")
    return Capture(
        key=address.key,
        page=address.url,
        url=url,
        time=int(moment.timestamp()),
        # Without a digest, each capture counts as different content.
        digest=digest if _DIGEST.fullmatch(digest) else line["timestamp"],
    )


def _moment(stamp: str) -> datetime | None:
    """Return the time of a capture, or None if it is not one: a time in the future would hide all later edits."""
    if not (len(stamp) == 14 and stamp.isascii() and stamp.isdecimal()):
        return None
    try:
        moment = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if moment.year >= _FIRST_YEAR and moment < datetime.now(UTC) + timedelta(days=1) else None
