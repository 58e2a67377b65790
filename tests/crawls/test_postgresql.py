"""The archive on a server: crawls, kills, locks, lost connections, copies and error messages."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from mayadeen.archive import Archive, open_held
from mayadeen.archive.copying import copy
from mayadeen.archive.database import read_place
from mayadeen.archive.reading import read_archive
from mayadeen.errors import ArchiveError, UsageError
from tests.conftest import QUICK, ROOT, Run, as_options, feed_lines, post, run_without, section
from tests.postgresql import Server
from tests.replica import serve
from tests.small_site import Routes, listing
from tests.small_site import serve as serve_pages
from tests.unit.test_archive import article, record, visit_to

ARTICLES = 40
SECRET = "s3cr%74-Word"  # %74 is t
PLAIN = "s3crt-Word"


@pytest.fixture(scope="module")
def site() -> Any:
    with serve(articles=ARTICLES, page_kb=20) as origin:
        yield origin


def begin(origin: str, data: Path, address: str, *options: str, delay: float = 0) -> subprocess.Popen[str]:
    """Start a crawl into the default feeds."""
    settings = (f"SITE_ORIGIN={origin}", f"DATA_DIR={data}", f"ARCHIVE={address}", *QUICK, f"DOWNLOAD_DELAY={delay}")
    command = [sys.executable, "-m", "scrapy", "crawl", "articles", *as_options(*settings), *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def finish(crawl: subprocess.Popen[str]) -> Run:
    _, err = crawl.communicate(timeout=120)
    return Run(crawl.returncode, "", err, Path())


def versions(data: Path) -> Counter[tuple[str, int]]:
    return Counter((line["id"], line["version"]) for line in feed_lines(data))


def wait_for_articles(address: str, count: int) -> None:
    """Wait until a crawl has recorded so many articles."""
    for _ in range(600):
        try:
            with closing(Archive(address, create=False)) as archive:
                if len(archive.articles("en")) >= count:
                    return
        except UsageError:
            pass
        time.sleep(0.05)
    raise AssertionError("no articles came")


# --- Crawls ----------------------------------------------------------------------------------------------------------


def test_kills_lose_nothing_and_nothing_comes_twice(site: str, database: str, tmp_path: Path) -> None:
    for enough in (1, 15):
        crawl = begin(site, tmp_path, database)
        wait_for_articles(database, enough)
        crawl.send_signal(signal.SIGKILL)
        crawl.communicate()
    last = finish(begin(site, tmp_path, database))
    assert last.status == 0, last.err
    assert len(versions(tmp_path)) == ARTICLES
    assert set(versions(tmp_path).values()) == {1}
    assert not list(tmp_path.rglob("*.sqlite3*")), "no second archive"
    again = finish(begin(site, tmp_path, database))
    assert again.status == 0, again.err
    assert sum(versions(tmp_path).values()) == ARTICLES


def test_commands_use_the_server(
    site: str, database: str, tmp_path: Path, scrapy: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    documented = [
        line.replace("postgresql://user@host/mayadeen", database).replace("copy.sqlite3", f"{tmp_path}/copy.sqlite3")
        for line in section("archive.md", "On PostgreSQL")
    ]
    crawl, copying = (line.split()[1:] for line in documented)
    settings = as_options(f"SITE_ORIGIN={site}", f"DATA_DIR={tmp_path}", *QUICK)
    post(site, "/_reset")
    assert scrapy(*crawl, *settings).status == 0
    post(site, "/_edit?index=39")
    assert finish(begin(site, tmp_path, database, "-aknown=refetch")).status == 0
    post(site, "/_reset")
    monkeypatch.setenv("MAYADEEN_ARCHIVE", database)

    def run(*command: str) -> Run:
        done = scrapy(*command, "-s", f"DATA_DIR={tmp_path}")
        assert done.status == 0, done.err
        return done

    changed = run("history", "--changed").out.splitlines()
    assert len(changed) == 1
    name = changed[0].split("\t")[1]
    lines = run("export", "-O", "-:jsonl", "--versions", "all").out.splitlines()
    assert len(lines) == ARTICLES + 1
    assert f"{ARTICLES} articles of {database}" in run("report", "-O", str(tmp_path / "report.html")).err
    assert len(run("monitors").out.splitlines()) == 3
    assert "section  politics" in run("sections").out
    assert f"{ARTICLES} articles" in run(*copying).err
    with closing(Archive(tmp_path / "copy.sqlite3")) as copied:
        held = [each.article for found in read_archive(copied, "en", all_versions=True) for each in found.versions]
    assert [json.loads(line)["contentHash"] for line in lines] == [each.contentHash for each in held]
    assert run("forget", name).out.startswith(f"2 versions of {name}")
    assert scrapy("history", name, "-s", f"DATA_DIR={tmp_path}").status == 2


def test_the_articles_of_a_sitemap_are_looked_up_together(
    crawl: Callable[..., Run], database: str, postgresql_server: Server
) -> None:
    paths = [f"/news/politics/known-story-number-{number}" for number in range(200)]
    name = database.rpartition("/")[2]
    query = f"SELECT pg_stat_clear_snapshot(), xact_commit FROM pg_stat_database WHERE datname = '{name}'"
    pages: Routes = {"/": listing(), "/robots.txt": ""}
    with serve_pages(pages) as origin:
        source = f"{origin}/sitemaps/all.xml"
        rows = (f"<url><loc>{origin}{path}</loc><lastmod>2024-04-20T10:00:00Z</lastmod></url>" for path in paths)
        pages["/sitemaps/all.xml"] = f"<urlset>{''.join(rows)}</urlset>"
        with closing(Archive(database)) as archive:
            archive.begin("articles", "en", origin)
            for number, path in enumerate(paths):
                visit = visit_to(path, lastmod=1_800_000_000, source=source)
                archive.record(article(id=f"en:{number}", url=origin + path), visit, [path])
        before = postgresql_server.run(query)[0][1]
        run = crawl(origin, "-a", "known=skip", "-s", f"ARCHIVE={database}")
        after = postgresql_server.run(query)[0][1]
    assert run.status == 0, run.err
    assert "200 unchanged" in run.err
    assert isinstance(before, int)
    assert isinstance(after, int)
    assert after - before < len(paths), "transactions, each a round trip"


def test_a_second_crawl_is_told_who_has_the_edition(site: str, database: str, tmp_path: Path) -> None:
    with closing(Archive(database)) as held:
        held.lock("en")
        held.lock("es")
        run = finish(begin(site, tmp_path, database))
    assert run.status == 5
    host = socket.gethostname()[:20]
    assert f"the en edition is already being crawled by process {os.getpid()} of {host}" in run.error()
    assert " since 2" in run.error()
    assert finish(begin(site, tmp_path, database)).status == 0, "it was let go"


def test_what_a_running_crawl_has_under_way_is_left_to_it(database: str) -> None:
    running, other = Archive(database), Archive(database)
    running.begin("pages", "en", "http://site")
    other.begin("articles", "en", "http://site")
    record(running, article())
    third = Archive(database)
    third.begin("articles", "en", "http://site")
    assert not list(third.outbox("en", ["articles"]))
    running.close()  # as the server sees a process that was killed
    for _ in range(100):
        if found := list(third.outbox("en", ["articles"])):
            break
        time.sleep(0.05)
    assert len(found) == 1
    other.close()
    third.close()


def test_a_crawl_goes_on_when_its_connection_was_lost(
    site: str, database: str, tmp_path: Path, postgresql_server: Server
) -> None:
    crawl = begin(site, tmp_path, database, "-sARCHIVE_TIMEOUT=30", delay=0.02)
    for enough in (3, 8, 13):
        wait_for_articles(database, enough)
        postgresql_server.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'mayadeen%'"
        )
    wait_for_articles(database, 20)
    postgresql_server.stop()
    time.sleep(1)
    postgresql_server.start()
    run = finish(crawl)
    assert run.status == 0, run.err
    assert run.err.count("reconnected to the archive") >= 2
    assert len(versions(tmp_path)) == ARTICLES
    assert set(versions(tmp_path).values()) == {1}


def test_a_crawl_whose_server_stays_away_ends_loudly(
    site: str, database: str, tmp_path: Path, postgresql_server: Server
) -> None:
    crawl = begin(site, tmp_path, database, "-sARCHIVE_TIMEOUT=0.5", delay=0.05)
    wait_for_articles(database, 3)
    postgresql_server.stop()
    try:
        run = finish(crawl)
    finally:
        postgresql_server.start()
    assert run.status == 3
    assert "was lost and could not be restored within 0.5 s: " in run.error()
    run = finish(begin(site, tmp_path, database))
    assert run.status == 0, run.err
    assert len(versions(tmp_path)) == ARTICLES
    # Lines of a stored feed that could not be marked as delivered are written twice.
    assert set(versions(tmp_path).values()) <= {1, 2}


class Cut:
    """A proxy that breaks the connection at the n-th COMMIT, before or after the server receives it."""

    def __init__(self, port: int, at: int, *, arrives: bool) -> None:
        self.left, self.arrives, self.port = at, arrives, port
        self.sockets = [socket.create_server(("127.0.0.1", 0))]
        self.threads = [threading.Thread(target=self._accept)]
        self.threads[0].start()

    def close(self) -> None:
        for each in self.sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()
        for each in self.sockets:
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, server = self.sockets[0].accept()[0], socket.create_connection(("127.0.0.1", self.port))
                self.sockets += [client, server]
                for source, target in ((client, server), (server, client)):
                    self.threads.append(threading.Thread(target=self._pass, args=(source, target, source is client)))
                    self.threads[-1].start()

    def _pass(self, source: socket.socket, target: socket.socket, asks: bool) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                self.left -= asks and b"COMMIT\0" in data
                if asks and b"COMMIT\0" in data and self.left == 0:
                    if self.arrives:
                        source.shutdown(socket.SHUT_RDWR)  # the answer goes nowhere
                        target.sendall(data)
                        time.sleep(0.2)
                    break
                target.sendall(data)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("at", [2, 3])
def test_a_transaction_whose_end_was_not_heard_is_whole_and_not_done_twice(
    database: str, postgresql_server: Server, at: int, arrives: bool
) -> None:
    Archive(database).close()
    items = [article(), article(headline="B"), article(headline="C")]
    with closing(Cut(postgresql_server.port, at, arrives=arrives)) as cut:
        port = cut.sockets[0].getsockname()[1]
        with closing(Archive(database.replace(f":{postgresql_server.port}/", f":{port}/"))) as archive:
            archive.begin("articles", "en", "http://site")
            assert [record(archive, each) for each in items] == ["new", "changed", "changed"]
            assert [each.version for each in items] == [1, 2, 3]
            assert [each["headline"] for each in archive.versions("en:1")] == ["A b c d", "B", "C"]
            archive.deliver([each.context.number or 0 for each in items])
    assert cut.left < 0, "the connection was cut"
    with closing(Archive(database)) as later:
        later.begin("articles", "en", "http://site")
        assert not list(later.outbox("en", ["articles"]))


def test_a_lock_that_another_took_meanwhile_ends_the_crawl(database: str, postgresql_server: Server) -> None:
    first, second = Archive(database), Archive(database)
    first.lock("en")
    # The first one loses its connection and thus its lock, and the second one takes the lock.
    postgresql_server.run(
        "SELECT pg_terminate_backend(pid, 1000) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2"
    )
    second.lock("en")
    with pytest.raises(ArchiveError, match=f"the en edition is now locked by process {os.getpid()} of "):
        first.begin("articles", "en", "http://site")
    first.close()
    second.close()


# --- What is wrong is said in one line -------------------------------------------------------------------------------


def test_wrong_addresses(database: str, postgresql_server: Server, tmp_path: Path, scrapy: Callable[..., Run]) -> None:
    Archive(database).close()
    postgresql_server.run(f"CREATE ROLE reader LOGIN PASSWORD '{PLAIN}'")
    name, port = database.rpartition("/")[2], postgresql_server.port
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = unused.getsockname()[1]
        for address, line in (
            (f"reader:{SECRET}@127.0.0.1:{closed}/{name}", "Connection refused"),
            (f"reader:x{SECRET}@127.0.0.1:{port}/{name}", 'password authentication failed for user "reader"'),
            (f"nobody:{SECRET}@127.0.0.1:{port}/{name}", 'password authentication failed for user "nobody"'),
            (f"reader:{SECRET}@127.0.0.1:{port}/missing", 'database "missing" does not exist'),
            (f"reader:{SECRET}@127.0.0.1:{port}/{name}", "permission denied for table mayadeen"),
            (f"reader:{SECRET}@127.0.0.1:{SECRET}/{name}", "address cannot be read"),
            (f"reader:{SECRET}@127.0.0.1:{port}/{name}?no={SECRET}", "address cannot be read"),
            (f"reader:12@{SECRET}@127.0.0.1:{port}/{name}", "address cannot be read"),
            (f"reader:12/{SECRET}@127.0.0.1:{port}/{name}", "address cannot be read"),
        ):
            with pytest.raises(UsageError) as error:
                open_held(read_place(f"postgresql://{address}"), 1)
            assert line in str(error.value)
            assert "\n" not in str(error.value)
            assert PLAIN not in str(error.value)
            assert SECRET not in str(error.value)
    with pytest.raises(UsageError, match=r"got mysql://…$"):
        read_place(f"mysql://reader:{SECRET}@127.0.0.1/{name}")
    with pytest.raises(UsageError, match="run a crawl first"):
        open_held(postgresql_server.create(), 1)
    wrong = f"postgresql://reader:x{SECRET}@127.0.0.1:{port}/{name}"
    for command in (("crawl", "articles"), ("archive", "copy", str(tmp_path / "none.sqlite3"), wrong)):
        run = scrapy(*command, "-s", f"ARCHIVE={wrong}", "-s", f"DATA_DIR={tmp_path}")
        assert run.status == 2
        assert SECRET not in run.err + run.error()


def test_a_password_is_nowhere_to_be_read(site: str, database: str, postgresql_server: Server, tmp_path: Path) -> None:
    postgresql_server.run(f"CREATE ROLE crawler LOGIN PASSWORD '{PLAIN}'")
    postgresql_server.run(f"ALTER DATABASE {database.rpartition('/')[2]} OWNER TO crawler")
    address = database.replace("postgres@", f"crawler:{SECRET}@")
    crawl = begin(site, tmp_path, address, "-sLOG_LEVEL=DEBUG", "-sKEEP_PAGES=True")
    wait_for_articles(database, 2)
    postgresql_server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'crawler'")
    run = finish(crawl)
    assert run.status == 0, run.err
    assert "postgresql://crawler@127.0.0.1:" in run.err
    with closing(Archive(database)) as archive:
        rows = archive._rows("SELECT * FROM crawls")
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for secret in (SECRET, PLAIN):
        assert secret not in run.err
        assert secret not in str(rows)
        assert not any(secret.encode() in each for each in written)


def test_without_psycopg_one_line_says_what_to_install() -> None:
    run = run_without("psycopg", "history", "--gone", "-s", "ARCHIVE=postgresql://127.0.0.1/x")
    assert run.status == 2
    assert "needs psycopg, the extra 'postgres': pip install 'psycopg[binary]>=3.3'" in run.error()


# --- Copies ----------------------------------------------------------------------------------------------------------


def test_a_copy_is_the_same_and_goes_on(database: str, postgresql_server: Server, tmp_path: Path) -> None:
    path, back = tmp_path / "archive.sqlite3", tmp_path / "back.sqlite3"
    with closing(Archive(path)) as archive:
        archive.begin("articles", "en", "http://site")
        for number in range(1200):
            archive.record(article(id=f"en:{number}", headline=f"\ud83d {number}\0"), visit_to(f"/a/{number}"), [])
        known = archive.get("en:7")
        assert known
        archive.record_gone(known)
        archive.forget("en:8", [])
        before = list(read_archive(archive, "en"))
    counts = copy(path, database, 5)
    assert (counts["articles"], counts["lines"], counts["removals"]) == (1199, 1199, 1)
    assert copy(database, back, 5) == counts
    for place in (read_place(database), back):
        with closing(Archive(place)) as archive:
            assert list(read_archive(archive, "en")) == before
            archive.begin("articles", "en", "http://site")
            assert archive.crawl == 2
            assert archive.is_forgotten("en:8")
            assert archive.record(article(id="en:5000"), visit_to("/a/5000"), []) == "new"
            assert len(list(archive.outbox("en", ["articles"]))) == 1200


def test_a_copy_into_something_is_refused_and_a_failed_one_leaves_nothing(
    database: str, tmp_path: Path, scrapy: Callable[..., Run]
) -> None:
    path, damaged = tmp_path / "archive.sqlite3", tmp_path / "damaged.sqlite3"
    with closing(Archive(path)) as archive, closing(Archive(database)) as other:
        for each in (archive, other):
            each.begin("articles", "en", "http://site")
            record(each, article())
    for target in (database, str(path)):
        run = scrapy("archive", "copy", str(path), target)
        assert run.status == 2
        assert f"{target} is not empty" in run.error()
    content = path.read_bytes()
    damaged.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    run = scrapy("archive", "copy", str(damaged), str(tmp_path / "new.sqlite3"))
    assert run.status == 2
    assert f"{damaged} cannot be used: the file is damaged" in run.error()
    assert not list(tmp_path.glob("new.sqlite3*"))
    assert scrapy("archive", "copy", str(tmp_path / "none.sqlite3"), database).status == 2
    with closing(Archive(database)) as other:
        assert [each["headline"] for each in other.versions("en:1")] == ["A b c d"]


@pytest.mark.parametrize("target", ["existing", "new", "new.d/", "new.sqlite3"])
def test_a_copy_to_a_folder_is_the_archive_of_a_data_dir(
    tmp_path: Path, scrapy: Callable[..., Run], target: str
) -> None:
    with closing(Archive(tmp_path / "archive.sqlite3")) as archive:
        archive.begin("articles", "en", "http://site")
        record(archive, article())
    (tmp_path / "existing").mkdir()
    run = scrapy("archive", "copy", str(tmp_path), f"{tmp_path}/{target}")
    assert run.status == 0, run.err
    file = tmp_path / target if target.endswith(".sqlite3") else tmp_path / target / "archive.sqlite3"
    assert f"copied to {file}, and read back the same: " in run.err
    assert scrapy("history", "en:1", "-s", f"DATA_DIR={file.parent}", "-s", f"ARCHIVE={file}").status == 0
    again = scrapy("archive", "copy", str(tmp_path), f"{tmp_path}/{target}")
    assert (again.status, f"{file} is not empty" in again.error()) == (2, True)


def test_a_copy_to_a_folder_that_cannot_be_made_leaves_nothing(tmp_path: Path, scrapy: Callable[..., Run]) -> None:
    path = tmp_path / "archive.sqlite3"
    Archive(path).close()
    file = tmp_path / "file"
    file.touch()
    run = scrapy("archive", "copy", str(path), f"{file}/data")
    assert (run.status, run.error()) == (2, f"error: {file}/data cannot be created: Not a directory")
    run = scrapy("archive", "copy", str(tmp_path / "none.sqlite3"), str(tmp_path / "data"))
    assert (run.status, (tmp_path / "data").exists()) == (2, False)
    content = path.read_bytes()
    damaged = tmp_path / "damaged.sqlite3"
    damaged.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    run = scrapy("archive", "copy", str(damaged), str(tmp_path / "data"))
    assert (run.status, (tmp_path / "data").exists()) == (2, False)
