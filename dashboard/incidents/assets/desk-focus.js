/* Where the keyboard stands. A redraw makes new elements: who came by keys stands on the same button again, or, where that has been
   pressed and is gone, on the next one. Who came by mouse stands nowhere, so that Space means what the page says. */
"use strict";
(() => {
  const G = window.gatehouse;
  const CONTROLS = "button, a, input, select, textarea";
  const controls = (node) => [...node.querySelectorAll(CONTROLS)];
  const name = (control) => control.dataset.mark || control.dataset.act || control.dataset.view || control.dataset.camera || control.getAttribute("aria-label") || control.textContent;

  /* Call it before the redraw, and what it returns after it. */
  G.keepFocus = (node) => {
    const held = document.activeElement;
    if (!held || held === document.body || !node.contains(held) || !held.matches(":focus-visible")) return () => null;
    const before = controls(node), at = before.indexOf(held), kept = name(held);
    const order = [...before.slice(at), ...before.slice(0, Math.max(0, at)).reverse()].map(name);
    return () => {
      const now = new Map(controls(node).map((control) => [name(control), control])), found = order.find((one) => now.has(one));
      if (found) now.get(found).focus({ preventScroll: found === kept });
    };
  };

  /* On the page of one incident: along what the plan's open steps ask for; what is quiet (skip, attach, cannot) is Tab's. */
  G.walk = (by) => {
    const all = [...document.querySelectorAll(".steplist button:not(.quiet)")], here = document.activeElement;
    const way = by > 0 ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
    const ahead = here.closest(".steplist") ? all.filter((one) => here.compareDocumentPosition(one) & way) : all;
    const next = by > 0 ? ahead[0] : ahead.at(-1);
    if (next) next.focus();
  };
})();
