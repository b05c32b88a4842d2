/* Where it is: the site plan around the incident with its nearest cameras, numbered as in the list of them (keys 1 to 9). */
"use strict";
(() => {
  const G = window.gatehouse;
  const AROUND_M = 75;
  let camera = 0;

  G.cameraList = (one) => {
    if (!one.cameras.length) return [G.el("p", { class: "dim", text: G.t("no_cameras") })];
    return one.cameras.map((row, n) => {
      const node = G.el("button", { type: "button", class: "camera", "aria-pressed": String(n === camera), "data-camera": n },
        G.el("b", { class: "no", text: n + 1 }), G.el("span", { class: "cut grow" }, G.el("span", { text: G.in(row.name) }), G.el("small", { class: "mono dim", text: ` ${row.id}` })),
        G.el("span", { class: "dim", text: G.t("metres", row.distance_m) }));
      node.addEventListener("click", () => G.showCamera(n));
      return node;
    });
  };
  G.showCamera = (n) => { if (G.state.one && n < G.state.one.cameras.length) { camera = n; G.draw(); } };
  G.camera = () => camera;

  /* `shape` is width by height of the picture, for how much of the site is seen. */
  G.placePicture = (one, shape) => {
    if (!one.place) return [G.el("p", { class: "dim blank", text: G.t("no_place") })];
    if (!G.place) { G.ground(); return [G.el("p", { class: "dim blank", text: G.t("loading") })]; }
    const { x, y } = one.place, high = AROUND_M * 2 / Math.sqrt(Math.max(1, shape)), wide = high * shape;
    const floor = floorWith(one);
    const map = G.svg("svg", { class: "plan", viewBox: `${x - wide / 2} ${y - high / 2} ${wide} ${high}`, preserveAspectRatio: "xMidYMid slice", role: "img", "aria-label": `${G.t("place")} ${G.in(one.where)}` },
      floor, ...devices(x, y, wide, high), ...numbers(), ...one.cameras.map((row, n) => eye(row, n)), mark(one, x, y));
    return [map, G.el("span", { class: "cap", text: G.plan.site.illustrative ? G.t("illustrative") : "" })];
  };
  /* The ground is read once and goes from picture to picture: a page shows one at a time. */
  let floor = null;
  function floorWith(one) {
    if (!floor) {
      floor = G.svg("g", { class: "ground" });
      floor.innerHTML = G.place.ground; /* our own server's drawing of the site's own file */
    }
    for (const house of floor.querySelectorAll(".hit")) house.setAttribute("class", "house");
    for (const house of floor.querySelectorAll(`[data-place="${CSS.escape(one.building)}"]`)) {
      house.setAttribute("class", `house hit p${one.severity}`);
      floor.append(house); /* above the seams of its units */
    }
    return floor;
  }
  const near = (at, x, y, wide, high) => Math.abs(at[0] - x) < wide && Math.abs(at[1] - y) < high;
  const devices = (x, y, wide, high) => G.place.devices.filter((row) => near([row[2], row[3]], x, y, wide, high))
    .map(([, , dx, dy]) => G.svg("circle", { class: "dot", cx: dx, cy: dy, r: 0.7 }));
  const numbers = () => G.place.places.filter((row) => row.kind === "house" || row.kind === "villa")
    .map((row) => G.svg("text", { class: "no", x: row.x, y: row.y + 2.4, text: row.number }));
  function eye(row, n) {
    const known = G.place.devices.find(([id]) => id === row.id), angle = ((known ? known[4] : 0) - 90) * Math.PI / 180, r = 16;
    const at = (turn) => `${(row.x + r * Math.cos(angle + turn)).toFixed(1)} ${(row.y + r * Math.sin(angle + turn)).toFixed(1)}`;
    return G.svg("g", { class: n === camera ? "eye on" : "eye" }, G.svg("path", { d: `M${row.x} ${row.y}L${at(-0.45)}A${r} ${r} 0 0 1 ${at(0.45)}Z` }),
      G.svg("circle", { cx: row.x, cy: row.y, r: 3.4 }), G.svg("text", { x: row.x, y: row.y + 1.8, text: n + 1 }));
  }
  function mark(one, x, y) {
    const form = G.form(one.severity);
    for (const [name, value] of Object.entries({ x: x - 4.5, y: y - 4.5, width: 9, height: 9 })) form.setAttribute(name, value);
    return form;
  }
})();
