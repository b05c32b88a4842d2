/* The keyboard: one table for what a key does, the line of hints and the dialog of all. Letters work outside text fields only. */
"use strict";
(() => {
  const G = window.gatehouse;
  G.lettersOn = () => localStorage.getItem("gatehouse-letters") !== "off";
  G.KEYS = [["J K", "key_move"], ["Enter", "key_open"], ["A T", "key_take"], ["H", "key_hand_on"], ["D", "key_resolve"], ["C", "key_close"], ["O", "key_reopen"], ["E", "key_severity"],
    ["M", "key_merge"], ["B", "key_split"], ["R", "key_remark"], ["I", "key_attach"], ["P", "key_open_plan"], ["Y N U", "key_answer"], ["Space", "key_tick"], ["Z", "undo"], ["V", "key_report"], ["1–9", "key_camera"], ["/", "key_search"], ["F", "key_filter"], ["G I", "key_list"], ["?", "key_help"]];
  G.hints = (wanted) => G.KEYS.filter(([keys]) => wanted.includes(keys)).map(([keys, word]) => G.el("span", { class: "hint" }, ...G.kbd(keys), G.el("span", { text: G.t(word) })));

  const picked = () => (G.state.one && G.state.one.id === G.state.picked ? G.state.one : G.listed(G.state.picked));
  const act = (name) => () => G.act(picked(), name);
  const whole = (run) => () => { const one = picked(); if (one && one.steps) run(one); };
  const onPage = (run) => whole((one) => { if (!G.isList) run(one); }); /* what cannot be seen is not answered */
  const move = (by) => (G.isList ? G.step(by) : G.walk(by));
  const onList = (run) => () => { if (G.isList) run(); };
  const RUNS = {
    j: () => move(1), k: () => move(-1), arrowdown: onList(() => G.step(1)), arrowup: onList(() => G.step(-1)), enter: onList(() => G.openOne(G.state.picked)),
    a: act("take"), t: act("take"), h: act("hand_on"), d: act("resolve"), c: act("close"), o: act("reopen"), e: act("severity"), m: act("merge"), b: act("split"),
    p: () => { if (G.isList) G.openPlan(); else G.act(picked(), "open_plan"); },
    r: () => { if (!G.state.data) G.readAll(); else if (G.isList) G.act(picked(), "remark"); else G.writeRemark(); },
    i: onPage((one) => G.askFiles(one)),
    y: onPage((one) => G.answer(one, "Y")), n: onPage((one) => G.answer(one, "N")), u: onPage((one) => G.answer(one, "U")), " ": onPage((one) => G.tickFirst(one)),
    z: () => G.undo(), v: () => { const one = picked(); if (one) location.assign(`/report?id=${one.id}`); },
    "/": () => document.getElementById("query").focus(), f: onList(() => document.querySelector(".filters button, .filters select").focus()), "?": () => G.help(),
    escape: () => { if (G.isDrawer()) G.showDrawer(false); else document.activeElement.blur(); },
    ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [String(n), () => G.showCamera(n - 1)])),
  };
  const LISTED = new Set(["i"]);
  let before = "";

  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase(), field = event.target.closest("input, textarea, select"), pressed = event.target.closest("button, a");
    if (pressed && event.repeat && key === "enter") event.preventDefault(); /* a key that is held ticks one step, not all */
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && key !== "j" && key !== "k" || G.isAsking()) return;
    if (field && !(field.type === "checkbox")) return;
    if (pressed && (key === "enter" || key === " ")) return; /* the button's own; the next one has the focus when it is done */
    if (/^[a-z]$/.test(key) && !G.lettersOn()) return;
    const went = before === "g" && LISTED.has(key);
    before = key;
    if (went) { location.assign("/incidents"); return; }
    const run = RUNS[key];
    if (!run || !document.body.dataset.ready) return;
    event.preventDefault();
    run();
  });
})();
