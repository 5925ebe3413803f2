// SPDX-FileCopyrightText: 2026 warren.tunnels contributors
// SPDX-License-Identifier: GPL-3.0-or-later
"use strict";

// See the filter fleet_page for the form of the data.
const data = JSON.parse(document.getElementById("data").textContent);
const STATES = data.states;
const SIGNS = { up: "✓", wrong: "!", down: "✕", unknown: "?" };
const WORDS = { up: "up", wrong: "not right", down: "down", unknown: "not asked" };
const MANY_EDGES = 1500, MANY_LABELS = 120, MANY_CELLS = 14, MANY_OPEN = 12, MANY_FAULTS = 25, SMALLEST_MARK = 9;
const SVG = "http://www.w3.org/2000/svg";

const hosts = data.hosts.map(([name, asked]) => ({ name, asked, tunnels: [], worst: "up" }));
const tunnels = data.tunnels.map(([a, b, state, mode, faults, ends]) => {
  const tunnel = { a, b, state: STATES[state], mode: data.modes[mode], faults, ends: ends.map(readEnd) };
  hosts[a].tunnels.push(tunnel);
  if (a !== b) hosts[b].tunnels.push(tunnel);
  return tunnel;
});
const ORDER = ["up", "unknown", "wrong", "down"];
for (const host of hosts) {
  for (const tunnel of host.tunnels) if (ORDER.indexOf(tunnel.state) > ORDER.indexOf(host.worst)) host.worst = tunnel.state;
  if (!host.asked && host.worst === "up") host.worst = "unknown";
}

function readEnd([host, device, loss, rtt, pathMtu, mtu, outer, protection, drift]) {
  return { host, device, loss, rtt, pathMtu, mtu, outer, protection, drift };
}

function element(tag, attributes = {}, ...children) {
  const made = attributes.svg ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (name !== "svg") made.setAttribute(name, value);
  made.append(...children);
  return made;
}
const drawn = (tag, attributes, ...children) => element(tag, { svg: true, ...attributes }, ...children);
const into = (id, ...children) => document.getElementById(id).append(...children);
const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const number = (value, unit, digits) => (value === null ? "–" : `${digits ? value.toFixed(digits) : value}${unit}`);
const milliseconds = (value) => number(value, " ms", value === null || value >= 100 ? 0 : value >= 10 ? 1 : 2);
const stateOf = (state) => element("span", { class: state }, `${SIGNS[state]} ${WORDS[state]}`);

function summary() {
  const card = (count, words, state = "") => element("div", { class: `card ${state}` }, element("b", {}, String(count)), words);
  const cards = [card(hosts.length, hosts.length === 1 ? "host" : "hosts"), card(tunnels.length, tunnels.length === 1 ? "tunnel" : "tunnels")];
  for (const state of STATES) {
    const count = tunnels.filter((tunnel) => tunnel.state === state).length;
    if (count || state === "up") cards.push(card(count, `${SIGNS[state]} ${WORDS[state]}`, state));
  }
  into("summary", element("div", { class: "cards" }, ...cards));
}

function graph() {
  const count = hosts.length, labelled = count <= MANY_LABELS;
  const radius = Math.max(150, Math.min(count * 11, 460)), room = 140, size = 2 * (radius + room);
  const at = hosts.map((_host, index) => {
    const angle = (2 * Math.PI * index) / count - (count === 2 ? Math.PI : Math.PI / 2);
    return { x: radius * Math.cos(angle), y: radius * Math.sin(angle), angle };
  });
  const height = count === 2 ? 160 : size;
  const picture = drawn("svg", { viewBox: `${-size / 2} ${-height / 2} ${size} ${height}`, width: size, height, role: "img" },
    drawn("title", {}, `${plural(hosts.length, "host")} and ${plural(tunnels.length, "tunnel")}`));
  const few = tunnels.length <= MANY_EDGES;
  if (tunnels.length > 80) picture.setAttribute("class", "dense");
  const parallel = new Map();
  for (const state of ["up", "unknown", "wrong", "down"]) {
    const those = tunnels.filter((tunnel) => tunnel.state === state);
    if (few) for (const tunnel of those) picture.append(edge(tunnel, at, parallel, count));
    else if (state !== "up" && those.length) picture.append(drawn("path", { class: `${state} ${those.length > 300 ? "many" : ""}`, d: those.map(({ a, b }) => `M${point(at[a])}L${point(at[b])}`).join("") }));
  }
  const dot = count > 150 ? 3.5 : count > 40 ? 5 : 8;
  hosts.forEach((host, index) => {
    const { x, y, angle } = at[index];
    const shape = host.worst === "down" || host.worst === "wrong"
      ? drawn("rect", { x: x - dot, y: y - dot, width: 2 * dot, height: 2 * dot, class: `node ${host.worst}` })
      : drawn("circle", { cx: x, cy: y, r: dot, class: `node ${host.worst}` });
    shape.append(drawn("title", {}, `${host.name}: ${plural(host.tunnels.length, "tunnel")}, ${WORDS[host.worst]}`));
    picture.append(shape);
    if (labelled) picture.append(label(host, x, y, angle, dot));
  });
  if (!labelled) picture.append(...crowdedLabels(at, dot));
  into("graph", element("h2", {}, "Hosts and tunnels"), picture, legend());
  if (!few) into("graph", element("p", { class: "note" }, `With ${tunnels.length} tunnels, only those that are not up are drawn.`));
  if (!labelled) into("graph", element("p", { class: "note" }, "Point at a host for its name. Up to 40 of those with most trouble are named."));
}

const point = ({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;

function edge(tunnel, at, parallel, count) {
  const key = `${Math.min(tunnel.a, tunnel.b)} ${Math.max(tunnel.a, tunnel.b)}`;
  const turn = parallel.get(key) || 0;
  parallel.set(key, turn + 1);
  const [from, to] = [at[Math.min(tunnel.a, tunnel.b)], at[Math.max(tunnel.a, tunnel.b)]];
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  // Tunnels between the same two hosts bend away from each other.
  const bend = turn === 0 && count > 2 ? 0 : (turn % 2 ? -1 : 1) * (Math.floor(turn / 2) * 2 + 1) * 22;
  const control = { x: middle.x - ((to.y - from.y) / length) * bend, y: middle.y + ((to.x - from.x) / length) * bend };
  const group = drawn("g", { class: tunnel.state }, drawn("path", { class: tunnel.state, d: `M${point(from)}Q${point(control)} ${point(to)}` }));
  const sign = { x: (middle.x + control.x) / 2, y: (middle.y + control.y) / 2 };
  if (tunnel.state === "down" || tunnel.state === "wrong") {
    group.append(drawn("circle", { cx: sign.x, cy: sign.y, r: 8, fill: "#fff" }),
      drawn("text", { x: sign.x, y: sign.y + 5, "text-anchor": "middle", "font-size": 15, "font-weight": "bold", style: "fill: currentColor" }, SIGNS[tunnel.state]));
  }
  group.append(drawn("title", {}, `${hosts[tunnel.a].name} – ${hosts[tunnel.b].name}, ${tunnel.mode}: ${WORDS[tunnel.state]}`));
  return group;
}

function label(host, x, y, angle, dot) {
  const left = Math.cos(angle) < -0.001, degrees = (angle * 180) / Math.PI;
  const text = drawn("text", { "font-size": hosts.length > 60 ? 9.5 : 13, "text-anchor": left ? "end" : "start", "dominant-baseline": "middle" }, host.name.length > 18 ? `${host.name.slice(0, 17)}…` : host.name);
  const gap = dot + 6;
  if (hosts.length > 12) text.setAttribute("transform", `translate(${point({ x, y }).replace(" ", ",")}) rotate(${left ? degrees + 180 : degrees}) translate(${left ? -gap : gap},0)`);
  else {
    const side = Math.abs(Math.cos(angle)) < 0.3;
    if (side) text.setAttribute("text-anchor", "middle");
    text.setAttribute("x", x + (side ? 0 : left ? -gap : gap));
    text.setAttribute("y", y + (side ? (Math.sin(angle) < 0 ? -gap - 6 : gap + 8) : 0));
  }
  return text;
}

function crowdedLabels(at, dot) {
  const made = [];
  const trouble = (host) => host.tunnels.filter((tunnel) => tunnel.state !== "up").length + (host.asked ? 0 : hosts.length);
  const worst = hosts.map((host, index) => [trouble(host), index]).filter(([count]) => count).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  const apart = (one, other) => Math.min(Math.abs(one - other), hosts.length - Math.abs(one - other)) >= hosts.length / 200;
  for (const [, index] of worst) {
    if (made.length === 40) break;
    if (made.every(([other]) => apart(index, other))) made.push([index, label(hosts[index], at[index].x, at[index].y, at[index].angle, dot)]);
  }
  return made.map(([, text]) => text);
}

function legend() {
  const line = (state) => drawn("svg", { width: 46, height: 12, class: state }, drawn("path", { class: state, d: "M0 6H46" }));
  return element("div", { class: "legend" }, ...STATES.map((state) => element("span", {}, line(state), stateOf(state))));
}

function faults() {
  const wrong = tunnels.filter((tunnel) => tunnel.faults.length);
  const found = wrong.map((tunnel) => element("li", {}, stateOf(tunnel.state), ` ${hosts[tunnel.a].name} – ${hosts[tunnel.b].name}: ${tunnel.faults.join(" ")}`));
  found.push(...data.stray.map(([host, message]) => element("li", {}, `${host}: ${message}`)));
  const silent = hosts.filter((host) => !host.asked).map((host) => host.name);
  if (silent.length) found.push(element("li", {}, `Not reached: ${silent.join(", ")}`));
  into("faults", element("h2", {}, "What is wrong"), found.length ? element("ul", {}, ...found.slice(0, MANY_FAULTS)) : element("p", {}, "Nothing."));
  if (found.length > MANY_FAULTS) into("faults", element("details", {}, element("summary", {}, `${found.length - MANY_FAULTS} more`), element("ul", {}, ...found.slice(MANY_FAULTS))));
}

function matrix() {
  if (!tunnels.length) return;
  into("matrix", element("h2", {}, "Round trips and path MTU"));
  const cells = new Map();
  for (const tunnel of tunnels) for (const end of tunnel.ends) {
    const peer = end.host === tunnel.a ? tunnel.b : tunnel.a, key = `${end.host} ${peer}`;
    cells.set(key, [...(cells.get(key) || []), { ...end, state: tunnel.state }]);
  }
  if (hosts.length > MANY_CELLS) return shaded(cells);
  const head = element("tr", {}, element("th", {}, "from ↓ to →"), ...hosts.map((host) => element("th", {}, host.name)));
  const rows = hosts.map((from, row) => element("tr", {}, element("th", {}, from.name), ...hosts.map((_to, column) => {
    const here = cells.get(`${row} ${column}`) || [];
    const cell = element("td", { class: row === column ? "self" : here.some((end) => end.state === "down") ? "down" : here.some((end) => end.state === "wrong") ? "wrong" : "" });
    here.forEach((end, position) => cell.append(...(position ? [element("br")] : []),
      end.rtt === null ? `${SIGNS[end.state]} ${WORDS[end.state]}` : `${SIGNS[end.state]} ${milliseconds(end.rtt).replace(" ms", "")}`, " ", element("small", {}, number(end.pathMtu, "", 0))));
    return cell;
  })));
  into("matrix", element("p", { class: "note" }, "Each cell: the mean round trip in milliseconds, and the largest packet that got through whole, in bytes."),
    element("div", { class: "scroll" }, element("table", { class: "matrix" }, element("thead", {}, head), element("tbody", {}, ...rows))));
}

// Too many for figures: a small square for each pair, darker where a round trip takes longer.
function shaded(cells) {
  const known = [...cells.values()].flat().map((end) => end.rtt).filter((rtt) => rtt !== null).sort((a, b) => a - b);
  const bounds = [0.2, 0.4, 0.6, 0.8].map((share) => known[Math.floor(share * known.length)] || 0);
  const shades = ["#cfe3f1", "#9dc6e3", "#62a3d0", "#2d78ad", "#0b4a78"], squares = shades.map(() => []), down = [], wrong = [], unknown = [];
  const count = hosts.length, side = Math.min(1100, Math.max(600, count * 9)), gap = count > 120 ? 0 : count * 0.16;
  // However small the squares are, what is wrong can be seen.
  const mark = Math.max(1, SMALLEST_MARK * count / side), margin = (mark - 1) / 2;
  for (const [key, ends] of cells) {
    const [row, column] = key.split(" ").map(Number), square = `M${column} ${row}h1v1h-1z`;
    const worst = ends.find((end) => end.state === "down") || ends.find((end) => end.state === "wrong") || ends[0];
    if (worst.state === "down") down.push(`M${column - margin} ${row - margin}l${mark} ${mark}m0 ${-mark}l${-mark} ${mark}`);
    else if (worst.rtt === null) unknown.push(square);
    else squares[bounds.filter((bound) => worst.rtt > bound).length].push(square);
    if (worst.state === "wrong") wrong.push(`M${column - margin} ${row - margin}h${mark}v${mark}h${-mark}z`);
  }
  const picture = drawn("svg", { viewBox: `${-gap} ${-gap} ${count + gap} ${count + gap}`, width: side, height: side, role: "img" },
    drawn("title", {}, "Round trips between all hosts"),
    drawn("rect", { x: 0, y: 0, width: count, height: count, fill: "#f4f4f4" }),
    ...squares.map((those, shade) => drawn("path", { d: those.join(""), style: `fill: ${shades[shade]}; stroke: none` })),
    drawn("path", { d: unknown.join(""), style: "fill: #c0c0c0; stroke: none" }),
    drawn("path", { d: wrong.join(""), class: "mark", style: `stroke: var(--wrong); stroke-width: ${0.3 * mark}; stroke-dasharray: none` }),
    drawn("path", { d: down.join(""), class: "mark", style: `stroke: var(--down); stroke-width: ${0.3 * mark}; stroke-dasharray: none` }));
  if (gap) hosts.forEach((host, index) => {
    const name = host.name.length > 16 ? `${host.name.slice(0, 15)}…` : host.name, size = Math.min(0.8, gap / 9);
    picture.append(drawn("text", { x: -0.3, y: index + 0.75, "font-size": size, "text-anchor": "end" }, name),
      drawn("text", { "font-size": size, transform: `translate(${index + 0.75},-0.3) rotate(-90)` }, name));
  });
  const pointed = element("p", { class: "note" }, "Point at a square for its figures.");
  picture.addEventListener("mousemove", (event) => {
    const box = picture.getBoundingClientRect(), scale = (count + gap) / box.width;
    const column = Math.floor((event.clientX - box.left) * scale - gap), row = Math.floor((event.clientY - box.top) * scale - gap);
    const ends = cells.get(`${row} ${column}`);
    if (ends) pointed.textContent = ends.map((end) => `${hosts[row].name} to ${hosts[column].name}: ${WORDS[end.state]}, ${milliseconds(end.rtt)}, path MTU ${number(end.pathMtu, " bytes", 0)}`).join("; ");
  });
  const mtus = new Map();
  for (const end of [...cells.values()].flat()) if (end.pathMtu !== null) mtus.set(end.pathMtu, (mtus.get(end.pathMtu) || 0) + 1);
  const swatch = (shade) => drawn("svg", { width: 14, height: 14 }, drawn("rect", { width: 14, height: 14, fill: shade }));
  const words = [...bounds.map((bound) => `up to ${milliseconds(bound)}`), `up to ${milliseconds(known[known.length - 1] ?? null)}`];
  into("matrix", element("p", { class: "note" }, "A row for each host that asks, a column for each that is asked. Crosses: down. Frames: not right. Empty: no tunnel."),
    element("div", { class: "legend" }, ...shades.map((shade, index) => element("span", {}, swatch(shade), words[index]))), picture, pointed,
    element("p", {}, `Path MTU: ${[...mtus].sort((a, b) => a[0] - b[0]).map(([mtu, times]) => `${mtu} bytes at ${plural(times, "end")}`).join(", ") || "not known"}.`));
}

function hostSections() {
  into("hosts", element("h2", {}, "Each host"));
  for (const [index, host] of hosts.entries()) {
    const counts = STATES.map((state) => [state, host.tunnels.filter((tunnel) => tunnel.state === state).length]).filter(([, count]) => count);
    const words = counts.map(([state, count]) => element("span", { class: state }, ` ${SIGNS[state]} ${count} ${WORDS[state]} `));
    const section = element("details", { id: `host-${host.name}` }, element("summary", {}, element("b", {}, host.name), ...(host.asked ? [] : ["not reached "]), ...(words.length ? words : ["no tunnels"])));
    // Made when it is looked at: 500 hosts may have a quarter of a million ends.
    const fill = () => { if (section.childElementCount === 1 && host.tunnels.length) section.append(element("div", { class: "scroll" }, table(host, index))); };
    section.addEventListener("toggle", fill);
    if (hosts.length <= MANY_OPEN) { section.open = true; fill(); }
    host.show = () => { section.open = true; fill(); };
    into("hosts", section);
  }
}

function table(host, index) {
  const head = element("tr", {}, ...["device", "to", "mode", "state", "loss", "round trip", "path MTU", "mtu", "carried by", "protection", "drift"].map((word) => element("th", {}, word)));
  const rows = host.tunnels.map((tunnel) => {
    const end = tunnel.ends.find((one) => one.host === index), peer = hosts[tunnel.a === index ? tunnel.b : tunnel.a].name;
    if (!end) return row("–", peer, tunnel, ["–", "–", "–", "–", "–", "–", "–"]);
    return row(end.device, peer, tunnel, [number(end.loss, " %", 0), milliseconds(end.rtt), number(end.pathMtu, "", 0), number(end.mtu, "", 0), end.outer || "–", end.protection, end.drift.join(", ") || "none"]);
  });
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
}

function row(device, peer, tunnel, figures) {
  return element("tr", {}, ...[device, peer, tunnel.mode, stateOf(tunnel.state), ...figures].map((content) => element("td", {}, content)));
}

summary();
graph();
faults();
matrix();
hostSections();
// Paper has all of a fleet that fits on it, and of a larger one those hosts that have trouble.
addEventListener("beforeprint", () => {
  document.querySelectorAll("#faults details").forEach((more) => { more.open = true; });
  hosts.filter((host) => hosts.length <= 60 || host.worst !== "up").slice(0, 60).forEach((host) => host.show());
});
