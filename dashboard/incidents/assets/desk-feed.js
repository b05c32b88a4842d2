/* What the pages know: the list as the feed tells what changed in it, one incident as it was asked for, who looks, and whether the server still speaks. */
"use strict";
(() => {
  const G = window.gatehouse;
  G.state = { data: null, me: null, people: [], picked: "", one: null, stale: false, error: "", oneError: "" };

  const PATIENCE_MS = 8000;
  G.json = async (address) => {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.status === 401) G.leave();
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(told.error || String(answer.status));
    return told;
  };

  /* Everything once, over HTTP; afterwards the feed. */
  G.readAll = async () => {
    try {
      const whole = await G.json("/incidents.json");
      Object.assign(G.state, { me: whole.me, people: whole.people, error: "" });
      if (!heard) show({ ...whole, database: true });
    } catch (error) { G.state.error = error.message; }
    G.draw();
  };

  function show(data) {
    G.state.data = data;
    G.now = data;
    G.keepTime(data.now);
    G.heard(data);
  }
  /* What is told, laid over what was heard; what was told before is not shown again, and where something is missing the whole is asked for. */
  const MOST_LATER = 50;
  let heard = null, asks = false, later = [];
  function take(told) {
    const before = heard, after = G.laidOver(heard, told);
    if (!after) { later = [...later, told].slice(-MOST_LATER); askWhole(); return; }
    if (after === before) return;
    heard = after;
    G.tellSkips(before && before.rows, heard.rows);
    const rows = [...heard.rows.values()], closed = rows.filter((one) => one.state === "closed");
    closed.sort((a, b) => Date.parse(b.closed_at) - Date.parse(a.closed_at));
    show({ ...told, incidents: rows.filter((one) => one.state !== "closed"), closed });
    G.draw();
  }
  async function askWhole() {
    if (asks) return;
    asks = true;
    try {
      const whole = await G.json("/incidents/whole.json"), since = later;
      later = [];
      [whole, ...since].forEach(take); /* what came meanwhile is laid over it */
    } catch { /* the next push asks again */ } finally { asks = false; later = []; }
  }
  G.pushed = (text) => {
    G.forgetPushed();
    const told = JSON.parse(text);
    if (told.gone === true) { G.leave(); return; }
    if (told.version !== G.plan.version && !G.isBusy()) { location.reload(); return; } /* a new deployment */
    take(told);
    if (!G.state.me) G.readAll();
  };
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.gatehouse = { draw: (text) => { G.pushed(text); return window.dash_clientside.no_update; } };

  G.all = () => (G.state.data ? [...G.state.data.incidents, ...G.state.data.closed] : []);
  G.listed = (id) => G.all().find((one) => one.id === id);

  /* One incident whole; asked for again when the list knows another version of it. */
  const AGAIN_MS = 2000;
  let asking = "", failed = { id: "", until: 0 };
  G.readOne = async (id) => {
    const known = G.listed(id), one = G.state.one, version = known ? known.version : "";
    const fresh = one && one.id === id && !G.state.stale && (!known || one.version >= known.version);
    if (!id || fresh || asking === `${id} ${version}` || (failed.id === id && performance.now() < failed.until)) return;
    asking = `${id} ${version}`;
    try {
      keep(await G.json(`/incident.json?id=${encodeURIComponent(id)}`));
    } catch (error) { G.state.oneError = error.message; failed = { id, until: performance.now() + AGAIN_MS }; } finally { asking = ""; }
    G.draw();
  };
  /* An answer that was overtaken by a newer one says nothing. */
  function keep(told) {
    const { one } = G.state;
    if (!(one && one.id === told.id && one.version > told.version)) G.state.one = told;
    Object.assign(G.state, { stale: false, oneError: "" });
  }
  /* The site plan's ground, once, when a place is first drawn. */
  let ground = null;
  G.ground = () => (ground ??= G.json("/plan.json").then((told) => { G.place = told; G.draw(); }).catch(() => { ground = null; setTimeout(G.ground, 5000); }));

  /* Whether it is known who looks, or that it cannot be told now. Before that nothing is shown: what stands on a page works. */
  G.isKnown = () => Boolean(G.state.me || G.state.error);
  G.isOffline = () => G.state.data !== null && (G.trouble() || {}).link === "server" && !G.serverAnswers();
  G.may = (action) => Boolean(G.state.me && G.state.me.may.includes(action));
})();
