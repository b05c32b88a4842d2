/* Left: the open alerts, the most urgent large, the next as lines, the rest as marks; then what ended lately. When the stream
   has stopped: where it stopped, what to do, and the alerts that were open. Each open alert is one element, wherever it stands. */
"use strict";
(() => {
  const G = window.gatehouse;
  const LARGE_ALONE = 3, LARGE = 2, LINES = 4, OLD_LINES = 4;
  const left = {};

  G.buildLists = () => {
    left.chain = G.el("ol", { class: "chain" });
    left.lost = G.el("ul", { class: "lost" });
    left.todo = G.el("ol", { class: "todo" });
    left.alerts = G.el("ol", { class: "alerts" });
    left.past = G.el("ul", { class: "past" });
    left.titles = Object.fromEntries(["where_stopped", "unwatched", "until_back", "open", "past"].map((key) => [key, G.el("h2")]));
    left.more = G.el("p", { class: "more" });
    const { where_stopped, unwatched, until_back, open, past } = left.titles;
    return [
      G.el("div", { class: "broken" }, where_stopped, left.chain, unwatched, left.lost, until_back, left.todo, open),
      left.alerts, left.more, G.el("div", { class: "foot" }, past, left.past),
    ];
  };

  G.drawLists = (snapshot, trouble) => {
    for (const [key, node] of Object.entries(left.titles)) G.write(node, G.t(key));
    const alerts = snapshot.alerts, all = snapshot.counts.reduce((a, b) => a + b, 0);
    const large = trouble ? 0 : alerts.length <= LARGE_ALONE ? LARGE_ALONE : LARGE, lines = trouble ? OLD_LINES : LINES;
    const rank = new Map(alerts.map((alert, n) => [alert.id, n < large ? "large" : n < large + lines ? "line" : "mark"]));
    G.keyed(left.alerts, alerts, (a) => a.id, makeAlert, (node, alert) => drawAlert(node, alert, rank.get(alert.id)));
    G.write(left.more, all > alerts.length ? G.t("not_shown", all - alerts.length) : "");
    left.titles.open.hidden = !trouble || !alerts.length;
    const roomy = !trouble && alerts.length <= LARGE_ALONE;
    const past = roomy ? snapshot.past : [];
    left.titles.past.hidden = !past.length;
    G.keyed(left.past, past, (a) => a.id + G.language, makePast, () => {});
    if (trouble) drawTrouble(snapshot, trouble, alerts.length);
    G.noteShown(alerts);
  };

  function makeAlert(alert) {
    return G.el("li", { "data-alert": alert.id });
  }

  function drawAlert(node, alert, rank) {
    const kept = rank + G.language + alert.severity;
    if (node.kept !== kept) {
      node.kept = kept;
      node.className = `alert p${alert.severity} ${rank}${alert.drill ? " drill" : ""}`;
      const age = G.el("span", { class: "age", "data-since": alert.at });
      node.replaceChildren(G.form(alert.severity), ...(rank === "mark" ? [] : [
        G.el("b", { class: "where", text: G.in(alert.where) }), age,
        G.el("span", { class: "what", text: G.in(alert.what) }), G.el("span", { class: "note", text: G.in(alert.note) }),
      ]));
      node.title = [alert.where, alert.what].map(G.in).join(G.t("comma"));
      G.writeAges(node);
    }
    const where = rank === "large" && node.querySelector(".where");
    if (where) { G.fit(where, 56, 30); G.fit(node.querySelector(".what"), 28, 22); G.fit(node.querySelector(".note"), 24, 18); }
  }

  function makePast(alert) {
    const words = G.el("span", { text: [alert.where, alert.what].map(G.in).join(G.t("comma")) });
    return G.el("li", {}, G.el("time", { text: G.minuteOfDay(Date.parse(alert.ended)) }), G.form(alert.severity, "hollow"), words);
  }

  /* Ages are written once a second from the time that an alert was raised, never by counting. */
  G.writeAges = (root) => {
    for (const node of root.querySelectorAll("[data-since]")) G.write(node, G.age(G.serverNow() - Date.parse(node.dataset.since)));
  };

  function drawTrouble(snapshot, trouble, open) {
    const links = ["server", "database", "stream"], bad = links.indexOf(trouble.link);
    G.keyed(left.chain, links, (link) => link, () => G.el("li", {}, G.el("i"), G.el("b"), G.el("span"), G.el("em")), (node, link) => {
      const place = links.indexOf(link), state = place < bad ? "answers" : place > bad ? "unknown" : link === "stream" ? "still" : "away";
      node.className = place === bad ? "bad" : place > bad ? "wait" : "";
      const [mark, name, word, time] = node.children;
      G.write(mark, place < bad ? "✓" : place > bad ? "–" : "✕");
      G.write(name, G.t(`link_${link}`));
      G.write(word, G.t(`link_${state}`));
      G.write(time, place === bad ? G.lasting(trouble.since) : "");
    });
    const kinds = open ? [] : ["camera", "face", "plate", "door"];
    left.titles.unwatched.hidden = !kinds.length;
    G.keyed(left.lost, kinds, (kind) => kind + G.language, (kind) => G.el("li", {}, G.glyph(kind), G.el("span", { text: G.t(kind) }), G.el("b")),
      (node, kind) => G.write(node.lastChild, String(snapshot.online[kind][1])));
    G.keyed(left.todo, ["do_patrol", "do_panel", "do_call"], (key) => key + G.language,
      (key) => G.el("li", {}, G.el("i", { text: { do_patrol: 1, do_panel: 2, do_call: 3 }[key] }), G.el("span", { text: G.t(key) })), () => {});
  }
})();
