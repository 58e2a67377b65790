"""A hostile listing in the browser cannot connect to any host but its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.conftest import Run
from tests.small_site import PATHS, article, listing
from tests.small_site import serve as serve_pages

Command = Callable[..., Run]

SCRIPT = """
<iframe src="%(o)s/iframe"></iframe><object data="%(o)s/object"></object><link rel="preconnect" href="%(o)s">
<script>
function attempt(f) { try { f(); } catch (error) {} }
function attack() {
  attempt(() => window.open("%(o)s/open"));
  attempt(() => window.open("/private/page"));
  attempt(() => new WebSocket("%(w)s/socket"));
  attempt(() => fetch("%(o)s/fetch", {mode: "no-cors"}));
  attempt(() => navigator.sendBeacon("%(o)s/beacon", "x"));
  const work = `fetch("%(o)s/worker", {mode: "no-cors"}); new WebSocket("%(w)s/worker")`;
  const own = () => URL.createObjectURL(new Blob([work]));
  attempt(() => new Worker(own()));
  attempt(() => new SharedWorker(own()));
  attempt(() => { const page = window.open("about:blank"); page.document.write("<img src=%(o)s/popup>"); });
  attempt(() => {
    const form = document.createElement("form");
    Object.assign(form, {action: "%(o)s/form", method: "POST", target: "_blank"});
    document.body.append(form);
    form.submit();
  });
  attempt(() => {
    const frame = document.createElement("iframe");
    frame.srcdoc = `<script>new WebSocket("%(w)s/frame"); fetch("%(o)s/frame", {mode: "no-cors"})<\\/script>`;
    document.body.append(frame);
  });
  attempt(() => {
    const peer = new RTCPeerConnection({iceServers: [{urls: "stun:%(h)s"}]});
    peer.createDataChannel("x");
    peer.createOffer().then(offer => peer.setLocalDescription(offer));
  });
}
attack();
let number = 0;
function more() {
  attack();
  number += 1;
  const card = `<div class="card"><h3><a href="/news/politics/story-${number}-of-the-old-harbor">Story ${number}` +
    ` of the old harbor</a></h3></div>`;
  if (number < 3) document.querySelector("main").insertAdjacentHTML("beforeend", card);
}
</script><button onclick="more()">Load more</button>
"""


@contextmanager
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """Listen on a port by TCP and UDP. Yield it, and the list of what arrives."""
    came: list[bytes] = []
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        udp.bind(tcp.getsockname())
        tcp.listen(50)

        def accept() -> None:
            while True:
                try:
                    came.append(f"tcp {tcp.accept()[1]}".encode())
                except OSError:
                    return

        def receive() -> None:
            while True:
                try:
                    came.append(udp.recv(100))
                except OSError:
                    return

        for each in (accept, receive):
            threading.Thread(target=each, daemon=True).start()
        yield tcp.getsockname()[1], came
        tcp.shutdown(socket.SHUT_RDWR)


@pytest.mark.usefixtures("chromium")
def test_a_hostile_listing_reaches_no_other_host(crawl: Command) -> None:
    asked: list[str] = []
    with canary() as (port, came):
        host = f"127.0.0.1:{port}"
        attack = SCRIPT % {"o": f"http://{host}", "w": f"ws://{host}", "h": host}
        cards = [*PATHS, *(f"/news/politics/listed-{at}-in-the-northern-harbor" for at in range(5))]
        pages = {
            "/robots.txt": "User-agent: *\nDisallow: /private/\n",
            "/": listing(),
            "/news/politics": listing(*cards).replace("</main>", f"</main>{attack}"),
            "/private/page": lambda handler: asked.append(handler.path) or "",
            **{path: article(number) for number, path in enumerate(PATHS)},
        }
        with serve_pages(pages) as origin:
            run = crawl(origin, "-a", "sections=politics")
    assert came == []
    assert asked == [], "a popup of the site's own is past robots.txt"
    assert "'browser/refused/connection'" in run.err
    assert "'listing/pages'" in run.err, "the button was pressed"
