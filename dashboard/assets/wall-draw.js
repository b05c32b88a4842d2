/* The page: built once, drawn from each snapshot, ticking once a second. Keys: L language, T theme, A acknowledge the sound. */
"use strict";
(() => {
  const G = window.gatehouse;
  const PLACES = { band: "buildBand", clock: "buildClock", left: "buildLists", stage: "buildStage", map: "buildPlan", right: "buildFigures", eyes: "buildEyes", day: "buildDay", lat: "buildLatency" };
  let building = false, built = false;

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.gatehouse = { draw: (text) => { take(text); return window.dash_clientside.no_update; } };

  function take(text) {
    const snapshot = JSON.parse(text);
    if (snapshot.gone) { G.leave(); return; }
    G.now = snapshot;
    G.keepTime(snapshot.now);
    G.forgetPushed();
    G.heard(snapshot);
    if (!built) build();
    else if (G.plan.version !== snapshot.version) location.reload(); /* a new deployment */
    else draw();
  }

  async function build() {
    if (building) return;
    building = true;
    try {
      const answer = await fetch("/plan.json", { signal: AbortSignal.timeout(8000) });
      if (!answer.ok) throw new Error(`The plan: ${answer.status}`);
      G.plan = await answer.json();
      const wall = document.getElementById("wall");
      for (const [id, make] of Object.entries(PLACES)) wall.append(G.el("section", { id }, ...G[make]()));
      G.simulated = G.el("p", { id: "simulated" }, G.el("b", { "data-word": "simulated" }), G.el("span", { "data-word": "simulated_what" }));
      document.getElementById("right").append(G.simulated);
      translate();
      G.startSound();
      built = true;
      draw();
    } finally { building = false; }
  }

  function draw() {
    const snapshot = G.now, trouble = G.trouble();
    document.body.classList.toggle("stale", Boolean(trouble));
    G.simulated.hidden = !snapshot.simulated;
    G.drawStage(snapshot, trouble);
    G.drawStates(snapshot.map);
    G.drawPins(snapshot.lines);
    G.drawLists(snapshot, trouble);
    G.drawBand(snapshot, trouble);
    G.drawFigures(snapshot, trouble);
    G.drawDay(snapshot, trouble);
    G.drawLatency(snapshot, trouble);
    G.soundFor(snapshot.lines);
    G.drawClock(snapshot, trouble);
    document.body.dataset.ready = "1";
  }

  /* The clock's own judgement needs no message. */
  function tick() {
    G.watchServer(); /* also of a page that nothing has ever reached */
    if (!built) return;
    const trouble = G.trouble();
    if (trouble || document.body.classList.contains("stale")) draw();
    else { G.drawClock(G.now, trouble); G.writeAges(document.getElementById("left")); G.tickStage(); }
  }
  setInterval(tick, 1000);

  function translate() {
    document.documentElement.lang = G.language === "zh" ? "zh-CN" : "en";
    document.title = `Gatehouse · ${G.t("title")}`;
    for (const node of document.querySelectorAll("[data-word]")) G.write(node, G.t(node.dataset.word));
    document.getElementById("map").dataset.unknown = G.t("unknown");
  }
  function switchLanguage() {
    G.language = G.language === "zh" ? "en" : "zh";
    document.cookie = `gatehouse_language=${G.language}; Max-Age=34560000; Path=/; SameSite=Strict`;
    translate();
    G.labelPlan();
    draw();
  }
  function theme(name) {
    document.documentElement.dataset.theme = name;
    localStorage.setItem("gatehouse-theme", name);
  }
  const KEYS = { l: switchLanguage, t: () => theme(document.documentElement.dataset.theme === "day" ? "night" : "day"), a: () => { G.acknowledgeSound(); draw(); } };
  document.addEventListener("keydown", (event) => {
    if (built && !event.ctrlKey && !event.metaKey && !event.altKey && KEYS[event.key.toLowerCase()]) KEYS[event.key.toLowerCase()]();
  });

  /* 1920 x 1080 is drawn once; another screen scales the whole. */
  function scale() {
    document.documentElement.style.setProperty("--zoom", Math.min(innerWidth / 1920, innerHeight / 1080));
  }
  addEventListener("resize", scale);
  scale();
  const asked = new URLSearchParams(location.search).get("theme") || localStorage.getItem("gatehouse-theme");
  if (asked === "day" || asked === "night") theme(asked);
})();
