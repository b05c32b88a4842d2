/* What is written to a step on the telephone: the reminder with its clock, lines while it is open; what was done, to be taken back or
   answered again. */
"use strict";
(() => {
  const G = window.gatehouse, P = window.phone;
  const SHOWN = 4;
  const pick = (pair) => (pair ? G.in(pair) : "");
  let again = ""; /* the question that is being answered again */

  P.reminder = (s) => (s.reminder && s.reminds_at ? P.el("p", { class: "remind" }, P.el("span", { text: pick(s.reminder) }), P.el("time", { "data-remind": s.reminds_at, "data-said": s.reminds_since || "" })) : null);
  P.tickReminders = () => {
    for (const node of document.querySelectorAll("time[data-remind]")) {
      const left = Date.parse(node.dataset.said || node.dataset.remind) - Date.now();
      node.textContent = G.t(left < 0 ? "remind_due" : "remind_next", G.countdown(Math.abs(left)));
      node.className = left < 0 ? "late" : "";
    }
  };

  /* Lines of a step; with a list each of its lines has a button of its own. */
  P.entries = (s, asking, act) => {
    const lines = s.entries.slice(-SHOWN).map((entry) => P.el("p", { class: "dim", text: [G.timeOfDay(Date.parse(entry.at)), entry.by, pick(entry.of), entry.text].filter(Boolean).join(" · ") }));
    const own = s.takes_entries && !s.rows.length;
    const buttons = own ? P.el("div", { class: "buttons" }, s.reminder ? act({ act: "entry", step: s.id }, G.t("phone_said_again")) : null, asking({ act: "entry", step: s.id }, G.t("phone_entry"), pick(s.reminder || s.text), "quiet", true)) : null;
    return lines.length || buttons ? P.el("div", { class: "written" }, ...lines, buttons) : null;
  };

  /* What was just done, and what was answered. */
  P.past = (now, act, asking) => {
    const found = now.steps.map((s) => past(s, act, asking)).filter(Boolean);
    return found.length ? [P.el("section", {}, P.el("h2", { text: G.t("phone_past") }), ...found)] : [];
  };
  function past(s, act, asking) {
    const back = [...(s.may_undo ? [act({ act: "undo", step: s.id }, G.t("phone_undo"), "quiet")] : []),
      ...s.rows.filter((r) => r.may_undo).map((r) => act({ act: "undo", step: s.id, row: r.id }, `${G.t("phone_undo")} ${pick(r.text)}`, "quiet"))];
    const other = s.may_answer_again ? (again === key(s) ? others(s, asking) : [P.el("button", { class: "quiet", text: G.t("phone_answer_again"), press: () => { again = key(s); P.redraw(again); } })]) : [];
    if (!back.length && !other.length) return null;
    return P.el("article", { class: "step" }, P.el("div", { class: "line" }, P.el("span", { class: "no", text: s.no }), P.el("span", { text: pick(s.text) }), P.el("b", { text: pick(s.answer) })), P.el("div", { class: "buttons" }, ...back, ...other));
  }
  const key = (s) => `${s.id} ${pick(s.answer)}`;
  const others = (s, asking) => s.answers.filter((a) => pick(a.text) !== pick(s.answer)).map((a) => asking({ act: "answer_again", step: s.id, answer: a.id }, pick(a.text), [a.ends && G.t("phone_ends", pick(a.text)), G.t("phone_again_why", pick(a.text))].filter(Boolean).join(" "), ""));
})();
