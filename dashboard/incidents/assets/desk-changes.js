/* What a page has heard of the list: what is told laid over what it had. Pure; changes.py is the twin, and says why. */
"use strict";
(() => {
  const G = window.gatehouse = window.gatehouse || {};

  /* {run, seq, rows: Map by id}, or null where the whole has to be asked for. A row that did not change stays the same object. */
  G.laidOver = (had, told) => {
    const same = had !== null && had.run === told.run;
    if (same && told.seq <= had.seq) return had;
    const fresh = told.rows.map((row) => [row.id, row]);
    if (!told.since) return { run: told.run, seq: told.seq, rows: new Map(fresh) };
    if (!same || told.since > had.seq) return null;
    const rows = new Map([...had.rows, ...fresh]);
    for (const id of told.gone) rows.delete(id);
    return { run: told.run, seq: told.seq, rows };
  };
})();
