/* The page comes to life when Dash has mounted its layout: the first reading over HTTP, then the feed; one clock ticks for all. */
"use strict";
(() => {
  const G = window.gatehouse;
  const RETRY_S = 5;
  let mounted = false;

  G.dayTime = (iso) => new Intl.DateTimeFormat(G.language === "zh" ? "zh-CN" : "en-GB", { timeZone: G.plan.site.timezone, month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(Date.parse(iso));

  G.draw = () => {
    if (!mounted) return;
    if (G.state.data) { G.drawTop(); G.drawEnding(); }
    if (G.isList) G.drawList();
    else G.drawOne();
    if (G.isKnown()) document.body.dataset.ready = "1";
  };
  let ticks = 0;
  function tick() {
    if (!G.state.data && G.state.error && ++ticks % RETRY_S === 0) G.readAll();
    if (!mounted || !G.state.data) return;
    G.tickClocks();
    G.draw(); /* touches only what differs: what was on time may be late now */
    G.watchServer();
  }
  function start() {
    mounted = true;
    G.filters = G.readFilters(location.search);
    document.body.dataset.page = G.isList ? "list" : "one";
    document.getElementById("log-out").addEventListener("click", G.logOut);
    scheme();
    G.draw();
    G.readAll();
    setInterval(tick, 1000);
    addEventListener("resize", () => { if (G.isList) G.fitGrid(); });
  }
  const watch = new MutationObserver(() => {
    if (!document.getElementById("drawer-body") || !document.getElementById("dialog-body")) return;
    watch.disconnect();
    start();
  });
  watch.observe(document.documentElement, { childList: true, subtree: true });
  const scheme = () => window.dash_clientside.set_props("provider", { forceColorScheme: document.documentElement.dataset.theme === "day" ? "light" : "dark" });
  document.addEventListener("gatehouse-theme", scheme);
})();
