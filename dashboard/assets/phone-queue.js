/* What was pressed, kept until the server has answered: each with the time of the press and an id of its own, so that it counts
   when it was pressed and is done once however often it is sent. In the order of pressing; a refusal is told and let go. */
"use strict";
(() => {
  const G = window.gatehouse, P = window.phone = window.phone || {};
  const RETRY_MS = 4000, MOST = 200, MOST_FILES = 40, FORM_MS = 15000, FILE_MS = 60000;
  const SEEN_MS = 12 * 3600000; /* a shift: what is older helps nobody */
  const GIVEN_UP_MS = 24 * 3600000, REFUSED = [400, 404, 409, 413];
  const me = document.body.dataset.me;
  const LATER_MS = 60000, later = new Map(); /* by number, when what may be allowed later is tried again */
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
      const transaction = db.transaction(store, mode), asked = work(transaction.objectStore(store));
      transaction.oncomplete = () => done(asked.result); /* a full store says so only here */
      transaction.onabort = transaction.onerror = () => failed(transaction.error || asked.error);
    });
  };
  /* Of whoever is logged in: what somebody else pressed here waits until they log in again. */
  P.waiting = async () => (await run("acts", "readonly", (acts) => acts.getAll()).catch(() => [])).filter((one) => one.me === me);
  P.keepSeen = async (incident) => {
    const kept = await run("seen", "readonly", (seen) => seen.getAll());
    const old = kept.filter((one) => one.me !== me || Date.now() - one.at > SEEN_MS).map((one) => one.id);
    await run("seen", "readwrite", (seen) => { old.forEach((id) => seen.delete(id)); return seen.put({ id: incident.id, incident, me, at: Date.now() }); });
  };
  P.seen = async (id) => { const kept = await run("seen", "readonly", (seen) => seen.get(id)).catch(() => null); return kept && kept.me === me ? kept : null; };
  P.forget = async () => { await run("seen", "readwrite", (seen) => seen.clear()); };

  P.press = async (incident, form, label, file) => {
    const kept = await P.waiting(), full = kept.length >= MOST || (file && kept.filter((one) => one.file).length >= MOST_FILES);
    if (full) { P.refused(G.t("phone_full", kept.length)); P.redraw(); return; }
    try {
      await run("acts", "readwrite", (acts) => acts.add({ incident, form, label, file, once: G.newId(), at: new Date().toISOString(), me }));
    } catch (error) { P.refused(G.t("phone_not_kept")); }
    P.redraw();
    P.send();
  };

  P.send = async () => {
    if (sending) return;
    sending = true;
    const tried = new Set();
    try {
      for (let one; (one = (await P.waiting()).find((act) => !tried.has(act.n) && !(later.get(act.n) > Date.now()))); tried.add(one.n)) if (!(await sendOne(one))) break;
    } finally { sending = false; }
    if (tried.size) { await P.read(); await P.read(); } /* one may have been under way before */
    P.redraw();
  };

  /* Whether the next one may be sent: the server has answered this one, one way or the other. */
  async function sendOne({ n, incident, form, label, file, once, at }) {
    let answer;
    try {
      const body = G.formOf({ incident, ...form, once, at, me, ...(file && { file }) });
      answer = await fetch(file ? "/incidents/attach" : "/incidents/act", { method: "POST", body, headers: { "X-CSRFToken": G.token() }, signal: AbortSignal.timeout(file ? FILE_MS : FORM_MS) });
    } catch (error) { P.tries += 1; return false; }
    /* 412: somebody else is logged in here. What is no JSON was not said by our server. */
    P.loggedOut = answer.status === 401 || answer.status === 412 || answer.redirected;
    const ours = (answer.headers.get("content-type") || "").includes("application/json");
    if (P.loggedOut || answer.status >= 500 || !ours) { P.tries += 1; return false; }
    P.tries = 0;
    if (!answer.ok && !later.has(n)) P.refused(`${label}: ${(await answer.json().catch(() => ({}))).error || answer.status}`);
    /* What may be allowed later (a role, a choice of password) is kept for a day; the others are not kept waiting for it. */
    if (answer.ok || REFUSED.includes(answer.status) || Date.now() - Date.parse(at) > GIVEN_UP_MS) await run("acts", "readwrite", (acts) => acts.delete(n));
    else later.set(n, Date.now() + LATER_MS);
    return true;
  }

  navigator.storage?.persist?.();
  addEventListener("online", P.send);
  setInterval(async () => { if ((await P.waiting()).length) P.send(); }, RETRY_MS);
})();
