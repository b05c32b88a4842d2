/* The page of one incident: head with what can be done, and three panes: plan, place and alerts, timeline. */
"use strict";
(() => {
  const G = window.gatehouse;
  const ID = new URLSearchParams(location.search).get("id") || "";
  const panes = {};
  const lasting = (from, to) => G.lasting(Date.parse(to) - Date.parse(from));

  function build() {
    for (const name of ["inchead", "steps", "middle", "log"]) panes[name] = G.el("section", { class: `pane ${name}` });
    panes.middle.append(...["cameras", "map", "found"].map((name) => (panes[name] = G.el("div", { class: `${name}` }))));
    G.buildLog(panes.log, () => G.state.one);
    document.getElementById("one").replaceChildren(panes.inchead, G.el("div", { class: "panes" }, panes.steps, panes.middle, panes.log));
  }

  G.drawOne = () => {
    if (!panes.log) build();
    G.state.picked = ID;
    G.readOne(ID);
    const one = G.isKnown() && G.state.one && G.state.one.id === ID ? G.state.one : null;
    document.getElementById("one").dataset.shows = one ? "one" : "notice";
    if (!one) { G.redraw(panes.inchead, `away ${G.state.oneError}`, () => missing()); return; }
    document.title = `Gatehouse · #${one.number} ${G.in(one.what)}`;
    document.body.classList.toggle("drill", one.drill);
    const live = [one.id, one.version, Boolean(G.state.me), G.isOffline()].join();
    G.redraw(panes.inchead, live, () => head(one));
    G.redraw(panes.steps, live, () => (one.steps.length ? G.planPane(one) : G.bareNeeds(one)));
    G.redraw(panes.cameras, `${live} ${G.camera()}`, () => [G.el("h2", { text: G.t("cameras") }), G.el("div", { class: "list" }, ...G.cameraList(one))]);
    const seen = JSON.stringify([one.id, one.severity, one.place, one.cameras, Boolean(G.place), G.camera()]); /* a tick moves nothing on the plan */
    G.redraw(panes.map, seen, () => G.placePicture(one, Math.max(0.6, panes.map.clientWidth / Math.max(1, panes.map.clientHeight))));
    G.redraw(panes.found, `${live} ${(G.chosenAlert(one) || {}).id} ${G.levels(one) ? G.levelsKept() : ""}`, () => [G.levels(one), alerts(one), G.whySection(one)]);
    G.drawLog(one);
  };
  const missing = () => (G.state.oneError ? [...G.failed(G.t("error_one"), G.state.oneError), G.el("a", { class: "btn", href: "/incidents", text: G.t("back") })] : [G.el("p", { class: "dim blank bonesless", text: G.t("loading") })]);

  function head(one) {
    const acts = G.el("div", { class: "acts" }, ...G.actButtons(one, actsFor(one)), report(one));
    const calls = one.drill && one.state !== "closed" && G.el("p", { class: "small drill-calls", text: G.t("drill_calls") });
    return [G.badge(one.severity, 56),
      G.el("div", { class: "grow title" }, G.el("div", { class: "row" }, G.el("h1", { class: "what", text: G.in(one.what) }), ...G.labels(one), one.simulated && G.simulatedTag()),
        G.el("div", { class: "where cut" }, G.el("span", { text: G.spot(one) }), G.el("span", { class: "dim", text: ` · #${one.number}` })), calls),
      fact(one.state === "closed" ? "lasted" : "elapsed", one.state === "closed" ? G.el("b", { class: "big", text: lasting(one.opened_at, one.closed_at) }) : G.since(one.opened_at, "big")),
      fact("owner", G.el("b", { text: one.owner || G.t("nobody") }), one.acknowledged_at && G.t("acknowledged_in", lasting(one.opened_at, one.acknowledged_at))),
      fact("state", G.el("b", { text: G.t(`state_${one.state}`) }), one.reason && G.t(`reason_${one.reason}`)), acts];
  }
  const report = (one) => G.el("a", { class: "btn", href: one.report, "data-act": "report" }, G.icon("list", 18), G.el("span", { text: G.t("report") }), ...G.kbd("V"));
  const actsFor = (one) => {
    if (one.state === "closed") return ["remark"];
    const running = one.plan && one.plan.open && G.may("direct_incidents") ? ["stop_plan"] : [];
    const bare = G.state.one && G.state.one.may.includes("open_plan") ? ["open_plan"] : [];
    return ["take", "hand_on", one.state === "resolved" ? "reopen" : "resolve", "close", "severity", "merge", "split", ...bare, ...running];
  };
  const fact = (word, value, small) => G.el("div", { class: "fact" }, G.el("span", { class: "small dim", text: G.t(word) }), value, small && G.el("span", { class: "small dim", text: small }));

  function alerts(one) {
    const head = G.el("h2", {}, G.el("span", { class: "grow", text: G.t("alerts") }), G.el("span", { class: "small dim", text: G.t("alerts_of", one.occurrences) }), one.children > 0 && G.el("span", { class: "small dim", text: G.t("children_of", one.children) }));
    const gone = one.merged_into && G.el("p", {}, G.el("span", { text: `${G.t("merged")} ` }), G.el("a", { href: `/incident?id=${one.merged_into}`, text: G.t("see_it") }));
    return G.el("section", { class: "blk alerts" }, head, gone, G.el("div", { class: "occurrences" }, ...G.alertRows(one)));
  }
})();
