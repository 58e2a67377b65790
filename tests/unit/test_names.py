"""Names in printed lines of authors, in several languages."""

from __future__ import annotations

import time

import pytest

from mayadeen.extract.names import MAX_LINE, is_bare_role, names_in
from mayadeen.site.edition import EDITIONS, EN, Edition
from mayadeen.site.text import comparison_key

AR, ES = EDITIONS["ar"], EDITIONS["es"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Omar Said", ["Omar Said"]),
        ("By Omar Said", ["Omar Said"]),
        ("by Omar Said,", ["Omar Said"]),
        ("Author: Omar Said", ["Omar Said"]),
        ("Analysis by Omar Said", ["Omar Said"]),
        ("Von Anna Berg und Max Weber", ["Anna Berg", "Max Weber"]),
        ("Ein Kommentar von Anna Berg", ["Anna Berg"]),
        ("par Jean Dupont", ["Jean Dupont"]),
        ("Av Kari Dahl", ["Kari Dahl"]),
        ("przez Jan Nowak", ["Jan Nowak"]),
        ("By", []),
    ],
)
def test_a_label_is_no_part_of_a_name(line: str, names: list[str]) -> None:
    assert names_in(line, EN) == names


@pytest.mark.parametrize(
    "line", ["Di Maio", "Luigi Di Maio", "Anna von Bayern", "von der Leyen", "Text Editors United"]
)
def test_a_name_that_begins_like_a_label(line: str) -> None:
    assert names_in(line, EN) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Omar Said, translated by Rula Aziz",
        "By Omar Said. Translated by Rula Aziz",
        "Omar Said | Photos by Rula Aziz and Nadia Haddad",
        "Text: Omar Said, Foto: Rula Aziz",
        "Text: Omar Said Foto: Rula Aziz",
        "Photos by Rula Aziz; Text by Omar Said",
        "Edited by: Rula Aziz | By: Omar Said",
    ],
)
def test_who_did_not_write_it_is_no_author(line: str) -> None:
    assert names_in(line, EN) == ["Omar Said"]


@pytest.mark.parametrize("mark", [",", " ,", ";", " |", " ·", " /", "/", " and", " &", " And", "،"])
def test_two_names_in_a_line(mark: str) -> None:
    assert names_in(f"Omar Said{mark} Rula Aziz", EN) == ["Omar Said", "Rula Aziz"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("AFP, Reuters", ["AFP", "Reuters"]),
        ("AFP/Reuters", ["AFP", "Reuters"]),
        ("srf/hosb", ["srf/hosb"]),
        ("OMAR SAID", ["OMAR SAID"]),
        ("France 24", ["France 24"]),
        ("Staff Writer", ["Staff Writer"]),
        ("Al Mayadeen English", ["Al Mayadeen English"]),
        ("Omar Said, OMAR SAID and Omar  Said", ["Omar Said"]),
    ],
)
def test_organisations_and_spellings(line: str, names: list[str]) -> None:
    assert names_in(line, EN) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Lina Farouk, Jr.", ["Lina Farouk, Jr"]),
        ("Lina Farouk, PhD and Omar Said", ["Lina Farouk, PhD", "Omar Said"]),
        ("Lina Farouk M.D.", ["Lina Farouk M.D"]),
        ("J. K. R.", ["J. K. R."]),
        ("Thomas K.", ["Thomas K."]),
        ("Omar Said.", ["Omar Said"]),
        ("Dr. Omar Said", ["Dr. Omar Said"]),
        ("Mary-Jane O’Brien", ["Mary-Jane O’Brien"]),
    ],
)
def test_titles_and_stops(line: str, names: list[str]) -> None:
    assert names_in(line, EN) == names


@pytest.mark.parametrize(
    "line",
    [
        "Omar Said, Staff Writer",
        "Omar Said – Senior Correspondent",
        "Omar Said, head of research",
        "Omar Said (Reporter)",
        "Omar Said omar@paper.test",
        "Omar Said (omar@paper.test)",
        "Omar Said @omarsaid",
        "Omar Said, https://paper.test/omar",
        "By Omar Said in Beirut",
        "Omar Said, in News",
        "Omar Said | 3 min",
        "Omar Said | 20 April 2024",
    ],
)
def test_jobs_addresses_places_and_numbers_are_no_part_of_a_name(line: str) -> None:
    assert names_in(line, EN) == ["Omar Said"]


@pytest.mark.parametrize(
    "line", ["", "omar@paper.test", "https://paper.test/omar", "www.paper.test", "@omar", "3 min", "–"]
)
def test_a_line_without_a_name(line: str) -> None:
    assert names_in(line, EN) == []


@pytest.mark.parametrize(
    ("edition", "line", "names"),
    [
        (ES, "Por Ana Ruiz y Luis Paz", ["Ana Ruiz", "Luis Paz"]),
        (ES, "Ana y Luis", ["Ana", "Luis"]),
        (ES, "Ana Ruiz e Inés Paz", ["Ana Ruiz", "Inés Paz"]),
        (ES, "Ana Ruiz y EFE", ["Ana Ruiz", "EFE"]),
        (ES, "José Ortega y Gasset", ["José Ortega y Gasset"]),
        (ES, "Ana Ruiz, traducido por Luis Paz", ["Ana Ruiz"]),
        (AR, "بقلم: لينا فاروق وعمر سعيد", ["لينا فاروق", "عمر سعيد"]),
        (AR, "لينا فاروق ووليد حسن", ["لينا فاروق", "وليد حسن"]),
        (AR, "لينا فاروق و عمر سعيد", ["لينا فاروق", "عمر سعيد"]),
        (AR, "لينا فاروق، عمر سعيد", ["لينا فاروق", "عمر سعيد"]),
        (AR, "وليد حسن", ["وليد حسن"]),
        (AR, "محمد علي وهبي", ["محمد علي وهبي"]),
        (AR, "عمر سعيد، مراسل الميادين", ["عمر سعيد"]),
        (AR, "عمر سعيد، ترجمة: لينا فاروق", ["عمر سعيد"]),
        (AR, "شبكة الميادين", ["شبكة الميادين"]),
    ],
)
def test_other_editions(edition: Edition, line: str, names: list[str]) -> None:
    assert names_in(line, edition) == names


def test_names_are_read_again_as_they_are() -> None:
    line = "By Lina Farouk, Jr., J. K. R. and Omar Said, Staff Writer; Reuters"
    names = names_in(line, EN)
    assert [each for name in names for each in names_in(name, EN)] == names
    assert len({comparison_key(name) for name in names}) == len(names) == 4


@pytest.mark.parametrize(
    ("text", "role"), [("Staff Writer", True), ("News Desk", True), ("Omar Said", False), ("", False)]
)
def test_a_bare_role(text: str, role: bool) -> None:
    assert is_bare_role(text, EN) is role


@pytest.mark.parametrize("piece", ["a ", "by ", "(", "a,", "و ", "و", "an x ", "a - ", ".", "a by ", "foto "])
@pytest.mark.parametrize("edition", [EN, AR], ids=["en", "ar"])
def test_a_line_without_end_takes_no_time(piece: str, edition: Edition) -> None:
    start = time.process_time()
    names_in(piece * 100_000, edition)
    assert time.process_time() - start < 0.2
    assert all(len(name) <= MAX_LINE for name in names_in(piece * 100_000, edition))
