/* When each alert's line entered the page, or the alert its line, and telling the server so, once: that is the last part of "device to screen".
   What is open when a page is opened came while nobody looked: its time says nothing about the way, and is not told. */
"use strict";
(() => {
  const G = window.gatehouse;
  const REMEMBERED = 2000, AT_ONCE = 100, RECENT_MS = 3600000;
  let waiting = [], sending = false, looking = false;

  G.seen = new Map(); /* alert id → Date.now() when a line showed it first; the oldest are forgotten */

  /* Of an incident the server names its new alerts alone; what has none yet may have waited long for room on this wall. */
  G.noteShown = (lines) => {
    for (const { alerts, number, at } of lines) for (const id of alerts) {
      if (G.seen.has(id)) continue;
      G.seen.set(id, Date.now());
      if (looking && (number !== null || G.serverNow() - Date.parse(at) < RECENT_MS)) waiting.push(id);
    }
    looking = true;
    while (G.seen.size > REMEMBERED) G.seen.delete(G.seen.keys().next().value);
    waiting = waiting.slice(-REMEMBERED);
    send();
  };

  async function send() {
    if (sending || !waiting.length) return;
    sending = true;
    const ids = waiting.slice(0, AT_ONCE);
    try {
      const answer = await fetch("/shown", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": G.token() }, body: JSON.stringify({ ids }) });
      if (answer.status < 500) waiting = waiting.slice(ids.length);
    } catch { /* the server is away: the next snapshot brings another try */ } finally { sending = false; }
  }
})();
