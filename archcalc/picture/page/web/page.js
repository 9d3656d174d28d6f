// The page of one network. `evaluate` gives every number of the network for the values of its symbols; `Viz` lays out.
// What comes from a spec is only ever set as text or as an attribute's value, never read as markup.

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const boxes = new Map(data.boxes.map((box) => [box.key, box]));
const inside = new Map(data.boxes.map((box) => [box.key, []]));
for (const box of data.boxes) if (box.parent) inside.get(box.parent).push(box);
const roots = data.boxes.filter((box) => !box.parent);
const [PARAMETERS, BUFFERS, WORK, ACTIVATIONS, BYTES] = [0, 1, 2, 3, 4];

// -- numbers ----------------------------------------------------------------------------------------------------------

const values = data.entries.map((entry) => (entry.symbol === undefined ? null : BigInt(entry.value)));
let numbers = [];

/** The values of the symbols; raises Error where an entry cannot have its value. */
function symbols() {
  const found = [];
  data.entries.forEach((entry, i) => {
    if (entry.symbol === undefined) return;
    const [share, rest] = [BigInt(entry.share), values[i] - BigInt(entry.offset)];
    if (rest % share !== 0n) throw new Error(`${entry.name} must be a multiple of ${share}`);
    found[entry.symbol] = rest / share;
  });
  return found;
}

/** What does not hold of the symbols, in words; nothing where all does. */
function broken(v, results) {
  for (const [place, least, most, modulus, remainders, words] of data.domains) {
    const rest = v[place] % BigInt(modulus);
    const low = least !== null && v[place] < BigInt(least);
    if (low || (most !== null && v[place] > BigInt(most)) || !remainders.includes(Number(rest))) return words;
  }
  const claim = data.claims.find(([place]) => results[place] !== 1n);
  return claim ? claim[1] : "";
}

/** Compute everything anew; tells what is wrong with the values where something is. */
function compute() {
  try {
    const v = symbols();
    const results = evaluate(v);
    const wrong = broken(v, results);
    if (wrong) return `The numbers hold only where ${wrong}.`;
    numbers = results;
    return "";
  } catch (error) {
    return error instanceof RangeError ? "No network can be made with these values." : `${error.message}.`;
  }
}

/** A number in three digits: 25.6M. */
function short(number) {
  const size = number < 0n ? -number : number;
  for (const [power, letter] of [[12, "T"], [9, "G"], [6, "M"], [3, "K"]]) {
    if (size * 10000n >= 10n ** BigInt(power) * 9995n) {
      const digits = Number(number) / 10 ** power;
      return digits.toFixed(Math.max(0, 3 - String(Math.trunc(digits)).length)) + letter;
    }
  }
  return String(number);
}

const full = (number) => number.toLocaleString("en");
const sizes = (shape) => (shape.length ? shape.map((place) => numbers[place]).join("×") : "scalar");
const shapes = (all) => all.map(sizes).join(" ");
const field = (axes) => {
  const texts = axes.map((axis) => (typeof axis === "number" ? String(numbers[axis]) : axis));
  return new Set(texts).size === 1 ? texts[0] : texts.join("x");
};
/** A text in parts, some of them numbers by their places. */
const said = (parts) => (parts || []).map((part) => (typeof part === "number" ? numbers[part] : part)).join("");
/** How a sum over several copies comes about. */
const times = (box, place) => {
  const [all, one] = [numbers[box.all[place]], numbers[box.one[place]]];
  return all === one || one === 0n ? "" : ` = ${full(all / one)} × ${full(one)}`;
};
const counted = (box, place) => (box.unknown && place === WORK ? "≥ " : "") + full(numbers[box.all[place]]);

// -- the picture ------------------------------------------------------------------------------------------------------

const open = new Set(data.open);
const dark = matchMedia("(prefers-color-scheme: dark)");
let chosen = "";
let hits = new Set();

const cut = (text) => (text.length > 48 ? `${text.slice(0, 47)}…` : text);
const theme = () => data.themes[dark.matches ? "dark" : "light"];

/** The box that another is seen as: itself, or the outermost scope around it that is closed. */
function seen(key) {
  let found = key;
  for (let at = boxes.get(key); at; at = boxes.get(at.parent)) if (!at.leaf && !open.has(at.key)) found = at.key;
  return found;
}

/** The numbers that are written in a box; nothing where they are all 0. */
function facts(box) {
  const parts = [];
  const [held, done] = [numbers[box.one[PARAMETERS]], numbers[box.one[WORK]]];
  if (held) parts.push(`${short(held)} parameters`);
  if (done || box.unknown) parts.push(`${box.unknown ? "≥ " : ""}${short(done)} ${data.unit}`);
  return parts.join(" · ");
}

/** What is written in a box: lines of runs, each a text with its size, and whether it is bold or faint. */
function written(box) {
  const count = box.copies === null ? "" : ` × ${numbers[box.copies]}`;
  const name = box.op && box.name.toLowerCase() !== box.op.toLowerCase() ? `  ${cut(box.name)}` : "";
  const head = [
    [cut(box.op || box.name), 11, true, false],
    [cut(` ${said(box.settings)}`).trimEnd(), 11, false, false],
    [count, 11, true, false],
    [name, 9, false, true],
  ];
  const told = box.leaf || !open.has(box.key) ? facts(box) : "";
  return [head.filter(([text]) => text), ...(told ? [[[told, 9, false, false]]] : [])];
}

const titled = (end) => [[[cut(end.name), 11, true, false]], [[sizes(end.shape), 9, false, true]]];
const passed = (flow) => [[[sizes(flow.shape), 9, false, true]]];

const ruler = document.createElement("canvas").getContext("2d");
const HEIGHT = { 11: 15, 9: 12 };

function width(line) {
  let found = 0;
  for (const [text, size, bold] of line) {
    ruler.font = `${bold ? "bold " : ""}${size}px ${data.font}`;
    found += ruler.measureText(text).width;
  }
  return found;
}

const height = (lines) => lines.reduce((sum, line) => sum + HEIGHT[Math.max(...line.map(([, size]) => size))], 0);

/** Room for lines in the layout; they are written into it by `write`, since only the browser knows its fonts. */
function room(lines) {
  const [wide, high] = [Math.ceil(Math.max(...lines.map(width))) + 2, height(lines)];
  const cell = `<TD FIXEDSIZE="TRUE" WIDTH="${wide}" HEIGHT="${high}" BGCOLOR="#ffffff01"></TD>`;
  return `<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0"><TR>${cell}</TR></TABLE>>`;
}

/** Put lines where room was left for them in a part of the picture. */
function write(group, lines) {
  const place = group.querySelector("polygon[fill-opacity]");
  const { x, y, width: wide } = extent(place);
  let top = y;
  const made = lines.map((line) => {
    const size = Math.max(...line.map(([, size]) => size));
    const text = drawing("text", { "text-anchor": "middle", x: x + wide / 2, y: top + HEIGHT[size] - size * 0.32 });
    text.append(...line.map(run));
    top += HEIGHT[size];
    return text;
  });
  place.replaceWith(...made);
  return made;
}

function run([text, size, bold, faint]) {
  const look = theme();
  const style = { "font-family": data.font, "font-size": size, fill: faint ? look.faint : look.text };
  const made = drawing("tspan", bold ? { ...style, "font-weight": "bold" } : style);
  made.textContent = text;
  return made;
}

function drawing(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function extent(polygon) {
  const points = polygon.getAttribute("points").trim().split(/\s+/).map((pair) => pair.split(",").map(Number));
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return { x: Math.min(...xs), y: Math.min(...ys), width: Math.max(...xs) - Math.min(...xs) };
}

function style(look, folded) {
  const [fill, stroke, width, dashed] = look;
  const styles = `rounded,filled${dashed ? ",dashed" : ""}`;
  return `style="${styles}" fillcolor="${fill}" color="${stroke}" penwidth=${width}${folded ? " peripheries=2" : ""}`;
}

/** The arrows between the boxes that are seen, each with what it stands for first. */
function arrows() {
  const found = new Map();
  for (const [from, to, shape, skips] of data.arrows) {
    const [a, b] = [boxes.has(from) ? seen(from) : from, boxes.has(to) ? seen(to) : to];
    if (a !== b && !found.has(`${a}->${b}`)) found.set(`${a}->${b}`, { a, b, shape, skips });
  }
  return found;
}

function dot(flows) {
  const look = theme();
  const lines = [
    'digraph network { rankdir=TB bgcolor="transparent" nodesep=0.25 ranksep=0.3 pad=0.2',
    flows.size > MANY ? "nslimit=0.5 nslimit1=0.5 mclimit=0.2" : "",
    flows.size > TOO_MANY ? "splines=line" : "",
    'node [shape=box margin="0.11,0.055" height=0.3]',
    `edge [color="${look.line}" arrowsize=0.6]`,
  ];
  for (const end of data.ends) lines.push(`${end.key} [label=${room(titled(end))} ${style(look.roles.end, false)}]`);
  const put = (all, level) => {
    for (const box of all) {
      if (box.leaf || !open.has(box.key)) {
        lines.push(`${box.key} [label=${room(written(box))} ${style(look.roles[box.role], !box.leaf)}]`);
        continue;
      }
      lines.push(`subgraph cluster_${box.key} { label=${room(written(box))} labeljust=l margin=10 style="rounded,filled"`);
      lines.push(`fillcolor="${look.scope[level % 2]}" color="${look.line}" penwidth=0.8`);
      put(inside.get(box.key), level + 1);
      lines.push("}");
    }
  };
  put(roots, 0);
  const told = new Set();
  for (const { a, b, shape, skips } of [...flows.values()].sort((x, y) => x.skips - y.skips)) {
    const tensor = `${a} ${shape}`; // one tensor says its shape once
    const text = told.has(tensor) || flows.size > MANY ? "" : `label=${room(passed({ shape }))}`;
    told.add(tensor);
    lines.push(`${a} -> ${b} [weight=${skips ? 1 : 8} ${text}]`);
  }
  return `${lines.join("\n")}\n}`;
}

const canvas = byId("canvas");
let viz = null;
let svg = null;
let whole = null; // the extent of the picture
let window_ = null; // the part of it that is seen
let live = []; // how to write anew what changes with the numbers

const MANY = 200; // from so many arrows on a layout is made in haste, without labels
const TOO_MANY = 800; // and from so many on with straight arrows

/** Lay out what is open and show it, then do what is left; keeps the part that is seen unless `fit`. */
function draw(fit = false, then = () => {}) {
  const flows = arrows();
  const busy = byId("busy");
  busy.textContent = `Laying out ${flows.size} arrows…`;
  busy.hidden = flows.size <= MANY;
  const work = () => {
    show(viz.renderSVGElement(dot(flows)), flows, fit);
    busy.hidden = true;
    then();
  };
  if (busy.hidden) work();
  else requestAnimationFrame(() => setTimeout(work)); // once the message is seen
}

function show(made, flows, fit) {
  const box = made.viewBox.baseVal;
  const before = window_ && whole && !fit ? { ...window_ } : null;
  whole = { x: box.x, y: box.y, width: box.width, height: box.height };
  made.removeAttribute("width");
  made.removeAttribute("height");
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", `Diagram of ${data.name}`);
  live = [];
  for (const group of made.querySelectorAll("g.node, g.cluster, g.edge")) prepare(group, flows);
  svg = made;
  canvas.replaceChildren(made);
  canvas.dataset.boxes = made.querySelectorAll("g.node").length;
  canvas.dataset.arrows = made.querySelectorAll("g.edge").length;
  if (before) look(before);
  else fitted();
  mark();
}

/** Make a part of the picture live. */
function prepare(group, flows) {
  const title = group.querySelector("title");
  const key = title.textContent.replace("cluster_", "");
  if (group.classList.contains("edge")) {
    const flow = flows.get(key);
    title.remove();
    if (group.querySelector("polygon[fill-opacity]")) says(group, () => passed(flow));
    return;
  }
  const end = data.ends.find((one) => one.key === key);
  if (end) {
    title.textContent = end.name;
    says(group, () => titled(end));
    return;
  }
  const box = boxes.get(key);
  says(group, () => written(box));
  title.textContent = box.path;
  group.dataset.key = key;
  group.classList.add("box");
  group.setAttribute("tabindex", "0");
  group.setAttribute("role", "button");
  group.setAttribute("aria-label", written(box).flat().map(([text]) => text).join(""));
  if (!box.leaf) group.setAttribute("aria-expanded", String(open.has(key)));
  for (const shape of group.querySelectorAll("path, polygon")) shape.classList.add("shape");
}

/** Write lines into a part of the picture, and again when the numbers change. */
function says(group, tell) {
  const texts = write(group, tell());
  live.push(() => tell().forEach((line, i) => texts[i] && texts[i].replaceChildren(...line.map(run))));
}

function mark() {
  if (!svg) return;
  for (const group of svg.querySelectorAll("g.box")) {
    group.classList.toggle("chosen", group.dataset.key === chosen);
    group.classList.toggle("hit", hits.has(group.dataset.key));
  }
  for (const row of body.rows) row.classList.toggle("chosen", row.dataset.key === chosen);
}

/** A click on a layer chooses it; on a scope it also opens or closes it. */
function act(key) {
  const box = boxes.get(key);
  choose(key);
  if (box.leaf) return;
  if (!open.delete(key)) open.add(key);
  draw(false, () => focus(key));
}

const group = (key) => svg && svg.querySelector(`[data-key="${CSS.escape(key)}"]`);

function focus(key) {
  const found = group(key);
  if (found) found.focus({ preventScroll: true });
}

// -- pan and zoom -----------------------------------------------------------------------------------------------------

function look(part) {
  window_ = part;
  svg.setAttribute("viewBox", `${part.x} ${part.y} ${part.width} ${part.height}`);
}

/** Show the picture at a size that can be read: whole if it is small, else its width, from the top. */
function fitted() {
  const frame = canvas.getBoundingClientRect();
  const height = (whole.width / frame.width) * frame.height;
  const widest = Math.max(whole.width, (frame.width / frame.height) * Math.min(whole.height, height), frame.width * 0.6);
  const tall = (widest / frame.width) * frame.height;
  look({ x: whole.x - (widest - whole.width) / 2, y: whole.y, width: widest, height: tall });
}

function zoom(factor, at = null) {
  const frame = canvas.getBoundingClientRect();
  const [u, v] = at ? [(at.x - frame.x) / frame.width, (at.y - frame.y) / frame.height] : [0.5, 0.5];
  const [width, height] = [window_.width * factor, window_.height * factor];
  if (width > 40 * whole.width + 4000 || width < 20) return;
  look({ x: window_.x + u * (window_.width - width), y: window_.y + v * (window_.height - height), width, height });
}

function move(dx, dy) {
  const scale = window_.width / canvas.clientWidth;
  look({ ...window_, x: window_.x - dx * scale, y: window_.y - dy * scale });
}

/** Bring a box into the middle. */
function center(key) {
  const found = group(seen(key));
  if (!found) return;
  const box = found.getBoundingClientRect();
  const frame = canvas.getBoundingClientRect();
  move(frame.x + frame.width / 2 - (box.x + box.width / 2), frame.y + frame.height / 2 - (box.y + box.height / 2));
}

const pointers = new Map();
let moved = 0;
canvas.addEventListener("pointerdown", (event) => {
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  moved = 0;
});
canvas.addEventListener("pointermove", (event) => {
  const before = pointers.get(event.pointerId);
  if (!before || !svg) return;
  const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
  if (others.length) {
    const apart = (point) => Math.hypot(point.x - others[0].x, point.y - others[0].y) || 1;
    const now = { x: event.clientX, y: event.clientY };
    zoom(apart(before) / apart(now), { x: (now.x + others[0].x) / 2, y: (now.y + others[0].y) / 2 });
  } else {
    move(event.clientX - before.x, event.clientY - before.y);
  }
  moved += Math.abs(event.clientX - before.x) + Math.abs(event.clientY - before.y);
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
});
for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
  canvas.addEventListener(name, (event) => pointers.delete(event.pointerId));
}
canvas.addEventListener("click", (event) => {
  const found = event.target.closest("g.box");
  if (found && moved < 5) act(found.dataset.key);
});
canvas.addEventListener(
  "wheel",
  (event) => {
    if (!svg) return;
    event.preventDefault();
    zoom(Math.exp(event.deltaY / 500), { x: event.clientX, y: event.clientY });
  },
  { passive: false },
);
canvas.addEventListener("keydown", (event) => {
  const found = event.target.closest("g.box");
  if (found && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    act(found.dataset.key);
  }
});
canvas.addEventListener("focusin", (event) => {
  const found = event.target.closest("g.box");
  if (!found || pointers.size) return;
  const [box, frame] = [found.getBoundingClientRect(), canvas.getBoundingClientRect()];
  const outside = box.right < frame.left || box.left > frame.right || box.bottom < frame.top || box.top > frame.bottom;
  if (outside) center(found.dataset.key);
});
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input") || event.ctrlKey || event.metaKey || event.altKey || !svg) return;
  const steps = { "+": () => zoom(0.8), "-": () => zoom(1.25), 0: fitted, ArrowUp: () => move(0, 60) };
  Object.assign(steps, { ArrowDown: () => move(0, -60), ArrowLeft: () => move(60, 0), ArrowRight: () => move(-60, 0) });
  steps["/"] = () => byId("search").focus();
  const arrow = event.key.startsWith("Arrow");
  if (!(event.key in steps) || (arrow && !canvas.contains(event.target))) return;
  event.preventDefault();
  steps[event.key]();
});

// -- the panel --------------------------------------------------------------------------------------------------------

function element(tag, text = "", attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function pairs(rows) {
  const table = element("table");
  for (const [name, text] of rows) {
    if (text === "") continue;
    const row = table.insertRow();
    row.append(element("th", name, { scope: "row" }), element("td", text));
  }
  return table;
}

function choose(key) {
  chosen = key;
  detail();
  mark();
}

/** Everything about the box that is chosen. */
function detail() {
  const panel = byId("detail");
  const box = boxes.get(chosen);
  panel.hidden = !box;
  if (!box) return;
  const share = numbers[data.totals.work] ? Number((numbers[box.all[WORK]] * 10000n) / numbers[data.totals.work]) / 100 : 0;
  const rows = [
    ["operation", box.op],
    ["settings", said(box.given)],
    ["meaning", data.meaning[box.role]],
    ["copies", box.copies === null ? "" : full(numbers[box.copies])],
    ["input", shapes(box.inputs)],
    ["output", shapes(box.outputs)],
    ...(box.weights || []).map(([name, shape]) => [name, sizes(shape)]),
    ["parameters", counted(box, PARAMETERS) + times(box, PARAMETERS)],
    ["buffers", numbers[box.all[BUFFERS]] ? counted(box, BUFFERS) + times(box, BUFFERS) : ""],
    [data.unit, counted(box, WORK) + times(box, WORK)],
    ["share", `${share} % of all ${data.unit}`],
    ["activations", counted(box, ACTIVATIONS) + times(box, ACTIVATIONS)],
    ["bytes", counted(box, BYTES) + times(box, BYTES)],
    ["receptive field", field(box.field)],
    ["note", box.doc || ""],
    ["place", box.place || ""],
  ];
  panel.replaceChildren(element("h2", box.path), pairs(rows));
  const text = box.leaf ? data.texts[box.derivation] : "";
  if (text) {
    const more = element("details");
    more.append(element("summary", "Derivation, at the default settings"), element("pre", text));
    panel.append(more);
  }
}

function totals() {
  const of = data.totals;
  const told = [
    ["parameters", full(numbers[of.parameters])],
    [data.unit, (data.unknown ? "≥ " : "") + full(numbers[of.work])],
    ["activations", full(numbers[of.activations])],
    ["bytes", full(numbers[of.memory])],
  ];
  byId("totals").replaceChildren(
    ...told.map(([name, number]) => {
      const pair = element("div");
      pair.append(element("dt", name), element("dd", number, { "data-total": name }));
      return pair;
    }),
  );
}

// -- the table --------------------------------------------------------------------------------------------------------

const body = document.querySelector("#list tbody");
const rows = [...body.rows];
const columns = [
  (box) => box.path,
  (box) => box.op,
  (box) => shapes(box.outputs),
  (box) => numbers[box.all[PARAMETERS]],
  (box) => numbers[box.all[WORK]],
  (box) => numbers[box.all[ACTIVATIONS]],
  (box) => numbers[box.all[BYTES]],
  (box) => box.field.reduce((most, axis) => (axis === "whole" ? 1n << 62n : axis === "?" ? most : numbers[axis]), -1n),
];
let sorted = null; // [column, whether from the largest]

function table() {
  for (const row of rows) {
    const box = boxes.get(row.dataset.key);
    const cells = row.cells;
    cells[2].textContent = shapes(box.outputs);
    [PARAMETERS, WORK, ACTIVATIONS, BYTES].forEach((place, i) => (cells[3 + i].textContent = counted(box, place)));
    cells[7].textContent = field(box.field);
  }
  if (sorted) order();
}

function order() {
  const found = [...rows];
  if (sorted) {
    const [column, down] = sorted;
    const key = new Map(found.map((row) => [row, columns[column](boxes.get(row.dataset.key))]));
    const compare = (a, b) => (key.get(a) < key.get(b) ? -1 : key.get(a) > key.get(b) ? 1 : 0);
    found.sort((a, b) => (down ? -compare(a, b) : compare(a, b)));
  }
  body.append(...found);
  document.querySelectorAll("#list th").forEach((head, i) => {
    const way = sorted && sorted[0] === i ? (sorted[1] ? "descending" : "ascending") : "none";
    head.setAttribute("aria-sort", way);
  });
}

document.querySelectorAll("#list th").forEach((head, i) => {
  const button = element("button", head.textContent, { type: "button" });
  head.replaceChildren(button);
  button.addEventListener("click", () => {
    const first = i >= 3; // numbers from the largest, texts from the first
    const same = sorted && sorted[0] === i;
    sorted = !same ? [i, first] : sorted[1] === first ? [i, !first] : null;
    order();
  });
});
body.addEventListener("click", (event) => {
  const row = event.target.closest("tr");
  if (row) reveal(row.dataset.key);
});

// -- search -----------------------------------------------------------------------------------------------------------

let matches = [];
let at = -1;

function search() {
  const wanted = byId("search").value.trim().toLowerCase();
  const fits = (box) => box.path.toLowerCase().includes(wanted) || box.op.toLowerCase().includes(wanted);
  matches = wanted ? data.boxes.filter(fits) : [];
  at = -1;
  hits = new Set(matches.map((box) => seen(box.key)));
  byId("found").textContent = wanted ? `${matches.length} found` : "";
  mark();
}

/** Open what is around a box, choose it and bring it into the middle. */
function reveal(key) {
  let opened = false;
  for (let box = boxes.get(boxes.get(key).parent); box; box = boxes.get(box.parent)) {
    opened = opened || !open.has(box.key);
    open.add(box.key);
  }
  const rest = () => {
    hits = new Set(matches.map((box) => seen(box.key)));
    choose(key);
    if (svg) center(key);
  };
  if (opened && viz) draw(false, rest);
  else rest();
}

byId("search").addEventListener("input", search);
byId("search").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && matches.length) {
    at = (at + (event.shiftKey ? matches.length - 1 : 1)) % matches.length;
    reveal(matches[at].key);
  } else if (event.key === "Escape") {
    byId("search").value = "";
    search();
  }
});

// -- the config -------------------------------------------------------------------------------------------------------

let later = 0;

/** Show the numbers for the values as they are; the picture is laid out anew once they rest. */
function update() {
  const wrong = compute();
  byId("broken").hidden = !wrong;
  byId("broken").textContent = wrong;
  for (const id of ["canvas", "detail", "list", "totals"]) byId(id).classList.toggle("stale", Boolean(wrong));
  if (wrong) return;
  totals();
  table();
  detail();
  for (const rewrite of live) rewrite();
  clearTimeout(later);
  if (svg && live.length < 300) later = setTimeout(() => draw(), 400);
}

function entries() {
  data.entries.forEach((entry, i) => {
    const line = element("div", "", { class: "entry", title: entry.doc });
    if (entry.symbol === undefined) {
      line.append(element("span", entry.name, { class: "name" }), element("span", entry.value, { class: "fixed" }));
      byId("entries").append(line);
      return;
    }
    const limits = { min: entry.min, max: entry.max, step: entry.step, value: entry.value };
    const slider = element("input", "", { type: "range", id: `entry${i}`, ...limits });
    const number = element("input", "", { type: "number", "aria-label": entry.name, ...limits });
    number.removeAttribute("max");
    const take = (from, to) => () => {
      if (!/^\d{1,12}$/.test(from.value)) return;
      values[i] = BigInt(from.value);
      to.value = from.value;
      update();
    };
    slider.addEventListener("input", take(slider, number));
    number.addEventListener("input", take(number, slider));
    slider.dataset.entry = number.dataset.entry = entry.name;
    line.append(element("label", entry.name, { for: `entry${i}` }), slider, number);
    byId("entries").append(line);
  });
}

byId("reset").addEventListener("click", () => {
  data.entries.forEach((entry, i) => {
    if (entry.symbol === undefined) return;
    values[i] = BigInt(entry.value);
    for (const input of byId("entries").children[i].querySelectorAll("input")) input.value = entry.value;
  });
  update();
});

// -- all together -----------------------------------------------------------------------------------------------------

byId("open-all").addEventListener("click", () => {
  for (const box of data.boxes) if (!box.leaf) open.add(box.key);
  draw(true);
});
byId("close-all").addEventListener("click", () => {
  open.clear();
  draw(true);
});
byId("zoom-in").addEventListener("click", () => zoom(0.8));
byId("zoom-out").addEventListener("click", () => zoom(1.25));
byId("fit").addEventListener("click", fitted);
dark.addEventListener("change", () => svg && draw());

for (const id of ["bar", "totals"]) byId(id).hidden = false;
byId("config").hidden = !data.entries.length;
entries();
update();
Viz.instance().then((instance) => {
  viz = instance;
  canvas.classList.add("live");
  draw(true, () => (document.documentElement.dataset.ready = "true"));
});
