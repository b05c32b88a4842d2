/* The plan in its own order: what is open has grown, the rest is one line each; steps never jump. Without a plan: what is needed anyway. */
"use strict";
(() => {
  const G = window.gatehouse;
  const LETTERS = { yes: "Y", no: "N", cannot_tell: "U" };
  const ICONS = { done: "check", skipped: "skip", not_needed: "cross", waiting: "ring", open: "arrow" };
  const ms = (from, to) => Date.parse(to) - Date.parse(from);
  const who = (step) => (step.who ? G.in(step.who) : G.role(step.role));

  G.planPane = (one) => {
    const plan = one.plan || {}, done = one.steps.filter((step) => step.state === "done" || step.state === "skipped").length, left = one.steps.filter((step) => step.state === "not_needed").length, late = one.steps.filter(isLate).length;
    const pdf = one.plan_pdf && G.el("a", { class: "btn sm", href: one.plan_pdf, "aria-label": G.t("print") }, G.icon("print", 16));
    const head = G.el("div", { class: "blk planhead" }, G.el("div", { class: "row" }, G.el("h2", { text: G.in(plan.name || [G.plan.words.plan[0], G.plan.words.plan[1]]) }),
      plan.version && G.el("span", { class: "small dim", text: G.t("plan_version", plan.version) }), G.el("span", { class: "grow" }), G.el("span", { class: "small b", text: `${done} / ${one.steps.length - left}` }), left > 0 && G.el("span", { class: "small dim", text: G.t("plan_left", left) }),
      late > 0 && G.el("b", { class: "small ink1", text: G.t("plan_late", late) }), plan.open === false && G.tag(G.t("plan_over")), pdf),
      one.plan_edited && plan.open && G.el("p", { class: "small dim", text: one.plan_edited === plan.version ? G.t("plan_same") : G.t("plan_edited", one.plan_edited, plan.version) }),
      G.el("div", { class: "segments", "aria-hidden": "true" }, ...one.steps.map((step) => G.el("i", { class: `${step.state} ${isLate(step) ? "late" : ""}` }))));
    return [head, G.el("ol", { class: "steplist" }, ...one.steps.flatMap((step, n) => [gate(one.steps[n - 1], step), row(one, step)]).filter(Boolean))];
  };
  const isLate = (step) => step.state === "open" && step.due_at && G.isLate(step.due_at);

  /* A line before the first of those that wait for the same thing. */
  function gate(before, step) {
    const on = step.starts_on && G.in(step.starts_on), same = before && before.starts_on && G.in(before.starts_on) === on;
    return on && !same && G.el("li", { class: "gate" }, G.icon("split", 16), G.el("span", { text: on }));
  }
  const row = (one, step) => (step.state === "open" ? openRow(one, step) : closedRow(one, step));
  function closedRow(one, step) {
    const note = step.state === "skipped" ? G.t("skipped", step.why_skipped || "") : step.state === "not_needed" ? G.t("not_needed") : step.by && step.by !== "system" ? step.by : who(step);
    const at = step.done_at ? G.lasting(ms(one.opened_at, step.done_at)) : step.state === "waiting" && step.due_s ? G.t("due_after", G.lasting(step.due_s * 1000)) : "";
    return G.el("li", { class: `step ${step.state}`, "data-step": step.id }, G.el("span", { class: "no", text: step.no }), G.icon(step.by === "system" ? "auto" : ICONS[step.state], 18),
      G.el("span", { class: "cut", title: G.in(step.text) }, G.el("span", { class: "tx", text: G.in(step.text) }), G.el("span", { class: "role", text: note })),
      G.el("span", { class: "at" }, G.answerAgain(one, step), step.answer && G.el("b", { text: ` ${G.t("said", G.in(step.answer))} ` }), step.done_at && step.late_s > 0 && G.tag(G.t("was_late", G.lasting(step.late_s * 1000)), "warn"), G.el("span", { text: ` ${at}` })), step.note && G.el("p", { class: "body small", text: step.note }));
  }
  function openRow(one, step) {
    const icon = step.two_people ? "users" : step.answers.length ? "ask" : ICONS.open;
    const small = [who(step), step.two_people && G.t("two_people"), step.hint && G.in(step.hint)].filter(Boolean).join(" · ");
    return G.el("li", { class: `step now ${step.mine ? "mine" : ""} ${isLate(step) ? "late" : ""}`, "data-step": step.id }, G.el("span", { class: "no", text: step.no }), G.icon(icon, 20),
      G.el("div", {}, G.el("div", { class: "tx", text: G.in(step.text) }), G.el("div", { class: "small dim", text: small })), G.el("span", { class: "at" }, step.due_at && G.due(step.due_at, "large")),
      G.el("div", { class: "body" }, ...factsOf(step), ...rowsOf(one, step), draft(step), G.reminder(step), ...G.entryLines(step), G.entryButtons(one, step), presses(one, step)));
  }
  function factsOf(step) {
    return step.facts.map((fact) => G.el("p", {}, G.el("b", { text: G.in(fact) })));
  }
  function rowsOf(one, step) {
    return step.rows.map((line) => (line.state === "done" ? doneRow(one, step, line) : todoRow(one, step, line)));
  }
  function doneRow(one, step, line) {
    const who = [line.by, line.at && G.timeOfDay(Date.parse(line.at))].filter(Boolean).join(" ");
    return G.el("div", { class: "line done" }, G.icon("check", 16), G.el("span", { class: "grow", text: [G.in(line.text), line.remark].filter(Boolean).join(" — ") }),
      ...(step.pictures ? G.sides(one, step, line) : []), G.el("span", { class: "small dim", text: who }));
  }
  function todoRow(one, step, line) {
    const mark = `${step.id} row ${line.id}`;
    const done = G.button({ word: "tick", mark, key: spaceFor(one, step, line), kind: "sm", run: () => tick(one, step, line) });
    const cannot = G.button({ word: "act_cannot", mark: `${mark} cannot`, kind: "sm quiet", run: () => askRow(one, step, line, G.t("ask_cannot", G.in(line.text))) });
    return G.el("div", { class: "line", "data-row": line.id }, G.icon("ring", 16), G.el("span", { class: "grow", text: G.in(line.text) }),
      ...(step.pictures ? G.sides(one, step, line) : []), step.mine && done, step.mine && cannot, G.lineEntry(one, step, line));
  }
  function askRow(one, step, line, title) {
    G.ask({ title, about: one, fields: [{ kind: "text", name: "text", word: "say_why", needed: true }], send: (form) => G.press(one, step, { act: "row", row: line.id, ...form }) });
  }
  const draft = (step) => step.draft && G.el("blockquote", {}, G.el("small", { class: "dim", text: step.draft.to ? G.t("draft_say", step.draft.to) : G.t("draft_notice") }), G.el("p", { text: G.in(step.draft.text) }));
  function presses(one, step) {
    if (!step.mine) return null;
    const clip = G.button({ word: "act_attach", mark: `${step.id} attach`, icon: "clip", kind: "sm quiet", run: () => G.askFiles(one, null, { step: step.id }) });
    const skip = G.el("span", { class: "row" }, step.may_skip && G.button({ word: "act_skip", mark: `${step.id} skip`, kind: "sm quiet", run: () => G.skip(one, step) }), clip);
    if (left(step)) return skip;
    if (step.answers.length) return G.el("div", { class: "answers" }, ...step.answers.map((answer) => G.button({ text: G.in(answer.text), mark: `${step.id} answer ${answer.id}`, key: LETTERS[answer.id], kind: "answer", run: () => G.say(one, step, answer) })), skip);
    const first = step.first_by, mine = G.state.me && first === G.state.me.name;
    const confirmed = first && G.el("div", { class: "confirmed" }, G.icon("check", 18), G.el("span", {}, G.el("b", { text: first }), G.el("small", { class: "dim", text: ` 1/2 · ${G.timeOfDay(Date.parse(step.first_at))}` })));
    const word = !step.two_people ? "tick" : first ? "confirm_second" : "confirm_first";
    const press = mine ? G.el("span", { class: "dim", text: G.t("waits_second") }) : G.button({ word, mark: `${step.id} ${step.asks ? "write" : "tick"}`, key: spaceFor(one, step), kind: "tick", run: () => tick(one, step) });
    return G.el("div", { class: "presses" }, confirmed, press, skip);
  }
  const left = (step) => step.rows.find((line) => line.state !== "done"); /* the list first: a step is done with its last line */
  function tick(one, step, line) {
    if (line && step.pictures && !(line.before && line.after)) askRow(one, step, line, G.t("ask_no_pictures"));
    else if (!line && step.asks) G.askWords(one, step);
    else G.press(one, step, line ? { act: "row", row: line.id } : { act: "tick" });
  }
  const mine = (one) => one.steps.filter((step) => step.state === "open" && step.mine);
  const firstTick = (one) => mine(one).find((step) => !step.answers.length && step.first_by !== (G.state.me || {}).name);

  const spaceFor = (one, step, line) => (step === firstTick(one) && line === left(step) ? "Space" : "");

  G.tickFirst = (one) => { const step = firstTick(one); if (step) tick(one, step, left(step)); };
  G.answer = (one, letter) => {
    for (const step of mine(one)) {
      const answer = step.answers.find((each) => LETTERS[each.id] === letter);
      if (answer) { G.say(one, step, answer); return; }
    }
  };

  G.bareNeeds = (one) => {
    const remarks = one.log.filter((entry) => entry.action === "incident.remark").length;
    const needs = [["need_take", one.acknowledged_at, one.owner, "take"], ["need_look", remarks ? one.opened_at : null, remarks ? G.t("remarks_n", remarks) : "", "remark"],
      ["need_resolve", one.resolved_at, "", "resolve"], ["need_close", one.closed_at, one.reason ? G.t(`reason_${one.reason}`) : "", "close"]];
    const first = needs.findIndex(([, done]) => !done);
    return [G.el("div", { class: "blk planhead" }, G.el("h2", { text: G.t("no_plan") })), G.el("ol", { class: "steplist" }, ...needs.map((need, n) => needRow(one, need, n, n === first)))];
  };
  function needRow(one, [word, done, note, act], n, now) {
    const row = G.ACTS[act], at = done && act !== "remark" ? G.lasting(ms(one.opened_at, done)) : "";
    return G.el("li", { class: `step ${done ? "done" : now ? "now mine" : "waiting"}` }, G.el("span", { class: "no", text: n + 1 }), G.icon(done ? "check" : now ? "arrow" : "ring", 18),
      G.el("span", { class: "cut" }, G.el("span", { class: "tx", text: G.t(word) }), G.el("span", { class: "role", text: note || "" })), G.el("span", { class: "at", text: at }),
      now && one.state !== "closed" && G.el("div", { class: "body row" }, G.button({ word: `act_${act}`, key: row.key, icon: row.icon, disabled: G.cannot(one, act), run: () => G.act(one, act) })));
  }
})();
