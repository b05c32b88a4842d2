/* What is begun here: a plan opened by hand, for an incident or for what somebody saw. */
"use strict";
(() => {
  const G = window.gatehouse;
  const WHOLE = "*";
  const named = (table) => Object.entries(table).map(([id, pair]) => [id, G.in(pair)]);
  const why = (word, needed) => ({ kind: "text", name: "text", word, needed });
  const plans = () => ({ kind: "choice", name: "plan", options: named(G.plan.plans), needed: true });

  /* The whole site stands first, and is chosen, where the plan is worked all over it. */
  const isWide = (filled) => G.plan.wide.includes(filled.plan);
  const groups = () => G.plan.places.map(({ name, places }) => ({ name: G.in(name), options: places.map(([id, zh, en]) => [id, G.in([zh, en]), zh, en]) }));
  const places = () => ({ kind: "find", name: "building", word: "place", needed: true, lead: (filled) => (isWide(filled) ? WHOLE : ""),
    groups: (filled) => (isWide(filled) ? [groups().at(-1), ...groups().slice(0, -1)] : groups()) });

  G.planFields = () => [plans(), why("say_seen", false)];

  G.openPlan = () => {
    const stop = G.stopped("work_incidents");
    if (stop) { G.tell(stop); return; }
    const drill = { kind: "several", name: "drill", options: [["1", G.t("as_drill")]] };
    G.ask({ title: G.t("ask_open_plan"), fields: [plans(), places(), drill, why("say_seen", false)], send: (form) => G.sendTo("/incidents/act", { act: "open_plan", ...form }) });
  };

  G.openButton = () => G.button({ word: "act_open_plan", key: "P", icon: "bell", kind: "sm", run: G.openPlan });
})();
