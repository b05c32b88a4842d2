/* What `gatehouse bench --only console` notes inside a page, by the page's own clock. A page behind another one gets no frames, so each
   browser has one page, and the end of waiting is a timer's. */
"use strict";
(() => {
  const PATIENCE_MS = 20000;
  /* `done`: when a step first stood done. `painted`, `known`: when an incident's row was first painted, and when the page was told of it. */
  const bench = window.bench = { done: {}, painted: {}, known: {}, sizes: [], clicked: 0 };

  const painted = (note) => requestAnimationFrame(() => setTimeout(() => note(Date.now())));
  const rows = () => [...document.querySelectorAll("#grid .ag-row[row-id]:not([row-id^=group])")];
  const idOf = (row) => row.getAttribute("row-id");
  function look() {
    for (const step of document.querySelectorAll(".step.done[data-step]")) bench.done[step.dataset.step] ??= Date.now();
    for (const id of rows().map(idOf)) {
      if (id in bench.painted) continue;
      bench.painted[id] = null;
      painted((at) => { bench.painted[id] = at; });
    }
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  addEventListener("click", () => { bench.clicked = Date.now(); }, true);

  bench.listen = () => {
    const tell = gatehouse.pushed;
    gatehouse.pushed = (text) => {
      const at = Date.now();
      bench.sizes.push(text.length);
      tell(text);
      for (const one of gatehouse.state.data.incidents) bench.known[one.id] ??= at;
    };
  };

  /* What the fact says, at the first frame at which it says something. A fact that throws would end the frames, and is the answer. */
  bench.until = (what, fact, given) => new Promise((done, failed) => {
    const end = setTimeout(() => failed(new Error(`It did not come to be: ${what}.`)), PATIENCE_MS);
    const again = () => {
      try {
        const found = window.gatehouse && fact(given);
        if (found) { clearTimeout(end); done(found); } else requestAnimationFrame(again);
      } catch (error) { clearTimeout(end); failed(error); }
    };
    again();
  });
  async function drawn(act, fact) {
    const began = performance.now();
    act();
    await bench.until("the list is drawn anew", fact);
    await new Promise((done) => setTimeout(done)); /* the frame is painted */
    return performance.now() - began;
  }

  bench.isListed = () => rows().some((row) => bench.painted[idOf(row)]) && gatehouse.state.data.seq;
  bench.loaded = () => Math.min(...Object.values(bench.painted).filter(Boolean)) - performance.timeOrigin;
  bench.isPlanned = () => document.querySelector(".step.mine .btn.tick") && gatehouse.state.data && gatehouse.state.data.seq;
  bench.remember = () => { bench.old = new Set(Object.keys(bench.painted)); return Date.now(); };
  bench.fresh = () => Object.entries(bench.painted).find(([id, at]) => at && !bench.old.has(id) && bench.known[id]);

  /* The milliseconds until one incident is found by its number, and until the whole list is there again. */
  bench.search = async ([id, text]) => {
    const box = document.getElementById("query"), most = rows().length;
    const write = (words) => () => { box.value = words; box.dispatchEvent(new Event("input")); };
    return [await drawn(write(text), () => rows().map(idOf).join() === id), await drawn(write(""), () => rows().length >= most)];
  };
  /* Until those of the third priority are shown alone, and until all are. */
  bench.filter = async () => {
    const most = rows().length, press = () => document.querySelector(".severities button:nth-child(3)").click();
    const few = () => rows().length && rows().every((row) => row.querySelector(".shape.p3"));
    return [await drawn(press, few), await drawn(press, () => rows().length >= most && !few())];
  };
  /* Until a whole list stands in which every row is another, as of a server that has just begun; nothing else is heard meanwhile. */
  bench.whole = async (times) => {
    const whole = await (await fetch("/incidents/whole.json")).json(), tell = gatehouse.pushed, found = [];
    gatehouse.pushed = () => null;
    for (let n = 0; n < times; n++) {
      const marked = String(9000 + n), says = (row) => row.querySelector(".c-count").textContent === marked;
      for (const one of whole.rows) one.occurrences = 9000 + n;
      const text = JSON.stringify({ ...whole, run: marked });
      found.push(await drawn(() => tell(text), () => rows().length && rows().every(says)));
    }
    gatehouse.pushed = tell;
    return found;
  };
})();
