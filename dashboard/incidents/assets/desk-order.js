/* What needs a hand first. Pure: an incident and a time give its group; the group rows of the list say why. A drill stands in a group
   of its own behind all that is real. */
"use strict";
(() => {
  const G = window.gatehouse;
  const LOW = 4;

  /* {group, late, due, opened}: due is the next step's time in ms, where there is one. */
  G.standing = (incident, now) => {
    const next = incident.plan && incident.plan.next, due = next && next.due_at ? Date.parse(next.due_at) : null;
    const late = (due !== null && due < now) || Boolean(incident.plan && incident.plan.late);
    return { group: groupOf(incident, now, due, late), due, late, opened: Date.parse(incident.opened_at) };
  };
  function groupOf(incident, now, due, late) {
    if (incident.state === "closed") return "closed";
    if (late) return "hand";
    if (incident.state === "resolved" || incident.severity >= LOW) return "wait";
    if (!incident.owner || (due !== null && due - now < G.SOON_MS)) return "hand";
    return "time";
  }

  const bySeverity = (a, b) => a.severity - b.severity || a.standing.opened - b.standing.opened || a.number - b.number;
  const NEEDS = ["hand", "time", "wait"];
  const ORDERS = {
    hand: bySeverity,
    time: (a, b) => (a.standing.due ?? Infinity) - (b.standing.due ?? Infinity) || bySeverity(a, b),
    wait: bySeverity,
    drill: (a, b) => NEEDS.indexOf(a.standing.group) - NEEDS.indexOf(b.standing.group) || bySeverity(a, b),
    closed: (a, b) => Date.parse(b.closed_at) - Date.parse(a.closed_at),
  };
  /* The rows of the list: a group row, then its incidents, each with what it was made `of`. */
  G.rows = (incidents, now) => {
    const stood = incidents.map((one) => ({ ...one, of: one, standing: G.standing(one, now) }));
    return Object.keys(ORDERS).flatMap((group) => {
      const mine = stood.filter((one) => shelf(one) === group);
      if (!mine.length) return [];
      mine.sort((a, b) => ORDERS[group](a, b) || 0);
      return [{ id: `group-${group}`, group, n: mine.length }, ...mine.map(marked)];
    });
  };
  const shelf = (one) => (one.drill && one.state !== "closed" ? "drill" : one.standing.group);
  const marked = (one) => ({ ...one, fresh: one.state === "open", late: one.standing.late, practice: one.drill });

  /* Views and filters, as they stand in the address. */
  G.VIEWS = {
    all: () => true,
    hand: (one, me, now) => G.standing(one, now).group === "hand",
    nobody: (one) => !one.owner,
    mine: (one, me) => one.owner === me,
  };
  G.passes = (one, filters) => (!filters.p.length || filters.p.includes(one.severity))
    && (!filters.b || one.building === filters.b)
    && (!filters.r || one.rule === filters.r)
    && (!filters.q || told(one).includes(filters.q.toLowerCase()));
  const told = (one) => [...one.what, ...one.where, ...one.note, one.device, one.rule, one.owner || "", `#${one.number}`].join(" ").toLowerCase();

  const WORDS = ["view", "b", "r", "q"];
  G.readFilters = (search) => {
    const given = new URLSearchParams(search), found = Object.fromEntries(WORDS.map((word) => [word, given.get(word) || ""]));
    const views = [...Object.keys(G.VIEWS), "closed", "mutes"];
    const p = (given.get("p") || "").split(",").map(Number).filter((n) => n >= 1 && n <= 4);
    return { ...found, view: views.includes(found.view) ? found.view : "all", p };
  };
  G.writeFilters = (filters, search) => {
    const given = new URLSearchParams(search);
    given.delete("lang");
    for (const [word, value] of [...WORDS.map((word) => [word, filters[word]]), ["p", filters.p.join(",")]]) {
      if (value && value !== "all") given.set(word, value);
      else given.delete(word);
    }
    return given.size ? `?${given}` : "";
  };
})();
