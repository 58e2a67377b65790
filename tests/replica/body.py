"""The body of an article as blocks, and the parts that only the article page shows."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from tests.replica.data import Article, Block, Card, Run, Source, card, picture, tag_path
from tests.replica.prose import phrase, pick

_TEXTLESS = ("video", "infographic")


def other(rng: Random, source: Source, index: int) -> int:
    """Index of another article, more often a newer than an older one."""
    choice = int(rng.random() ** 0.5 * source.articles)
    return choice if choice != index else (index + 1) % source.articles


def _linked(rng: Random, source: Source, index: int, text: str, tags: tuple[str, ...]) -> tuple[Run, ...]:
    words = text.split(" ")
    at = 2 + int(rng.random() * (len(words) - 6))
    before, inside, after = (
        " ".join(words[:at]) + " ",
        " ".join(words[at : at + 2]),
        " " + " ".join(words[at + 2 :]),
    )
    turn = rng.random()
    if turn < 0.4:
        link = Run(inside, card(source, other(rng, source, index)).path)
    elif turn < 0.6:
        link = Run(inside, tag_path(pick(rng, tags)))
    elif turn < 0.75:
        link = Run(inside, f"https://records.example.org/item/{int(rng.random() * 90000)}?view=full&lang=en")
    else:
        link = Run(inside, strong=True)
    return Run(before), link, Run(after)


def _paragraph(rng: Random, source: Source, index: int, tags: tuple[str, ...]) -> Block:
    vocabulary = source.edition.vocabulary
    if rng.random() < 0.08:
        return Block("paragraph", (Run(phrase(rng, vocabulary, "short")),))
    text = " ".join(phrase(rng, vocabulary, "sentence") for _ in range(1 + int(rng.random() * 3)))
    linked = rng.random() < 0.3
    return Block("paragraph", _linked(rng, source, index, text, tags) if linked else (Run(text),))


def _extras(rng: Random, source: Source, own: Card) -> Iterator[tuple[int, Block]]:
    """Blocks to put between the paragraphs, each with its place."""
    vocabulary = source.edition.vocabulary
    gallery = own.kind == "gallery"
    for place in (3, 7, 10):
        if rng.random() < 0.4:
            yield (
                place,
                Block("heading", (Run(phrase(rng, vocabulary, "subhead")),), level=2 + (rng.random() < 0.3)),
            )
    if rng.random() < 0.25:
        yield 6, Block("quote", (Run(phrase(rng, vocabulary, "sentence")),))
    if rng.random() < 0.25:
        yield 8, Block("list", items=tuple(phrase(rng, vocabulary, "item") for _ in range(3)))
    if own.quirk == "says-related-news":
        yield 2, Block("paragraph", (Run(phrase(rng, vocabulary, "related")),))
    if own.quirk == "headline-in-body":
        yield 5, Block("paragraph", (Run(card(source, echoed(source, own.index)).headline),))
    yield 4, Block("related")
    if rng.random() < 0.5:
        yield 5, Block("readMore", target=other(rng, source, own.index))
    if rng.random() < 0.3:
        tweet = phrase(rng, vocabulary, "tweet")
        signed = f"— {source.edition.site_name} (@MayadeenEnglish) {own.published - timedelta(hours=1):%B %-d, %Y}"
        yield 6, Block("tweet", items=(tweet, signed))
    if rng.random() < 0.2:
        yield 9, Block("video", embed=f"https://www.youtube.com/embed/{rng.getrandbits(44):011x}")
    for place in range(1, 7) if gallery else (7,):
        if gallery or rng.random() < 0.35:
            yield place, Block("figure", picture=picture(rng, source.edition, own.published))


def _blocks(rng: Random, source: Source, own: Card, revision: int) -> tuple[Block, ...]:
    if own.kind in _TEXTLESS:
        return ()
    length = 3 if own.kind == "gallery" else 8 + int(rng.random() * 12)
    blocks = [_paragraph(rng, source, own.index, tuple(own.tags)) for _ in range(length)]
    for place, block in sorted(_extras(rng, source, own), key=lambda extra: -extra[0]):
        blocks.insert(min(place, length), block)
    for number in range(revision):
        update = Random(f"{source.seed}:{own.index}:edit:{number}")
        blocks.append(Block("paragraph", (Run(phrase(update, source.edition.vocabulary, "sentence")),)))
    return tuple(blocks)


def echoed(source: Source, index: int) -> int:
    """The article whose headline also stands as a sentence in article `index`."""
    return (index + source.articles // 2 + 1) % source.articles


def _sources(rng: Random, names: tuple[str, ...], quirk: str) -> tuple[tuple[str, ...], str]:
    """Names of the sources, and the line they are printed in."""
    if quirk == "many-sources":
        chosen = tuple(rng.sample(names, 2 + (rng.random() < 0.5)))
        return chosen, ", ".join(chosen)
    turn = rng.random()
    if turn < 0.1:
        return (), ""
    chosen = tuple(rng.sample(names, 2 if turn < 0.4 else 1))
    return chosen, " + ".join(chosen)


def article(source: Source, own: Card, revision: int = 0) -> Article:
    """The whole article of a card, after that many edits: each edit adds one sentence at the end."""
    rng = Random(f"{source.seed}:{own.index}:body")
    vocabulary = source.edition.vocabulary
    description = "" if own.quirk == "no-description" else phrase(rng, vocabulary, "sentence")
    if description and rng.random() < 0.25:
        description += pick(rng, (" ", "\n"))
    sources, source_line = _sources(rng, tuple(source.edition.sources), own.quirk)
    video = own.kind == "video"
    return Article(
        card=own,
        description=description,
        sources=sources,
        source_line=source_line,
        blocks=_blocks(rng, source, own, revision),
        shares=int(rng.random() ** 4 * 900),
        duration=60 + int(rng.random() * 3000) if video else 0,
        embed=f"https://www.youtube.com/embed/{rng.getrandbits(44):011x}" if video else "",
    )
