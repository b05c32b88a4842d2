/* A flood's plan shows the water beside its steps (/assets/levels.js). */
"use strict";
(() => {
  const G = window.gatehouse;
  G.levels = (one) => {
    if (!one.plan || one.plan.plot !== "water_level") return null;
    G.readLevels(() => G.draw());
    return G.el("section", { class: "blk levels" }, G.el("h2", { text: G.t("levels") }), G.levelsPicture());
  };
})();
