"""The names of people and organisations in a line of authors, stated or printed. Pure functions of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mayadeen.site import dates
from mayadeen.site.edition import Edition
from mayadeen.site.text import alternation, clean, collapse_whitespace, comparison_key, normalize_label

MAX_LINE = 2000
"""Characters of a line of authors that are read."""
MAX_NAMES = 500
"""Parts of a line; real ones have five."""
MAX_WORDS = 12
"""Words of a name; more are a sentence."""

_BY = "by", "written by", "posted by", "published by", "reported by", "story by", "words by", "text by"
_BY_ELSEWHERE = "von", "par", "por", "di", "af", "av", "door", "przez", "بقلم"
"""Before an author in other languages: read at the start of a line, before names of two words."""
_BY_COLON = "text", "texte", "texto"
_NOT_BY = (
    *("translated by", "translation by", "edited by", "editing by", "produced by", "photo by", "photos by"),
    *("photographs by", "photography by", "pictures by", "images by", "illustration by", "illustrations by"),
    *("video by", "graphics by", "traducido por", "traducción de", "editado por", "fotos de", "übersetzt von"),
    *("fotos von", "bilder von", "traduit par", "photos de", "ترجمها", "ترجمته"),
)
"""Before somebody who is not the author."""
_NOT_BY_COLON = (
    *("translation", "translator", "editing", "editor", "photo", "photos", "video", "image", "images", "illustration"),
    *("traducción", "edición", "foto", "fotos", "fotografía", "bild", "bilder", "übersetzung", "ترجمة", "تعريب"),
    *("تحرير", "تصوير", "صور", "صورة"),
)
"""The same, where a colon follows."""
_ROLES = frozenset(
    map(
        normalize_label,
        (
            "admin administrator analyst anchor author blogger columnist contributor correspondent critic desk "
            "director editor editorial editors expert freelance freelancer journalist newsroom photographer "
            "president producer professor reporter researcher secretary staff team webdesk writer writers "
            "autor autora colaborador colaboradora columnista corresponsal editora periodista redacción redactor "
            "redactora reportera reportero "
            "autorin chefredakteur chefredakteurin chefreporter journalistin korrespondent korrespondentin nachrichten "
            "redakteur redakteurin redaktion redaktionen reporterin volontär volontärin "
            "giornalista journaliste redazione rédacteur rédaction rédactrice redaksjonen "
            "باحث باحثة صحافي صحافية صحفي صحفية كاتب كاتبة محرر محررة مدير مراسل مراسلة"
        ).split(),
    )
)
"""Words of a job: what stands behind a name and has one of them is no other name."""
_FILLERS = frozenset("the of our news web online chief senior la el de der die in und and".split())
_SUFFIXES = frozenset("jr sr ii iii iv md m.d phd ph.d esq mba".split())
_PLACES = frozenset("in from aus desde en في".split())
_WAW_NAMES = frozenset(
    (
        "واثق واجد وادي واصف وافي والي وائل وجد وجدان وجدي وجيه وجيهة وحيد وحيدة وداد وديع وديعة ورد وردة ورود وسام "
        "وسن وسيم وسيمة وصال وصفي وضاح وعد وفاء وفيق وفيقة وفدي ولاء ولي وليد وليم ونيس وهاب وهب وهبة وهبي وهيب "
        "ويليام وئام"
    ).split()
)
"""First names that begin with the letter of "and"."""
_EDGES = " ,،;؛|/•·‧●-–—+&:*()[]"
_ASIDE = re.compile(r"(?<=\S)\s*\([^()]{0,80}\)")
_NUMBER = re.compile(r"\d[\d.,:]*(?:\s|$)")
_DASH = re.compile(r"\s[-–—]\s")


@dataclass(frozen=True, slots=True)
class _Patterns:
    split: re.Pattern[str]
    """Between two parts of a line; the group is empty for a word."""
    short: re.Pattern[str]
    """A conjunction of one letter, which names have inside them too."""
    by: re.Pattern[str]
    """A label before an author; `elsewhere` in other languages, `other` before somebody else."""
    elsewhere: re.Pattern[str]
    other: re.Pattern[str]
    begins: re.Pattern[str]
    """Before a label in the middle of a line."""


@lru_cache
def _patterns(edition: Edition) -> _Patterns:
    by, phrase = alternation((*_BY, *edition.words.by)), r"(?:(?:eine?|une?|una)\s+(?:\S+\s+){1,2})?"
    labels = alternation((*_NOT_BY_COLON, *_BY_COLON, *(each for each in edition.words.by if len(each) > 3)))
    other, colon = alternation(_NOT_BY), alternation(_NOT_BY_COLON)
    short = alternation(each for each in edition.words.conjunctions if len(each) == 1 and each.isalpha())
    joints = alternation(("and", "und", *edition.words.conjunctions))
    return _Patterns(
        split=re.compile(rf"\s*([,،;؛|·•+&]|/(?!(?-i:[a-z])))\s*|\s+(?=\w\w|و)(?:{joints})\s+", re.I),
        short=re.compile(rf"\s(?:{short})\s", re.I),
        by=re.compile(rf"(?:{by}|(?:\w+\s+){{1,3}}by)(?:\s*[:：]\s*|\s+|$)", re.I),
        elsewhere=re.compile(
            rf"{phrase}(?:(?:{alternation(_BY_ELSEWHERE)})(?:\s*[:：]\s*|\s+)|(?:{alternation(_BY_COLON)})\s*[:：])",
            re.I,
        ),
        other=re.compile(rf"(?:{other})(?:\s*[:：]\s*|\s+)|(?:{colon})\s*[:：]", re.I),
        begins=re.compile(rf"[.\s]\s*(?=(?:{other})\s|(?:{labels})\s*[:：])", re.I),
    )


def names_in(text: str, edition: Edition) -> list[str]:
    """The authors that a line names, each once, as written but for labels, jobs, addresses and places."""
    patterns = _patterns(edition)
    words = collapse_whitespace(clean(text))[:MAX_LINE].split(" ")
    line = _ASIDE.sub("", " ".join("," if _is_address(word) else word for word in words))
    parts = patterns.split.split(patterns.begins.sub(", ", line), MAX_NAMES)
    found: list[str] = []
    passing = False  # somebody who is not the author
    for at in range(0, len(parts), 2):
        part, before = parts[at].strip(_EDGES), parts[at - 1] if at else None
        passing = passing and before not in (";", "؛", "|")
        if patterns.other.match(parts[at].lstrip()):
            passing = True
        elif rest := _unlabelled(part, patterns, first=not at):
            passing, part = False, rest
        if passing or not part:
            continue
        if found and before and part.rstrip(".").lower() in _SUFFIXES:
            found[-1] += f", {part.rstrip('.')}"
        elif not (found and before and is_job(part)):
            found += [name for each in _apart(part, patterns) if (name := _name(each, edition))]
    return list({comparison_key(name) or name: name for name in reversed(found)}.values())[::-1]


def is_job(text: str) -> bool:
    """Whether what stands behind a name says what that person does, or where: `Staff Writer`, `in Beirut`."""
    words = normalize_label(text).replace(".", "").split()
    return not _ROLES.isdisjoint(words) or not _PLACES.isdisjoint(words[:1]) or (len(words) > 1 and text[0].islower())


def is_bare_role(text: str) -> bool:
    """Whether a text names a job or a desk alone: `Staff Writer`, `News desk`."""
    words = normalize_label(text).replace(".", "").split()
    return not _ROLES.isdisjoint(words) and all(word in _ROLES or word in _FILLERS for word in words)


def _is_address(word: str) -> bool:
    return "@" in word or "://" in word or word.lstrip("(<[").lower().startswith("www.")


def _unlabelled(part: str, patterns: _Patterns, *, first: bool) -> str:
    """What follows a label; "" where there is none."""
    label = patterns.by.match(part)
    if label is not None:
        return part[label.end() :].strip(_EDGES) or " "
    label = patterns.elsewhere.match(part)
    rest = part[label.end() :].strip(_EDGES) if label else ""
    sure = label is not None and ":" in label[0]
    return rest if sure or (first and rest and not rest[0].islower() and (" " in rest or rest.isupper())) else ""


def _apart(part: str, patterns: _Patterns) -> list[str]:
    """Names that one letter joins, a word of its own or glued as in Arabic: of two words on both sides."""
    names: list[list[str]] = []
    words, at = part.split(), 1
    while at < len(words) - 1:
        word, more = words[at], len(words) - at
        if patterns.short.match(f" {word} ") and (at == 1 or more > 2 or words[-1].isupper()):
            names, words, at = [*names, words[:at]], words[at + 1 :], 1
        elif word[0] == "و" and at > 1 and len(word) > 3 and word not in _WAW_NAMES:
            names, words, at = [*names, words[:at]], [word[1:], *words[at + 1 :]], 1
        else:
            at += 1
    return [" ".join(each) for each in (*names, words)]


def _name(part: str, edition: Edition) -> str:
    """A part of a line as a name; "" when it is none."""
    behind = _DASH.search(part)
    if behind and is_job(part[behind.end() :].strip() or "-"):
        part = part[: behind.start()]
    words = part.split()
    for at in range(2, len(words) - 1):
        if words[at].lower() in _PLACES and not words[at + 1][0].islower():
            words = words[:at]
            break
    name = " ".join(words).strip(_EDGES)
    if not name.rpartition(" ")[2][:-1].isalpha() or len(name.rpartition(" ")[2]) != 2:
        name = name.rstrip(". ")  # but that of an initial
    known = _NUMBER.match(name) or (re.search(r"\d", name) and dates.find(name, edition))
    return name if not known and len(words) <= MAX_WORDS and any(map(str.isalpha, name)) else ""
