"""The archive as a file: versions, outbox, upgrades, and what is none."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mayadeen import PARSER_VERSION
from mayadeen.archive import DAY, PORTION, Archive, Held, now, schema
from mayadeen.archive.database import Place, read_place
from mayadeen.crawl.recrawl import Recrawl, is_past
from mayadeen.crawl.scope import read_scope
from mayadeen.errors import ArchiveError
from mayadeen.items import (
    ARTICLES,
    RELATED,
    Article,
    Author,
    Image,
    Metadata,
    NamedLink,
    RelatedLink,
    Visit,
    article_from,
    content_hash,
)
from mayadeen.site.address import Address
from tests.conftest import Run, sqlite_file

Crawl = Callable[..., Run]
SEEN = "2026-01-01T10:00:00+00:00"


def article(**values: Any) -> Article:
    """An article as it comes from the page."""
    given = {
        "id": "en:1",
        "url": "http://site/news/politics/a-b-c-d",
        "canonicalUrl": "http://site/news/politics/a-b-c-d",
        "edition": "en",
        "headline": "A b c d",
        "articleBody": "Some text.",
        "authors": [Author(name="Jane", nameRaw="By Jane")],
        "tags": [NamedLink(name="Syria")],
        "mainImage": Image(url="http://site/a.jpg?v=1"),
        "datePublished": "2026-01-01T11:00:00+02:00",
        "dateModified": "2026-01-01T11:00:00+02:00",
        "metadata": Metadata(dateDownloaded=SEEN, parserVersion=PARSER_VERSION),
    }
    made = Article(**{**given, **values})
    made.contentHash = content_hash(made)
    return made


@pytest.fixture
def archive(place: Place) -> Iterator[Archive]:
    made = Archive(place, patience=0.2)
    made.begin("articles", "en", "http://site")
    yield made
    made.close()


@contextmanager
def next_crawl(archive: Archive) -> Iterator[Archive]:
    """The same archive, opened by a later crawl."""
    archive.close()
    later = Archive(read_place(archive.name))
    later.begin("articles", "en", "http://site")
    yield later
    later.close()


def visit_to(path: str, **about: Any) -> Visit:
    return Visit(address=Address(f"http://site{path}", path, "article", None), **about)


def record(archive: Archive, item: Article, **visit: Any) -> str:
    return archive.record(item, visit_to("/news/politics/a-b-c-d", **visit), ["/news/politics/other-slug-of-it"])


def test_a_line_comes_back_as_the_article_it_was() -> None:
    item = article()
    assert article_from(asdict(item)) == item
    assert article_from({**asdict(item), "a field of later": 1}) == item


def test_versions(archive: Archive) -> None:
    assert record(archive, article()) == "new"
    again = article(shareCount=7)
    assert record(archive, again) == "unchanged"
    assert (again.version, again.changedFields, again.metadata.firstSeen) == (1, [], SEEN)
    edited = article(articleBody="Other text.", headline="B")
    assert record(archive, edited) == "changed"
    assert (edited.version, edited.changedFields, edited.metadata.firstSeen) == (2, ["headline", "articleBody"], SEEN)
    assert record(archive, article(articleBody="Other text.", headline="B")) == "unchanged"
    assert [line["articleBody"] for line in archive.versions("en:1")] == ["Some text.", "Other text."]
    other_crop = Image(url="http://site/a.jpg?v=2")
    assert record(archive, article(articleBody="Other text.", headline="B", mainImage=other_crop)) == "unchanged"


def test_another_parser_makes_no_version(archive: Archive) -> None:
    record(archive, article())
    other = article(articleBody="Some text, read better.", metadata=Metadata(dateDownloaded=SEEN, parserVersion="next"))
    assert record(archive, other) == "reread"
    assert (other.version, other.changedFields) == (1, [])
    assert [line["articleBody"] for line in archive.versions("en:1")] == ["Some text, read better."]
    touched = article(
        articleBody="New.", dateModified="2026-01-02T11:00:00+02:00", metadata=Metadata(parserVersion="next but one")
    )
    assert record(archive, touched) == "changed"


def waiting(archive: Archive, *views: str) -> list[tuple[int, set[str]]]:
    """Version and views of what waits in the outbox."""
    found = archive.outbox("en", views or (ARTICLES,))
    return [(article.version, set(article.context.views or ())) for article in found]


def test_the_outbox_holds_what_no_feed_does(archive: Archive) -> None:
    one, two = article(), article(headline="B")
    assert (record(archive, one), record(archive, two)) == ("new", "changed")
    first, second = one.context.number or 0, two.context.number or 0
    archive.deliver([first])
    assert waiting(archive) == [], "its own crawl has the rest under way"
    with next_crawl(archive) as later:
        assert waiting(later) == [(2, {ARTICLES})]
        assert waiting(later) == [], "it has taken it over"
        later.deliver([second])
    with next_crawl(archive) as later:
        assert waiting(later) == []
    with next_crawl(archive) as later:
        later.take_back([second, first])
    with next_crawl(archive) as later:
        assert waiting(later) == [], "a crawl takes back its own marks only"


def test_each_view_is_delivered_on_its_own(archive: Archive) -> None:
    link = RelatedLink(url="http://site/b", headline="B", block="readMore", position=1)
    one, two = article(relatedLinks=[link]), article(id="en:2")
    record(archive, one)
    archive.record(two, visit_to("/news/politics/e-f-g-h"), [])
    archive.deliver([one.context.number or 0], RELATED)
    with next_crawl(archive) as later:
        assert waiting(later, RELATED) == [], "the other has no links"
        assert waiting(later, ARTICLES) == [(1, {ARTICLES}), (1, {ARTICLES})]
        later.deliver([one.context.number or 0, two.context.number or 0], ARTICLES)
    with next_crawl(archive) as later:
        assert waiting(later, ARTICLES, RELATED) == []


def test_a_line_is_set_aside_in_the_view_that_cannot_be_written(archive: Archive) -> None:
    one = article(relatedLinks=[RelatedLink(url="http://site/b", headline="B", block="readMore", position=1)])
    record(archive, one)
    archive.set_aside([one.context.number or 0], RELATED)
    with next_crawl(archive) as later:
        assert waiting(later, RELATED) == []
        assert waiting(later, ARTICLES, RELATED) == [(1, {ARTICLES})]


def test_an_article_that_goes_and_comes_back_is_given_twice(archive: Archive) -> None:
    item = article()
    record(archive, item)
    archive.deliver([item.context.number or 0])
    known = archive.get("en:1")
    assert known
    gone = archive.record_gone(known)
    assert gone
    assert (gone.version, gone.changedFields, gone.metadata.gone is not None) == (1, ["metadata.gone"], True)
    known = archive.get("en:1")
    assert known
    assert archive.record_gone(known) is None, "once"
    assert [each[1] for each in archive.gone(0)] == ["en:1"]
    again = article()
    assert record(archive, again) == "back"
    assert (again.version, again.changedFields, again.metadata.gone) == (1, ["metadata.gone"], None)
    assert archive.gone(0) == []
    with next_crawl(archive) as later:
        found = list(later.outbox("en", [ARTICLES]))
        assert [each.metadata.gone is None for each in found] == [False, True]
        later.deliver([found[0].context.number or 0])
    with next_crawl(archive) as later:
        assert [each.metadata.gone for each in later.outbox("en", [ARTICLES])] == [None]


def test_a_known_article_is_found_under_each_address(archive: Archive) -> None:
    record(archive, article())
    for key in ("/news/politics/a-b-c-d", "/news/politics/other-slug-of-it"):
        found = archive.find("en", key)
        assert found
        assert found.id == "en:1"
    assert archive.find("ar", "/news/politics/a-b-c-d") is None


def test_many_addresses_are_looked_up_together(archive: Archive) -> None:
    record(archive, article())
    archive.record_no_article("en", "/nothing", PARSER_VERSION)
    archive.forget(None, ["en /forgotten"])
    keys = [
        "/news/politics/a-b-c-d",
        *(f"/unknown/{number}" for number in range(2 * PORTION)),
        "/nothing",
        "/forgotten",
    ]
    found = archive.look_up("en", iter(keys))
    assert list(found) == keys
    assert found.pop("/news/politics/a-b-c-d").known == archive.get("en:1")
    assert found["/nothing"].is_no_article(PARSER_VERSION)
    assert not found.pop("/nothing").is_no_article(PARSER_VERSION, lastmod=now() + DAY)
    assert found.pop("/forgotten") == Held(forgotten=True)
    assert set(found.values()) == {Held()}
    assert archive.look_up("ar", keys[:1]) == {keys[0]: Held()}
    assert archive.look_up("en", []) == {}


def is_worth(recrawl: Recrawl, visit: Visit) -> bool:
    key = visit.address.key
    return recrawl.worth(recrawl.archive.look_up("en", [key])[key], visit)


def test_what_is_worth_a_request(archive: Archive) -> None:
    recrawl = Recrawl(archive, read_scope(origin="http://site").site)
    visit = visit_to("/news/politics/a-b-c-d", lastmod=1_600_000_000, source="http://site/m.xml")
    assert is_worth(recrawl, visit)
    record(archive, article(), lastmod=1_600_000_000, source="http://site/m.xml")
    assert not is_worth(recrawl, visit)
    assert is_worth(recrawl, replace(visit, lastmod=1_600_000_001))
    assert not is_worth(recrawl, Visit(address=visit.address))
    assert is_worth(Recrawl(archive, recrawl.site, "refetch"), visit)
    archive.record_no_article("en", "/nothing", PARSER_VERSION)
    assert not is_worth(recrawl, visit_to("/nothing"))
    archive.record_no_article("en", "/nothing", "an older parser")
    assert is_worth(recrawl, visit_to("/nothing"))


def test_a_doubted_page_is_settled_when_it_is_seen_again_a_day_later(archive: Archive) -> None:
    recrawl = Recrawl(archive, read_scope(origin="http://site").site)
    visit = visit_to("/notice")
    for _ in range(2):
        archive.record_no_article("en", visit.address.key, PARSER_VERSION, doubted=True)
        assert is_worth(recrawl, visit), "twice on one day may be one notice"
    with archive._change() as db:
        db.execute("UPDATE doubts SET since = since - 86400")
    archive.record_no_article("en", visit.address.key, PARSER_VERSION, doubted=True)
    assert not is_worth(recrawl, visit)


def test_articles_without_sitemap_come_of_age(archive: Archive) -> None:
    moment = int(time.time())
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(moment - 1000))
    record(archive, article(datePublished=stamp))
    assert archive.due("en", [3600, 7200], moment) == []
    assert [row.id for row in archive.due("en", [3600, 7200], moment + 3000)] == ["en:1"]
    assert archive.due("en", [500, 900], moment) == [], "checked after that age"


def test_months_are_over_a_week_after_their_end() -> None:
    assert not is_past(2026, 10, datetime(2026, 11, 7, tzinfo=UTC))
    assert is_past(2026, 10, datetime(2026, 11, 9, tzinfo=UTC))
    assert is_past(2025, 12, datetime(2026, 1, 9, tzinfo=UTC))


def test_forgetting_leaves_nothing_to_read(archive: Archive, place: Place) -> None:
    record(archive, article(headline="A headline that must go"))
    with archive.erasing():
        assert archive.forget("en:1", []) == (1, 0)
    assert archive.get("en:1") is None
    assert archive.is_forgotten("en:1")
    assert archive.is_forgotten("en /news/politics/other-slug-of-it")
    assert not archive.is_forgotten("en:2")
    archive.close()
    if isinstance(place, Path):
        assert b"a-b-c-d" not in place.read_bytes()


# --- Bad input -------------------------------------------------------------------------------------------------------


def test_a_newer_archive_is_refused_and_an_older_one_upgraded_whole(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    Archive(place).close()
    now, steps = schema.SCHEMA, (*schema.STEPS, ("CREATE TABLE later (x INTEGER)", "NONSENSE"))
    monkeypatch.setattr("mayadeen.archive.schema.SCHEMA", now + 1)
    monkeypatch.setattr("mayadeen.archive.schema.STEPS", steps)
    with pytest.raises(ArchiveError, match="syntax error"):
        Archive(place)
    assert _schema(place) == (now, False), "half an upgrade"
    monkeypatch.setattr("mayadeen.archive.schema.STEPS", (*steps[:-1], ("CREATE TABLE later (x INTEGER)",)))
    Archive(place).close()
    assert _schema(place) == (now + 1, True)
    monkeypatch.undo()
    before = place.read_bytes() if isinstance(place, Path) else None
    with pytest.raises(ArchiveError, match="newer version of this program"):
        Archive(place)
    if isinstance(place, Path):
        assert place.read_bytes() == before


def _connect(place: Place) -> Any:
    return sqlite3.connect(place) if isinstance(place, Path) else psycopg.connect(place)


def _schema(place: Place) -> tuple[int, bool]:
    """The schema held, and whether a table `later` is there."""
    names, version = (
        ("SELECT name FROM sqlite_master", "PRAGMA user_version")
        if isinstance(place, Path)
        else ("SELECT relname FROM pg_class", "SELECT schema FROM mayadeen")
    )
    with closing(_connect(place)) as db:
        return db.execute(version).fetchone()[0], ("later",) in db.execute(names).fetchall()


def test_a_database_of_another_program_is_refused(place: Place) -> None:
    with closing(_connect(place)) as db:
        db.execute("CREATE TABLE theirs (x INTEGER)")
        db.commit()
    before = place.read_bytes() if isinstance(place, Path) else None
    with pytest.raises(ArchiveError, match="some other program"):
        Archive(place)
    if isinstance(place, Path):
        assert place.read_bytes() == before
    else:
        with closing(_connect(place)) as db:
            rows = db.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace").fetchall()
            assert rows == [("theirs",)]


def test_an_archive_that_is_moved_away_is_named_at_the_next_record(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite3"
    archive = Archive(path)
    archive.begin("articles", "en", "http://site")
    record(archive, article())
    path.rename(tmp_path / "moved.sqlite3")
    with pytest.raises(ArchiveError, match="was moved or replaced while it was in use"):
        record(archive, article(headline="B"))
    Archive(path).close()
    with pytest.raises(ArchiveError, match="was moved or replaced"):
        record(archive, article(headline="B"))
    archive.close()


KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from mayadeen.archive import Archive, sqlite
left = int(sys.argv[2])
def count(statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
connect = sqlite3.connect
def connected(*args, **kwargs):
    db = connect(*args, **kwargs)
    db.set_trace_callback(count)
    return db
sqlite.sqlite3.connect = connected
Archive(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("statement", range(3, 32, 4))
def test_a_kill_in_an_upgrade_leaves_the_old_archive(tmp_path: Path, statement: int) -> None:
    path = tmp_path / "archive.sqlite3"
    with sqlite_file(path) as db:
        for each in schema.STEPS[0]:
            db.execute(each)
        db.execute("INSERT INTO months VALUES ('en', 'http://site/m.xml', '', 5), ('en', 'http://site/news', '', 6)")
        db.execute("PRAGMA user_version=1")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path), str(statement)], check=False)
    with sqlite_file(path) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        months = db.execute("SELECT count(*) FROM months").fetchone()
    assert (version, months) == ((1, (2,)) if killed.returncode else (schema.SCHEMA, (1,)))
    with closing(Archive(path)) as upgraded:
        assert upgraded.month_complete("en", "http://site/m.xml", "") == 5
        assert upgraded.listing_complete("en", "http://site/news", "") == 6


def test_released_steps_stay_as_they_are(tmp_path: Path) -> None:
    """An archive that has taken a step does not take it again: what it should have had is missing for good."""
    digests = [hashlib.sha256("\n".join(step).encode()).hexdigest()[:16] for step in schema.STEPS]
    assert digests == ["d9f342546e615f04", "0ee4a02e64c00bf9", "f66537b9ea97f5fe", "34cf8cc39e3631da"]


def test_doubts_of_an_older_archive_begin_anew(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite3"
    with sqlite_file(path) as db:
        for statement in (each for step in schema.STEPS[:2] for each in step):
            db.execute(statement)
        db.execute("INSERT INTO doubts VALUES ('en', '/news/a', 5)")
        db.execute("PRAGMA user_version=2")
    with closing(Archive(path)) as archive:
        assert not archive.doubt("/news/a", article())
