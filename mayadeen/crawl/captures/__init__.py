"""Web archives: `service` is the interface, and each other module implements it for one kind of archive."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from mayadeen.archive.captures import Capture
from mayadeen.crawl.captures import commoncrawl, pywb, wayback
from mayadeen.crawl.captures.service import IndexPage, Line, NotAnIndex, Query, Service
from mayadeen.errors import UsageError
from mayadeen.site.address import Site, canonical, is_internal, locate

__all__ = ["IndexPage", "Line", "NotAnIndex", "Query", "Service", "capture_of", "read_service"]


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
    try:
        moment = datetime.strptime(line["timestamp"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return "no time"
    if not is_internal(line["url"], site):
        return "other host"
    if line["mime"] == "warc/revisit":
        return "revisit"
    if line["status"] not in ("200", "203", "-", ""):
        return "redirect" if line["status"].startswith("3") else f"http {line['status']}"
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
    return Capture(
        key=address.key,
        page=address.url,
        url=url,
        time=int(moment.timestamp()),
        # Without a digest, each capture counts as different content.
        digest=line["digest"].removeprefix("sha1:") or line["timestamp"],
    )
