/* What is begun here: a plan opened by hand, for an incident or for what somebody saw; mutes, made and ended. */
"use strict";
(() => {
  const G = window.gatehouse;
  const WHOLE = "*";
  const HOURS = [0.5, 1, 2, 4, 8, 24];
  const named = (table) => Object.entries(table).map(([id, pair]) => [id, G.in(pair)]);
  const select = (name, word, options, needed) => ({ kind: "select", name, word, options, needed });
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

  G.newMute = () => {
    const stop = G.stopped("set_mutes");
    if (stop) { G.tell(stop); return; }
    const hours = HOURS.map((h) => [String(h), h < 1 ? G.t("minutes", h * 60) : G.t("hours", h)]);
    const device = { kind: "line", name: "device", word: "mute_device" };
    const fields = [select("rule", "mute_rule", named(G.plan.rules)), select("building", "filter_building", named(G.plan.buildings)), device, { kind: "choice", name: "hours", options: hours, needed: true }, { ...why("say_why", true), name: "reason" }];
    const ends = (h) => new Date(G.serverNow() + Number(h) * 3600000).toISOString();
    G.ask({ title: G.t("ask_mute"), fields, send: ({ hours: h, ...form }) => G.sendTo("/mutes/act", { act: "create", ends_at: ends(h), ...form }) });
  };
  G.endMute = (one) => G.sendTo("/mutes/act", { act: "end", mute: one.id });

  G.openButton = () => G.button({ word: "act_open_plan", key: "P", icon: "bell", kind: "sm", run: G.openPlan });
  G.muteButtons = () => (G.may("set_mutes") ? [G.el("div", { class: "row end" }, G.button({ word: "act_mute", icon: "mute", kind: "sm", run: G.newMute }))] : []);
})();
