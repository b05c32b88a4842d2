/* The small parts of these pages: icons, keys, buttons, tags, clocks. Words and site come from the page itself (#told). */
"use strict";
(() => {
  const G = window.gatehouse;
  const SVG = "http://www.w3.org/2000/svg";
  const SOON_MS = 30000;
  G.plan = JSON.parse(document.getElementById("told").textContent);
  G.isList = location.pathname === "/incidents";
  G.leave = () => { document.body.textContent = ""; location.replace(location.href); };

  G.icon = (name, size = 20) => {
    const use = document.createElementNS(SVG, "use");
    use.setAttribute("href", `/assets/icons.svg#${name}`);
    const node = G.svg("svg", { class: "icon", "aria-hidden": "true" }, use);
    node.style.width = node.style.height = `${size}px`;
    return node;
  };
  G.badge = (severity, size = 24) => {
    const node = G.form(severity);
    node.style.width = node.style.height = `${size}px`;
    return node;
  };
  G.kbd = (keys) => keys.split(" ").map((key) => G.el("kbd", { text: key }));
  G.tag = (text, kind = "") => G.el("span", { class: `tag ${kind}`, text });

  /* {word or text, key, icon, kind, disabled: reason or "", run}; `act` or `mark` tells it from the others of its pane */
  G.button = (given) => {
    const node = G.el("button", { type: "button", class: `btn ${given.kind || ""}`, "data-act": given.act, "data-mark": given.mark },
      given.icon && G.icon(given.icon, 18), G.el("span", { text: given.text || G.t(given.word) }), ...(given.key ? G.kbd(given.key) : []));
    if (given.disabled) { node.setAttribute("aria-disabled", "true"); node.title = given.disabled; }
    node.addEventListener("click", (event) => {
      if (event.detail > 1) return; /* the second of a double click would be for whatever stands here by then */
      if (given.disabled) G.tell(given.disabled); else given.run();
    });
    return node;
  };

  G.notice = (icon, head, what, button) => G.el("div", { class: "notice" },
    G.icon(icon, 40), G.el("h1", { text: head }), G.el("p", { class: "dim", text: what }), button);

  /* Something to hear at once, in its own place; a second one replaces the first. */
  const TOLD_MS = 9000; /* what may be taken back may be so for ten seconds */
  let silence = 0;
  G.tell = (sentence, button, kind = "problem") => {
    const toast = document.getElementById("toast");
    if (!toast) return; /* the page has been left */
    toast.className = kind;
    toast.replaceChildren(G.el("span", { text: sentence }), ...(button ? [button] : []));
    clearTimeout(silence);
    silence = setTimeout(() => toast.replaceChildren(), TOLD_MS);
  };
  G.hush = () => document.getElementById("toast").replaceChildren();

  /* Clocks are written by one timer from the times they stand for; nothing is sent for them. */
  G.since = (iso, kind = "") => clock(G.el("span", { class: kind, "data-since": Date.parse(iso) }));
  G.due = (iso, kind = "") => clock(G.el("span", { class: `due ${kind}`, "data-due": Date.parse(iso) }));
  G.remind = (next, said) => clock(G.el("span", { "data-remind": Date.parse(next), "data-said": said ? Date.parse(said) : "" }));
  G.isLate = (iso) => Date.parse(iso) < G.serverNow();
  function clock(node) {
    const { since, due, remind, said } = node.dataset, now = G.serverNow();
    if (since) { G.write(node, G.lasting(now - since)); return node; }
    const left = (said || remind || due) - now, kind = left < 0 ? "loud" : left < SOON_MS ? "warn" : "calm";
    if (remind) G.write(node, left < 0 ? G.t("remind_due", G.countdown(-left)) : G.t("remind_next", G.countdown(left)));
    else G.write(node, left < 0 ? G.t("late", `+${G.lasting(-left)}`) : kind === "warn" ? G.t("left", G.lasting(left)) : G.lasting(left));
    for (const one of ["loud", "warn", "calm"]) node.classList.toggle(one, one === kind);
    node.classList.toggle("tag", kind !== "calm");
    return node;
  }
  G.tickClocks = () => { for (const node of document.querySelectorAll("[data-since], [data-due], [data-remind]")) clock(node); };
  G.SOON_MS = SOON_MS;

  G.spot = (one) => (G.in(one.note).includes(G.in(one.where)) ? G.in(one.note) : [G.in(one.where), G.in(one.note)].filter(Boolean).join(" · "));
  G.initial = (name) => G.el("span", { class: "who", "aria-hidden": "true" }, G.icon("user", 14));
  G.role = (role) => (role === "system" || !role ? G.t("system") : G.in(G.plan.roles[role] || [role, role]));
  G.actor = (name) => (name === "system" ? G.t("system") : name);
  /* A redraw only where what is drawn differs; the keyboard stays where it was. Nothing is made anew under a finger that presses it,
     for its click would be lost, nor an open choice; it is when that is over. */
  const PRESS_MS = 1000, CHOICE_MS = 30000, CLICK_MS = 50; /* a tap's click may come a little after its end */
  let down = null, downAt = 0, choice = null;
  addEventListener("pointerdown", (event) => { down = event.target; downAt = performance.now(); choice = event.target.closest("select"); }, true);
  for (const over of ["pointerup", "pointercancel"]) addEventListener(over, () => setTimeout(() => { down = null; G.draw(); }, CLICK_MS), true);
  for (const over of ["change", "focusout"]) addEventListener(over, () => { choice = null; }, true);
  const isHeld = (node) => [[down, PRESS_MS], [choice, CHOICE_MS]].some(([what, most]) => what && performance.now() - downAt < most && node.contains(what));
  G.redraw = (node, kept, make) => {
    if (node.kept === kept || isHeld(node)) return;
    node.kept = kept;
    const again = G.keepFocus(node);
    node.replaceChildren(...make().filter(Boolean));
    again();
  };
})();
