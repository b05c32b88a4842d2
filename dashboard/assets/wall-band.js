/* Top: what needs a hand first, whatever else is severe by name, and the clock that proves the rest. Filled only when something is wrong. */
"use strict";
(() => {
  const G = window.gatehouse;
  const BEHIND_MS = 15000; /* the stream's time further back than this is said */
  const band = {};

  G.buildBand = () => {
    band.root = G.el("div", { class: "verdict" });
    band.form = G.el("div", { class: "sign" });
    band.head = G.el("h1");
    band.sub = G.el("p");
    band.also = G.el("p", { class: "also" });
    band.say = G.el("div", { class: "say" }, band.head, band.sub, band.also);
    band.elapsed = G.el("b", { class: "elapsed" });
    band.label = G.el("small");
    band.owner = G.el("div", { class: "owns" });
    band.tally = G.el("ul", { class: "tally" });
    band.root.append(band.form, band.say, band.tally, band.owner, G.el("div", { class: "el" }, band.label, band.elapsed));
    return [band.root];
  };
  G.buildClock = () => {
    band.clock = G.el("div", { class: "asof" });
    band.title = G.el("span");
    band.side = G.el("em", { id: "side" });
    band.time = G.el("b", { id: "as-of" });
    band.clock.append(G.el("div", {}, band.title, band.side), band.time);
    return [band.clock];
  };

  G.drawBand = (snapshot, trouble) => {
    const severe = trouble ? [] : severeOf(snapshot), urgent = severe[0], severity = trouble ? 1 : urgent ? Math.min(urgent.severity, 2) : 0;
    band.root.className = (severity ? `verdict filled p${severity}` : "verdict") + (urgent && urgent.drill ? " drill" : "");
    if (band.form.kept !== severity + G.language) {
      band.form.kept = severity + G.language;
      band.form.replaceChildren(...(severity ? [G.form(severity, "inv")] : []));
    }
    const others = severe.slice(1), hidden = others.length ? Math.max(0, snapshot.severe.n - severe.filter((one) => snapshot.severe.ids.includes(one.id)).length) : 0;
    const [head, sub] = trouble ? troubleWords(snapshot) : urgent ? urgentWords(urgent, others.length ? 0 : snapshot.open - 1, snapshot.flood) : calmWords(snapshot);
    makeRoom(others.length > 0);
    G.write(band.head, head);
    G.write(band.sub, sub);
    drawOwner(urgent && urgent.owner);
    band.since = trouble ? () => trouble.since : urgent ? () => G.serverNow() - Date.parse(urgent.at) : null;
    G.write(band.label, band.since ? G.t("elapsed") : "");
    drawTally(snapshot.counts, severity);
    drawElapsed();
    drawAlso(others, hidden);
    G.fit(band.head, others.length ? 48 : 60, 30);
    G.fit(band.sub, others.length ? 22 : 30, 20);
  };
  /* With others to name, the first is written smaller. */
  function makeRoom(many) {
    if (band.many === many) return;
    band.many = many;
    band.say.classList.toggle("many", many);
    band.head.fitted = band.sub.fitted = null;
  }
  /* All that is severe, the first first: what is real before a drill, but else the plan on the stage before the rest. */
  function severeOf(snapshot) {
    const byId = new Map(snapshot.lines.map((line) => [line.id, line])), { stage } = snapshot;
    const found = snapshot.severe.ids.map((id) => byId.get(id)).filter(Boolean).map((line) => ({ ...line, owner: [line.owner, line.owner].map((name, n) => name || G.plan.words.nobody[n]) }));
    if (!stage) return found;
    const rest = found.filter((line) => line.id !== stage.id);
    return stage.drill && rest.length && !rest[0].drill ? found : [staged(stage), ...rest];
  }
  function staged(stage) {
    const drill = stage.drill ? G.plan.words.drill.map((word) => `${word} · `) : ["", ""], none = G.plan.words.nobody;
    return {
      id: stage.id, severity: stage.severity, drill: stage.drill, at: stage.opened_at, where: stage.where,
      what: stage.what.map((word, n) => drill[n] + word), note: stage.drill ? G.plan.words.drill_calls : stage.address,
      owner: stage.owner ? [stage.owner, stage.owner] : none,
    };
  }
  /* As many names as two rows have room for (what is too much is a row more); how many more there are. */
  const ROW_PX = 24;
  function drawAlso(others, hidden) {
    const kept = G.language + hidden + others.map((line) => line.id).join() + band.say.clientWidth;
    if (band.also.kept === kept) return;
    band.also.kept = kept;
    band.also.textContent = "";
    for (let named = others.length; named > 0; named--) {
      const names = others.slice(0, named).map((line) => `${G.in(line.where)} ${G.in(line.what)}`), more = others.length - named + hidden;
      band.also.textContent = G.t("also", [...names, ...(more ? [G.t("not_shown", more)] : [])].join(G.t("semicolon")));
      if (band.also.scrollHeight < 2.5 * ROW_PX) return;
    }
  }
  function drawOwner(owner) {
    const kept = owner ? G.in(owner) + G.language : "";
    if (band.owner.kept === kept) return;
    band.owner.kept = kept;
    band.owner.replaceChildren(...(owner ? [G.el("small", { text: G.t("owner") }), G.el("b", { text: G.in(owner) })] : []));
  }
  const urgentWords = (line, others, flood) => [[line.what, line.where].map(G.in).filter(Boolean).join(G.t("comma")),
    [G.in(line.note), others ? G.t("more_open", others) : "", flood ? G.t("flood", flood) : ""].filter(Boolean).join(G.t("comma"))];
  const calmWords = ({ open, flood }) => [G.t("quiet"), flood ? G.t("flood", flood) : open ? G.t("open_below", open) : G.t("nothing_open")];
  const troubleWords = (snapshot) => (snapshot.as_of
    ? [G.t("stale_head", G.minuteOfDay(Date.parse(snapshot.as_of))), G.t("stale_what", watched(snapshot).toLocaleString("en"))]
    : [G.t("first_head"), G.t("first_what")]);
  const watched = (snapshot) => Object.values(snapshot.online).reduce((sum, [, total]) => sum + total, 0);

  function drawTally(counts, severity) {
    const kept = severity ? "" : counts.join() + G.language;
    if (band.tally.kept === kept) return;
    band.tally.kept = kept;
    band.tally.replaceChildren(...(severity ? [] : [G.el("li", {}, G.el("small", { text: G.t("open") })), ...counts.map((n, place) =>
      G.el("li", { class: n ? "" : "zero" }, G.form(place + 1, n ? "" : "hollow"), G.el("b", { text: n })))]));
  }
  const drawElapsed = () => G.write(band.elapsed, band.since ? G.lasting(band.since()) : "");

  /* Once a second, and at once when something turns. */
  G.drawClock = (snapshot, trouble) => {
    const at = snapshot.as_of ? Date.parse(snapshot.as_of) : null, behind = at === null ? 0 : G.serverNow() - at;
    band.clock.className = trouble ? "asof filled p1" : "asof";
    G.write(band.title, G.t(trouble ? (at === null ? "no_data_yet" : "stopped") : "as_of"));
    G.write(band.time, at === null ? "--:--:--" : G.timeOfDay(at));
    const side = trouble ? G.t("now_is", G.timeOfDay(G.serverNow())) : behind > BEHIND_MS ? G.t("behind", G.lasting(behind)) : G.t(`sound_${G.soundState()}`);
    G.write(band.side, side);
    drawElapsed();
  };
})();
