"""README and docs: the commands run, the names exist, the tables are complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mayadeen import __version__, settings
from mayadeen.spiders.archived import Archived
from mayadeen.spiders.articles import Articles
from mayadeen.spiders.breaking import Breaking
from mayadeen.spiders.pages import Pages
from tests.conftest import QUICK, ROOT, Shell, as_options, post, section
from tests.replica import Site as Replica
from tests.replica import make_site, render, serve

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(path: Path) -> list[str]:
    """Return the indented command lines of a page."""
    return re.findall(r"^    (\S.*)$", path.read_text(encoding="utf-8"), re.M)


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = [line.split()[1] for line in commands(ROOT / "README.md") if line.startswith("make ")]
    assert targets
    assert [name for name in targets if not re.search(rf"^{name}:", makefile, re.M)] == []


ELSEWHERE = re.compile(r"make |python3 -m venv|.*scrapy (browse|crawl archived)|.*(shard=|postgresql:)")
"""Lines of the README that other tests run, or that need the network or a server."""


def test_the_readmes_lines_run_as_written(tmp_path: Path) -> None:
    replica = Replica(4, 1, "north", 40, {})
    lines = [line for line in commands(ROOT / "README.md") if not ELSEWHERE.match(line)]
    assert len(lines) > 5
    with serve(articles=60, page_kb=40) as origin:
        shell = Shell(tmp_path, origin)
        (shell.folder / "page.html").write_text(render(replica.article(1), site=replica), encoding="utf-8")
        for line in lines:
            # `Shell` adds the origin and the delays to crawls only.
            added = " ".join(as_options(f"SITE_ORIGIN={origin}", *QUICK)) if " probe" in line else ""
            shell.run(f"{line} {added}")


def test_the_citation_and_the_changelog_name_this_version() -> None:
    assert f"version: {__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## {__version__}" in (ROOT / "docs" / "changelog.md").read_text(encoding="utf-8")


def test_each_argument_and_own_setting_is_documented() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    for name in {*Articles.arguments, *Pages.arguments, *Breaking.arguments, *Archived.arguments}:
        assert f"-a {name}=" in text or f"`{name}=`" in text, name
    for name in ("SITE_ORIGIN", "DATA_DIR", "CONTACT", "KEEP_PAGES", "KEEP_PAGES_SIZE"):
        assert hasattr(settings, name)
        assert f"-s {name}=" in text


def test_each_command_is_documented() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    for path in (ROOT / "mayadeen" / "commands").glob("[a-z]*.py"):
        assert f"scrapy {path.stem}" in text, path.stem


def test_the_architecture_page_names_each_module() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = {word for name in re.findall(r"`([\w/.]+)`", text) for word in re.split("[/.]", name)}
    for path in (ROOT / "mayadeen").rglob("[a-z]*.py"):
        assert path.stem in named, path


def test_each_setting_has_a_comment() -> None:
    source = (ROOT / "mayadeen" / "settings.py").read_text(encoding="utf-8")
    lines = re.findall(r"^[A-Z_]+ = .*$", source, re.M)
    assert len(lines) > 50
    assert [line for line in lines if "  # " not in line] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)|src=\"([^\"]+)\"", path.read_text(encoding="utf-8")):
        name, _, heading = "".join(target).partition("#")
        if name.startswith("https://"):
            continue
        page = path.parent / name if name else path
        assert page.exists(), target
        if heading:
            assert heading in anchors(page), target


def anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_each_stat_in_the_code_is_explained() -> None:
    table = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "mayadeen").rglob("*.py"))
    names = set(re.findall(r'(?:count|inc_value)\(f?"([a-z_]+)/', sources))
    assert len(names) > 5
    assert {name for name in names if f"`{name}/" not in table} == set()


def test_each_reason_of_a_failed_crawl_is_explained() -> None:
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    calls = r'(?:CrawlFailure|\bfail|\bend)\(\s*(?:(?:self\.)?crawler,\s*)?"([a-z_]+)",'
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "mayadeen").rglob("*.py"))
    reasons = set(re.findall(calls, sources))
    assert len(reasons) > 15
    for reason in reasons:
        assert f"`{reason}`" in page, reason


def test_the_lines_of_the_page_on_running_and_each_stat_of_a_crawl(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    explained = [re.sub(r"<\w+>", ".+", name) for name in re.findall(r"`([a-z_]+(?:/[^`]+)?)`", page)]
    with serve(articles=40, page_kb=40, faults=["garbage"]) as origin:
        shell = Shell(tmp_path, origin)
        logs = [shell.run(f"{line} 2>&1") for line in section("running.md", "At home") if "scrapy crawl" in line]
    assert len(logs) == 2
    assert "found 40 articles" in logs[1]
    stats = "".join(log.partition("Dumping Scrapy stats:")[2] for log in logs)
    names = set(re.findall(r"^[ {]'([^']+)': ", stats, re.M))
    assert len(names) > 30
    assert [name for name in names if not any(re.fullmatch(pattern, name) for pattern in explained)] == []


def test_the_lines_on_versions_and_edits(tmp_path: Path) -> None:
    site = make_site(articles=12, page_kb=40)
    lines = section("history.md", "History: versions, edits and removals")
    with serve(site) as origin:
        shell = Shell(tmp_path, origin)
        shell.run(".venv/bin/scrapy crawl articles")
        post(origin, "/_edit?index=11")
        shell.run(".venv/bin/scrapy crawl articles")
    edited = f"en:{site.card(11).post_id}"
    one, whole, changed, gone = (shell.run(line.replace("en:1850881", edited)) for line in lines)
    assert "+articleBody: " in one
    assert f"headline: {site.card(11).headline}" in whole
    assert f"\t{edited}\t2\t" in changed
    assert gone == ""
    (headlines,) = section("history.md", "As JSON")
    assert site.card(11).headline in shell.run(headlines.replace("en:1850881", edited))


def test_the_lines_on_kept_pages(tmp_path: Path) -> None:
    with serve(articles=12, page_kb=40) as origin:
        shell = Shell(tmp_path, origin)
        for line in section("kept-pages.md", "Kept pages: WARC files, and reading them again"):
            shell.run(line)
    assert len((shell.folder / "again.jsonl").read_text(encoding="utf-8").splitlines()) == 12


def test_the_commands_of_the_page_on_tasks(tmp_path: Path) -> None:
    table = re.findall(r"^\| [^|]+ \| `(scrapy [^`]+)`", (ROOT / "docs" / "tasks.md").read_text(encoding="utf-8"), re.M)
    site = make_site(articles=40, page_kb=40)
    with serve(site) as origin:
        shell = Shell(tmp_path, origin)
        url = f"{origin}{site.card(39).path}"
        for line in table:
            if not re.match(r"scrapy (browse|crawl archived)", line):  # test_browse, test_archived
                line = line.replace("URL", url).replace("ID", f"en:{site.card(39).post_id}")
                shell.run(f".venv/bin/{line}")
    assert len((shell.folder / "again.jsonl").read_text(encoding="utf-8").splitlines()) == 40


def test_the_lines_of_the_page_on_rights(tmp_path: Path) -> None:
    (forget,) = section("rights.md")
    with serve(articles=12, page_kb=40) as origin:
        shell = Shell(tmp_path, origin)
        shell.run(".venv/bin/scrapy crawl articles")
    feed = next((shell.folder / "data" / "feeds").glob("articles-*"))
    some = re.search(r"en:\d+", feed.read_text(encoding="utf-8"))
    assert some
    said = shell.run(forget.replace("en:1850881", some[0]))
    assert "It will not be fetched again" in said
    assert feed.name in shell.run(said.splitlines()[-1])


def test_each_page_with_commands_has_a_test() -> None:
    tested = {
        "README.md",  # above
        "archived.md",  # test_archived
        "first-contact.md",  # test_first_contact
        "running.md",  # above
        "history.md",  # above
        "archive.md",  # test_sql, test_postgresql
        "kept-pages.md",  # above; a probe's pages in test_first_contact
        "templates.md",  # test_templates
        "browse.md",  # test_browse
        "export.md",  # test_recipes
        "monitors.md",  # test_monitors
        "library.md",  # test_library; its installation from the network is not run
        "report.md",  # test_report
        "scale.md",  # test_shards, test_scrapyd; its workers in test_dask, its addresses in test_kept_elsewhere
        "rights.md",  # above
        "deploy.md",  # test_schedules, test_scrapyd, test_feeds_elsewhere, test_container
        "benchmarks.md",  # not tested: takes half an hour, and downloads other libraries
    }
    tools = re.compile(
        r"(\S*/)?(scrapy|python3?|make|curl|pip|docker|systemctl|cp|install|grep|export|docs/deploy/\S+) "
    )
    assert {path.name for path in PAGES if any(map(tools.match, commands(path)))} == tested
