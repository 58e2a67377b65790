// Runs in a listing page before its own scripts: detects new cards, and finds the button that loads more of them.
(() => {
  if (window !== window.top || window.__listing) return;

  // Pictures are not loaded. A page that replaces each failed picture by another one would do so forever.
  window.addEventListener("error", (event) => event.target instanceof Element && event.stopImmediatePropagation(), true);

  // --- New cards ---------------------------------------------------------------------------------------------------
  const added = new Set(); // elements added, or links whose target changed, since the last check
  const seen = new Set(); // addresses of the links checked
  let region = null; // the element with the cards
  let list = null; // the smallest element with most of them
  let last = null; // the last card before the click
  const observer = new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === "attributes") added.add(record.target);
      for (const node of record.addedNodes) if (node.nodeType === 1) added.add(node);
    }
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["href"] });

  const address = (link) => link.href.split("#")[0];
  const links = (element) => [...(element.matches("a[href]") ? [element] : []), ...element.querySelectorAll("a[href]")];
  // Excludes links to the listing itself, on any of its pages.
  const leads = (link) => /^https?:/.test(link.href) && new URL(link.href).pathname !== location.pathname;

  function came() {
    const here = region && region.isConnected ? region : document.body;
    const whole = [...added].filter((each) => each.isConnected && here.contains(each));
    return whole.filter((each) => !whole.some((other) => other !== each && other.contains(each)));
  }

  // The card around a link: the largest element without other links.
  function card(link) {
    let found = link;
    while (found.parentElement && links(found.parentElement).every((each) => address(each) === address(link)))
      found = found.parentElement;
    return found;
  }

  function start(cards) {
    const wanted = new Set(cards);
    const own = [...document.querySelectorAll("a[href]")].filter((link) => wanted.has(address(link)));
    last = own.length ? own[own.length - 1] : null;
    list = last;
    const most = 0.7 * new Set(own.map(address)).size;
    while (list && list !== document.body && new Set(links(list).map(address).filter((each) => wanted.has(each))).size < most)
      list = list.parentElement;
    if (list === last && last) list = card(last).parentElement; // a single card
    region = (list && list !== document.body && list.parentElement) || document.body;
    const html = document.documentElement.outerHTML;
    observer.takeRecords();
    added.clear();
    links(document.body).forEach((link) => seen.add(address(link)));
    return html;
  }

  function fresh() {
    if (!region) return -1; // another page
    return new Set(came().flatMap(links).filter(leads).map(address).filter((each) => !seen.has(each))).size;
  }

  function harvest() {
    const elements = came().filter((each) => links(each).some(leads));
    const parts = elements.map((each) => (each.matches("a") ? card(each) : each).outerHTML);
    for (const link of elements.flatMap(links)) {
      seen.add(address(link));
      if (leads(link)) last = link;
    }
    added.clear();
    return parts.join("\n");
  }

  // --- The button --------------------------------------------------------------------------------------------------
  const listening = new WeakSet(); // elements with click listeners
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, ...rest) {
    if (type === "click" && this instanceof Element) listening.add(this);
    if (/^(scroll|scrollend|wheel)$/.test(type)) scrolls = true;
    return add.call(this, type, ...rest);
  };
  let scrolls = false; // whether scripts listen for scrolling, or observe elements coming into view
  if (window.IntersectionObserver)
    window.IntersectionObserver = class extends window.IntersectionObserver {
      constructor(...rest) {
        super(...rest);
        scrolls = true;
      }
    };

  const NATIVE = "button, input[type=button], input[type=submit], a, summary, [role=button], [role=link], [onclick]";
  const CHROME = "header, nav, footer, aside, dialog, [role=dialog], [role=navigation], [role=banner]";
  const clean = (text) =>
    text.replace(/[\d٠-٩]+|[()[\]]/g, (each) => (/\d/.test(each) ? each : " ")).replace(/\s+/g, " ")
      .replace(/^[\s:：.…»›→+\-–—|#•◀▶▼↓]+|[\s:：.…»›→+\-–—|#•◀▶▼↓]+$/g, "").toLowerCase();
  const said = (element) =>
    clean(element.textContent || element.value || "") || clean(element.getAttribute("aria-label") || element.title || "");
  const clickable = (element) =>
    element.matches(NATIVE) || listening.has(element) || !!element.onclick || element.hasAttribute("tabindex");

  // All elements, including those in open shadow roots.
  function* all(root) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* all(element.shadowRoot);
    }
  }

  const host = (element) => {
    while (element.getRootNode() instanceof ShadowRoot) element = element.getRootNode().host;
    return element;
  };
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const isOff = (element) =>
    element.matches(":disabled, [aria-disabled=true], [aria-busy=true]") || element.closest("[inert]") !== null;

  // Links to other pages are never buttons.
  function leadsAway(element) {
    const link = element.closest("a[href]");
    return !!link && /^https?:/.test(link.href) && new URL(link.href).pathname !== location.pathname;
  }

  const isAfter = (element) =>
    !last || !last.isConnected || !!(last.compareDocumentPosition(host(element)) & Node.DOCUMENT_POSITION_FOLLOWING);

  // Levels up to the common ancestor of an element and the list: fewer levels are nearer.
  function distance(element) {
    let up = list && list.isConnected ? list : document.body, levels = 0;
    while (up && !up.contains(host(element))) { up = up.parentElement; levels += 1; }
    return levels;
  }

  let button = null; // the one found most recently
  const tried = new WeakSet();

  // Finds the button with one of the words, or with the next page number. Returns "ready", "off" or "none".
  function find(words, page) {
    const exact = new Set(words);
    const begins = words.filter((word) => word.includes(" ")).map((word) => word + " ");
    const fits = (text) => {
      const bare = clean(text.replace(/\d+/g, ""));
      return exact.has(text) || exact.has(bare) || (text.split(" ").length < 7 && begins.some((each) => text.startsWith(each)));
    };
    let best = null, nearest = Infinity;
    for (const element of all(document.body)) {
      const text = element.childElementCount > 6 ? "" : said(element);
      if (!text || text.length > 60) continue;
      const numbered = text === String(page) && clickable(element);
      if (!numbered && !fits(text)) continue;
      const target = element.closest(NATIVE) || element;
      if (target.closest("h1, h2, h3, h4, h5, h6") || !isShown(element) || leadsAway(target) || tried.has(target)) continue;
      if (!isAfter(target) || (target.closest(CHROME) && !target.closest("main"))) continue;
      const away = distance(target) + (numbered ? 0.5 : 0) + (clickable(target) ? 0 : 0.25);
      // Prefer the inner of two nested elements: the click event bubbles up.
      if (away < nearest || (away === nearest && best.contains(target))) [best, nearest] = [target, away];
    }
    button = best;
    return !best ? "none" : isOff(best) ? "off" : "ready";
  }

  // The next element near the end of the list that may be a button, whatever its text; likely ones first.
  function guess(words, never) {
    const hints = new Set(words.flatMap((word) => word.split(" ")).filter((word) => word.length > 2));
    let best = null, least = Infinity, order = 0;
    for (const element of all(document.body)) {
      order += 1;
      const text = said(element);
      const hinted = text.split(" ").some((word) => hints.has(word));
      const spoken = hinted && !element.childElementCount && text.split(" ").length < 6; // scripts may listen on an ancestor
      if (!(clickable(element) || spoken) || tried.has(element) || !isShown(element) || isOff(element)) continue;
      if (element.matches("a[href]") && !/^(#|javascript:)/i.test(element.getAttribute("href"))) continue;
      if (text.length > 40 || never.includes(text) || links(element).some(leads) || leadsAway(element)) continue;
      if (!isAfter(element) || element.closest(CHROME) || distance(element) > 3) continue;
      const form = element.closest("form");
      if (form && form.querySelector("input:not([type=hidden]):not([type=button]):not([type=submit]), textarea, select")) continue;
      const rank = (hinted ? 0 : 1e6) + (clickable(element) ? 0 : 1e5) + distance(element) * 1e4 + Math.min(order, 9999) / 1e4;
      if (rank < least) [best, least] = [element, rank];
    }
    button = best;
    if (best) tried.add(best);
    return best !== null;
  }

  const keep = () => button && [button.tagName, said(button)];

  // Finds the button that worked before, or a similar one: [tag, text].
  function again([tag, text]) {
    if (!button || !button.isConnected)
      button = [...all(document.body)].find((each) => each.tagName === tag && said(each) === text && isAfter(each));
    return !button || !isShown(button) ? "none" : isOff(button) ? "off" : "ready";
  }

  // Scrolls to the end of the list. Returns false if that cannot load anything.
  function scroll() {
    for (let up = list; up; up = up.parentElement) scrolls ||= !!up.onscroll;
    if (!(scrolls || window.onscroll || document.onscroll || window.onwheel)) return false;
    if (last && last.isConnected) last.scrollIntoView({ block: "end" });
    for (let up = list; up; up = up.parentElement) up.scrollTop = up.scrollHeight;
    window.scrollTo(0, document.documentElement.scrollHeight);
    return true;
  }

  const found = () => button;
  const drop = () => { if (button) tried.add(button); };
  Object.defineProperty(window, "__listing", {
    value: { start, fresh, harvest, find, guess, keep, again, scroll, found, drop },
  });
})();
