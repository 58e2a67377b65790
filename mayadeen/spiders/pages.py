"""`scrapy crawl pages`: the articles at these addresses and nothing else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar

from mayadeen.archive import Visit
from mayadeen.errors import UsageError
from mayadeen.scope import read_scope
from mayadeen.site.address import canonical, dedupe_key, is_internal, site_of
from mayadeen.spiders.base import Reader


class Pages(Reader):
    """Articles by address, as `items.Article`, each given whether it has changed or not."""

    name = "pages"
    arguments: ClassVar[tuple[str, ...]] = ("edition", "urls", "file")
    gives_unchanged: ClassVar[bool] = True

    def begin(self, edition: str | None = None, urls: str = "", file: str | None = None, **_: str) -> None:
        """Checks the arguments; raises UsageError."""
        wanted = [url.strip() for url in re.split(r",(?=\s*https?://)", urls) if url.strip()]  # addresses have commas
        if file is not None:
            wanted += read_list(Path(file))
        if not wanted:
            raise UsageError("give addresses: -a urls=U1,U2 or -a file=urls.txt, one a line")
        origin = self.settings.get("SITE_ORIGIN")
        scope = read_scope(edition=edition or site_of(wanted[0]).edition.code, origin=origin)
        for url in wanted:
            if not url.startswith(("http://", "https://")) or not is_internal(url, scope.site):
                raise UsageError(f"{url!r} is no address of {scope.site.origin}; one edition a crawl")
        self.wanted = [canonical(url, scope.site) for url in wanted]
        self.remember(scope)

    async def start(self) -> AsyncIterator[Any]:
        for url in self.wanted:
            visit = Visit(key=dedupe_key(url, self.site))
            if self.archive.is_forgotten(f"{self.edition} {visit.key}"):
                self.logger.warning("%s was forgotten at somebody's request and is not fetched", url)
                self.count("archive/forgotten")
                continue
            # Asked for in full, as all of it is wanted.
            for request in self.article_request(url, "pages", None, visit):
                yield request


def read_list(path: Path) -> list[str]:
    """Addresses, one a line, what follows a tab aside; blank lines and those that begin with # are left out.

    So the lists in `DATA_DIR/failed` can be read as they are. Raises UsageError.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    urls = (line.partition("\t")[0].strip() for line in map(str.strip, lines))
    return [url for url in urls if url and not url.startswith("#")]
