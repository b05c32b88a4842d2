/* One line of what is open: priority, what, where, age, owner; while the stage is not shown, the clock of its plan. A line is one
   element, wherever it stands and however it grows; it says which alerts are behind it. */
"use strict";
(() => {
  const G = window.gatehouse;

  G.makeLine = (line) => G.el("li", { "data-line": line.id });

  /* `rank`: large, brief, or mark, of which only the sign has room. */
  G.drawLine = (node, line, rank) => {
    const alerts = line.alerts.join(" ");
    if (node.dataset.alerts !== alerts) node.dataset.alerts = alerts;
    const kept = rank + G.language + JSON.stringify({ ...line, alerts: 0 });
    if (node.kept !== kept) {
      node.kept = kept;
      node.className = `alert p${line.severity} ${rank}${line.drill ? " drill" : ""}${line.state === "resolved" ? " calm" : ""}`;
      node.title = [line.where, line.what].map(G.in).join(G.t("comma"));
      node.replaceChildren(G.form(line.severity, line.state === "resolved" ? "hollow" : ""), ...(rank === "mark" ? [] : words(line, rank)));
      G.writeAges(node);
    }
    const where = rank === "large" && node.querySelector(".where");
    if (where) { G.fit(where, 56, 30); G.fit(node.querySelector(".what"), 28, 20); }
  };

  function words(line, rank) {
    const brief = rank === "brief";
    return [
      G.el("b", { class: "where", text: G.in(line.where) }),
      G.el("span", { class: "age" }, line.number === null ? "" : `#${line.number} `, G.el("span", { "data-since": line.at })),
      G.el("span", { class: "what", text: G.in(line.what) + (line.n > 1 ? ` ×${line.n}` : "") }),
      G.el("span", { class: "who" }, G.el("span", { class: `own${line.owner || line.severity > 3 ? "" : " none"}`, text: G.whose(line) }),
        brief ? null : G.el("span", { class: "note", text: G.in(line.note) })),
      brief ? G.clockOf(line.plan) : null,
    ].filter(Boolean);
  }
  /* Whose it is. An alert that has no incident yet is nobody's for a moment, and does not say so. */
  G.whose = (line) => {
    const state = line.state === "resolved" ? G.t("resolved") : "";
    const owner = line.owner || (line.number === null || state ? "" : G.t("nobody"));
    return [state, owner].filter(Boolean).join(G.t("comma"));
  };
  /* The clock of the next step of a plan that runs, and how many are overdue; nothing where no step has a time. */
  G.clockOf = (plan) => {
    const due = plan && plan.next && plan.next.due_at;
    const word = G.el("span", { class: "word", "data-more": due && plan.late > 1 ? G.t("late_steps", plan.late) : null });
    return due ? G.el("span", { class: "step", "data-due": due }, word, G.el("strong")) : null;
  };

  /* Once a second: ages from the time that it began, clocks from the time that a step is due, never by counting. */
  G.writeAges = (root) => {
    for (const node of root.querySelectorAll("[data-since]")) G.write(node, G.age(G.serverNow() - Date.parse(node.dataset.since)));
    for (const node of root.querySelectorAll(".step[data-due]")) {
      const left = Date.parse(node.dataset.due) - G.serverNow(), word = node.querySelector(".word");
      G.write(word, word.dataset.more || G.t(left < 0 ? "overdue" : "left"));
      G.write(node.querySelector("strong"), left < 0 ? `+${G.countdown(-left)}` : G.countdown(left));
      node.classList.toggle("late", left < 0);
    }
  };

  /* "#12 3号楼 电梯困人，安抚被困人员": a plan that runs beside the one on the stage. */
  G.inShort = (line) => [[`#${line.number}`, G.in(line.where), G.in(line.what)].filter(Boolean).join(" "), line.plan.next && G.in(line.plan.next.text)]
    .filter(Boolean).join(G.t("comma"));
})();
