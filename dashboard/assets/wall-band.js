/* Top: one sentence about what needs a hand first, and the clock that proves the rest. Filled only when something is wrong. */
"use strict";
(() => {
  const G = window.gatehouse;
  const EMERGENCY = 2;     /* severities 1 and 2 fill the band */
  const BEHIND_MS = 15000; /* the stream's time further back than this is said */
  const band = {};

  G.buildBand = () => {
    band.root = G.el("div", { class: "verdict" });
    band.form = G.el("div", { class: "sign" });
    band.head = G.el("h1");
    band.sub = G.el("p");
    band.elapsed = G.el("b", { class: "elapsed" });
    band.label = G.el("small");
    band.owner = G.el("div", { class: "owns" });
    band.tally = G.el("ul", { class: "tally" });
    band.root.append(band.form, G.el("div", { class: "say" }, band.head, band.sub), band.tally, band.owner, G.el("div", { class: "el" }, band.label, band.elapsed));
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
    const first = headline(snapshot, trouble), all = snapshot.counts.reduce((a, b) => a + b, 0);
    const urgent = first && first.severity <= EMERGENCY ? first : null;
    const severity = trouble ? 1 : urgent ? urgent.severity : 0;
    band.root.className = (severity ? `verdict filled p${severity}` : "verdict") + (!trouble && urgent && urgent.drill ? " drill" : "");
    if (band.form.kept !== severity + G.language) {
      band.form.kept = severity + G.language;
      band.form.replaceChildren(...(severity ? [G.form(severity, "inv")] : []));
    }
    const [head, sub] = trouble ? troubleWords(snapshot, trouble) : urgent ? urgentWords(urgent, all - 1, snapshot.flood) : calmWords(all, snapshot.flood);
    G.write(band.head, head);
    G.write(band.sub, sub);
    drawOwner(!trouble && urgent && urgent.owner);
    band.since = trouble ? () => trouble.since : urgent ? () => G.serverNow() - Date.parse(urgent.at) : null;
    G.write(band.label, band.since ? G.t("elapsed") : "");
    drawTally(snapshot.counts, severity);
    drawElapsed();
    G.fit(band.head, 60, 36);
    G.fit(band.sub, 30, 22);
  };
  /* The plan on the stage, but an urgent alert that is real stands before a drill. */
  function headline(snapshot, trouble) {
    const stage = G.onStage(snapshot, trouble), first = snapshot.alerts[0];
    if (!stage || (stage.drill && first && !first.drill && first.severity <= EMERGENCY)) return first;
    const drill = stage.drill ? G.plan.words.drill.map((word) => `${word} · `) : ["", ""], none = G.plan.words.nobody;
    return {
      severity: Math.min(stage.severity, EMERGENCY), drill: stage.drill, at: stage.opened_at, where: stage.where,
      what: stage.what.map((word, n) => drill[n] + word), note: stage.drill ? G.plan.words.drill_calls : stage.address,
      owner: stage.owner ? [stage.owner, stage.owner] : none,
    };
  }
  function drawOwner(owner) {
    const kept = owner ? G.in(owner) + G.language : "";
    if (band.owner.kept === kept) return;
    band.owner.kept = kept;
    band.owner.replaceChildren(...(owner ? [G.el("small", { text: G.t("owner") }), G.el("b", { text: G.in(owner) })] : []));
  }
  const urgentWords = (alert, others, flood) => [[alert.what, alert.where].map(G.in).join(G.t("comma")),
    [G.in(alert.note), others ? G.t("more_open", others) : "", flood ? G.t("flood", flood) : ""].filter(Boolean).join(G.t("comma"))];
  const calmWords = (all, flood) => [G.t("quiet"), flood ? G.t("flood", flood) : all ? G.t("open_below", all) : G.t("nothing_open")];
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
