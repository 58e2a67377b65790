"""Dates in metadata (with an offset or in UTC) and printed dates (in Beirut time, with or without a year)."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mayadeen.site.dates import BEIRUT, find, find_relative, iso, parse_printed, parse_stated
from mayadeen.site.edition import EDITIONS, Edition

EN, AR, ES = (EDITIONS[code] for code in ("en", "ar", "es"))

FETCHED = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
"""Noon in Beirut."""


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("2024-04-30T00:58:00+03:00", "2024-04-30T00:58:00+03:00"),
        (" 2024-01-30T00:58:00+02:00\n", "2024-01-30T00:58:00+02:00"),
        # The site's clocks change on the last Friday of March, the zone database's on the last Sunday.
        ("2024-03-29T12:00:00+03:00", "2024-03-29T12:00:00+03:00"),
        ("2023-10-29T03:00:00+03:00", "2023-10-29T03:00:00+03:00"),
        # JSON-LD and article:* are UTC without saying so, in seven decimals.
        ("2023-12-30T21:46:50.7970000", "2023-12-30T23:46:50+02:00"),
        ("2023-06-30T21:46:50.7970000", "2023-07-01T00:46:50+03:00"),
        ("2023-12-30T21:46:50.7970000Z", "2023-12-30T23:46:50+02:00"),
        ("2023-12-30T21:46:50", "2023-12-30T23:46:50+02:00"),
        ("2023-12-30", "2023-12-30T02:00:00+02:00"),
        # Sitemaps are in Central European time.
        ("2023-10-29T23:00:57+01:00", "2023-10-30T00:00:57+02:00"),
        ("2024-04-30T00:58:00-05:00", "2024-04-30T08:58:00+03:00"),
        # Other common formats.
        ("2026-03-09t06:15:00z", "2026-03-09T08:15:00+02:00"),
        ("2026-03-09T06:15:00+0000", "2026-03-09T08:15:00+02:00"),
        ("2026-03-09 06:15:00 UTC", "2026-03-09T08:15:00+02:00"),
        ("2026/03/09 06:15", "2026-03-09T08:15:00+02:00"),
        ("Mon, 09 Mar 2026 06:15:00 GMT", "2026-03-09T08:15:00+02:00"),
        ("Mon, 9 Mar 2026 01:15:00 -0500 (EST)", "2026-03-09T08:15:00+02:00"),
        ("Mon Mar 09 2026 06:15:00 GMT+0000 (Coordinated Universal Time)", "2026-03-09T08:15:00+02:00"),
        ("Sat May 09 2026 23:50:00 GMT+0300 (Eastern European Summer Time)", "2026-05-09T23:50:00+03:00"),
        ("March 9, 2026 6:15 AM", "2026-03-09T08:15:00+02:00"),
        ("20 Apr 2024 20:50", "2024-04-20T23:50:00+03:00"),
        ("1773036900", "2026-03-09T08:15:00+02:00"),
        ("1773036900000", "2026-03-09T08:15:00+02:00"),
    ],
)
def test_stated(raw: str, written: str) -> None:
    found = parse_stated(raw)
    assert found
    assert iso(found) == written


def test_a_central_european_summer_time_is_the_same_instant() -> None:
    assert parse_stated("2023-07-10T23:30:00+02:00") == datetime(2023, 7, 10, 21, 30, tzinfo=UTC)


def test_the_metadata_tag_without_an_offset_is_beirut_time() -> None:
    found = parse_stated("2024-04-30T00:58:00", naive=BEIRUT)
    assert found
    assert iso(found) == "2024-04-30T00:58:00+03:00"
    assert parse_stated("April 30, 2024 0:58", naive=BEIRUT) == found


@pytest.mark.parametrize(
    "raw",
    [
        "", " ", "x", "2024-02-30T00:00:00", "2024-13-01", "25:00", "null", "yesterday",
        "0001-01-01T00:00:00", "0001-01-01T00:00:00+03:00", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999",
        "9999-12-31T23:59:59-11:00", "03/04/2026", "20 Apr", "Apr 2024", "123456789", "17730369000", "9999999999",
        "9 Mar 2026 " * 9,
    ],
)  # fmt: skip
def test_stated_garbage(raw: str) -> None:
    assert parse_stated(raw) is None


PRINTED = [
    (EN, "20 Apr 2024 20:50", "2024-04-20T20:50:00+03:00"),
    (EN, "20 APR 2024 20:50", "2024-04-20T20:50:00+03:00"),
    (EN, "20 April 2024", "2024-04-20T00:00:00+03:00"),
    (EN, "20 Apr. 2024, 8:50 PM", "2024-04-20T20:50:00+03:00"),
    (EN, "April 20, 2024 20:50", "2024-04-20T20:50:00+03:00"),
    (EN, "20th April 2024 at 20:50", "2024-04-20T20:50:00+03:00"),
    (EN, "3 Sept 2024 10:00", "2024-09-03T10:00:00+03:00"),
    (EN, "20/04/2024 20:50", "2024-04-20T20:50:00+03:00"),
    (EN, "2024-04-20 20:50", "2024-04-20T20:50:00+03:00"),
    (EN, "2024-04-20T20:50:00+03:00", "2024-04-20T20:50:00+03:00"),
    (EN, "20 Apr 20:50", "2026-04-20T20:50:00+03:00"),
    (EN, "15 Jun 11:59", "2026-06-15T11:59:00+03:00"),
    (EN, "20 Dec 10:00", "2025-12-20T10:00:00+02:00"),
    (EN, "Apr 20 20:50", "2026-04-20T20:50:00+03:00"),
    (EN, "today 10:21", "2026-06-15T10:21:00+03:00"),
    (EN, "Today at 10:21", "2026-06-15T10:21:00+03:00"),
    (EN, "Yesterday 01:00", "2026-06-14T01:00:00+03:00"),
    (AR, "اليوم 10:21", "2026-06-15T10:21:00+03:00"),
    (AR, "اليوم الساعة 10:21", "2026-06-15T10:21:00+03:00"),
    (AR, "أمس 23:59", "2026-06-14T23:59:00+03:00"),
    (AR, "25 كانون الأول", "2025-12-25T00:00:00+02:00"),
    (AR, "19 اب 01:40", "2025-08-19T01:40:00+03:00"),
    (AR, "2 اب 2023", "2023-08-02T00:00:00+03:00"),
    (AR, "20 نيسان 2024 الساعة 20:50", "2024-04-20T20:50:00+03:00"),
    (AR, "3 إبريل 2024", "2024-04-03T00:00:00+03:00"),
    (AR, "٢٠ نيسان ٢٠٢٤ ٢٠:٥٠", "2024-04-20T20:50:00+03:00"),
    (ES, "23 Julio 19:20", "2025-07-23T19:20:00+03:00"),
    (ES, "23 de julio de 2025 19:20", "2025-07-23T19:20:00+03:00"),
    (ES, "3 setiembre 2024", "2024-09-03T00:00:00+03:00"),
    (ES, "hoy 10:00", "2026-06-15T10:00:00+03:00"),
    (ES, "Hoy a las 10:00", "2026-06-15T10:00:00+03:00"),
    (ES, "ayer 10:00", "2026-06-14T10:00:00+03:00"),
    (ES, "3 SEPT. 2024 - 10:00", "2024-09-03T10:00:00+03:00"),
    (ES, "3 de Septiembre del 2024 a las 8:05 p.m.", "2024-09-03T20:05:00+03:00"),
    (AR, "20 نيسان/أبريل 2024", "2024-04-20T00:00:00+03:00"),
    (AR, "20 نيسـان 2024 8:50 مساءً", "2024-04-20T20:50:00+03:00"),
    (AR, "20:50 20 نيسان 2024", "2024-04-20T20:50:00+03:00"),
    (EN, "8.50 pm, 20 April 2024", "2024-04-20T20:50:00+03:00"),
    # With a time zone, or the word for hours.
    (EN, "9 Mar 2026 20:50 GMT", "2026-03-09T22:50:00+02:00"),
    (EN, "9 Mar 2026 20:50 UTC", "2026-03-09T22:50:00+02:00"),
    (EN, "9 Mar 2026 20:50 (GMT+3)", "2026-03-09T19:50:00+02:00"),
    (EN, "Mar 9, 2026 8:50pm EST", "2026-03-10T03:50:00+02:00"),
    (EN, "May 9, 2026, 8:50 a.m. ET", "2026-05-09T15:50:00+03:00"),
    (EN, "Jan 9, 2026, 8:50 a.m. ET", "2026-01-09T15:50:00+02:00"),
    (EN, "Jul 9, 2026 8:50 PM PT", "2026-07-10T06:50:00+03:00"),
    (EN, "9 May 2026 8.50pm BST", "2026-05-09T22:50:00+03:00"),
    (EN, "9 May 2026 20:50 CEST", "2026-05-09T21:50:00+03:00"),
    (EN, "Today 10:21 GMT", "2026-06-15T13:21:00+03:00"),
    (EN, "20 Apr 20:50 GMT", "2026-04-20T23:50:00+03:00"),
    (EN, "09.03.2026, 20.15 Uhr", "2026-03-09T20:15:00+02:00"),
    (ES, "27/11/2025 a las 10:19h", "2025-11-27T10:19:00+02:00"),
    (ES, "9 de marzo de 2026, 10:19 h CET", "2026-03-09T11:19:00+02:00"),
    (AR, "9 آذار 2026 20:50 بتوقيت غرينتش", "2026-03-09T22:50:00+02:00"),
    # The year first.
    (EN, "2026/03/09", "2026-03-09T00:00:00+02:00"),
    (AR, "2026/3/9 20:50", "2026-03-09T20:50:00+02:00"),
    (AR, "٢٠٢٦/٠٣/٠٩ - ٨:٥٠ مساءً", "2026-03-09T20:50:00+02:00"),
    (EN, "2026-03-09 20:50 UTC", "2026-03-09T22:50:00+02:00"),
    (EN, "20:50 2026/3/9", "2026-03-09T20:50:00+02:00"),
    # Months by number.
    (AR, "9 كانون 2 2026", "2026-01-09T00:00:00+02:00"),
    (AR, "9 تشرين 1 2025 20:50", "2025-10-09T20:50:00+03:00"),
    (AR, "9 كانون الثاني/يناير 2026 20:50", "2026-01-09T20:50:00+02:00"),
    # With the day of the week, with the hour alone.
    (EN, "Saturday 9 May 2026", "2026-05-09T00:00:00+03:00"),
    (EN, "Sat, May 9, 2026", "2026-05-09T00:00:00+03:00"),
    (EN, "May 9th, 2026 8:50 PM", "2026-05-09T20:50:00+03:00"),
    (EN, "Tues. 9 Jun, 5 p.m.", "2026-06-09T17:00:00+03:00"),
    (ES, "Sábado, 20 de abril de 2024, 8:50 p. m.", "2024-04-20T20:50:00+03:00"),
    (ES, "martes 3 mar 2026", "2026-03-03T00:00:00+02:00"),
    (AR, "الإثنين، 20 نيسان 2026 - 8:50 بعد الظهر", "2026-04-20T20:50:00+03:00"),
]


@pytest.mark.parametrize(("edition", "raw", "written"), PRINTED, ids=[raw for _, raw, _ in PRINTED])
def test_visible(edition: Edition, raw: str, written: str) -> None:
    found = parse_printed(raw, edition, FETCHED)
    assert found
    assert iso(found) == written


@pytest.mark.parametrize(("edition", "raw"), [row[:2] for row in PRINTED], ids=[raw for _, raw, _ in PRINTED])
def test_a_printed_date_is_found_whole(edition: Edition, raw: str) -> None:
    assert find(f"Al Mayadeen {raw} (AFP)", edition) == raw


@pytest.mark.parametrize(
    ("edition", "raw", "written"),
    [
        (EN, "2 hours ago", "2026-06-15T10:00:00+03:00"),
        (EN, "an hour ago", "2026-06-15T11:00:00+03:00"),
        (EN, "Just now", "2026-06-15T12:00:00+03:00"),
        (EN, "3 days ago", "2026-06-12T00:00:00+03:00"),
        (EN, "Yesterday", "2026-06-14T00:00:00+03:00"),
        (AR, "منذ ساعتين", "2026-06-15T10:00:00+03:00"),
        (AR, "قبل ٣ ساعات", "2026-06-15T09:00:00+03:00"),
        (AR, "منذ يوم", "2026-06-14T00:00:00+03:00"),
        (AR, "قبل ثلاثة أيام", "2026-06-12T00:00:00+03:00"),
        (AR, "قبل أسبوعين", "2026-06-01T00:00:00+03:00"),
        (EN, "24 hours ago", "2026-06-14T12:00:00+03:00"),
        (EN, "twelve hours ago", "2026-06-15T00:00:00+03:00"),
        (EN, "5 mins ago", "2026-06-15T11:55:00+03:00"),
        (ES, "hace un día", "2026-06-14T00:00:00+03:00"),
        (ES, "hace cuatro horas", "2026-06-15T08:00:00+03:00"),
        (ES, "hace 1 mes", "2026-05-16T00:00:00+03:00"),
        (ES, "hace 2 horas", "2026-06-15T10:00:00+03:00"),
        (ES, "Hace una hora", "2026-06-15T11:00:00+03:00"),
    ],
)
def test_a_time_is_counted_back(edition: Edition, raw: str, written: str) -> None:
    found = parse_printed(raw, edition, FETCHED)
    assert found
    assert iso(found) == written
    assert find_relative(raw, edition) == raw
    assert parse_printed(raw, edition) is None


@pytest.mark.parametrize(
    ("months", "number"),
    [
        (("كانون الثاني", "كانون ثاني", "يناير"), 1),
        (("شباط", "فبراير"), 2),
        (("آذار", "اذار", "أذار", "مارس"), 3),
        (("نيسان", "ابريل", "أبريل"), 4),
        (("أيار", "ايار", "مايو"), 5),
        (("حزيران", "يونيو"), 6),
        (("تموز", "يوليو"), 7),
        (("آب", "اب", "أب", "أغسطس", "اغسطس"), 8),
        (("أيلول", "ايلول", "سبتمبر"), 9),
        (("تشرين الأول", "تشرين الاول", "تشرين أول", "تشرين اول", "أكتوبر", "اكتوبر"), 10),
        (("تشرين الثاني", "تشرين ثاني", "نوفمبر"), 11),
        (("كانون الأول", "كانون الاول", "كانون أول", "كانون اول", "ديسمبر"), 12),
    ],
)
def test_arabic_months_in_every_spelling(months: tuple[str, ...], number: int) -> None:
    for month in months:
        raw = f"7 {month} 2023 08:05"
        assert parse_printed(raw, AR) == datetime(2023, number, 7, 8, 5, tzinfo=BEIRUT), month
        assert find(raw, AR) == raw, month


@pytest.mark.parametrize(
    ("edition", "raw"),
    [(EN, "20 Apr 20:50"), (EN, "today 18:21"), (EN, "Yesterday"), (AR, "25 كانون الأول"), (ES, "23 Julio 19:20")],
)
def test_without_the_time_of_fetching_no_year_is_guessed(edition: Edition, raw: str) -> None:
    assert parse_printed(raw, edition) is None


@pytest.mark.parametrize(
    ("raw", "fetched", "day"),
    [
        ("today 00:30", datetime(2026, 6, 14, 21, 45, tzinfo=UTC), "2026-06-15"),  # already tomorrow in Beirut
        ("yesterday 23:00", datetime(2026, 1, 1, 9, tzinfo=UTC), "2025-12-31"),
        ("31 Dec 23:00", datetime(2026, 1, 1, 9, tzinfo=UTC), "2025-12-31"),
        ("1 Jan 00:10", datetime(2025, 12, 31, 22, 30, tzinfo=UTC), "2026-01-01"),
        ("29 Feb 10:00", datetime(2025, 1, 15, 9, tzinfo=UTC), "2024-02-29"),
    ],
)
def test_the_year_is_that_of_beirut(raw: str, fetched: datetime, day: str) -> None:
    found = parse_printed(raw, EN, fetched)
    assert found
    assert iso(found)[:10] == day


@pytest.mark.parametrize(
    "raw",
    ["", " ", "May", "2024", "12:30", "31 Feb 2024 10:00", "20 Apr 2024 25:99", "20 Apr 9999 10:00", "soon", "Rain"],
)
@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_visible_garbage(raw: str, edition: Edition) -> None:
    assert parse_printed(raw, edition, FETCHED) is None


@pytest.mark.parametrize("raw", ["20 Apr 9999 10:00", "٢٠ نيسان ٢٠٢٤", "20 Apr 1899"])
def test_half_a_date_is_not_taken_for_one_of_this_year(raw: str) -> None:
    for edition in EDITIONS.values():
        assert find(raw, edition) in (None, raw)


@pytest.mark.parametrize("text", ["on 7 October", "12 March 20:50 again"])
def test_a_date_in_a_sentence_can_be_parsed(text: str) -> None:
    assert parse_printed(find(text, EN) or "", EN, FETCHED) is not None


@pytest.mark.parametrize("text", ["In May 2024 it rained.", "Marching on 20 streets", "1:2", "may 3:2 win"])
def test_half_a_date_in_a_sentence_is_none(text: str) -> None:
    assert find(text, EN) is None


@pytest.mark.parametrize("text", ["20:50 est très tard", "Version 2026/13/09", "several hours ago", "5 ET AL 2026"])
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert (find(text, EN), find_relative(text, EN)) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "Saturday" + " " * 50_000 + "1",
        "1:30" + " " * 50_000,
        "sat. , " * 20_000 + "1",
        "1 " * 50_000,
        "may 1." * 20_000,
    ],
)
@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_a_long_line_takes_no_square_of_its_length(text: str, edition: Edition) -> None:
    began = process_time()
    find(text, edition)
    find_relative(text, edition)
    assert process_time() - began < 2


def test_dateparser_waits_for_the_first_date() -> None:
    code = "import sys, mayadeen.extract.article; sys.exit('dateparser' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


WORDS = """20 31 0 Apr may 2024 9999 0001 00:00 25:61 20:50 8.50 pm today hoy julio de , - / . T +03:00 Z 2024-04-20
أمس اليوم آب كانون الأول الساعة ٢٠"""
PIECES = st.sampled_from([*WORDS.split(), " ", "\n", "\u200f"])
TEXT = st.one_of(
    st.text(max_size=60), st.lists(PIECES, max_size=8).map(" ".join), st.lists(PIECES, max_size=8).map("".join)
)
ANY_EDITION = st.sampled_from(list(EDITIONS.values()))


@settings(deadline=None)
@given(TEXT, ANY_EDITION)
@example("9999-12-31T23:59:59-11:00", EN)
@example("31 Dec 9999 23:59", EN)
@example("0001-01-01", EN)
@example("٢٩ شباط 10:00", AR)
def test_no_text_raises(text: str, edition: Edition) -> None:
    for found in (parse_stated(text), parse_printed(text, edition), parse_printed(text, edition, FETCHED)):
        assert found is None or (found.tzinfo and iso(found))
    raw = find(text, edition)
    assert raw is None or (raw in text and raw == raw.strip())


EN_MONTHS = "January February March April May June July August September October November December".split()
ES_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
AR_MONTHS = "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول".split(",")
FORMS = [
    (EN, "{0.day} {short} {0.year} {0:%H:%M}", EN_MONTHS),
    (EN, "{0.day:02} {name} {0.year}, {0:%H:%M}", EN_MONTHS),
    (EN, "{name} {0.day}, {0.year} {0:%H:%M}", EN_MONTHS),
    (EN, "{0.day:02}/{0.month:02}/{0.year} {0:%H:%M}", EN_MONTHS),
    (AR, "{0.day} {name} {0.year} {0:%H:%M}", AR_MONTHS),
    (ES, "{0.day} {name} {0.year} {0:%H:%M}", ES_MONTHS),
    (ES, "{0.day} de {name} de {0.year} {0:%H:%M}", ES_MONTHS),
    (ES, "{0.day} {short} {0.year} {0:%H:%M}", ES_MONTHS),
]
WALL = st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 31)).map(
    lambda each: each.replace(second=0, microsecond=0)
)


@settings(deadline=None)
@given(WALL, st.sampled_from(FORMS))
def test_day_month_year_and_time_come_back(wall: datetime, form: tuple[Edition, str, list[str]]) -> None:
    edition, pattern, months = form
    name = months[wall.month - 1]
    raw = pattern.format(wall, name=name, short=name[:3])
    assert find(f"By Jane Roe {raw} 3 Min Read", edition) == raw
    found = parse_printed(raw, edition)
    assert found
    assert found.replace(tzinfo=None) == wall


@settings(deadline=None)
@given(
    st.datetimes(datetime(2020, 1, 2), datetime(2040, 1, 1)), st.integers(0, 360 * 24 * 60), st.sampled_from([0, 4, 5])
)
def test_a_date_without_a_year_is_of_the_last_twelve_months(here: datetime, minutes: int, form: int) -> None:
    edition, pattern, months = FORMS[form]
    wall = (here - timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    name = months[wall.month - 1]
    raw = pattern.replace(" {0.year}", "").format(wall, name=name, short=name[:3])
    found = parse_printed(raw, edition, here.replace(tzinfo=BEIRUT))
    assert found, raw
    assert found.replace(tzinfo=None) == wall
