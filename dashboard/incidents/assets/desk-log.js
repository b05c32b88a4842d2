/* The timeline, newest at the bottom: new lines never move what is being read. Below it a line to write into the record. */
"use strict";
(() => {
  const G = window.gatehouse;
  const KINDS = { all: () => true, alerts: (act) => /^incident\.(open|alert|again|follow|cleared|severity)$/.test(act), steps: (act) => act.startsWith("plan."), messages: (act) => /^(incident\.(remark|attach|withdraw)|plan\.picture)$/.test(act) };
  const ICONS = {
    "incident.open": "bell", "incident.alert": "bell", "incident.again": "again", "incident.follow": "split", "incident.cleared": "check", "incident.severity": "up", "incident.take": "user",
    "incident.hand_on": "arrow", "incident.resolve": "check", "incident.reopen": "again", "incident.close": "lock", "incident.remark": "note", "incident.merge": "merge", "incident.absorb": "merge",
    "incident.split": "split", "incident.attach": "clip", "incident.withdraw": "cross", "plan.picture": "camera", "plan.open": "list", "plan.answer": "ask", "plan.again": "again", "plan.entry": "note", "plan.undo": "again", "plan.undo_row": "again", "plan.skip": "skip", "plan.overdue": "clock", "plan.first": "users",
  };
  const parts = {};
  let kind = "all", sending = false;

  G.buildLog = (pane, incident) => {
    const pill = G.el("span", { class: "pill", role: "group", "aria-label": G.t("timeline") }, ...Object.keys(KINDS).map((name) => {
      const node = G.el("button", { type: "button", "aria-pressed": String(name === kind), text: G.t(`log_${name}`) });
      node.addEventListener("click", () => { kind = name; for (const one of pill.children) one.setAttribute("aria-pressed", String(one === node)); parts.lines.kept = ""; G.draw(); });
      return node;
    }));
    parts.latency = G.el("div", { class: "blk latency small" });
    parts.lines = G.el("ol", { class: "lines", tabindex: 0, "aria-label": G.t("timeline") });
    parts.box = G.el("textarea", { rows: 1, maxlength: 2000, placeholder: G.t("write_here"), "aria-label": G.t("ask_remark"), title: G.t("write_keys") });
    parts.box.addEventListener("keydown", (event) => write(event, incident()));
    pane.append(G.el("div", { class: "blk loghead" }, G.el("h2", { text: G.t("timeline") }), G.el("span", { class: "grow" }), pill), parts.latency, parts.lines,
      G.el("div", { class: "compose" }, G.el("div", { class: "write" }, parts.box, ...G.kbd("R")), clip(incident)));
  };
  async function write(event, one) {
    if (event.key === "Escape") { parts.box.blur(); return; }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    const text = parts.box.value.trim();
    if (!text || !one || sending || event.repeat) return;
    sending = true;
    const done = await G.send(one, { act: "remark", text });
    sending = false;
    if (done && parts.box.value.trim() === text) { parts.box.value = ""; parts.box.blur(); }
  }
  const clip = (incident) => G.button({ act: "attach", word: "act_attach", key: "I", icon: "clip", kind: "sm quiet", run: () => { if (incident()) G.askFiles(incident()); } });
  G.writeRemark = () => parts.box.focus();

  G.drawLog = (one) => {
    const entries = one.log.filter((entry) => KINDS[kind](entry.action)), kept = `${kind} ${entries.length} ${one.version}`;
    G.redraw(parts.latency, kept, () => latency(one));
    if (parts.lines.kept === kept) return;
    const box = parts.lines, atEnd = !box.kept || box.scrollHeight - box.scrollTop - box.clientHeight < 24;
    box.kept = kept;
    G.keyed(box, entries, (entry) => `${entry.seq} ${fate(one, entry)}`, (entry) => line(one, entry), () => null);
    if (atEnd) box.scrollTop = box.scrollHeight;
  };
  /* A line is made anew where its file was withdrawn. */
  const fate = (one, entry) => { const file = entry.file && G.fileOf(one, entry.file); return file ? `${file.withdrawn_by} ${file.may_withdraw}` : ""; };
  function line(one, entry) {
    const says = G.in(entry.says), person = entry.actor !== "system", loud = entry.action === "plan.overdue", message = entry.action === "incident.remark";
    return G.el("li", { class: `${loud ? "loud" : ""} ${message ? "message" : ""}`, "data-action": entry.action }, G.el("time", { datetime: entry.at, text: G.timeOfDay(Date.parse(entry.at)) }),
      G.icon(ICONS[entry.action] || (entry.action.startsWith("plan.") ? "check" : "ring"), 16),
      G.el("div", {}, person && G.el("b", { text: `${entry.actor} ` }), G.el("span", { text: says }), G.in(entry.detail) && G.el("p", { class: "dim", text: G.in(entry.detail) }), entry.file && entry.action !== "incident.withdraw" && G.fileLine(one, entry.file)));
  }
  function latency(one) {
    const first = one.alerts.findLast((alert) => alert.latency_ms && Object.keys(alert.latency_ms).length), known = first ? first.latency_ms : {};
    const stage = known.shown !== undefined ? ["to_screen", known.shown] : known.stored !== undefined ? ["to_server", known.stored] : null;
    const said = (value) => (value < 10000 ? G.t("milliseconds", value) : G.t("seconds", Math.round(value / 1000)));
    return [stage && G.el("span", { class: "dim", text: G.t(stage[0]) }), stage && G.el("b", { text: said(stage[1]) }), G.el("span", { class: "grow" }),
      one.acknowledged_at && G.el("span", { class: "dim", text: G.t("acknowledged_in", G.lasting(Date.parse(one.acknowledged_at) - Date.parse(one.opened_at))) })];
  }
})();
