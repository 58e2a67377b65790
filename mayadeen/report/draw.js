"use strict";
// Draws each chart into its element in the colours of the page, and redraws it when its width or the colours change.
const SMALL = 520;
const specs = JSON.parse(document.getElementById("specs").textContent);
const views = new Map();
const dark = matchMedia("(prefers-color-scheme: dark)");

const color = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

// Replaces `$ink` etc. by the colours of the page, and by sizes that depend on its width. Data are not changed.
const DATA = ["datasets", "values", "domain", "sort"];
function filled(part, sizes) {
  if (typeof part === "string") return /^\$[a-z]+\d?$/.test(part) ? sizes[part.slice(1)] ?? color(part.slice(1)) : part;
  if (Array.isArray(part)) return part.map(each => filled(each, sizes));
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, DATA.includes(key) ? value : filled(value, sizes)]));
}

function config() {
  const axis = {labelColor: color("mute"), domainColor: color("line"), tickColor: color("line"), gridColor: color("line"), labelFontSize: 12, labelPadding: 6};
  const font = getComputedStyle(document.body).fontFamily;
  return {background: null, font, padding: {left: 0, top: 6, right: 4, bottom: 2}, view: {stroke: null}, axis, legend: {labelColor: color("mute"), labelFontSize: 11}, mark: {color: color("c0")}};
}

// A tooltip as a table with text only.
function tip(handler, event, item, value) {
  document.getElementById("tip")?.remove();
  if (value === null || value === undefined || typeof value !== "object") return;
  const box = document.createElement("div"), table = document.createElement("table");
  box.id = "tip";
  for (const [name, text] of Object.entries(value)) {
    if (name === " ") table.createCaption().textContent = text;
    else {
      const row = table.insertRow();
      row.insertCell().textContent = name;
      row.insertCell().textContent = text;
    }
  }
  box.append(table);
  document.body.append(box);
  const x = Math.min(event.clientX + 14, innerWidth - box.offsetWidth - 8);
  const above = event.clientY + 14 + box.offsetHeight > innerHeight;
  box.style.left = Math.max(8, x) + "px";
  box.style.top = (above ? event.clientY - 14 - box.offsetHeight : event.clientY + 14) + "px";
}

function sized(spec, width, height) {
  if (!spec.vconcat) return {...spec, width, height, autosize: {type: "fit", contains: "padding"}};
  const [large, small] = spec.vconcat, inner = width - 54;
  return {...spec, vconcat: [{...large, width: inner, height: height - 90}, {...small, width: inner}]};
}

async function draw(id) {
  const element = document.getElementById(id), {spec, values, small, heights} = specs[id];
  const narrow = element.clientWidth < SMALL, height = heights[narrow ? 1 : 0];
  const sizes = narrow ? {limit: 110, gradient: 90} : {limit: 170, gradient: 160};
  const chosen = sized(filled(narrow && small ? small : spec, sizes), element.clientWidth, height);
  element.style.minHeight = height + "px";
  views.get(id)?.finalize();
  if (values.length) chosen.data = {values};
  const options = {actions: false, ast: true, config: config(), defaultStyle: false, hover: false, mode: "vega-lite", renderer: "svg", tooltip: tip};
  const drawn = await vegaEmbed(element, chosen, options);
  views.set(id, drawn);
  element.dataset.width = element.clientWidth;
  show(id);
}

// Shows the series whose buttons are pressed, or all if none is.
function show(id) {
  const legend = document.querySelector(`[data-for="${id}"]`), view = views.get(id)?.view;
  if (!legend || !view) return;
  view.signal("shown", [...legend.querySelectorAll("[aria-pressed=true]")].map(button => button.dataset.name)).runAsync();
}

async function drawAll() {
  delete document.documentElement.dataset.drawn;
  for (const id of Object.keys(specs)) {
    try {
      await draw(id);
    } catch (error) {
      console.error(id, error);
    }
    await new Promise(resolve => setTimeout(resolve));
  }
  document.documentElement.dataset.drawn = "true";
}

document.addEventListener("click", event => {
  const button = event.target.closest(".legend button");
  if (!button) return;
  button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
  show(button.closest(".legend").dataset.for);
});
let pending = Promise.resolve();
const again = () => { pending = pending.then(drawAll); };
dark.addEventListener("change", again);
let timer;
addEventListener("resize", () => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (Object.keys(specs).some(id => Math.abs(document.getElementById(id).clientWidth - document.getElementById(id).dataset.width) > 4)) again();
  }, 150);
});
again();
