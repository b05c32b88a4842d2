/* Below: 24 hours. Bars are alerts an hour against the goal and the limit, the shade behind them events; the hour that runs is last. */
"use strict";
(() => {
  const G = window.gatehouse;
  const WIDTH = 1448, HEIGHT = 164, FLOOR = 128, LEFT = 36, HOURS = 24, PER_ALERT = 6.6, HOUR_MS = 3600000;
  const TOP = FLOOR - 12 * PER_ALERT - 14; /* a bar that is higher is broken off here, with its number */
  const wide = (WIDTH - LEFT) / HOURS;
  const day = {};

  G.buildDay = () => {
    day.svg = G.svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
    day.gap = G.el("b", { class: "gap" });
    const words = ["last_day", "bars", "shade"].map((key) => G.el("span", { "data-word": key }));
    return [day.svg, G.el("h2", {}, ...words, day.gap)];
  };

  G.drawDay = (snapshot, trouble) => {
    G.write(day.gap, trouble && snapshot.as_of ? G.t("no_data", G.minuteOfDay(Date.parse(snapshot.as_of))) : "");
    const drawn = JSON.stringify([snapshot.day, G.language, Boolean(trouble)]);
    if (!snapshot.day || day.kept === drawn) return;
    day.kept = drawn;
    const { alerts, events, start } = snapshot.day, { goal, limit } = snapshot.budget;
    day.svg.replaceChildren(shade(events), line(goal, "lim"), line(limit, "lim most"),
      ...alerts.flatMap((n, hour) => bar(n, hour, limit)), axis(), ...hours(Date.parse(start)), stop(trouble));
  };

  const x = (hour) => LEFT + hour * wide;
  function shade(events) {
    const most = Math.max(1, ...events), y = (n) => FLOOR - (n / most) * 12 * PER_ALERT;
    const steps = events.map((n, hour) => `L${x(hour).toFixed(1)} ${y(n).toFixed(1)}H${x(hour + 1).toFixed(1)}`).join("");
    return G.svg("path", { class: "ev", d: `M${LEFT} ${FLOOR}${steps}V${FLOOR}Z` });
  }
  function line(n, name) {
    const y = FLOOR - n * PER_ALERT;
    return G.svg("g", {}, G.svg("path", { class: name, d: `M${LEFT} ${y}H${WIDTH}` }), G.svg("text", { class: "lt", x: LEFT - 10, y: y + 7, "text-anchor": "end", text: n }));
  }
  function bar(n, hour, limit) {
    if (!n) return [];
    const last = hour === HOURS - 1, top = Math.max(TOP, FLOOR - n * PER_ALERT), cut = top === TOP, hot = n > limit;
    const parts = [G.svg("rect", { class: `al${last ? " cur" : ""}${hot ? " p2" : ""}`, x: x(hour) + wide * 0.2, width: wide * 0.6, y: top, height: FLOOR - top })];
    if (cut) parts.push(G.svg("path", { class: "brk", d: `M${x(hour) + wide * 0.14} ${top + 20}l${wide * 0.72} -8v7l${-wide * 0.72} 8Z` }));
    const beside = cut ? { x: x(hour) + wide * 0.12, y: top + 20, "text-anchor": "end" } : { x: x(hour) + wide / 2, y: top - 6, "text-anchor": "middle" };
    return [...parts, G.svg("text", { class: `cnt${last ? " cur" : ""}${hot ? " hot" : ""}`, ...beside, text: n })];
  }
  const axis = () => G.svg("path", { class: "ax", d: `M${LEFT} ${FLOOR}H${WIDTH}` });
  function hours(start) {
    const found = [];
    for (let hour = 0; hour < HOURS - 1; hour++) {
      const text = G.minuteOfDay(start + hour * HOUR_MS);
      if (+text.slice(0, 2) % 3 || hour === HOURS - 2) continue;
      found.push(G.svg("path", { class: "ax", d: `M${x(hour)} ${FLOOR}v6` }), G.svg("text", { class: "hr", x: x(hour), y: HEIGHT - 4, "text-anchor": hour ? "middle" : "start", text }));
    }
    return [...found, G.svg("text", { class: "hr nowt", x: WIDTH, y: HEIGHT - 4, "text-anchor": "end", text: G.t("now") })];
  }
  const stop = (trouble) => G.svg("rect", { class: "gapbar", x: WIDTH - 6, y: 8, width: trouble ? 6 : 0, height: FLOOR - 8 });
})();
