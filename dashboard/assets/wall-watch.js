/* The page's own judgement, made once a second without anybody's help: does the server still speak, and does the stream's time move? When the
   server has been silent, it is asked over HTTP, and the page is loaded again as soon as it answers. */
"use strict";
(() => {
  const G = window.gatehouse;
  const STOPPED_MS = 5000, ASK_AFTER_MS = 3000, RELOAD_AFTER_MS = 8000, FIRST_AFTER_MS = 30000; /* the first word may take longer */
  const FROZEN_MS = 2500, ANSWERED_MS = 5000;
  const watch = { beat: performance.now(), moved: performance.now(), looked: performance.now(), answered: -Infinity, asOf: undefined, asking: false };

  /* A snapshot has come. */
  G.heard = (snapshot) => {
    watch.beat = performance.now();
    if (snapshot.as_of !== watch.asOf) { watch.asOf = snapshot.as_of; watch.moved = performance.now(); }
  };

  /* What is wrong, or null: {link: which part of the chain, since: ms}. */
  G.trouble = () => {
    const now = performance.now();
    thaw(now);
    const silent = now - watch.beat, still = now - watch.moved;
    if (silent > STOPPED_MS) return { link: "server", since: silent };
    if (still <= STOPPED_MS) return null;
    const since = G.now.as_of ? G.serverNow() - Date.parse(G.now.as_of) : still;
    return { link: G.now.database ? "stream" : "database", since };
  };

  /* A page that stood still itself, on a machine that was busy or asleep, could hear nothing: that silence is not the server's. */
  function thaw(now) {
    const stood = now - watch.looked;
    watch.looked = now;
    if (stood < FROZEN_MS) return;
    for (const name of ["beat", "moved"]) watch[name] = Math.min(now, watch[name] + stood);
  }
  /* Whether it has answered over HTTP a moment ago, though nothing comes by itself. */
  G.serverAnswers = () => performance.now() - watch.answered < ANSWERED_MS;

  G.leave = () => { document.body.textContent = ""; location.replace("/wall"); };

  const silent = () => performance.now() - watch.beat;
  G.watchServer = async () => {
    thaw(performance.now());
    if (silent() < ASK_AFTER_MS || watch.asking) return;
    watch.asking = true;
    try {
      const answer = await fetch("/session", { cache: "no-store", signal: AbortSignal.timeout(2000) });
      if (answer.ok) watch.answered = performance.now();
      if (answer.status === 401) G.leave();
      else if (answer.ok && silent() > (G.now ? RELOAD_AFTER_MS : FIRST_AFTER_MS) && !(G.isBusy && G.isBusy())) location.reload();
    } catch { /* still away: the clock is red already, the next second asks again */ } finally { watch.asking = false; }
  };
})();
