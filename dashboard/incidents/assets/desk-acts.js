/* What can be done to an incident: one table. An act without fields is sent at once, another asks first (desk-dialog.js).
   `fields(incident)` returns the fields, or a sentence where there is nothing to choose. */
"use strict";
(() => {
  const G = window.gatehouse;
  const REASONS = ["real", "nuisance", "equipment", "duplicate"];
  const why = { kind: "text", name: "text", word: "say_why", needed: true };
  const more = { kind: "text", name: "text", word: "say_more" };
  const choice = (name, options) => ({ kind: "choice", name, options, needed: true });

  const people = (incident) => {
    const others = G.state.people.filter((one) => one.name !== incident.owner);
    return others.length ? [choice("to", others.map((one) => [one.name, one.name, G.role(one.role)]))] : G.t("nobody_else");
  };
  const reasons = (incident) => [choice("reason", (incident.drill ? ["drill"] : REASONS).map((one) => [one, G.t(`reason_${one}`)])), more];
  const graded = (incident) => [1, 2, 3, 4].filter((one) => one < incident.severity || (one > incident.severity && G.may("direct_incidents")));
  const severities = (incident) => [choice("severity", graded(incident).map((one) => [String(one), `${one} ${G.t(`p${one}`)}`])), why];
  const others = (incident) => {
    const found = G.state.data.incidents.filter((one) => one.id !== incident.id && one.drill === incident.drill);
    const near = [...found].sort((a, b) => (b.building === incident.building) - (a.building === incident.building) || b.number - a.number);
    return near.length ? [choice("to", near.map((one) => [one.id, `#${one.number} ${G.in(one.what)}`, G.in(one.where)]))] : G.t("no_other");
  };
  const alerts = (incident) => {
    const whole = G.state.one, told = whole && whole.id === incident.id ? whole.alerts.filter((one) => !one.child) : [];
    const named = (one) => [one.id, `${G.timeOfDay(Date.parse(one.raised_at))} ${G.in(one.what)}`, G.in(one.where)];
    return told.length > 1 ? [{ kind: "several", name: "alerts", options: told.map(named), needed: true }] : G.t("one_alert");
  };

  G.ACTS = {
    take: { key: "T", icon: "user" },
    hand_on: { key: "H", icon: "arrow", fields: people },
    resolve: { key: "D", icon: "check", fields: () => [more] },
    reopen: { key: "O", icon: "again", fields: () => [why] },
    close: { key: "C", icon: "lock", fields: reasons },
    severity: { key: "E", icon: "up", fields: severities },
    merge: { key: "M", icon: "merge", fields: others },
    split: { key: "B", icon: "split", fields: alerts },
    remark: { key: "R", icon: "note", fields: () => [{ ...why, word: "text" }] },
    open_plan: { key: "P", icon: "bell", fields: () => G.planFields() },
    stop_plan: { icon: "cross", fields: () => [why] },
  };

  /* Why this person cannot do it now; empty where it can be tried. The server has the last word. */
  G.cannot = (incident, act) => {
    const stop = refused("work_incidents");
    if (stop) return stop;
    const whole = G.state.one;
    if (!whole || whole.id !== incident.id || whole.version !== incident.version || whole.may.includes(act)) return "";
    const running = incident.plan && incident.plan.open && ["close", "merge", "resolve"].includes(act);
    const owned = incident.owner && incident.owner !== G.state.me.name && incident.state !== "closed" && !G.may("direct_incidents");
    if (act === "split" && incident.occurrences < 2 && incident.state !== "closed") return G.t("one_alert");
    if (act === "severity" && !graded(incident).length) return G.t("not_now", G.t("not_now_lower"));
    const bare = !incident.owner && ["hand_on", "resolve", "close", "split", "merge"].includes(act);
    const led = incident.plan && incident.state !== "closed" && ["close", "merge"].includes(act) && !G.may("direct_incidents");
    const reason = running ? G.t("not_now_plan") : led ? G.t("not_now_led") : owned ? G.t("not_now_taken", incident.owner) : bare ? G.t("not_now_nobody") : G.t("not_now_state", G.t(`state_${incident.state}`));
    return G.t("not_now", reason);
  };

  G.act = (incident, act, given) => {
    if (!incident) return;
    const row = G.ACTS[act], stop = offline() || G.cannot(incident, act);
    if (stop) { G.tell(stop); return; }
    if (!row.fields) { G.send(incident, { act, ...given }); return; }
    const fields = row.fields(incident);
    if (typeof fields === "string") { G.tell(fields); return; }
    G.ask({ title: G.t(`ask_${act}`), about: incident, fields, send: (form) => G.send(incident, { act, ...form, ...given }) });
  };

  const offline = () => (G.isOffline() ? G.t("offline_act") : "");
  const refused = (action) => {
    if (!G.state.me) return G.state.error || G.t("loading");
    return G.may(action) ? "" : G.t("not_now", G.t("not_now_role"));
  };
  G.stopped = (action) => offline() || refused(action);

  /* A form whose answer got lost may have been done: who sends it again sends it under the same name, and it is done once. */
  const unanswered = new Map(), AGAIN_MS = 60000, FORM_MS = 15000, FILE_MS = 60000;
  function named(address, { file, ...form }) {
    const key = JSON.stringify([address, form, file && [file.name, file.size, file.lastModified]]);
    const now = G.serverNow(), lost = unanswered.get(key);
    if (!lost || now - lost.since > AGAIN_MS) unanswered.set(key, { since: now, name: { once: G.newId(), at: new Date(now).toISOString() } });
    return [key, unanswered.get(key).name];
  }

  /* Whether it was done; if not, the sentence has been said. */
  G.sendTo = async (address, form) => {
    if (offline()) { G.tell(offline()); return false; }
    const [key, name] = named(address, form);
    try {
      const answer = await fetch(address, { method: "POST", body: G.formOf({ ...name, ...form }), headers: { "X-CSRFToken": G.token() }, signal: AbortSignal.timeout(form.file ? FILE_MS : FORM_MS) });
      if (answer.status !== 503) unanswered.delete(key);
      const told = await answer.json().catch(() => ({}));
      if (answer.status === 401) G.leave();
      if (!answer.ok) { G.tell(told.error || G.t("failed", answer.status)); return false; }
      G.hush();
      if (told.told) G.tell(told.told, null, "said");
      if (told.goto) location.assign(told.goto);
      return true;
    } catch { G.tell(G.t("answer_lost")); return false; }
  };
  G.send = async (incident, form) => {
    const done = await G.sendTo(form.file ? "/incidents/attach" : "/incidents/act", { incident: incident.id, ...form });
    if (!offline()) await refresh(incident);
    return done;
  };
  function refresh(incident) { G.state.stale = true; return G.readOne(incident.id); }

  /* A step's press; a tick, of a line too, and an answer that ended the plan can be taken back for some seconds. What is pressed twice
     before the answer is drawn is pressed once. */
  const pressing = new Set();
  G.press = async (incident, step, form) => {
    const stop = G.stopped("work_incidents"), press = JSON.stringify([incident.id, step.id, form]);
    if (stop) { G.tell(stop); return false; }
    if (pressing.has(press)) return true;
    pressing.add(press);
    const done = await G.send(incident, { ...form, step: step.id }).finally(() => pressing.delete(press));
    const told = done && (form.act === "tick" ? "ticked" : form.act === "row" ? "ticked_row" : step.answers.some((answer) => answer.id === form.answer && answer.ends) && "answered_end");
    if (told) G.tell(G.t(told, step.no), undoButton(incident, step, form.row), "said");
    return done;
  };
  const undoButton = (incident, step, row) => G.button({ word: "undo", key: "Z", kind: "sm undo", run: () => G.send(incident, { act: "undo", step: step.id, ...(row && { row }) }) });
  G.undo = () => document.querySelector("#toast .undo")?.click();
  G.skip = (incident, step) => G.ask({
    title: G.t("ask_skip", step.no), about: incident, fields: [why], send: (form) => G.press(incident, step, { act: "skip", ...form }),
  });
  G.actButtons = (incident, acts) => acts.map((act) => G.button({
    act, word: `act_${act}`, key: G.ACTS[act].key, icon: G.ACTS[act].icon, disabled: G.cannot(incident, act), run: () => G.act(incident, act),
  }));

  G.logOut = async () => {
    const answer = await fetch("/logout", { method: "POST", headers: { "X-CSRFToken": G.token() } }).catch(() => null);
    if (answer && (answer.ok || answer.status === 401)) location.assign("/login");
    else G.tell(G.t("still_in")); /* the session goes on, and somebody else may sit down here */
  };
})();
