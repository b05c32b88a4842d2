/* Why there was an alert: the rule and its version, what it asks, what was seen, and the events it comes from with their place in the stream. */
"use strict";
(() => {
  const G = window.gatehouse;
  const MOST = 3;
  const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/;
  const said = (value) => (value && typeof value === "object" ? JSON.stringify(value) : MOMENT.test(value) ? G.timeOfDay(Date.parse(value)) : String(value));
  const pairs = (values) => Object.entries(values || {}).map(([name, value]) => G.el("span", { class: "pair" }, G.el("span", { class: "mono dim", text: name }), G.el("b", { class: "mono", text: said(value) })));
  const line = (word, ...nodes) => [G.el("dt", { text: G.t(word) }), G.el("dd", {}, ...nodes)];

  /* The first cause that is still kept, unless another alert was chosen. */
  let chosen = "";
  G.chooseAlert = (id) => { chosen = id; G.draw(); };
  G.chosenAlert = (one) => one.alerts.find((alert) => alert.id === chosen) || one.alerts.find((alert) => alert.why && !alert.child) || one.alerts[0];

  G.whySection = (one) => {
    const alert = G.chosenAlert(one), why = alert && alert.why;
    const head = G.el("h2", {}, G.el("span", { class: "grow", text: G.t("why") }), why && G.tag(G.t("rule_version", why.version)));
    if (!why) return G.el("section", { class: "blk why" }, head, G.el("p", { class: "dim", text: G.t(one.alerts.length ? "no_why" : "by_hand") }));
    const events = why.events || [], rest = events.length - MOST;
    return G.el("section", { class: "blk why" }, head, G.el("dl", {},
      ...line("rule", G.el("span", { text: G.in(alert.what) }), G.el("span", { class: "mono dim", text: ` ${why.rule}` })),
      ...(Object.keys(why.thresholds).length ? line("thresholds", ...pairs(why.thresholds)) : []),
      ...(Object.keys(why.values).length ? line("values", ...pairs(why.values)) : []),
      ...(events.length ? line("source", ...events.slice(0, MOST).map((event) => G.el("div", { class: "mono dim cut", text: `${event.topic_kind}/${event.partition}/${event.offset}`, title: event.id })),
        rest > 0 && G.el("div", { class: "dim", text: G.t("more_events", rest) })) : [])));
  };

  G.alertRows = (one) => one.alerts.map((alert) => {
    const ended = alert.cleared_at ? G.t("until", G.timeOfDay(Date.parse(alert.cleared_at))) : G.t("still");
    const node = G.el("button", { type: "button", class: `occurrence ${alert.child ? "child" : ""}`, "aria-pressed": String(alert === G.chosenAlert(one)) },
      G.badge(alert.severity, 18), G.el("span", { class: "b", text: G.timeOfDay(Date.parse(alert.raised_at)) }), G.el("span", { class: "cut grow", text: `${G.in(alert.what)} · ${G.in(alert.where)}` }),
      alert.child && G.tag(G.t("child")), G.el("span", { class: alert.cleared_at ? "dim" : "b", text: ended }));
    node.addEventListener("click", () => G.chooseAlert(alert.id));
    return node;
  });
})();
