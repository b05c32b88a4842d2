/* An incident with a plan takes the stage: its steps on the left, what is overdue large, then what is due soonest, what comes next, what
   is done; the nearest cameras on the right. Clocks follow from due times, once a second. */
"use strict";
(() => {
  const G = window.gatehouse;
  const RUNNING = 5, NEXT = 9, DONE = 8, OTHERS = 3;
  const stage = {};

  G.buildStage = () => {
    stage.name = G.el("b");
    stage.drill = G.el("em");
    stage.count = G.el("span");
    stage.loud = G.el("ol", { class: "loud" });
    stage.running = G.el("ol", { class: "running" });
    stage.rest = G.el("p", { class: "rest" });
    stage.next = G.el("ol", { class: "next" });
    stage.done = G.el("ul", { class: "done" });
    stage.others = G.el("ul", { class: "others" });
    return [G.el("h2", {}, stage.drill, stage.name, stage.count), stage.loud, stage.running, stage.rest, stage.next, stage.done, stage.others];
  };
  G.buildEyes = () => {
    stage.plot = G.el("section", { class: "levels" });
    stage.eyes = G.el("ol");
    return [stage.plot, stage.eyes];
  };

  /* What is on the stage; nothing while the picture is old. */
  G.onStage = (snapshot, trouble) => (trouble ? null : snapshot.stage);

  G.drawStage = (snapshot, trouble) => {
    const now = G.onStage(snapshot, trouble);
    document.body.classList.toggle("staged", Boolean(now));
    document.body.classList.toggle("drill", Boolean(now && now.drill));
    const side = document.getElementById(now ? "eyes" : "right");
    if (G.simulated.parentNode !== side) side.append(G.simulated);
    G.focusPlan(now);
    if (!now) return;
    const open = now.steps.filter((s) => s.state === "open"), over = now.steps.filter((s) => s.state === "done" || s.state === "skipped");
    G.write(stage.name, G.in(now.plan));
    G.write(stage.drill, now.drill ? G.t("drill") : "");
    G.write(stage.count, G.t("steps_of", now.steps.length, over.length, open.length));
    stage.plans = othersOf(snapshot);
    drawSteps(now);
    G.keyed(stage.done, over.slice(-DONE), (s) => s.id + G.language, makeDone, () => {});
    drawOthers(snapshot);
    drawPlot(now);
    G.keyed(stage.eyes, now.cameras, (c) => c.id + G.language, makeEye, () => {});
  };

  /* The plans that run beside this one, each a line; then how many more are open. */
  const othersOf = (snapshot) => snapshot.running.ids.filter((id) => id !== snapshot.stage.id).map((id) => snapshot.lines.find((line) => line.id === id)).filter(Boolean).slice(0, OTHERS);
  function drawOthers(snapshot) {
    const more = snapshot.open - 1 - stage.plans.length, plans = snapshot.running.n - 1 - stage.plans.length;
    const lines = stage.plans.map((line) => ({ severity: line.severity, plan: line.plan, text: G.inShort(line) }));
    if (more > 0) lines.push({ text: [G.t("more_open", more), plans > 0 ? G.t("more_plans", plans) : ""].filter(Boolean).join(G.t("comma")) });
    G.keyed(stage.others, lines, (line) => JSON.stringify(line), ({ severity, plan, text }) =>
      G.el("li", {}, severity ? G.form(severity) : null, G.el("span", { class: "text", text }), G.clockOf(plan)), () => {});
    G.writeAges(stage.others);
  }

  function drawSteps(now) {
    const open = now.steps.filter((s) => s.state === "open").sort((a, b) => soonest(a) - soonest(b) || a.no - b.no);
    const late = open.filter((s) => due(s) < G.serverNow()), rest = open.filter((s) => due(s) >= G.serverNow());
    const first = late.slice(0, 1), room = RUNNING - first.length - Math.min(1, stage.plans.length);
    const running = [...late.slice(1), ...rest].slice(0, room), below = open.length - first.length - running.length;
    const belowLate = Math.max(0, late.length - first.length - running.length);
    G.write(stage.rest, [below ? G.t("more_steps", below) : "", belowLate ? G.t("late_steps", belowLate) : ""].filter(Boolean).join(G.t("comma")));
    stage.rest.classList.toggle("late", belowLate > 0);
    stage.late = late.map((s) => s.id).join();
    G.keyed(stage.loud, first, key, makeStep, drawStep);
    G.keyed(stage.running, running, key, makeStep, drawStep);
    G.keyed(stage.next, now.steps.filter((s) => s.state === "waiting").slice(0, NEXT), key, makeNext, () => {});
  }
  /* A flood's water stands in the place of the third camera. */
  function drawPlot(now) {
    stage.plot.hidden = now.plot !== "water_level";
    if (stage.plot.hidden) return;
    G.readLevels(() => drawPlot(G.now.stage || {}));
    if (stage.plot.kept === G.levelsKept() + G.language) return;
    stage.plot.kept = G.levelsKept() + G.language;
    stage.plot.replaceChildren(G.el("h2", { text: G.t("levels") }), G.levelsPicture());
  }
  const due = (step) => (step.due_at ? Date.parse(step.due_at) : Infinity);
  const reminder = (step) => (step.reminds_since || step.reminds_at ? Date.parse(step.reminds_since || step.reminds_at) : Infinity);
  const soonest = (step) => Math.min(due(step), reminder(step));
  const key = (step) => step.id + G.language;

  function makeStep(step) {
    const who = step.who ? G.in(step.who) : G.t(`role_${step.role}`);
    const node = G.el("li", {}, G.el("i", { text: step.no }), G.el("b", { text: G.in(step.text) }), G.el("small", {}, G.el("span", { text: who }), G.el("q")), G.el("em"), G.el("span", { class: "word" }), G.el("strong"));
    if (step.due_at) node.dataset.due = step.due_at;
    return node;
  }
  function drawStep(node, step) {
    G.write(node.children[3], step.rows ? `${step.rows[0]}/${step.rows[1]}` : "");
    node.reminder = reminder(step);
    writeClock(node);
  }
  function makeNext(step) {
    return G.el("li", {}, G.el("i", { text: step.no }), G.el("b", { text: G.in(step.text) }), G.el("span", { text: step.who ? G.in(step.who) : G.t(`role_${step.role}`) }));
  }
  function makeDone(step) {
    const took = step.opened_at && step.done_at ? G.countdown(Date.parse(step.done_at) - Date.parse(step.opened_at)) : "";
    const sign = step.state === "skipped" ? "»" : "✓";
    return G.el("li", {}, `${sign} `, G.el("span", { text: G.in(step.text) }), G.el("small", { text: ` ${took}` }));
  }
  function makeEye(eye) {
    const words = G.el("p", {}, G.el("b", { text: G.in(eye.name) }), G.el("span", { text: G.t("metres", eye.metres) }));
    return G.el("li", {}, G.el("i", { text: eye.letter }), G.el("em", { text: G.t("no_picture") }), words);
  }

  function writeClock(node) {
    const word = node.children[4], clock = node.children[5];
    writeReminder(node);
    if (!node.dataset.due) { G.write(word, ""); G.write(clock, ""); return; }
    const left = Date.parse(node.dataset.due) - G.serverNow();
    G.write(word, G.t(left < 0 ? "overdue" : "left"));
    G.write(clock, left < 0 ? `+${G.countdown(-left)}` : G.countdown(left));
    node.classList.toggle("late", left < 0);
  }

  /* When the step's reminder is said next; loud from then until somebody has done it. */
  function writeReminder(node) {
    const line = node.children[2].lastChild, left = node.reminder - G.serverNow(), loud = left < 0;
    G.write(line, node.reminder === Infinity ? "" : G.t(loud ? "remind_due" : "remind_next", G.countdown(Math.abs(left))));
    line.classList.toggle("due", loud);
  }

  /* Once a second; a step that becomes overdue takes its place at once. */
  G.tickStage = () => {
    if (!document.body.classList.contains("staged")) return;
    const late = G.now.stage.steps.filter((s) => s.state === "open" && due(s) < G.serverNow()).sort((a, b) => soonest(a) - soonest(b) || a.no - b.no);
    if (late.map((s) => s.id).join() !== stage.late) drawSteps(G.now.stage);
    for (const node of document.querySelectorAll("#stage :is(.loud, .running) li")) writeClock(node);
    G.writeAges(stage.others);
  };
})();
