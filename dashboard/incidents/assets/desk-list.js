/* The page of the list: views, filters (kept in the address), the rows and what is said in their place, the one that is picked. */
"use strict";
(() => {
  const G = window.gatehouse;
  const el = (id) => document.getElementById(id);

  const data = () => (G.isKnown() ? G.state.data : null);
  const me = () => (G.state.me || {}).name;
  const inView = (view) => {
    if (view === "closed") return data().closed;
    return data().incidents.filter((one) => G.VIEWS[view](one, me(), G.serverNow()));
  };
  const count = (view) => (view === "mutes" ? data().mutes.length : inView(view).length);
  const listed = () => (G.filters.view === "mutes" ? [] : G.rows(inView(G.filters.view).filter((one) => G.passes(one, G.filters)), G.serverNow()));
  let rows = [], picksFirst = true;

  G.setFilter = (name, value) => {
    G.filters[name] = value;
    picksFirst = true;
    history.replaceState(null, "", location.pathname + G.writeFilters(G.filters, location.search));
    G.draw();
  };

  function tabs() {
    return [...Object.keys(G.VIEWS), "closed", "mutes"].map((view) => {
      const node = G.el("button", { type: "button", role: "tab", "aria-selected": String(view === G.filters.view), "data-view": view },
        G.el("span", { text: G.t(`view_${view}`) }), G.el("small", { text: data() ? count(view) : "" }));
      node.addEventListener("click", () => G.setFilter("view", view));
      return node;
    });
  }
  function chips() {
    const severities = G.el("span", { class: "chip severities", role: "group", "aria-label": G.t("filter_severity") }, ...[1, 2, 3, 4].map(severityChip));
    const all = data() ? G.all() : [], any = G.filters;
    const kinds = new Map(all.map((one) => [one.rule, G.in(one.what)])), houses = new Map(all.filter((one) => one.building).map((one) => [one.building, G.in(one.where)]));
    const used = any.p.length || any.b || any.r || any.q;
    const clear = used && G.button({ word: "filter_clear", kind: "sm", run: () => { Object.assign(G.filters, { p: [], b: "", r: "", q: "" }); el("query").value = ""; G.setFilter("p", []); } });
    return [...G.kbd("F"), severities, select("r", "filter_kind", kinds), select("b", "filter_building", houses), clear, G.el("span", { class: "grow" }), !["closed", "mutes"].includes(any.view) && G.el("span", { class: "small dim", text: G.t("sorted") })];
  }
  function severityChip(severity) {
    const on = G.filters.p.includes(severity);
    const node = G.el("button", { type: "button", "aria-pressed": String(on), title: G.t(`p${severity}`) }, G.badge(severity, 18));
    node.addEventListener("click", () => G.setFilter("p", on ? G.filters.p.filter((one) => one !== severity) : [...G.filters.p, severity].sort()));
    return node;
  }
  const inOrder = new Intl.Collator(undefined, { numeric: true });
  function select(name, word, options) {
    if (G.filters[name] && !options.has(G.filters[name])) options.set(G.filters[name], G.filters[name]);
    const box = G.el("select", { "aria-label": G.t(word) }, G.el("option", { value: "", text: G.t("filter_any") }),
      ...[...options].sort((a, b) => inOrder.compare(a[1], b[1])).map(([value, text]) => G.el("option", { value, text })));
    box.value = G.filters[name];
    box.addEventListener("change", () => G.setFilter(name, box.value));
    return G.el("label", { class: `chip ${G.filters[name] ? "on" : ""}` }, G.el("span", { text: G.t(word) }), box);
  }

  /* What stands in the rows' place, or above them. */
  function instead() {
    if (!data()) return G.state.error ? failed(G.t("error_head"), `${G.state.error} ${G.t("error_what")}`) : bones();
    if (G.filters.view === "mutes") return data().mutes.length ? null : [...G.muteButtons(), G.notice("mute", G.t("mutes_none"), G.t("mutes_none_what"))];
    if (rows.length) return null;
    if (data().incidents.length || G.filters.view === "closed") return [G.notice("search", G.t("empty_view"), G.t("empty_view_what"))];
    return [calm()];
  }
  const failed = (head, what) => [G.notice("cross", head, what, G.button({ word: "retry", key: "R", kind: "prime", run: G.readAll }))];
  G.failed = failed;
  function calm() {
    const last = data().closed[0], what = last ? G.t("empty_last", G.minuteOfDay(Date.parse(last.closed_at))) : G.t("empty_never");
    return G.notice("check", G.t("empty_head"), what, last && G.button({ text: G.t("see_closed", data().closed.length), run: () => G.setFilter("view", "closed") }));
  }
  const bones = () => [G.el("div", { class: "bones", "aria-busy": "true", "aria-label": G.t("loading") }, ...Array.from({ length: 10 }, () => G.el("i")))];

  G.drawList = () => {
    rows = data() ? listed() : [];
    const fresh = data() ? JSON.stringify([Boolean(G.state.me), G.filters, G.all().map((one) => [one.rule, one.building]), ["all", "hand", "nobody", "mine", "closed", "mutes"].map(count)]) : "";
    G.redraw(el("list-head"), fresh || "none", () => [G.el("div", { class: "row head-row" }, G.el("div", { class: "tabs grow", role: "tablist" }, ...tabs()), G.may("work_incidents") && G.openButton()), G.el("div", { class: "filters" }, ...chips().filter(Boolean))]);
    const muted = data() && G.filters.view === "mutes", other = instead() || (muted ? G.muteRows() : null);
    el("list").dataset.shows = other ? "notice" : "rows";
    G.redraw(el("list-notice"), `${muted ? G.mutesKept() : ""} ${other ? other.map((node) => node.textContent + node.className).join() : ""}`, () => other || []);
    G.redraw(el("list-foot"), "keys", () => G.hints(["J K", "Enter", "A T", "H", "R", "C", "/", "F", "?"]));
    const ids = rows.filter((row) => !row.group).map((row) => row.id);
    pickAmong(ids);
    for (const row of rows) row.picked = row.id === G.state.picked;
    G.fillGrid(rows);
    G.fitGrid();
    G.readOne(G.state.picked);
    sideNext();
  };
  /* The first, on a fresh view. Where the one that was picked leaves the list none is: a key that was meant for it is not the next one's. */
  function pickAmong(ids) {
    if (!ids.includes(G.state.picked)) G.state.picked = (picksFirst && ids[0]) || "";
    picksFirst = picksFirst ? !G.state.picked : !ids.length;
  }
  /* The preview comes after the list is painted: it draws a map. */
  let coming = false;
  function sideNext() {
    if (coming) return;
    coming = true;
    requestAnimationFrame(() => setTimeout(() => { coming = false; G.drawSide(); }));
  }

  G.step = (by) => {
    const ids = rows.filter((row) => !row.group).map((row) => row.id), at = ids.indexOf(G.state.picked);
    if (ids.length) G.pick(ids[Math.min(ids.length - 1, Math.max(0, at + by))]);
  };
  G.pick = (id) => {
    G.state.picked = id;
    G.draw();
    G.reveal(id);
  };
  G.clicked = (id) => { G.pick(id); if (innerWidth < 1200) G.showDrawer(true); };
  G.openOne = (id) => { if (id) location.assign(`/incident?id=${id}`); };
})();
