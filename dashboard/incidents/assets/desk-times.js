/* Times of the site as they stand in a field, whatever the browser's own zone is. Pure. */
"use strict";
(() => {
  const G = window.gatehouse;
  const MINUTE_MS = 60000;

  /* 2026-05-01T08:00, as the site's clocks show it. */
  G.localTime = (ms) => {
    const how = { timeZone: G.plan.site.timezone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const part = Object.fromEntries(new Intl.DateTimeFormat("en-GB", how).formatToParts(ms).map(({ type, value }) => [type, value]));
    return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
  };
  const ahead = (ms) => Date.parse(`${G.localTime(ms)}:00Z`) - Math.floor(ms / MINUTE_MS) * MINUTE_MS;
  /* Such a time in ms. The zone's distance is looked at twice: near its change the first is that of the other side. */
  G.momentOf = (text) => {
    const there = Date.parse(`${text}:00Z`);
    return there - ahead(there - ahead(there));
  };
})();
