/* The header on these pages: open incidents by priority (drills apart), how old the data is, the search. */
"use strict";
(() => {
  const G = window.gatehouse;
  const el = (id) => document.getElementById(id);

  G.drawTop = () => {
    const { data } = G.state;
    const real = data ? data.incidents.filter((one) => !one.drill) : [], drills = data ? data.incidents.length - real.length : 0;
    const counts = [1, 2, 3, 4].map((severity) => real.filter((one) => one.severity === severity).length), simulated = data && data.incidents.some((one) => one.simulated);
    G.redraw(el("strip"), JSON.stringify([Boolean(data), counts, drills, simulated]), () => (data ? [G.el("span", { class: "dim", text: G.t("open_by_severity") }),
      ...counts.map((n, at) => G.el("span", { class: n ? "n" : "n none" }, G.badge(at + 1, 20), G.el("b", { text: n }))), drills > 0 && G.tag(`${G.t("drill")} ${drills}`, "practice"), simulated && G.simulatedTag()] : []));
    G.redraw(el("find"), "find", () => find());
    drawLive();
  };
  function drawLive() {
    const { data } = G.state, node = el("live"), trouble = data && G.trouble();
    const key = !data ? "none" : trouble ? `bad ${Math.floor(trouble.since / 1000)}` : `fine ${data.as_of}`;
    G.redraw(node, key, () => {
      if (!data || (!trouble && !data.as_of)) return [G.el("span", { class: "dim", text: G.t("no_data_yet") })];
      if (trouble) return [G.tag(`${G.t("stopped")} ${G.lasting(trouble.since)}`, "loud")];
      return [G.el("span", { class: "dim", text: G.t("as_of") }), G.el("b", { text: G.timeOfDay(Date.parse(data.as_of)) })];
    });
    drawBanner(trouble);
  }

  /* Where the page stands still: what stands, and what can be done meanwhile. */
  const BANNERS = { server: ["offline_list", "offline_what"], database: ["database_stopped", "offline_what"], stream: ["stream_stopped", "still_acts"] };
  let banner = null;
  function drawBanner(trouble) {
    banner ??= G.el("div", { class: "banner", role: "status" });
    if (!banner.isConnected) el("desk").before(banner);
    const stood = trouble && G.timeOfDay(G.serverNow() - trouble.since), words = trouble && BANNERS[trouble.link];
    document.body.classList.toggle("stale", Boolean(trouble));
    G.redraw(banner, trouble ? trouble.link : "", () => (trouble ? [G.icon("off"), G.el("b", { text: G.t(words[0], stood) }), G.el("span", { class: "dim", text: G.t(words[1]) })] : []));
  }

  function find() {
    const box = G.el("input", { id: "query", type: "search", placeholder: G.t("search"), "aria-label": G.t("search"), autocomplete: "off" });
    box.value = G.isList ? G.filters.q : "";
    box.addEventListener("input", () => { if (G.isList) G.setFilter("q", box.value.trim()); });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { box.value = ""; if (G.isList) G.setFilter("q", ""); box.blur(); }
      if (event.key === "Enter") { box.blur(); if (!G.isList) location.assign(`/incidents?q=${encodeURIComponent(box.value.trim())}`); }
    });
    return [G.icon("search", 18), box, ...G.kbd("/")];
  }
})();
