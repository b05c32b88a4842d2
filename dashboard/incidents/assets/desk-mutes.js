/* Mutes: made, extended and ended, each with what it holds back; and, while it is true, that one of them ends soon. */
"use strict";
(() => {
  const G = window.gatehouse;
  const HOURS = [0.5, 1, 2, 4, 8, 24], LONGER = [0.5, 1, 2, 4, 8], HOUR_MS = 3600000;
  const named = (table) => Object.entries(table).map(([id, pair]) => [id, G.in(pair)]);
  const lasting = (hours) => hours.map((h) => [String(h), h < 1 ? G.t("minutes", h * 60) : G.t("hours", h)]);
  const time = (word, name, value) => ({ kind: "time", word, name, value });
  const reason = () => ({ kind: "text", name: "reason", word: "say_why", needed: true });
  /* Until the time that is filled in, else for the hours chosen. */
  const end = (from, { hours, until }) => new Date(until ? G.momentOf(until) : from + Number(hours) * HOUR_MS).toISOString();

  G.newMute = () => {
    const stop = G.stopped("set_mutes");
    if (stop) { G.tell(stop); return; }
    const fields = [{ kind: "select", name: "rule", word: "mute_rule", options: named(G.plan.rules) }, { kind: "select", name: "building", word: "filter_building", options: named(G.plan.buildings) }, { kind: "line", name: "device", word: "mute_device" },
      time("mute_starts", "from", G.localTime(G.serverNow())), { kind: "choice", name: "hours", options: lasting(HOURS), value: "1" }, time("mute_ends", "until", ""), reason()];
    G.ask({ title: G.t("ask_mute"), fields, send: ({ from, hours, until, ...form }) => {
      const begin = from ? G.momentOf(from) : G.serverNow();
      return send({ act: "create", starts_at: new Date(begin).toISOString(), ends_at: end(begin, { hours, until }), ...form });
    } });
  };
  function extend(one) {
    const fields = [{ kind: "choice", name: "hours", options: lasting(LONGER), value: "1" }, time("mute_ends", "until", ""), reason()];
    G.ask({ title: G.t("ask_extend", what(one)), fields, send: ({ reason: text, ...form }) => send({ act: "extend", mute: one.id, reason: text, ends_at: end(Date.parse(one.ends_at), form) }) });
  }
  const send = async (form) => {
    const done = await G.sendTo("/mutes/act", form);
    if (done) G.readHeld();
    return done;
  };
  const stop = (one) => send({ act: "end", mute: one.id });
  const acts = (one) => (G.may("set_mutes") ? [G.button({ word: "act_extend", mark: `extend ${one.id}`, kind: "sm", run: () => extend(one) }), G.button({ word: "act_end_mute", mark: `end ${one.id}`, kind: "sm", run: () => stop(one) })] : []);
  G.muteButtons = () => (G.may("set_mutes") ? [G.el("div", { class: "row end" }, G.button({ word: "act_mute", icon: "mute", kind: "sm", run: G.newMute }))] : []);

  const what = (one) => [one.rule ? G.in(G.plan.rules[one.rule] || [one.rule, one.rule]) : G.t("mute_all_rules"), one.device, one.building && G.in(G.plan.buildings[one.building] || [one.building, one.building])].filter(Boolean).join(" · ");
  /* The plan that keeps all mutes from holding anything. */
  const runs = () => G.state.data.incidents.find((one) => one.plan && one.plan.open && !one.drill);

  /* What each holds back is read when this view is looked at, and again when a count differs. */
  const opened = new Set();
  let held = {}, readFor = "";
  G.readHeld = async () => {
    const counts = JSON.stringify(G.state.data.mutes.map((one) => [one.id, one.held]));
    if (counts === readFor) return;
    readFor = counts;
    try {
      const rows = (await G.json("/mutes.json")).held;
      held = {};
      for (const row of rows) (held[row.mute] ||= []).push(row);
      G.draw();
    } catch (error) { G.tell(error.message); }
  };
  const line = (row) => G.el("li", {}, G.el("time", { datetime: row.raised_at, text: G.dayTime(row.raised_at) }), G.badge(row.severity, 18), G.el("b", { text: G.in(row.what) }), G.el("span", { text: G.in(row.where) }), G.el("span", { class: "dim", text: [G.in(row.device), row.subject].filter((text) => text && text !== G.in(row.where)).join(" · ") }));
  function list(one) {
    const rows = held[one.id] || [], more = one.held - rows.length;
    return G.el("ol", { class: "held", id: `held-${one.id}` }, ...rows.map(line), more > 0 && G.el("li", { class: "dim", text: `+${more}` }));
  }
  function toggle(one) {
    const isOpen = opened.has(one.id);
    const node = G.button({ text: G.t("mute_held", one.held), mark: `held ${one.id}`, kind: "sm", run: () => press(one) });
    node.setAttribute("aria-expanded", String(isOpen));
    node.setAttribute("aria-controls", `held-${one.id}`);
    return node;
  }
  function press(one) {
    if (!opened.delete(one.id)) opened.add(one.id);
    if (!held[one.id]) readFor = ""; /* the last reading failed */
    G.draw();
  }
  function row(one) {
    const isOpen = one.held > 0 && opened.has(one.id), plan = runs(), said = `${one.owner}${G.language === "zh" ? "：" : ": "}${one.reason}`;
    return G.el("article", { class: "mute" }, G.icon("mute"), G.el("div", { class: "grow" }, G.el("b", { text: what(one) }), G.el("p", { class: "dim", text: said }), plan && G.el("p", { class: "idle", text: G.t("mute_idle", plan.number) })),
      G.el("span", { class: "dim", text: `${G.t("mute_from", G.dayTime(one.starts_at))} ${G.t("mute_until", G.dayTime(one.ends_at))}` }), one.held > 0 ? toggle(one) : G.tag(G.t("mute_held", 0)), ...acts(one), isOpen && list(one));
  }
  G.muteRows = () => { G.readHeld(); return [...G.muteButtons(), ...G.state.data.mutes.map(row)]; };
  G.mutesKept = () => JSON.stringify([G.state.data.mutes, [...opened], Object.values(held).map((rows) => rows.map((one) => one.alert)), (runs() || {}).number, G.may("set_mutes")]);

  /* Above the page of its owner and of all who may set mutes, from a quarter of an hour before the end until the end. */
  let banner = null;
  G.drawEnding = () => {
    const { data, me } = G.state, now = G.serverNow(), desk = document.getElementById("desk");
    banner ??= G.el("div", { class: "banner ending", role: "status" });
    if (!banner.isConnected) desk.before(banner);
    const soon = (one) => Date.parse(one.starts_at) <= now && Date.parse(one.ends_at) > now && Date.parse(one.ends_at) - now <= G.plan.remind_ms;
    const mine = data && me ? data.mutes.filter((one) => soon(one) && (one.owner === me.name || G.may("set_mutes"))) : [], first = mine[0];
    G.redraw(banner, first ? JSON.stringify([first.id, first.ends_at, mine.length]) : "", () => (first ? [G.icon("mute"), G.el("b", { text: G.t("mute_ends_soon", what(first)) }), G.due(first.ends_at), G.el("span", { class: "dim grow", text: mine.length > 1 ? `+${mine.length - 1}` : "" }), ...acts(first)] : []));
  };
})();
