/* The list as ag-grid draws it: its look, its group rows, and one drawing a column. Cells are React's; what stands in them is ours. */
"use strict";
(() => {
  const G = window.gatehouse;
  const GRID = "grid", ROW = 52, GROUP = 28;

  Object.assign(window.dashAgGridFunctions = window.dashAgGridFunctions || {}, {
    gatehouseIsGroup: (params) => Boolean(params.rowNode.data && params.rowNode.data.group),
    gatehouseRowHeight: (params) => (params.data.group ? GROUP : ROW),
    gatehouseTheme: (theme) => theme.withParams(LOOK),
  });
  const LOOK = {
    backgroundColor: "var(--ground)", foregroundColor: "var(--text)", textColor: "var(--text)", headerBackgroundColor: "var(--ground)", headerTextColor: "var(--dim)",
    headerFontSize: "12px", headerFontWeight: 400, headerColumnBorder: false, headerColumnResizeHandleDisplay: "none", borderColor: "var(--line)", rowBorder: true, rowHoverColor: "var(--panel)",
    selectedRowBackgroundColor: "var(--raised)", fontFamily: "inherit", fontSize: "14px", cellHorizontalPadding: 8, wrapperBorder: false, wrapperBorderRadius: 0, oddRowBackgroundColor: "var(--ground)",
    browserColorScheme: "inherit",
  };

  const narrow = () => innerWidth < 720;
  const two = (first, second) => [G.el("div", { class: "line" }, ...first), G.el("div", { class: "line sub" }, ...second)];
  const cut = (text, kind = "") => G.el("span", { class: `cut ${kind}`, text });
  const ended = (one) => (Date.parse(one.closed_at) - Date.parse(one.opened_at));
  const COLUMNS = {
    severity: (one) => [G.badge(one.severity, 28)],
    what: (one) => two([cut(G.in(one.what), "what"), ...G.labels(one, "drill")], [...G.labels(one, "state"), cut(narrow() ? `${G.in(one.where)} · ${G.small(one)}` : G.small(one))]),
    where: (one) => two([cut(G.in(one.where))], [cut(G.in(one.note))]),
    age: (one) => [one.state === "closed" ? G.el("b", { text: G.lasting(ended(one)) }) : G.since(one.opened_at, "b"), narrow() && dueOf(one)],
    owner: (one) => (one.owner ? [G.initial(one.owner), cut(one.owner)] : [G.el("span", { class: "who none", text: "?" }), cut(G.t("nobody"), one.state === "closed" ? "dim" : "b")]),
    next: (one) => next(one),
    count: (one) => [G.el("span", { class: one.occurrences > 9 ? "b" : "dim", text: one.occurrences })],
    group: (row) => [G.el("b", { text: `${G.t(`group_${row.group}`)} ${row.n}` }), G.el("span", { class: "dim", text: G.t(`group_${row.group}_why`) })],
  };
  const dueOf = (one) => one.plan && one.plan.next && one.plan.next.due_at && G.due(one.plan.next.due_at);
  function next(one) {
    if (one.state === "closed") return [cut(one.reason ? G.t(`reason_${one.reason}`) : "", "dim")];
    const step = one.plan && one.plan.next;
    if (step) return [cut(G.in(step.text), "grow"), step.due_at && G.due(step.due_at)];
    const word = one.state === "open" ? "next_take" : one.state === "resolved" ? "next_close" : "next_resolve";
    return [cut(G.t(word), "grow dim"), one.state === "open" && one.severity < 4 && G.el("span", { class: "tag warn" }, G.since(one.opened_at))];
  }
  G.labels = (one, only = "") => [
    only !== "state" && one.drill && G.tag(G.t("drill"), "practice"),
    only !== "drill" && one.state === "open" && G.tag(G.t("fresh"), "new"),
    only !== "drill" && one.state === "resolved" && G.tag(G.t("state_resolved")),
    only !== "drill" && G.skipsTag(one),
  ].filter(Boolean);
  G.small = (one) => {
    const parts = [`#${one.number}`, one.plan && `${G.in(one.plan.name || ["", ""])} ${one.plan.done ?? 0}/${one.plan.total ?? 0}`, one.children && G.t("with_children", one.children)];
    return parts.filter(Boolean).join(" · ");
  };

  const cells = window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
  for (const [name, make] of Object.entries(COLUMNS)) {
    cells[`Incident_${name}`] = (props) => window.React.createElement("div", {
      className: `cell ${name}`, ref: (node) => { if (node && props.data) node.replaceChildren(...make(props.data).filter(Boolean)); },
    });
  }

  /* Rows are handed to the grid only when something in them or their order changed. A row that says the same as before stays the same
     object, which the grid passes over; another one has another mark, by which its cells know. */
  let api = null, coming = null, shown = [], wide = "", marks = 0, kept = new Map();
  G.grid = () => api;
  G.whenGrid = async (run) => {
    coming ??= window.dash_ag_grid.getApiAsync(GRID).then(begun);
    run(await coming);
  };
  function begun(grid) {
    api = grid;
    api.addEventListener("rowClicked", (event) => { if (event.data && !event.data.group) G.clicked(event.data.id); });
    api.addEventListener("rowDoubleClicked", (event) => { if (event.data && !event.data.group) G.openOne(event.data.id); });
    return grid;
  }
  G.fillGrid = (rows) => {
    const drawn = rows.map((row) => { const was = kept.get(row.id); return was && says(was) === says(row) && was.of === row.of ? was : { ...row, mark: ++marks }; });
    if (drawn.length === shown.length && drawn.every((row, n) => row === shown[n])) return;
    shown = drawn;
    kept = new Map(drawn.map((row) => [row.id, row]));
    G.whenGrid((grid) => grid.setGridOption("rowData", shown)); /* not by Dash, whose way to the grid takes longer than the drawing */
  };
  const says = (row) => (row.group ? String(row.n) : `${row.standing.group} ${row.late} ${row.picked}`);
  G.reveal = (id) => { const node = api && api.getRowNode(id); if (node) api.ensureNodeVisible(node); };
  G.fitGrid = () => G.whenGrid((grid) => {
    const room = narrow() ? "narrow" : innerWidth < 1000 ? "middle" : "wide";
    if (room === wide) return;
    wide = room;
    grid.setColumnsVisible(["owner", "where", "next"], room !== "narrow");
    grid.setColumnsVisible(["count"], room === "wide");
    if (room === "narrow") grid.setColumnWidths([{ key: "age", newWidth: 112 }]);
  });
})();
