"""How a listing goes on: a script behind its button, or links to further pages. Pure."""

import json
from collections.abc import Mapping, Sequence

from tests.replica.data import Card

BAD = {
    "/news/politics": "replace",
    "/tags/syria": "endless",
    "/news/health": "repeat",
    "/news/sports": "error",
    "/region/palestine": "hang",
}
"""Path of a listing -> how it goes on where `more` is `bad`; all others do by `page`."""


def design_of(faults: Mapping[str, str], path: str) -> str:
    """How the listing at a path goes on; "" where its button does nothing."""
    design = "" if path == "/" else faults.get("more", "")
    return BAD.get(path, "page") if design == "bad" else design


_SCRIPT = """<script>(() => {
const of = %(path)s, design = %(design)s, word = %(word)s, box = document.currentScript.previousElementSibling;
let page = 1, count = %(listed)d, last = %(last)s, busy = false;
const button = [...box.querySelectorAll('*')].find(each => !each.children.length && each.textContent === word);
// The list: what holds the first card and the last.
const isCard = each => each.querySelector('img') || each.textContent.length > 20;
const cards = [...box.querySelectorAll('a[href]')].filter(isCard);
let list = cards[0];
while (!list.contains(cards[cards.length - 1])) list = list.parentElement;
const sentinel = list.parentElement.appendChild(document.createElement('i'));
async function more() {
  if (busy) return;
  busy = true;
  const asked = {offset: `offset=${count}`, 'last-id': `last=${last}`}[design] || `page=${page + 1}`;
  const answer = await fetch(`/listing-part?of=${encodeURIComponent(of)}&${asked}`);
  busy = false;
  if (!answer.ok) return;
  const text = await answer.text();
  const found = text[0] === '{' ? JSON.parse(text) : {cards: [text], more: text.startsWith('<!-- more')};
  const holder = document.createElement('div');
  holder.innerHTML = found.cards.join('');
  if (design === 'replace')
    for (const each of [...list.children]) if (each.querySelector('a img')) each.remove();
  const before = button && button.parentElement === list ? button : null;
  for (const each of [...holder.children]) list.insertBefore(each, before);
  page += 1; count += %(listed)d; last = (%(order)s)[(page * %(listed)d) - 1];
  if (!found.more) { if (button) button.remove(); sentinel.remove(); }
}
if (design === 'scroll') new IntersectionObserver(seen => seen[0].isIntersecting && more()).observe(sentinel);
else button.addEventListener('click', event => { event.preventDefault(); more(); });
})()</script>"""


def script(path: str, design: str, word: str, cards: Sequence[Card], order: Sequence[int] = ()) -> str:
    """What makes the button of a listing work, or its end load more when it comes into view."""
    return _SCRIPT % {
        "path": json.dumps(path),
        "design": json.dumps(design),
        "word": json.dumps(word),
        "listed": len(cards),
        "last": json.dumps(cards[-1].index),
        "order": json.dumps(list(order)),
    }


def following(path: str, number: int) -> str:
    """Links to the other pages of a listing."""
    links = "".join(f'<a href="{path}?page={each}">{each}</a> ' for each in range(1, number + 2))
    return f'<div>{links}<a href="{path}?page={number + 1}">Next</a></div>'
