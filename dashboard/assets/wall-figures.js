/* Right: the hour's alerts against what can be managed, devices online, parking, the map's signs; below it the latency. */
"use strict";
(() => {
  const G = window.gatehouse;
  const KINDS = ["camera", "face", "plate", "door"];
  const SIGNS = [["fine", "."], ["unheard", "?"], ["offline", "x"]];
  const right = {};

  G.buildFigures = () => {
    right.budget = G.el("b");
    right.warn = G.el("span", { class: "warn" });
    right.gauge = G.svg("svg", { class: "gauge", viewBox: "0 0 264 64" });
    right.kinds = G.el("ul");
    right.park = G.el("ul");
    right.signs = G.el("ul");
    right.old = G.el("p", { class: "oldnote" });
    right.parking = part("parking", right.park);
    right.quiet = G.el("p");
    right.muted = part("muted", right.quiet);
    return [right.old, part("budget", G.el("div", {}, right.warn, right.budget, right.gauge)), part("online", right.kinds), right.muted, right.parking, part("legend", right.signs)];
  };
  function part(name, ...inner) {
    return G.el("section", { class: `fig ${name}` }, G.el("h2", { "data-word": name }), ...inner);
  }

  G.drawFigures = (snapshot, trouble) => {
    G.write(right.old, trouble && snapshot.as_of ? G.t("old_from", G.timeOfDay(Date.parse(snapshot.as_of))) : "");
    drawBudget(snapshot.budget);
    G.keyed(right.kinds, KINDS, (kind) => kind + G.language, makeKind, (node, kind) => drawKind(node, snapshot.online[kind], worstOf(kind, snapshot)));
    right.muted.hidden = !snapshot.muted;
    if (snapshot.muted) drawMuted(snapshot.muted);
    right.parking.hidden = !snapshot.parking.length;
    G.keyed(right.park, snapshot.parking, (p) => G.in(p.name), makePark, drawPark);
    G.keyed(right.signs, [...SIGNS, ["blind", ""]], ([name]) => name + G.language, makeSign, () => {});
  };

  function drawMuted({ mutes, until, held }) {
    const words = [G.t("muted_until", mutes, G.minuteOfDay(Date.parse(until))), G.t("muted_held", held)];
    const kept = words.join() + G.language;
    if (right.quiet.kept === kept) return;
    right.quiet.kept = kept;
    right.quiet.replaceChildren(...words.map((text) => G.el("b", { text })));
  }

  function drawBudget({ count, goal, limit, load }) {
    G.write(right.budget, String(count));
    const over = load === "over_limit", kept = load + G.language;
    if (right.warn.kept !== kept) { right.warn.kept = kept; right.warn.replaceChildren(...(over ? [G.form(2)] : [])); }
    const drawn = `${count} ${kept}`;
    if (right.gauge.kept === drawn) return;
    right.gauge.kept = drawn;
    const at = (n) => Math.min(264, (n / (limit * 1.17)) * 264);
    const mark = (n, word, anchor, x) => [G.svg("path", { class: "mk", d: `M${at(n)} 0V32` }), G.svg("text", { x, y: 56, "text-anchor": anchor, text: G.t(word, n) })];
    right.gauge.replaceChildren(
      G.svg("rect", { class: "tr", y: 4, width: 264, height: 24 }), G.svg("rect", { class: over ? "fl p2" : "fl", y: 4, width: at(count), height: 24 }),
      ...mark(goal, "goal", "middle", at(goal)), ...mark(limit, "limit", "end", 264),
    );
  }

  function makeKind(kind) {
    return G.el("li", {}, G.glyph(kind), G.el("span", { text: G.t(kind) }), G.el("em", { class: "miss" }), G.el("b"), G.el("small"));
  }
  function drawKind(node, [online, total, unheard], worst) {
    const [, , miss, count, of] = node.children, gone = total - online - unheard;
    const kept = `${gone} ${unheard} ${worst}`;
    if (miss.kept !== kept) {
      miss.kept = kept;
      if (gone) miss.replaceChildren(G.form(worst), `−${gone}`);
      else miss.replaceChildren(unheard ? G.el("small", { text: G.t("unheard", unheard) }) : "");
    }
    G.write(count, String(online));
    G.write(of, `/${total}`);
  }
  /* The severity that the missing of a kind have: that of their alerts, low without any. */
  function worstOf(kind, snapshot) {
    let worst = 4;
    G.plan.devices.forEach((device, n) => {
      const level = "abcd".indexOf(snapshot.map[n]);
      if (device[1] === kind && level >= 0) worst = Math.min(worst, level + 1);
    });
    return worst;
  }

  function makePark(lot) {
    return G.el("li", {}, G.el("span", { text: G.in(lot.name) }), G.svg("svg", { class: "bar", viewBox: "0 0 100 12", preserveAspectRatio: "none" },
      G.svg("rect", { class: "tr", width: 100, height: 12 }), G.svg("rect", { class: "fl", height: 12 })), G.el("b"), G.el("small"));
  }
  function drawPark(node, lot) {
    node.querySelector(".fl").setAttribute("width", Math.min(100, (100 * lot.taken) / Math.max(1, lot.of)));
    G.write(node.querySelector("b"), String(lot.taken));
    G.write(node.querySelector("small"), `/${lot.of}`);
  }

  function makeSign([name, state]) {
    const sign = name === "blind" ? G.svg("svg", { class: "kind", viewBox: "0 0 12 12", "aria-hidden": "true" }, G.svg("rect", { class: "blind", width: 12, height: 12 })) : G.glyph("camera", state);
    return G.el("li", {}, sign, G.el("span", { text: G.t(`legend_${name}`) }));
  }

  G.buildLatency = () => {
    const column = (name) => { right[name] = G.el("b"); return G.el("li", {}, right[name], G.el("span", { "data-word": name })); };
    return [G.el("h2", {}, G.el("span", { "data-word": "latency" }), G.el("span", { "data-word": "latency_limit" })), G.el("ul", {}, column("p50"), column("p95"))];
  };
  const figure = (s) => (s < 99.9 ? s.toFixed(s < 10 ? 2 : 1) : ">99");
  G.drawLatency = (snapshot, trouble) => {
    const known = snapshot.latency && !trouble;
    ["p50", "p95"].forEach((name, n) => {
      const kept = known ? figure(snapshot.latency[n]) + G.language : "–", slow = known && snapshot.latency[n] > 2;
      if (right[name].kept === kept) return;
      right[name].kept = kept;
      right[name].replaceChildren(...(known ? [...(slow ? [G.form(3)] : []), figure(snapshot.latency[n]), G.el("small", { text: G.t("seconds") })] : ["–"]));
    });
  };
})();
