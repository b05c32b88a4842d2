/* What is written to a step: the words that it asks for, lines while it is open, what it reminds of and when, another answer and why. */
"use strict";
(() => {
  const G = window.gatehouse;
  const SHOWN = 6; /* the timeline has them all */
  const text = (word, needed) => ({ kind: "text", name: "text", word, needed });

  G.reminder = (step) => step.reminder && G.el("p", { class: "small row reminder" }, G.icon("clock", 16), G.el("span", { class: "grow dim", text: G.t("remind", G.in(step.reminder)) }), step.reminds_at && G.remind(step.reminds_at, step.reminds_since));
  G.entryLines = (step) => step.entries.slice(-SHOWN).map((entry) => G.el("div", { class: "line done small" }, G.icon("note", 14), G.el("span", { text: G.timeOfDay(Date.parse(entry.at)) }), G.el("span", { text: entry.by }),
    G.el("span", { class: "grow", text: [entry.of && G.in(entry.of), entry.text].filter(Boolean).join(" · ") })));
  const addEntry = (one, step, line) => G.ask({
    title: line ? G.in(line.text) : G.in(step.reminder || step.text), about: one, fields: [text("say_more", false)],
    send: (form) => G.press(one, step, { act: "entry", ...(line && { row: line.id }), ...form }),
  });
  const entryButton = (one, step, line) => G.button({ word: "act_entry", mark: `${step.id}${line ? ` row ${line.id}` : ""} entry`, icon: "note", kind: "sm quiet", run: () => addEntry(one, step, line) });
  /* With a list each line has its own; what is only said again needs no words. */
  G.entryButtons = (one, step) => {
    if (!step.mine || !step.takes_entries || step.rows.length) return null;
    const again = step.reminder && G.button({ word: "act_said_again", mark: `${step.id} again entry`, kind: "sm", run: () => G.press(one, step, { act: "entry" }) });
    return G.el("div", { class: "row" }, again, entryButton(one, step));
  };
  G.lineEntry = (one, step, line) => {
    if (!step.mine || !step.takes_entries) return null;
    const button = entryButton(one, step, line);
    button.setAttribute("aria-label", `${G.t("act_entry")} · ${G.in(line.text)}`);
    return button;
  };

  G.askWords = (one, step) => G.ask({ title: G.in(step.text), about: one, fields: [text("text", true)], send: (form) => G.press(one, step, { act: "tick", ...form }) });

  /* An answer that ends the plan is asked for twice. */
  G.say = (one, step, answer) => {
    const send = () => G.press(one, step, { act: "answer", answer: answer.id });
    if (!answer.ends) send();
    else G.ask({ title: G.t("ask_ends", G.in(answer.text), G.t(`reason_${answer.ends}`)), about: one, fields: [], send });
  };
  G.answerAgain = (one, step) => {
    if (!step.may_answer_again) return null;
    const others = step.answers.filter((answer) => G.in(answer.text) !== G.in(step.answer));
    const options = others.map((answer) => [answer.id, G.in(answer.text), answer.ends && G.t("ends_plan", G.t(`reason_${answer.ends}`))]);
    const fields = [{ kind: "choice", name: "answer", options, needed: true }, text("say_why", true)];
    const ask = () => G.ask({ title: G.t("ask_answer_again", step.no, G.in(step.answer)), about: one, fields, send: (form) => G.press(one, step, { act: "answer_again", ...form }) });
    return G.button({ word: "act_answer_again", mark: `${step.id} answer again`, kind: "sm quiet", run: ask });
  };

  /* Who directs is told what others left out, while the plan runs. */
  const skips = (one) => (one && one.plan && one.plan.open && one.plan.skips) || [];
  G.skipsTag = (one) => G.may("direct_incidents") && skips(one).length > 0 && G.tag(G.t("skips", skips(one).length), "warn");
  G.tellSkips = (before, now) => {
    if (!before || !G.may("direct_incidents")) return;
    for (const one of now.values()) {
      const known = skips(before.get(one.id)).map((skip) => skip.no);
      for (const skip of skips(one).filter((each) => !known.includes(each.no) && each.by !== G.state.me.name)) tellSkip(one, skip);
    }
  };
  function tellSkip(one, skip) {
    const open = (G.isList || G.state.picked !== one.id) && G.button({ word: "act_open", kind: "sm", run: () => G.openOne(one.id) });
    G.tell(G.t("skip_told", one.number, G.in(one.plan.name), skip.by, skip.no), open || null, "said");
  }
})();
