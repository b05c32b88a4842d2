/* What was pressed, kept until the server has answered: each with the time of the press and an id of its own, so that it counts
   when it was pressed and is done once however often it is sent. In the order of pressing; a refusal is told and let go. */
"use strict";
(() => {
  const G = window.gatehouse, P = window.phone = window.phone || {};
  const RETRY_MS = 4000, MOST = 200, MOST_FILES = 40;
  let sending = false;
  P.tries = 0;
  P.loggedOut = false;

  const opened = new Promise((done, failed) => {
    const asked = indexedDB.open("gatehouse-phone", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("acts", { keyPath: "n", autoIncrement: true });
      asked.result.createObjectStore("seen", { keyPath: "id" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const run = async (store, mode, work) => {
    const db = await opened;
    return new Promise((done, failed) => {
      const asked = work(db.transaction(store, mode).objectStore(store));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  };
  P.waiting = () => run("acts", "readonly", (acts) => acts.getAll());
  P.keepSeen = (incident) => run("seen", "readwrite", (seen) => seen.put({ id: incident.id, incident, at: Date.now() }));
  P.seen = (id) => run("seen", "readonly", (seen) => seen.get(id));
  P.forget = async () => { await run("seen", "readwrite", (seen) => seen.clear()); };

  P.press = async (incident, form, label, file) => {
    const kept = await P.waiting(), full = kept.length >= MOST || (file && kept.filter((one) => one.file).length >= MOST_FILES);
    if (full) { P.refused(G.t("phone_full", kept.length)); P.redraw(); return; }
    await run("acts", "readwrite", (acts) => acts.add({ incident, form, label, file, once: G.newId(), at: new Date().toISOString(), me: document.body.dataset.me }));
    P.redraw();
    P.send();
  };

  P.send = async () => {
    if (sending) return;
    sending = true;
    try {
      for (const one of (await P.waiting()).filter((act) => act.me === document.body.dataset.me)) if (!(await sendOne(one))) break;
    } finally { sending = false; }
    P.redraw();
  };

  /* Whether the next one may be sent: the server has answered this one, one way or the other. */
  async function sendOne({ n, incident, form, file, once, at, me }) {
    let answer;
    try {
      const body = G.formOf({ incident, ...form, once, at, me, ...(file && { file }) });
      answer = await fetch(file ? "/incidents/attach" : "/incidents/act", { method: "POST", body, headers: { "X-CSRFToken": G.token() } });
    } catch (error) { P.tries += 1; return false; }
    /* 412: somebody else is logged in here. What is no JSON was not said by our server. */
    P.loggedOut = answer.status === 401 || answer.status === 412 || answer.redirected;
    const ours = (answer.headers.get("content-type") || "").includes("application/json");
    if (P.loggedOut || answer.status >= 500 || !ours) { P.tries += 1; return false; }
    P.tries = 0;
    if (!answer.ok) P.refused((await answer.json().catch(() => ({}))).error || String(answer.status));
    await run("acts", "readwrite", (acts) => acts.delete(n));
    P.read();
    return true;
  }

  addEventListener("online", P.send);
  setInterval(async () => { if ((await P.waiting()).length) P.send(); }, RETRY_MS);
})();
