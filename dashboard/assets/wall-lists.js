/* Left: what is open, one line a cause, what needs a hand first large, the next brief, the rest as marks; then what ended lately. When
   the stream has stopped: where it stopped, what to do, and what was open. */
"use strict";
(() => {
  const G = window.gatehouse;
  const LARGE_ALONE = 3, LARGE = 2, BRIEF = 4, OLD_BRIEF = 4;
  const left = {};

  G.buildLists = () => {
    left.chain = G.el("ol", { class: "chain" });
    left.lost = G.el("ul", { class: "lost" });
    left.todo = G.el("ol", { class: "todo" });
    left.lines = G.el("ol", { class: "alerts" });
    left.past = G.el("ul", { class: "past" });
    left.titles = Object.fromEntries(["where_stopped", "unwatched", "until_back", "open", "past"].map((key) => [key, G.el("h2")]));
    left.more = G.el("p", { class: "more" });
    const { where_stopped, unwatched, until_back, open, past } = left.titles;
    return [
      G.el("div", { class: "broken" }, where_stopped, left.chain, unwatched, left.lost, until_back, left.todo, open),
      left.lines, left.more, G.el("div", { class: "foot" }, past, left.past),
    ];
  };

  G.drawLists = (snapshot, trouble) => {
    for (const [key, node] of Object.entries(left.titles)) G.write(node, G.t(key));
    const { lines } = snapshot, all = snapshot.open;
    const large = trouble ? 0 : lines.length <= LARGE_ALONE ? LARGE_ALONE : LARGE, brief = trouble ? OLD_BRIEF : BRIEF;
    const rank = new Map(lines.map((line, n) => [line.id, n < large ? "large" : n < large + brief ? "brief" : "mark"]));
    G.keyed(left.lines, lines, (line) => line.id, G.makeLine, (node, line) => G.drawLine(node, line, rank.get(line.id)));
    G.write(left.more, all > lines.length ? G.t("not_shown", all - lines.length) : "");
    left.titles.open.hidden = !trouble || !lines.length;
    const roomy = !trouble && lines.length < LARGE_ALONE;
    const past = roomy ? snapshot.past : [];
    left.titles.past.hidden = !past.length;
    G.keyed(left.past, past, (a) => a.id + G.language, makePast, () => {});
    if (trouble) drawTrouble(snapshot, trouble, lines.length);
    G.noteShown(lines);
  };

  function makePast(alert) {
    const words = G.el("span", { text: [alert.where, alert.what].map(G.in).join(G.t("comma")) });
    return G.el("li", {}, G.el("time", { text: G.minuteOfDay(Date.parse(alert.ended)) }), G.form(alert.severity, "hollow"), words);
  }

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
