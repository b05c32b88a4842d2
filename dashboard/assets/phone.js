/* The telephone's page: one incident with the steps that wait for this person, or the list of such incidents. Drawn from what the
   server says, else from what was seen last; clocks follow from due times. */
"use strict";
(() => {
  const G = window.gatehouse, P = window.phone;
  const READ_MS = 3000, PATIENCE_MS = 10000, NEXT = 3;
  const words = JSON.parse(document.body.dataset.words);
  const page = document.getElementById("page"), off = document.getElementById("off");
  const id = new URLSearchParams(location.search).get("id");
  let now = null, read = 0, online = true, refusal = "", kept = [], reading = null, drawn = "";

  G.plan = { words, site: { timezone: document.body.dataset.timezone } };
  const t = G.t, pick = (pair) => (pair ? G.in(pair) : ""), clock = G.timeOfDay;
  const el = P.el = (name, { press, ...given }, ...children) => {
    const node = G.el(name, given, ...children);
    if (press) node.addEventListener("click", press);
    return node;
  };

  /* Reading. */
  P.read = () => (reading ??= readOnce().finally(() => { reading = null; }));
  async function readOnce() {
    try {
      const answer = await fetch(id ? `/incident.json?id=${encodeURIComponent(id)}` : "/incidents.json", { signal: AbortSignal.timeout(PATIENCE_MS) });
      if (answer.status === 401 || answer.redirected) { P.loggedOut = true; await P.forget(); }
      else if (answer.ok) { now = await answer.json(); read = Date.now(); online = true; P.loggedOut = false; if (id) await P.keepSeen(now).catch(() => {}); }
      else if (answer.status < 500) refusal = (await answer.json()).error;
      else online = false;
    } catch (error) {
      online = false;
      const last = id && !now ? await P.seen(id) : null;
      if (last) { now = last.incident; read = last.at; }
    }
    P.redraw();
  }
  P.refused = (sentence) => { refusal = sentence; drawn = ""; };

  const PRESS_MS = 1000, CLICK_MS = 50;
  let down = false, downAt = 0;
  page.addEventListener("pointerdown", () => { down = true; downAt = performance.now(); }, true);
  for (const over of ["pointerup", "pointercancel"]) addEventListener(over, () => setTimeout(() => { down = false; P.redraw(); }, CLICK_MS), true);
  /* Anew only where something is another one: whoever reads or stands on a button with the keyboard goes on doing so. */
  P.redraw = async (again = "") => {
    kept = await P.waiting();
    const shows = JSON.stringify([now, kept.map((one) => one.n), online, P.loggedOut, refusal, P.tries, again, G.language]);
    if (shows === drawn) return;
    drawOff();
    drawn = ""; /* what is put off is drawn when that is over, whatever is the same then */
    if (down && performance.now() - downAt < PRESS_MS) return; /* nothing moves under a thumb that presses */
    /* Nothing is drawn anew under a finger that writes. */
    if (page.contains(document.activeElement) && document.activeElement.matches("input, textarea")) return;
    drawn = shows;
    page.replaceChildren(...(refusal ? [el("p", { class: "problem", role: "alert", text: t("phone_refused", refusal), press: () => { refusal = ""; P.redraw(); } })] : []), ...(id ? incident() : list()));
    tick();
    document.documentElement.dataset.ready = "1";
  };

  function drawOff() {
    off.hidden = online && !P.loggedOut && !kept.length;
    const lines = [P.loggedOut ? t("phone_log_in") : online ? "" : t("phone_offline"), kept.length ? t("phone_waiting", kept.length, P.tries) : ""];
    off.replaceChildren(...lines.filter(Boolean).map((text, n) => el(n ? "span" : "b", { text })), ...(P.loggedOut ? [el("a", { href: `/login?next=${encodeURIComponent(location.pathname + location.search)}`, text: "→" })] : []));
  }

  /* The list. */
  function list() {
    if (!now) return [];
    const mine = now.incidents.filter((one) => one.owner === document.body.dataset.me || (one.plan && one.plan.open) || (!one.owner && one.severity <= 2));
    mine.sort((a, b) => a.drill - b.drill || a.severity - b.severity || Date.parse(a.opened_at) - Date.parse(b.opened_at));
    const row = (one) => el("li", { class: one.drill ? "drill" : "" }, el("a", { href: `/phone?id=${one.id}` }, badge(one.severity), el("div", {}, el("b", { text: heading(one) }), el("span", { text: [pick(one.where), one.plan && one.plan.next ? pick(one.plan.next.text) : ""].filter(Boolean).join(" · ") })), el("time", { "data-since": one.opened_at })));
    return [el("h1", { text: t("phone_list") }), mine.length ? el("ul", { class: "list" }, ...mine.map(row)) : el("p", { class: "dim", text: t("phone_none") })];
  }
  const badge = (severity) => el("i", { class: `badge p${severity}`, text: severity });
  const heading = (one) => (one.drill ? `${t("drill")} · ${pick(one.what)}` : pick(one.what));

  /* One incident. */
  function incident() {
    if (!now || !now.id) return [];
    const open = now.steps.filter((s) => s.state === "open"), mine = open.filter((s) => s.mine), others = open.filter((s) => !s.mine);
    const next = now.steps.filter((s) => s.state === "waiting").slice(0, NEXT);
    return [
      el("section", { class: now.drill ? "head drill" : "head" }, badge(now.severity), el("div", {}, el("h1", { text: heading(now) }), el("p", { class: "where", text: pick(now.where) }), el("p", { class: "dim" }, el("b", { "data-since": now.opened_at }), ` ${t("phone_since", clock(Date.parse(now.opened_at)))}`, online ? null : ` · ${t("phone_data", clock(read))}`), el("p", { class: "dim", text: [owner(), now.plan ? t("phone_over", now.plan.done, now.plan.total) : "", now.simulated ? t("phone_simulated") : ""].filter(Boolean).join(" · ") }))),
      now.may.includes("take") && now.owner !== document.body.dataset.me ? act({ act: "take" }, t("phone_take"), "prime wide") : null,
      mine.length ? el("section", {}, el("h2", { text: t("phone_steps") }), ...mine.map(step)) : null,
      others.length ? el("section", {}, el("h2", { text: t("phone_others") }), ...others.map(line)) : null,
      next.length ? el("section", {}, el("h2", { text: t("phone_next") }), ...next.map(line)) : null,
      ...P.past(now, act, asking),
      now.may.includes("remark") ? remark() : null,
      el("a", { class: "dim back", href: "/phone", text: t("phone_back") }),
    ].filter(Boolean);
  }
  const owner = () => (now.state === "closed" ? t("phone_closed") : now.owner === document.body.dataset.me ? t("phone_yours") : now.owner ? t("phone_owner", now.owner) : "");

  function step(s) {
    const who = s.who ? pick(s.who) : "", done = { act: "tick", step: s.id };
    const buttons = s.answers.map((a) => act({ act: "answer", step: s.id, answer: a.id }, pick(a.text), "", a.ends && t("phone_ends", pick(a.text))));
    if (!s.answers.length && !s.rows.some((r) => r.state === "open")) buttons.push(s.asks ? asking(done, t("phone_done"), pick(s.text), "prime") : act(done, t("phone_done"), "prime"));
    buttons.push(picture({ act: "attach", step: s.id }, t("phone_picture"), "quiet"));
    if (s.may_skip) buttons.push(asking({ act: "skip", step: s.id }, t("phone_skip"), t("phone_why")));
    return el("article", { class: "step" },
      el("div", { class: "line" }, el("span", { class: "no", text: s.no }), el("b", { text: pick(s.text) }), el("time", { "data-due": s.due_at })),
      s.hint ? el("p", { class: "dim", text: pick(s.hint) }) : null,
      who || s.two_people ? el("p", { class: "dim", text: [who, s.first_by ? t("phone_first", s.first_by) : s.two_people ? t("phone_two") : ""].filter(Boolean).join(" · ") }) : null,
      ...(s.facts || []).map((fact) => el("p", {}, el("b", { text: pick(fact) }))),
      s.draft ? draft(s.draft) : null,
      P.reminder(s),
      s.rows.length ? el("ul", { class: "rows" }, ...s.rows.map((r) => row(s, r))) : null,
      P.entries(s, asking, act),
      el("div", { class: "buttons" }, ...buttons));
  }
  const line = (s) => el("div", { class: "line quiet" }, el("span", { class: "no", text: s.no }), el("span", { text: pick(s.text) }), el("time", { "data-due": s.state === "open" ? s.due_at : null }));
  function draft(d) {
    const head = el("small", { class: "dim", text: d.to ? t("phone_say", d.to) : t("phone_notice") });
    const call = now.drill ? el("b", { class: "drillword", text: t("phone_drill") }) : d.to ? el("a", { class: "button", href: `tel:${d.to}`, text: t("phone_call", d.to) }) : null;
    return el("blockquote", {}, head, el("p", { text: pick(d.text) }), call);
  }
  function row(s, r) {
    if (r.state === "done") return el("li", { class: "over" }, el("span", { text: `✓ ${pick(r.text)}` }), el("small", { text: [r.by, r.remark].filter(Boolean).join(" · ") }));
    const form = { act: "row", step: s.id, row: r.id };
    const shy = s.pictures && !["before", "after"].every((side) => r[side] || heldOf(look(s, r, side)));
    const looks = s.pictures ? ["before", "after"].map((side) => picture(look(s, r, side), r[side] ? `✓ ${t(`phone_${side}`)}` : t(`phone_${side}`), r[side] ? "quiet" : "")) : [];
    return el("li", { class: s.pictures ? "looks" : "" }, el("span", { text: pick(r.text) }), el("div", { class: "buttons" }, ...looks, shy ? asking(form, "✓", t("phone_no_pictures")) : act(form, "✓"), asking(form, t("phone_cannot"), t("phone_row_why")), s.takes_entries ? asking({ ...form, act: "entry" }, t("phone_entry"), pick(r.text), "quiet", true) : null));
  }
  const look = (s, r, side) => ({ act: "picture", step: s.id, row: r.id, side });

  /* A button that opens the camera; the picture waits with the presses. */
  function picture(form, label, kind) {
    if (form.side && heldOf(form)) return act(form, label, kind);
    const take = () => G.pickPictures({ capture: "environment" }, async ([file]) => P.press(now.id, form, label, await G.smaller(file)));
    return el("button", { class: kind || "", text: label, press: take });
  }
  function remark() {
    const text = el("textarea", { rows: 2, maxlength: 2000, "aria-label": t("phone_remark"), placeholder: t("phone_remark") });
    const send = el("button", { text: t("phone_send"), press: () => { if (text.value.trim()) { const said = text.value; text.value = ""; text.blur(); P.press(now.id, { act: "remark", text: said }, said); } } });
    return el("section", { class: "remark" }, text, el("div", { class: "buttons" }, send, picture({ act: "attach" }, t("phone_picture"))));
  }

  /* A button; pressed and not yet answered it says so, and presses nothing twice. */
  function act(form, label, kind, sure) {
    const held = heldOf(form);
    if (held) return el("button", { class: `kept ${kind || ""}`, disabled: true, text: t("phone_kept", `${label} ${clock(Date.parse(held.at))}`) });
    return el("button", { class: kind || "", text: label, press: ({ target }) => { if (!sure || confirm(sure)) { target.disabled = true; P.press(now.id, form, label); } } });
  }
  /* A button that asks for words; they may stay empty where that is said. */
  function asking(form, label, question, kind = "quiet", bare = false) {
    return el("button", { class: kind, text: label, press: () => { const why = prompt(question); if (why !== null && (bare || why.trim())) P.press(now.id, { ...form, text: why }, label); } });
  }
  const heldOf = (form) => kept.find((one) => one.incident === now.id && same(one.form, form));
  const same = (a, b) => Object.keys(b).every((key) => a[key] === b[key]) && !a.text;

  function tick() {
    for (const node of document.querySelectorAll("[data-since]")) node.textContent = G.countdown(Date.now() - Date.parse(node.dataset.since));
    for (const node of document.querySelectorAll("time[data-due]")) {
      const left = Date.parse(node.dataset.due) - Date.now();
      node.textContent = t(left < 0 ? "phone_late" : "phone_left", G.countdown(Math.abs(left)));
      node.className = left < 0 ? "late" : "";
    }
    P.tickReminders();
  }

  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/phone-worker.js", { scope: "/phone" }).catch(() => {});
  setInterval(tick, 1000);
  setInterval(() => { if (!document.hidden) P.read(); }, READ_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) P.read(); });
  P.read();
  P.send();
})();
