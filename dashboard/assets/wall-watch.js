/* The page's own judgement, made once a second without anybody's help: does the server still speak, and does the stream's time move? When the
   server has been silent, it is asked over HTTP, and the page is loaded again as soon as it answers. */
"use strict";
(() => {
  const G = window.gatehouse;
  const STOPPED_MS = 5000, ASK_AFTER_MS = 3000, RELOAD_AFTER_MS = 8000;
  const watch = { beat: performance.now(), moved: performance.now(), asOf: undefined, asking: false };

  /* A snapshot has come. */
  G.heard = (snapshot) => {
    watch.beat = performance.now();
    if (snapshot.as_of !== watch.asOf) { watch.asOf = snapshot.as_of; watch.moved = performance.now(); }
  };

  /* What is wrong, or null: {link: which part of the chain, since: ms}. */
  G.trouble = () => {
    const now = performance.now(), silent = now - watch.beat, still = now - watch.moved;
    if (silent > STOPPED_MS) return { link: "server", since: silent };
    if (still <= STOPPED_MS) return null;
    const since = G.now.as_of ? G.serverNow() - Date.parse(G.now.as_of) : still;
    return { link: G.now.database ? "stream" : "database", since };
  };

  G.leave = () => { document.body.textContent = ""; location.replace("/wall"); };

  G.watchServer = async () => {
    const silent = performance.now() - watch.beat;
    if (silent < ASK_AFTER_MS || watch.asking) return;
    watch.asking = true;
    try {
      const answer = await fetch("/session", { cache: "no-store", signal: AbortSignal.timeout(2000) });
      if (answer.status === 401) G.leave();
      else if (answer.ok && silent > RELOAD_AFTER_MS) location.reload();
    } catch { /* still away: the clock is red already, the next second asks again */ } finally { watch.asking = false; }
  };
})();
