/* What the pages know: the list as the feed pushes it, one incident as it was asked for, who looks, and whether the server still speaks. */
"use strict";
(() => {
  const G = window.gatehouse;
  G.state = { data: null, me: null, people: [], picked: "", one: null, stale: false, error: "", oneError: "" };

  G.json = async (address) => {
    const answer = await fetch(address, { cache: "no-store" });
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
      if (!G.state.data || G.state.data.seq === undefined) take({ ...whole, database: true });
    } catch (error) { G.state.error = error.message; }
    G.draw();
  };

  function take(snapshot) {
    G.state.data = snapshot;
    G.now = snapshot;
    G.skew = Date.parse(snapshot.now) - performance.now();
    G.heard(snapshot);
  }
  G.pushed = (text) => {
    const snapshot = JSON.parse(text);
    if (snapshot.gone) { G.leave(); return; }
    if (snapshot.version !== G.plan.version && !G.isBusy()) { location.reload(); return; } /* a new deployment */
    take(snapshot);
    if (!G.state.me) G.readAll();
    G.draw();
  };
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.gatehouse = { draw: (text) => { G.pushed(text); return window.dash_clientside.no_update; } };

  G.all = () => (G.state.data ? [...G.state.data.incidents, ...G.state.data.closed] : []);
  G.listed = (id) => G.all().find((one) => one.id === id);

  /* One incident whole; asked for again when the list knows another version of it. */
  let asking = "";
  G.readOne = async (id) => {
    const known = G.listed(id), one = G.state.one, version = known ? known.version : "";
    const fresh = one && one.id === id && !G.state.stale && (!known || one.version >= known.version);
    if (!id || fresh || asking === `${id} ${version}`) return;
    asking = `${id} ${version}`;
    try {
      G.state.one = await G.json(`/incident.json?id=${encodeURIComponent(id)}`);
      Object.assign(G.state, { stale: false, oneError: "" });
    } catch (error) { G.state.oneError = error.message; } finally { asking = ""; }
    G.draw();
  };
  /* The site plan's ground, once, when a place is first drawn. */
  let ground = null;
  G.ground = () => (ground ??= G.json("/plan.json").then((told) => { G.place = told; G.draw(); }).catch(() => { ground = null; }));

  G.isOffline = () => G.state.data !== null && (G.trouble() || {}).link === "server";
  G.may = (action) => Boolean(G.state.me && G.state.me.may.includes(action));
})();
