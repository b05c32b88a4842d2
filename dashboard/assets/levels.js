/* The water of the last hours against the lines of the rules; one line a gauge, the highest named. Read again once a minute. */
"use strict";
(() => {
  const G = window.gatehouse;
  const AGAIN_MS = 60000, WIDE = 420, HIGH = 150, LEFT = 46, LOW = 130;
  let told = null, asked = -AGAIN_MS;

  /* Ask where it is time; `then` hears of what came. Without an answer the last one stays, with its own hours below it. */
  G.readLevels = (then) => {
    if (performance.now() - asked < AGAIN_MS) return;
    asked = performance.now();
    fetch("/levels.json").then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then((levels) => { told = levels; then(); }).catch(() => { asked -= AGAIN_MS * 0.9; });
  };
  G.levelsKept = () => (told ? told.to : "");
  G.levelsPicture = () => {
    if (!told) return G.el("p", { class: "dim", text: "…" });
    const known = told.series.filter((row) => row.points.length);
    return known.length ? picture(known) : G.el("p", { class: "dim", text: G.t("levels_none") });
  };

  function picture(known) {
    const from = Date.parse(told.from), to = Date.parse(told.to);
    const most = Math.max(...told.lines.map((line) => line.at), ...known.flatMap((row) => row.points.map((point) => point[1]))) * 1.15;
    const x = (ms) => LEFT + (WIDE - LEFT) * (ms - from) / (to - from), y = (m) => LOW - (LOW - 8) * m / most;
    const lines = told.lines.flatMap((line) => [G.svg("path", { class: `line ${line.name}`, d: `M${LEFT} ${y(line.at)}H${WIDE}` }), G.svg("text", { x: LEFT - 4, y: y(line.at) + 4, "text-anchor": "end", text: line.at.toFixed(2) })]);
    const path = (points) => points.map(([at, m], n) => `${n ? "L" : "M"}${x(Date.parse(at)).toFixed(1)} ${y(m).toFixed(1)}`).join("");
    const last = (row) => row.points[row.points.length - 1][1], first = [...known].sort((a, b) => last(b) - last(a))[0];
    const hours = [0, 2, 4].map((h) => { const ms = from + (h + 1) * 3600000; return G.svg("text", { x: x(ms), y: HIGH - 4, "text-anchor": "middle", text: G.minuteOfDay(ms) }); });
    const drawn = known.map((row) => G.svg("path", { class: row === first ? "level on" : "level", d: path(row.points) }));
    const svg = G.svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": G.t("levels") }, ...lines, ...drawn, ...hours);
    return G.el("div", {}, G.el("p", {}, G.el("b", { text: `${last(first).toFixed(2)} m ` }), G.el("span", { class: "dim", text: G.in(first.name) })), svg);
  }
})();
