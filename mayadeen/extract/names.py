"""Extracts names of people and organisations from a stated or printed line of authors. Pure functions of the text."""

from __future__ import annotations

import re
from functools import lru_cache

from mayadeen.site import dates
from mayadeen.site.edition import EN, Edition
from mayadeen.site.text import alternation, clean, collapse_whitespace, comparison_key

MAX_LINE = 2000
"""Maximum number of characters read of a line of authors."""
MAX_NAMES = 500
"""Maximum number of parts of a line. Real lines have five."""
MAX_WORDS = 12
"""Maximum number of words of a name. More words are a sentence."""
_EDGES = " ,،;؛|/•·‧●-–—+&:*()[]"
_ADDRESS = re.compile(r"@|://|^\W?www\.", re.I)
_ASIDE = re.compile(r"(?<=\S)\s*\([^()]{0,80}\)")
_DASH = re.compile(r"\s[-–—]\s")
_INITIAL = re.compile(r"(?:^|\s)[^\W\d]\.$")
_NUMBER = re.compile(r"\d[\d.,:]*(?:\s|$)")

# Patterns with placeholders, for `pattern_of`.
AUTHOR = r"(?:{by}|(?:{by_elsewhere})(?=:|$|\s(?-i:[^\Wa-z]\S*\s\S|[A-Z]+$)))"
"""The words before an author."""
_HELPER = r"(?P<helper>{translated_by}|{helped_by})(?:[:\s]|(?<=:))"
"""The words before a person who is not an author."""
_LABEL = rf"{_HELPER}|(?:{AUTHOR}|(?:\w+\s){{1,3}}by)(?:[:\s]|(?<=:)|$)"
_BEFORE_LABEL = rf"[.\s]\s*(?={_HELPER})"
_BETWEEN = r"\s*(?P<mark>[,،;؛|·•+&]|/(?!(?-i:[a-z])))\s*|\s(?=\w\w|و)(?:{conjunctions})\s"
_LETTER = r"\s(?=\w\s)(?:{conjunctions})\s"
"""A conjunction that also occurs inside names: it joins two names after a single word, before two words or capitals."""
_WAW = r"\s(?!(?:{waw_names})\s)و(?=\S{3,}\s\S)"
"""A conjunction attached to the next name. It separates names of two words."""
_JOINT = rf"^(\S+){_LETTER}|{_LETTER}(?=\S+\s\S|(?-i:[A-Z]+)$)|(\w\s\S+){_WAW}"
_SUFFIX = r"(?:{name_suffixes})\.?"
_ROLE = r"(?<!\w)(?:{roles})(?!\w)"
_PLACE = r"\s(?:{places})(?:\s(?-i:[^a-z])|$)"


@lru_cache
def pattern_of(form: str, edition: Edition) -> re.Pattern[str]:
    """Compile a pattern. `{by}` stands for all words of that name, of the edition and of English, which all editions
    use.
    """

    def words(name: re.Match[str]) -> str:
        return alternation({*getattr(edition.words, name[1]), *getattr(EN.words, name[1])})

    return re.compile(re.sub(r"\{([a-z_]+)\}", words, form), re.I)


def names_in(text: str, edition: Edition) -> list[str]:
    """Return the authors in a line, each once, as written but without labels, jobs, addresses and places."""
    words = collapse_whitespace(clean(text))[:MAX_LINE].replace(" :", ":").split(" ")
    line = _ASIDE.sub("", " ".join("," if _ADDRESS.search(word) else word for word in words))
    line = pattern_of(_BEFORE_LABEL, edition).sub(", ", line)
    parts = pattern_of(_BETWEEN, edition).split(line, MAX_NAMES)
    found: list[str] = []
    helper = False
    for mark, part in zip([None, *parts[1::2]], parts[::2], strict=True):
        part = part.lstrip(_EDGES)
        helper = helper and mark not in (";", "؛", "|")
        if label := pattern_of(_LABEL, edition).match(part):
            helper, part = bool(label["helper"]), part[label.end() :]
        part = part.strip(_EDGES)
        if helper or not part:
            continue
        if found and mark and pattern_of(_SUFFIX, edition).fullmatch(part):
            found[-1] += f", {part.rstrip('.')}"
        elif not (found and mark and _is_job(part, edition)):
            joined = pattern_of(_JOINT, edition).sub(r"\1\2\n", part)
            found += filter(None, (_name(each, edition) for each in joined.split("\n")))
    return list({comparison_key(name) or name: name for name in reversed(found)}.values())[::-1]


def is_bare_role(text: str, edition: Edition) -> bool:
    """Return whether a text names only a job or a desk: `Staff Writer`, `News desk`."""
    rest = pattern_of(_ROLE, edition).sub("", text)
    return rest != text and not any(map(str.isalpha, rest))


def _is_job(text: str, edition: Edition) -> bool:
    """Return whether the text after a name is that person's job or place: `Staff Writer`, `in Beirut`."""
    role, place = pattern_of(_ROLE, edition).search(text), pattern_of(_PLACE, edition).match(f" {text}")
    return role is not None or place is not None or (" " in text and text[0].islower())


def _name(part: str, edition: Edition) -> str:
    """Return a part of a line as a name, or "" if it is not one."""
    behind = _DASH.search(part)
    if behind and _is_job(part[behind.end() :], edition):
        part = part[: behind.start()]
    place = pattern_of(_PLACE, edition).search(part, part.find(" ") + 1)
    name = (part[: place.start()] if place else part).strip(_EDGES)
    if not _INITIAL.search(name):
        name = name.rstrip(". ")
    known = _NUMBER.match(name) or dates.find(name, edition)
    return name if not known and name.count(" ") < MAX_WORDS and any(map(str.isalpha, name)) else ""
