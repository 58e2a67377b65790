"""Kept pages: warcio can read them, and WARC files of other programs are read or named in an error."""

from __future__ import annotations

import gzip
import random
import signal
import subprocess
import sys
import time
import zlib
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mayadeen.site.address import site_of
from mayadeen.warc import KeptPage, PageWriter, UnreadableFile, find_page, kept_files, read_pages
from tests.conftest import ROOT, Run
from tests.replica import serve

HOST = "https://english.almayadeen.net"
LIMIT = 1_000_000
HTML = b"<html><body><h1>A page</h1></body></html>"


def checked(path: Path) -> list[str]:
    """Check all digests of a file with warcio. Return the types of its records."""
    assert Checker(Namespace(inputs=[str(path)], verbose=False)).process_all() == 0
    with path.open("rb") as file:
        return [record.rec_type for record in ArchiveIterator(file)]


def read(path: Path, limit: int = LIMIT) -> tuple[list[KeptPage], Counter[str]]:
    apart: Counter[str] = Counter()
    return list(read_pages(path, limit, apart)), apart


def read_cut(path: Path) -> tuple[list[KeptPage], str]:
    """Return the pages of a file, and the error; empty if there is none."""
    pages: list[KeptPage] = []
    try:
        for page in read_pages(path, LIMIT, Counter()):
            pages.append(page)
    except UnreadableFile as error:
        return pages, str(error)
    return pages, ""


def add(writer: WARCWriter, url: str, status: str = "200 OK", body: bytes = HTML, **headers: str) -> None:
    """Add a response record like those of other programs."""
    named = [(name.replace("_", "-"), value) for name, value in {"Content_Type": "text/html", **headers}.items()]
    answer = StatusAndHeaders(status, named, protocol="HTTP/1.1")
    writer.write_record(writer.create_warc_record(url, "response", BytesIO(body), len(body), http_headers=answer))


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Path, WARCWriter]]:
    """Open a WARC file of another program. Yield its path and a writer."""
    path = tmp_path / "elsewhere.warc.gz"
    with path.open("wb") as file:
        yield path, WARCWriter(file, gzip=True)


def test_a_crawl_keeps_its_article_pages(crawl: Callable[..., Run], tmp_path: Path) -> None:
    with serve(articles=40, page_kb=70) as origin:
        run = crawl(origin, "-s", "KEEP_PAGES=True", "-s", "KEEP_PAGES_SIZE=150000")
    assert run.status == 0, run.err
    files = kept_files(tmp_path / "data" / "pages")
    assert len(files) > 3, "no rotation"
    assert all(path.stat().st_size < 250_000 for path in files)
    for path in files:
        kinds = checked(path)
        assert kinds[0] == "warcinfo"
        assert kinds[1:] == ["response", "request"] * (len(kinds) // 2)
    pages = [page for path in files for page in read(path)[0]]
    assert {line["url"] for line in run.lines()} <= {page.url for page in pages}
    assert len({page.url for page in pages}) == len(pages) == 41, "40 articles, one of them under both of its slugs"
    assert all(page.edition == "en" and page.encoding == "utf-8" and page.fetched for page in pages)
    assert b"</html>" in pages[0].html


def test_nothing_is_kept_unless_asked_for(crawl: Callable[..., Run], tmp_path: Path) -> None:
    with serve(articles=4, page_kb=70) as origin:
        assert crawl(origin).status == 0
    assert not (tmp_path / "data" / "pages").exists()


def test_the_data_directory_may_come_from_the_environment(
    scrapy: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYADEEN_DATA", str(tmp_path))
    with serve(articles=4, page_kb=70) as origin:
        run = scrapy("crawl", "articles", "-s", f"SITE_ORIGIN={origin}", "-s", "KEEP_PAGES=1", "-s", "DOWNLOAD_DELAY=0")
    assert run.status == 0, run.err
    assert kept_files(tmp_path / "pages")


def test_pages_that_cannot_be_kept_end_with_an_error(crawl: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pages").write_text("in the way")
    with serve(articles=4, page_kb=70) as origin:
        run = crawl(origin, "-s", "KEEP_PAGES=True")
    assert run.status == 3
    assert "pages_not_kept" in run.error()
    assert len(run.lines()) == 4


def test_a_killed_crawl_leaves_every_finished_record(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scrapy", "crawl", "articles", "-s", f"DATA_DIR={tmp_path}"]
    command += ["-s", "KEEP_PAGES=True", "-s", "DOWNLOAD_DELAY=0.05", "-s", "AUTOTHROTTLE_ENABLED=False"]
    with serve(articles=200, page_kb=70) as origin:
        crawler = subprocess.Popen([*command, "-s", f"SITE_ORIGIN={origin}"], cwd=ROOT, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = kept_files(tmp_path / "pages")
            if found and found[0].stat().st_size > 200_000:
                break
            time.sleep(0.05)
        crawler.send_signal(signal.SIGKILL)
        crawler.wait()
    (path,) = kept_files(tmp_path / "pages")
    pages, wrong = read_cut(path)
    assert not wrong or "is truncated" in wrong  # where the kill fell into a record
    assert len(pages) > 5


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    url = HOST + "/news/politics/%D8%B3-a-page"
    response = HtmlResponse(
        url,
        headers={"Content-Type": "text/html; charset=windows-1256", "Content-Length": "9", "X-Odd": "\xe9"},
        body="<html>سلام</html>".encode("windows-1256"),
    )
    writer = PageWriter(tmp_path, site_of(url), 1000)
    writer.write(response, Request(url, headers={"User-Agent": "mayadeen"}))
    writer.close()
    (path,) = writer.paths
    assert checked(path) == ["warcinfo", "response", "request"]
    ((page,), apart) = read(path)
    assert (page.url, page.html, page.encoding, page.edition) == (url, response.body, "cp1256", "en")
    assert page.fetched is not None
    assert page.fetched.tzinfo is not None
    assert not apart
    assert find_page(url, [tmp_path / "missing", path], LIMIT) == page
    assert find_page(url + "-not", [path], LIMIT) is None
    again = PageWriter(tmp_path, site_of(url), 1000)
    again.began = writer.began
    again.write(response, Request(url))
    again.close()
    assert len(kept_files(tmp_path)) == 2, "another crawl in the same second took its file"


def test_records_from_elsewhere_are_told_apart(made: tuple[Path, WARCWriter]) -> None:
    path, writer = made
    raw = zlib.compressobj(wbits=-15)
    add(writer, HOST + "/news/politics/plain")
    add(writer, "http://english.almayadeen.net/news/politics/http")
    add(writer, HOST + "/news/politics/gzip", body=gzip.compress(HTML), Content_Encoding="gzip")
    add(writer, HOST + "/news/politics/deflate", body=raw.compress(HTML) + raw.flush(), Content_Encoding="deflate")
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(HTML), HTML)
    add(writer, HOST + "/news/politics/chunked", body=chunked, Transfer_Encoding="chunked")
    add(writer, "https://www.almayadeen.net/news/politics/arabic")
    add(writer, HOST + "/news/politics/moved", "301 Moved Permanently", b"", Location="/elsewhere")
    add(writer, HOST + "/news/politics/gone", "404 Not Found")
    add(writer, HOST + "/media/picture.png", body=b"\x89PNG", Content_Type="image/png")
    add(writer, "https://example.org/news/politics/other")
    add(writer, HOST + "/news/politics/bomb", body=gzip.compress(bytes(5 * LIMIT)), Content_Encoding="gzip")
    add(writer, HOST + "/news/politics/long", body=bytes(LIMIT + 100_000))
    writer.write_record(writer.create_revisit_record(HOST + "/news/politics/again", "sha1:A", HOST, "2024-01-01"))
    writer.write_record(writer.create_warc_record("dns:example.org", "resource", BytesIO(b"1.1.1.1"), 7))
    writer.out.flush()
    pages, apart = read(path)
    names = {page.url.rpartition("/")[2]: page for page in pages}
    assert list(names) == ["plain", "http", "gzip", "deflate", "chunked", "arabic"]
    assert {page.html for page in pages} == {HTML}
    assert names["arabic"].edition == "ar"
    assert apart == {
        "redirect": 1,
        "http 404": 1,
        "not html": 1,
        "other site": 1,
        "too large": 2,
        "revisit": 1,
    }


@pytest.mark.parametrize("packed", ["each record", "as a whole", "not at all"])
def test_any_packing_is_read(tmp_path: Path, packed: str) -> None:
    path = tmp_path / "pages.warc"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed == "each record")
        for number in range(3):
            add(writer, f"{HOST}/news/politics/{number}")
    if packed == "as a whole":
        path.write_bytes(gzip.compress(path.read_bytes()))
    assert len(read(path)[0]) == 3


def test_a_cut_file_gives_all_that_is_whole(made: tuple[Path, WARCWriter]) -> None:
    path, writer = made
    rng, ends = random.Random(1), []
    for number in range(4):
        body = b"<html>" + "".join(rng.choices("abcdef <>", k=3000)).encode()
        add(writer, f"{HOST}/news/politics/{number}", body=body)
        ends.append(writer.out.tell())
    writer.out.flush()
    whole = path.read_bytes()
    for length in [*range(ends[0] + 1, ends[3], 157), *(end - 3 for end in ends[1:])]:
        path.write_bytes(whole[:length])
        pages, wrong = read_cut(path)
        assert ("is truncated" in wrong) is (length not in ends), length
        # A record without its last bytes, the checksum, is complete.
        assert len(pages) - sum(end <= length for end in ends) in (0, 1)
    plain = gzip.decompress(whole)
    for length in range(400, len(plain), 577):
        path.write_bytes(plain[:length])
        assert read_cut(path)[1]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"<html>a page</html>", "is no WARC file: it begins with b'<html'"),
        (b"WARC/nonsense\r\n\r\n", "is no WARC file"),
        (bytes(100_000), "is no WARC file"),
        (gzip.compress(b"a letter", mtime=0), "is no WARC file"),
        (b"\x1f\x8b" + bytes(range(256)), "is no WARC file"),
        (gzip.compress(b"WARC/1.0\r\n" * 9, mtime=0)[:12], "is no WARC file"),
    ],
)
def test_what_is_no_warc_says_so(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "file.warc.gz"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"file\.warc\.gz ") as caught:
        read(path)
    assert why in str(caught.value)


def test_a_damaged_record_is_named(made: tuple[Path, WARCWriter]) -> None:
    path, writer = made
    for number in range(3):
        add(writer, f"{HOST}/news/politics/{number}")
    writer.out.flush()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    pages, wrong = read_cut(path)
    assert pages[0].url.endswith("/0")
    assert "is truncated in or after record" in wrong


def test_a_record_of_a_gigabyte_stays_out_of_memory(tmp_path: Path) -> None:
    path = tmp_path / "huge.warc.gz"
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {HOST}/news/politics/huge\r\n"
    with path.open("wb") as file:
        packer = zlib.compressobj(1, wbits=31)
        file.write(packer.compress(f"{head}Content-Length: {1024**3}\r\n\r\n".encode()))
        for _ in range(1024):
            file.write(packer.compress(bytes(1024**2)))
        file.write(packer.compress(b"\r\n\r\n") + packer.flush())
        add(WARCWriter(file), HOST + "/news/politics/after")
    script = (
        "import resource, sys; from collections import Counter; from pathlib import Path\n"
        "from mayadeen.warc import read_pages\n"
        "before, apart = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, Counter()\n"
        "pages = list(read_pages(Path(sys.argv[1]), 10**7, apart))\n"
        "print(len(pages), dict(apart), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000)"
    )
    done = subprocess.run([sys.executable, "-c", script, path], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1 {'too large': 1} True"
