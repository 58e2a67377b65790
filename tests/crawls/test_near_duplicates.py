"""Articles with nearly the same text: which ones are found, their order, and their signatures in the archive."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mayadeen import PARSER_VERSION
from mayadeen.archive import Archive, near_duplicates, schema
from mayadeen.archive.database import Place
from mayadeen.archive.lines import pack
from mayadeen.archive.near_duplicates import MOST
from mayadeen.archive.signing import LIKE, MIN_WORDS, likeness, sign
from mayadeen.items import Article, Metadata, Visit, content_hash
from mayadeen.site.address import Address
from tests.conftest import QUICK, ROOT, Run, as_options, run_without, sqlite_file
from tests.replica.data import EDITIONS
from tests.replica.prose import phrase
from tests.small_site import ONE, PATHS, article, listed, serve, site, with_text

SHARED = ROOT.parent / "shared"


def prose(seed: int, edition: str = "en", sentences: int = 14) -> str:
    """Return a text of about 200 words."""
    rng = Random(seed)
    return "\n".join(phrase(rng, EDITIONS[edition].vocabulary, "sentence") for _ in range(sentences))


def edited(text: str, share: float, seed: int = 0) -> str:
    """Return the text with a share of its words replaced."""
    rng = Random(seed)
    words = text.split(" ")
    return " ".join(f"new{rng.randrange(1000)}" if rng.random() < share else word for word in words)


def an_article(number: int, text: str | None, edition: str = "en", parser: str = PARSER_VERSION) -> Article:
    url = f"http://site/news/politics/article-number-{number}"
    made = Article(
        id=f"{edition}:{number}",
        url=url,
        canonicalUrl=url,
        edition=edition,
        headline=f"Article {number}",
        articleBody=text,
        metadata=Metadata(dateDownloaded="2026-01-01T10:00:00+00:00", parserVersion=parser),
    )
    made.contentHash = content_hash(made)
    return made


def record(archive: Archive, number: int, text: str | None, **values: str) -> list[str]:
    """Record an article. Return the near-duplicates in its newest line."""
    item = an_article(number, text, **values)
    path = f"/news/politics/article-number-{number}"
    archive.record(item, Visit(address=Address(item.url, path, "article", None)), [])
    written = archive.line(item.id, item.version).get("nearDuplicates", [])
    assert item.nearDuplicates == written, "the item and its line in the archive agree"
    return item.nearDuplicates


def opened(place: Place) -> Archive:
    made = Archive(place)
    made.begin("articles", "en", "http://site")
    return made


@pytest.fixture
def archive(place: Place) -> Iterator[Archive]:
    made = opened(place)
    yield made
    made.close()


def rows(archive: Archive) -> tuple[int, int]:
    """Return the numbers of signatures and bands in an archive."""
    signatures, bands = (archive._rows(f"SELECT count(*) FROM {each}")[0][0] for each in ("signatures", "bands"))
    return signatures, bands


# --- Texts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_copy_is_told_from_another_article(edition: str) -> None:
    text = prose(1, edition, 40)
    signature = sign(text)
    assert signature
    for copy in (edited(text, 0.03), text.partition("\n")[2], f"{text}\n{prose(2, edition, 2)}"):
        assert likeness(signature, sign(copy) or b"") >= LIKE
    for other in (edited(text, 0.4), prose(3, edition, 40)):
        assert likeness(signature, sign(other) or b"") < LIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rain fell on the harbor, and nobody — not even the pilots — could say when it would end.",) * 2,
        (
            "Rain fell on the harbor, and nobody — not even the pilots — could say when it would end.",
            "RAIN fell on the harbor and nobody, not even the pilots, could say: “when it would end”?",
        ),
        (
            "أُعلن في المدينة عن افتتاح مكتبة جديدة على الشاطئ بعد أن انتظر الأهالي ثلاث سنوات طويلة",
            "اعلن في المدينه عن افتتاح مكتبة جديدة، على الشاطيء بعد ان انتظر الاهالي ثلاث سنوات طويلـــة".replace(
                "الشاطيء", "الشاطئ"
            ),
        ),
        (
            "El alcalde anunció que la exposición de cerámica abrirá mañana en el jardín de la estación",
            "EL ALCALDE anuncio que la exposicion de ceramica abrira manana, en el jardin de la estacion",
        ),
    ],
)
def test_another_way_of_writing_it_is_the_same_text(one: str, other: str) -> None:
    assert sign(one) == sign(other)
    assert sign(one) is not None


def test_a_short_text_has_no_signature() -> None:
    words = [f"word{number}" for number in range(MIN_WORDS)]
    assert sign(" ".join(words)) is not None
    for text in (" ".join(words[1:]), "Details to follow.", "... " * 50, "\ud83d" * 50, "", None):
        assert sign(text) is None


# --- In an archive ---------------------------------------------------------------------------------------------------


def test_an_article_names_earlier_ones_the_most_alike_first(archive: Archive) -> None:
    text = prose(1)
    assert record(archive, 1, edited(text, 0.05)) == []
    assert record(archive, 2, prose(2)) == []
    assert record(archive, 3, text) == ["en:1"]
    assert record(archive, 4, text) == ["en:3", "en:1"]
    assert record(archive, 5, text, edition="ar") == [], "of another edition"
    assert record(archive, 6, "Details to follow.") == record(archive, 7, "Details to follow.") == []
    assert record(archive, 8, None) == []


def test_it_is_no_part_of_the_content(archive: Archive) -> None:
    record(archive, 1, prose(1))
    item = an_article(2, prose(1))
    assert content_hash(item) == item.contentHash
    item.nearDuplicates = ["en:1"]
    assert content_hash(item) == item.contentHash


def test_what_a_line_says_stays_until_the_article_changes(archive: Archive) -> None:
    text = prose(1)
    record(archive, 1, text)
    assert record(archive, 2, edited(text, 0.02)) == ["en:1"]
    record(archive, 1, prose(9))
    assert record(archive, 2, edited(text, 0.02)) == ["en:1"], "unchanged"
    better = f"{edited(text, 0.02)} More."
    assert record(archive, 2, better, parser="next") == ["en:1"], "read otherwise"
    assert [line["version"] for line in archive.versions("en:2")] == [1]
    assert record(archive, 2, edited(text, 0.04), parser="next") == []
    assert [line["nearDuplicates"] for line in archive.versions("en:2")] == [["en:1"], []]


def test_only_the_newest_text_of_an_article_counts(archive: Archive) -> None:
    one, two = prose(1), prose(2)
    record(archive, 1, one)
    record(archive, 2, two)
    record(archive, 1, edited(two, 0.02))
    assert record(archive, 3, one) == [], "no article has that text any more"
    assert record(archive, 4, two) == ["en:2", "en:1"]
    assert record(archive, 2, edited(two, 0.02, seed=5)) == ["en:1"], "neither itself nor a later one"
    signatures, bands = rows(archive)
    record(archive, 1, "Withdrawn.")
    assert rows(archive) == (signatures - 1, bands - 20)
    assert record(archive, 5, two) == ["en:4", "en:2"]


def test_a_removed_article_is_named_and_a_forgotten_one_is_not(archive: Archive) -> None:
    text = prose(1)
    for number in (1, 2, 3):
        record(archive, number, text)
    gone = archive.get("en:1")
    assert gone
    archive.record_gone(gone)
    assert record(archive, 4, text) == ["en:1", "en:2", "en:3"]
    archive.forget("en:2", [])
    assert record(archive, 5, text) == ["en:1", "en:3", "en:4"]
    assert archive.line("en:4", 1)["nearDuplicates"] == ["en:1", "en:3"]
    assert rows(archive) == (4, 80)
    for number in (1, 3, 4, 5):
        archive.forget(f"en:{number}", [])
    assert rows(archive) == (0, 0)


def test_a_removed_article_that_comes_back_says_what_it_said(archive: Archive) -> None:
    record(archive, 1, prose(1))
    record(archive, 2, prose(1))
    known = archive.get("en:2")
    assert known
    went = archive.record_gone(known)
    back = archive.get("en:2")
    assert back
    came = archive.record_same(back)
    assert went
    assert came
    assert went.nearDuplicates == came.nearDuplicates == ["en:1"]


def test_a_text_that_hundreds_share_costs_no_more_than_another(tmp_path: Path) -> None:
    archive = opened(tmp_path / "archive.sqlite3")
    text = prose(1)
    work = []
    for number in range(400):
        steps = [0]
        archive._db.set_progress_handler(lambda steps=steps: steps.__setitem__(0, steps[0] + 1), 100)
        found = record(archive, number, text)
        work.append(steps[0])
        assert found == [f"en:{each}" for each in range(min(number, MOST))]
    archive.close()
    assert work[399] < 1.5 * work[99], "in instructions of SQLite"


# --- Without the extra, and before it --------------------------------------------------------------------------------


def test_articles_of_before_the_extra_are_signed_by_later_crawls(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = prose(1)
    with monkeypatch.context() as without:
        without.setattr(near_duplicates, "SCHEME", None)
        assert record(archive, 1, text) == record(archive, 2, text) == []
        record(archive, 3, "Details to follow.")
        assert archive.sign_earlier("en", 10) == (0, 0)
    assert record(archive, 4, text) == []
    assert archive.sign_earlier("ar", 10) == (0, 0)
    assert archive.sign_earlier("en", 2) == (2, 1), "the newest first"
    assert record(archive, 5, text) == ["en:2", "en:4"]
    assert archive.sign_earlier("en", 2) == (1, 0)
    assert archive.sign_earlier("en", 2) == (0, 0), "short texts are not looked at again"
    assert record(archive, 6, text) == ["en:1", "en:2", "en:4", "en:5"]


def test_a_text_that_changed_without_the_extra_loses_its_signature(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = prose(1), prose(2)
    record(archive, 1, one)
    with monkeypatch.context() as without:
        without.setattr(near_duplicates, "SCHEME", None)
        record(archive, 1, two)
    assert rows(archive) == (0, 0)
    assert record(archive, 2, one) == []
    assert archive.sign_earlier("en", 10) == (1, 0)
    assert record(archive, 3, two) == ["en:1"]


def test_signatures_of_another_algorithm_are_replaced_and_never_compared(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = prose(1)
    with monkeypatch.context() as before:
        before.setattr(near_duplicates, "SCHEME", "0.1")
        assert record(archive, 1, text) == []
        assert record(archive, 2, text) == ["en:1"]
    assert record(archive, 3, text) == []
    archive.forget("en:2", [])
    assert rows(archive) == (2, 40)
    assert archive.sign_earlier("en", 10) == (1, 0)
    assert rows(archive) == (2, 40)
    assert record(archive, 4, text) == ["en:1", "en:3"]


def test_an_archive_of_the_schema_before_is_upgraded(tmp_path: Path) -> None:
    path, text = tmp_path / "archive.sqlite3", prose(1)
    with sqlite_file(path) as db:
        for step in schema.STEPS[:2]:
            for statement in step:
                db.execute(statement)
        item = {"id": "en:1", "url": "u", "canonicalUrl": "u", "edition": "en", "headline": "h", "articleBody": text}
        db.execute(
            "INSERT INTO articles (id, edition, url, version, first_seen, checked) VALUES ('en:1', 'en', 'u', 1, 5, 5)"
        )
        db.execute(
            "INSERT INTO lines (id, version, edition, kind, recorded, crawl, changed, json)"
            " VALUES ('en:1', 1, 'en', 'article', 5, 0, '', ?)",
            (pack(item),),
        )
        db.execute("PRAGMA user_version=2")
    db.close()
    archive = opened(path)
    [held] = archive.outbox("en", ["articles"])
    assert (held.articleBody, held.nearDuplicates) == (text, [])
    assert record(archive, 2, text) == []
    assert archive.sign_earlier("en", 10) == (1, 0)
    assert record(archive, 3, text) == ["en:1", "en:2"]
    archive.close()


# --- Whatever the texts ----------------------------------------------------------------------------------------------

WORDS = st.lists(st.text("abcdeéñابتثجح", min_size=1, max_size=4), min_size=MIN_WORDS, max_size=60)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(WORDS.map(" ".join), min_size=1, max_size=4), order=st.lists(st.integers(0, 3), max_size=10))
def test_the_same_text_is_always_found_and_only_earlier_ones(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], order: list[int]
) -> None:
    archive = opened(tmp_path_factory.mktemp("archive") / "archive.sqlite3")
    before: dict[str, str] = {}
    for number, choice in enumerate(order):
        text = texts[choice % len(texts)]
        found = record(archive, number, text)
        assert {name for name, other in before.items() if other == text} <= set(found) <= before.keys()
        assert len(found) == len(set(found))
        before[f"en:{number}"] = text
    archive.close()


# --- Whole crawls ----------------------------------------------------------------------------------------------------


TWO = listed(*PATHS[:2])
"""Listings of only the first two articles."""


def page(number: int, text: str) -> str:
    """Return the page of an article with another text."""
    return with_text(article(number), *text.split("\n"))


def ids(run: Run) -> dict[str, tuple[str, list[str]]]:
    """Return path -> id and near-duplicates, of the feed lines of a crawl."""
    assert run.status == 0, run.err
    return {"/" + line["url"].split("/", 3)[3]: (line["id"], line["nearDuplicates"]) for line in run.lines()}


def test_a_reprint_names_the_article_that_was_there_before(
    crawl: Callable[..., Run], scrapy: Callable[..., Run], tmp_path: Path
) -> None:
    text = prose(1)
    pages = site(a0=page(0, text), a1=page(1, prose(2)), **TWO)
    with serve(pages) as origin:
        first = ids(crawl(origin, *ONE))
        pages |= site(a0=page(0, text), a1=page(1, prose(2)), a2=page(2, edited(text, 0.04)))
        run = crawl(origin, *ONE)
        second = ids(run)
        (original, _), (reprint, _) = second[PATHS[0]], second[PATHS[2]]
        assert scrapy("forget", original, "-s", f"DATA_DIR={tmp_path / 'data'}").status == 0
        third = ids(crawl(origin, *ONE))
    assert [near for _, near in first.values()] == [[], []]
    assert second == first | {PATHS[2]: (reprint, [original])}, "the earlier ones are given as they were"
    assert "'duplicate/near': 1" in run.err
    assert third[PATHS[2]] == (reprint, []), "what was forgotten is not named"


def test_without_the_extra_a_crawl_gives_empty_lists_and_the_next_one_with_it_signs(
    crawl: Callable[..., Run], tmp_path: Path
) -> None:
    text = prose(1)
    pages = site(a0=page(0, text), a1=page(1, edited(text, 0.04)), **TWO)
    with serve(pages) as origin:
        settings = as_options(*QUICK, f"SITE_ORIGIN={origin}", f"DATA_DIR={tmp_path / 'data'}")
        feed = ("-O", str(tmp_path / "without.jsonl"))
        without = run_without("rensa", "crawl", "articles", *ONE, *feed, *settings, folder=tmp_path)
        assert without.status == 0, without.err
        pages |= site(a0=page(0, text), a1=page(1, edited(text, 0.04)), a2=page(2, edited(text, 0.02)))
        run = crawl(origin, *ONE, "-a", "known=skip")
    assert [line["nearDuplicates"] for line in without.lines("without.jsonl")] == [[], []]
    assert "signed" not in without.err
    assert "signed 2 earlier articles for nearDuplicates, 0 left for later crawls" in run.err
    [(_, found)] = ids(run).values()
    assert len(found) == 2


def test_what_knows_no_archive_gives_an_empty_list_and_compares_none(
    crawl: Callable[..., Run], scrapy: Callable[..., Run], tmp_path: Path
) -> None:
    text = prose(1)
    data = ("-s", f"DATA_DIR={tmp_path / 'data'}")
    with serve(site(a0=page(0, text), a1=page(1, edited(text, 0.04)), **TWO)) as origin:
        run = crawl(origin, *ONE, "-s", "KEEP_PAGES=True")
        settings = ("-s", f"SITE_ORIGIN={origin}", *data)
        feed = tmp_path / "articles.jsonl"
        again = scrapy("reread", "-O", str(tmp_path / "again.jsonl"), "--against", str(feed), *settings)
        (tmp_path / "page.html").write_text(page(0, text), encoding="utf-8")
        shown = scrapy("page", str(tmp_path / "page.html"), "--url", f"{origin}{PATHS[0]}", "--edition", "en")
    assert sorted(len(near) for _, near in ids(run).values()) == [0, 1]
    assert again.status == 0, again.err
    assert "0 of 2 items differ" in again.out
    assert [line["nearDuplicates"] for line in again.lines("again.jsonl")] == [[], []]
    assert json.loads(shown.out)["nearDuplicates"] == []


# --- Real texts, where they are at hand ------------------------------------------------------------------------------


def test_real_arabic_texts(shared_site: Path) -> None:
    with gzip.open(shared_site / "metadata-records-ar-2024-04.jsonl.gz", "rt", encoding="utf-8") as records:
        standfirsts = list(dict.fromkeys(json.loads(line)["description"] for line in records))
    assert_told_apart(["\n".join(standfirsts[at : at + 10]) for at in range(0, len(standfirsts) - 9, 10)])


@pytest.mark.skipif(not (SHARED / "real-pages").exists(), reason="the labelled pages are not here")
def test_real_texts_of_other_publishers() -> None:
    with (SHARED / "real-pages" / "truth.jsonl").open(encoding="utf-8") as truth:
        texts = [json.loads(line)["text"] for line in truth]
    assert_told_apart([text for text in texts if len(text.split()) >= 100])


def assert_told_apart(texts: list[str]) -> None:
    """Assert that copies with few changes are near-duplicates, and that no two of the texts are."""
    signatures = [sign(text) or b"" for text in texts]
    copies = [[sign(edited(text, share, seed)) or b"" for seed, text in enumerate(texts)] for share in (0.03, 0.1, 0.3)]
    alike = [
        sum(likeness(*pair) >= LIKE for pair in zip(signatures, each, strict=True)) / len(texts) for each in copies
    ]
    assert alike[0] == 1
    assert alike[1] > 0.9
    assert alike[2] == 0
    assert not [pair for pair in combinations(signatures, 2) if likeness(*pair) >= LIKE]
