"""The installed package, outside a checkout: commands, scripts and notebooks."""

from __future__ import annotations

import json
import os
import re
import shutil
import site
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mayadeen.items import Bulletin, to_json
from tests.conftest import QUICK, ROOT, Run, feed_lines, section
from tests.replica import Site as Replica
from tests.replica import make_site, render, serve
from tests.scrapyd_server import PARTS
from tests.unit.test_items import an_article

PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
SCRAPY = "import sys\nfrom scrapy.cmdline import execute\nsys.exit(execute())\n"


@dataclass
class Environment:
    """A virtual environment with the package, which can also import the dependencies of the tests."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def run(self, *command: str | Path, at: Path, **variables: str) -> Run:
        """Run a program in a folder, with the variables that `scrapy` needs. An empty variable is removed."""
        environment = {name: value for name, value in os.environ.items() if name not in ("MAYADEEN_DATA", "PYTHONPATH")}
        environment |= {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "HOME": str(at)}
        environment |= {"SCRAPY_SETTINGS_MODULE": "mayadeen.settings", "MAYADEEN_DATA": str(at / "data"), **variables}
        given = {name: value for name, value in environment.items() if value}
        done = subprocess.run(command, cwd=at, env=given, capture_output=True, text=True, check=False)
        return Run(done.returncode, done.stdout, done.stderr, at)


def install(folder: Path, *options: str) -> Environment:
    """Create an environment, and install a copy of the checkout with pip, without the network."""
    source = folder / "source"
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
        source.mkdir(exist_ok=True)
        copy(ROOT / part, source / part)
    made = Environment(folder / "env")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", made.folder], check=True)
    packages = Path(site.getsitepackages([str(made.folder)])[0])
    # In another folder without `mayadeen`, so that the editable install of the tests is not imported.
    others = folder / "others"
    others.mkdir()
    for path in Path(site.getsitepackages()[0]).iterdir():
        if "mayadeen" not in path.name:
            (others / path.name).symlink_to(path)
    (packages / "others.pth").write_text(f"{others}\n")
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", made.python, "install"]
    pip += ["--no-index", "--no-deps", "--no-build-isolation", *options, source]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shebang = f"#!{made.python}\n"
    (made.folder / "bin" / "scrapy").write_text(shebang + SCRAPY)
    (made.folder / "bin" / "scrapy").chmod(0o755)
    return made


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with serve(make_site(articles=30, page_kb=40)) as origin:
        yield origin


def settings(origin: str) -> list[str]:
    return [f"-s{each}" for each in (f"SITE_ORIGIN={origin}", *QUICK)]


def files(package: Path) -> set[Path]:
    return {path.relative_to(package) for path in package.rglob("*.*") if path.suffix != ".pyc"}


def test_each_file_of_the_package_is_installed(installed: Environment) -> None:
    assert files(Path(site.getsitepackages([str(installed.folder)])[0]) / "mayadeen") == files(ROOT / "mayadeen")


# --- Commands --------------------------------------------------------------------------------------------------------


def test_each_command_runs_outside_a_checkout(installed: Environment, origin: str, tmp_path: Path) -> None:
    def scrapy(*command: str) -> Run:
        run = installed.run("scrapy", *command, at=tmp_path)
        assert run.status == 0, run.err
        return run

    scrapy("crawl", "articles", "-sKEEP_PAGES=True", *settings(origin))
    lines = feed_lines(tmp_path / "data")
    assert len(lines) == 30
    scrapy("crawl", "breaking", *settings(origin))
    url, article_id = lines[0]["url"], lines[0]["id"]
    scrapy("crawl", "pages", "-a", f"urls={url}", *settings(origin))
    assert json.loads(scrapy("page", url, "--edition", "en", *settings(origin)).out)["id"] == article_id
    assert "version 1, recorded" in scrapy("history", url).out
    assert "politics" in scrapy("sections").out
    assert scrapy("list").out.split() == ["archived", "articles", "breaking", "pages"]
    assert "30 items" in scrapy("reread").out
    scrapy("template", "learn", "--write")
    assert "0 different" in scrapy("template", "check").out
    scrapy("probe", *settings(origin))
    assert "It will not be fetched again" in scrapy("forget", url).out
    fixture = installed.run("scrapy", "fixture", url, "name", at=tmp_path)
    assert fixture.status == 2
    assert "there is no scrapy.cfg here" in fixture.error()
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize(
    "command",
    [
        "crawl articles",
        "crawl breaking",
        "crawl pages -a urls=http://127.0.0.1:9/news/politics/a-b-c-d",
        "page http://127.0.0.1:9/news/politics/a-b-c-d --edition en",
        "page page.html",
        "history en:1",
        "forget en:1",
        "sections",
        "reread",
        "template learn",
        "probe",
    ],
)
def test_without_a_data_directory_each_command_says_so(installed: Environment, tmp_path: Path, command: str) -> None:
    replica = Replica(4, 1, "north", 40, {})
    (tmp_path / "page.html").write_text(render(replica.article(1), site=replica), encoding="utf-8")
    run = installed.run("scrapy", *command.split(), at=tmp_path, MAYADEEN_DATA="")
    assert run.status == 2
    assert "DATA_DIR is not set" in run.error()
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_the_commands_of_the_page(installed: Environment, origin: str, tmp_path: Path) -> None:
    lines = section("library.md", "Commands anywhere")
    (tmp_path / "env").symlink_to(installed.folder)
    # Add the origin, the delays, and days on which the replica has articles.
    added = " ".join(["-a since=2020-01-01", *settings(origin)])
    lines = [f"{line} {added}" if "scrapy crawl" in line else line for line in lines]
    run = installed.run("sh", "-ec", "\n".join(lines), at=tmp_path, SCRAPY_SETTINGS_MODULE="", MAYADEEN_DATA="")
    assert run.status == 0, run.err
    assert len(feed_lines(tmp_path / "almayadeen")) == 30
    assert run.err.splitlines()[-1].startswith("no article has changed")


# --- In Python -------------------------------------------------------------------------------------------------------


def python(installed: Environment, at: Path, code: str, then: str, origin: str = "") -> Run:
    """Run an example of the page with the origin and delays of the replica, and then a line that prints its result."""
    names = dict(each.split("=") for each in (f"SITE_ORIGIN={origin}", *QUICK))
    code = code.replace("2024-04-01", "2020-01-01")
    in_python = "".join(f'"{name}": "{value}", ' for name, value in names.items())
    in_command = "".join(f'"-s", "{name}={value}", ' for name, value in names.items())
    code = code.replace('"CONTACT": ', f'{in_python}"CONTACT": ').replace(
        '"-s", "CONTACT', f'{in_command}"-s", "CONTACT'
    )
    (at / "script.py").write_text(f"{code}{then}\n", encoding="utf-8")
    return installed.run(installed.python, "script.py", at=at, SCRAPY_SETTINGS_MODULE="", MAYADEEN_DATA="")


def test_an_item_is_the_dict_of_its_line() -> None:
    for item in (an_article(), Bulletin(id="en:b-1", edition="en", text="A", dateSeen="2026-01-01T10:00:00+00:00")):
        assert item.to_dict() == json.loads(to_json(item))
        assert list(item.to_dict()) == list(json.loads(to_json(item)))


def test_a_page(installed: Environment, tmp_path: Path) -> None:
    replica = Replica(4, 1, "north", 40, {})
    html = render(replica.article(1), site=replica)
    run = python(installed, tmp_path, f"html = {html!r}\n{PYTHON[0]}", "import sys; print('scrapy' in sys.modules)")
    assert run.status == 0, run.err
    shown, imported = run.out.splitlines()
    assert shown.startswith(replica.article(1).card.headline)
    assert "'articleBody': '" in shown
    assert imported == "False", "reading a page is light"
    run = python(installed, tmp_path, f"html = ''\n{PYTHON[0]}", "")
    assert (run.status, run.out.count("\n")) == (0, 1)


@pytest.mark.parametrize("place", ["script", "notebook"])
def test_a_crawl_gives_all_that_is_in_scope(installed: Environment, origin: str, tmp_path: Path, place: str) -> None:
    code = PYTHON[1 if place == "script" else 3]
    if place == "notebook":  # whose cells run within an event loop
        code = f"import asyncio, json\nasync def cell(): exec({code!r}, globals())\nasyncio.run(cell())\n"
    found = []
    for _ in range(2):
        run = python(installed, tmp_path, code, "print(json.dumps(articles))", origin)
        assert run.status == 0, run.err
        found.append(sorted(json.loads(run.out), key=lambda line: str(line["id"])))
    assert found[0] == found[1]
    assert {line["section"] for line in found[0]} == {"politics"}


def test_a_crawl_gives_each_article_as_it_comes(installed: Environment, origin: str, tmp_path: Path) -> None:
    run = python(installed, tmp_path, PYTHON[2], "import json; print(json.dumps(articles))", origin)
    assert run.status == 0, run.err
    assert json.loads(run.out)
    assert json.loads(run.out) == feed_lines(tmp_path / "data")


@pytest.mark.parametrize("number", [1, 2])
def test_a_crawl_with_a_wrong_argument_raises(installed: Environment, origin: str, tmp_path: Path, number: int) -> None:
    run = python(installed, tmp_path, PYTHON[number].replace("2024-04-01", "last week"), "", origin)
    assert run.status == 1
    assert re.match(r"mayadeen.errors.UsageError: since must be a day .* got 'last week'$", run.err.splitlines()[-1])


def test_a_crawl_that_fails_has_its_reason(installed: Environment, origin: str, tmp_path: Path) -> None:
    run = python(installed, tmp_path, PYTHON[2].replace("politics", "nonsense"), "", origin)
    assert run.status == 1
    assert run.err.splitlines()[-1] == "the crawl ended early: unknown_section"
    run = python(installed, tmp_path, PYTHON[3].replace("politics", "nonsense"), "", origin)
    assert run.status == 1
    assert "returned non-zero exit status 3" in run.err.splitlines()[-1]
    assert "error: unknown_section" in run.err


def test_the_archive_is_opened_without_scrapy(installed: Environment, tmp_path: Path) -> None:
    code = "import mayadeen, sys\nprint(mayadeen.open_archive.__name__, 'scrapy' in sys.modules)\n"
    assert python(installed, tmp_path, code, "").out == "open_archive False\n"


# --- A folder of the same name ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def editable(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return install(tmp_path_factory.mktemp("editable"), "--editable")


@pytest.mark.parametrize("kind", ["installed", "editable"])
def test_a_data_folder_of_the_same_name_hides_nothing(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    environment: Environment = request.getfixturevalue(kind)
    (tmp_path / "mayadeen" / "feeds").mkdir(parents=True)
    (tmp_path / "script.py").write_text("from mayadeen import parse_article\n")
    for command in (
        ["scrapy", "list"],
        [environment.python, "-m", "scrapy", "list"],
        [environment.python, "script.py"],
    ):
        run = environment.run(*command, at=tmp_path)
        assert run.status == 0, run.err


def test_a_module_of_the_same_name_hides_the_package_where_python_looks_first(
    installed: Environment, tmp_path: Path
) -> None:
    (tmp_path / "mayadeen.py").touch()
    assert installed.run("scrapy", "list", at=tmp_path).status == 0
    assert installed.run(installed.python, "-P", "-m", "scrapy", "list", at=tmp_path).status == 0
    assert installed.run(installed.python, "-m", "scrapy", "list", at=tmp_path).status == 1
