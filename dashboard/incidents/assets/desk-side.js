/* The preview beside the list (in a drawer where the window is narrow): what it is, what can be done, why, where. */
"use strict";
(() => {
  const G = window.gatehouse;
  const DRAWER_BELOW = 1200; /* as in desk.css */
  const ACTS = ["take", "hand_on", "close"];

  G.drawSide = () => {
    const id = G.state.picked, known = id && G.listed(id), one = known && G.state.one && G.state.one.id === id ? G.state.one : null;
    const kept = known ? JSON.stringify([known, one && one.version, Boolean(one && G.state.oneError), Boolean(G.place), G.camera(), Boolean(G.state.me), one && (G.chosenAlert(one) || {}).id]) : "";
    const [box, other] = innerWidth < DRAWER_BELOW ? ["drawer-body", "side"] : ["side", "drawer-body"];
    G.redraw(document.getElementById(other), "", () => []);
    G.redraw(document.getElementById(box), kept || "none", () => (known ? preview(known, one) : [G.el("p", { class: "dim blank", text: G.t("choose") })]));
  };
  function preview(known, one) {
    const head = G.el("div", { class: "blk head" }, G.badge(known.severity, 40),
      G.el("div", { class: "grow" }, G.el("div", { class: "big-what", text: G.in(known.what) }), G.el("div", { class: "cut", text: G.spot(known) })), age(known));
    const open = G.button({ act: "open", word: "act_open", key: "↵", kind: "prime grow", run: () => G.openOne(known.id) });
    const parts = [head, G.el("div", { class: "blk row labels" }, ...G.labels(known), known.simulated && simulated()), G.el("div", { class: "blk row acts" }, open, ...G.actButtons(known, known.state === "closed" ? ["remark"] : ACTS))];
    if (!one) return [...parts, G.el("p", { class: "dim blank", text: G.state.oneError || G.t("loading") })];
    return [...parts, G.whySection(one), G.el("section", { class: "blk" }, G.el("h2", { text: G.t("cameras") }), G.el("div", { class: "cameras two" }, ...G.cameraList(one))),
      G.el("div", { class: "map" }, ...G.placePicture(one, 1.3))];
  }
  const age = (known) => (known.state === "closed" ? G.el("div", { class: "big", text: G.lasting(Date.parse(known.closed_at) - Date.parse(known.opened_at)) }) : G.since(known.opened_at, "big"));
  const simulated = () => { const node = G.tag(G.t("simulated")); node.title = G.t("simulated_what"); return node; };
  G.simulatedTag = simulated;
})();
