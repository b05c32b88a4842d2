/* The site plan: ground and devices drawn once, in metres; a snapshot changes classes. Markers lie in a second picture above, in pixels. */
"use strict";
(() => {
  const G = window.gatehouse;
  const WIDTH = 976, NARROW = 784, HEIGHT = 708; /* without and with a plan on the stage; the whole wall is scaled: design pixels */
  const NEARER = 2.4;                   /* how much nearer the stage looks at its place */
  const SIGHT_M = 22, SIGHT_HALF = 0.6; /* how far and wide a camera is taken to see, for the hatching */
  const LABELLED = 12;                  /* markers with words; more would cover the plan */
  const plan = { devices: [], at: new Map(), states: "", view: null, scale: 1, width: WIDTH, near: 1, focus: "", eyes: G.svg("g", { class: "eyes" }) };

  G.buildPlan = () => {
    const { ground, devices, places, site } = G.plan, view = looking(null).view;
    Object.assign(plan, { ...looking(null), states: "", blind: G.svg("path", { class: "blind" }) });
    const floor = G.svg("g", { class: "ground" });
    floor.innerHTML = ground; /* our own server's drawing of the site's own file */
    plan.houses = new Map([...floor.querySelectorAll("[data-place]")].map((node) => [node.dataset.place, node]));
    plan.devices = devices.map(device);
    plan.at = new Map(devices.map(([id, , dx, dy]) => [id, toScreen(dx, dy)]));
    plan.map = G.svg("svg", { class: "plan", viewBox: view.join(" "), role: "img", "aria-label": G.in(site.name) }, hatch(), floor, plan.blind, ...plan.devices);
    plan.unknown = G.svg("path", { class: "blindall", d: G.plan.fence || `M${view[0]} ${view[1]}h${view[2]}v${view[3]}h${-view[2]}Z` });
    plan.map.append(plan.unknown);
    plan.over = G.svg("svg", { class: "over", viewBox: `0 0 ${WIDTH} ${HEIGHT}` });
    plan.fixed = places;
    G.labelPlan();
    return [plan.map, plan.over];
  };

  function hatch() {
    const stripes = (id, gap, width) => G.svg("pattern", { id, width: gap, height: gap, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      G.svg("rect", { class: "hatch", width, height: gap }));
    return G.svg("defs", {}, stripes("hatch", 5, 1.7), stripes("hatchwide", 10, 1.5));
  }

  function device([id, kind, x, y, heading]) {
    const shape = G.GLYPHS[kind] ? kind : "other";
    const node = G.svg("path", { "data-id": id, d: G.GLYPHS[shape], class: `d ${shape} unheard` });
    node.style.translate = `${x}px ${y}px`;
    node.style.rotate = `${heading}deg`;
    return node;
  }

  /* The part of the site that is seen: all of it, or nearer at the stage's place. */
  function looking(stage) {
    const [x, y, w, h] = G.plan.box, width = stage ? NARROW : WIDTH, near = stage && stage.place ? NEARER : 1;
    const scale = Math.min(width / w, HEIGHT / h) * near, seen = [width / scale, HEIGHT / scale];
    const middle = near > 1 ? [stage.place.x, stage.place.y] : [x + w / 2, y + h / 2];
    return { width, near, scale, view: [middle[0] - seen[0] / 2, middle[1] - seen[1] / 2, ...seen] };
  }
  G.focusPlan = (stage) => {
    const focus = stage ? stage.id + G.language : "";
    if (focus === plan.focus) return;
    Object.assign(plan, looking(stage), { focus, stage });
    plan.at = new Map(G.plan.devices.map(([id, , dx, dy]) => [id, toScreen(dx, dy)]));
    plan.map.setAttribute("viewBox", plan.view.join(" "));
    plan.over.setAttribute("viewBox", `0 0 ${plan.width} ${HEIGHT}`);
    G.labelPlan();
    plan.eyes.replaceChildren(...(stage ? stage.cameras.map(eye) : []));
  };
  /* Each letter stands to another side, for the nearest cameras often hang together. */
  function eye({ letter, x, y }, n) {
    const [px, py] = toScreen(x, y), side = (n - 1) * 44;
    return G.svg("g", { transform: `translate(${px + side} ${py - 40})` }, G.svg("path", { d: `M0 15L${-side} 40` }), G.svg("rect", { x: -15, y: -15, width: 30, height: 30 }), G.svg("text", { y: 9, text: letter }));
  }

  const toScreen = (x, y) => [(x - plan.view[0]) * plan.scale, (y - plan.view[1]) * plan.scale];

  /* Numbers of the houses and names of places: words change with the language, so they are drawn again then. */
  G.labelPlan = () => {
    plan.taken = [];
    const inside = ({ x, y }) => { const [px, py] = toScreen(x, y); return px > 0 && py > 0 && px < plan.width && py < HEIGHT; };
    const words = plan.fixed.filter((p) => p.kind !== "assembly" && inside(p)).map((place) => {
      const [x, y] = toScreen(place.x, place.y), house = place.kind === "house" || place.kind === "villa";
      const text = house ? place.number : G.in(place.name), size = (house ? (place.kind === "villa" ? 16 : 17) : place.kind === "gate" ? 20 : 16) * Math.min(plan.near, 1.6);
      const [dx, dy] = house || place.kind === "garden" ? [0, 0] : place.kind === "gate" ? gateSide(x, y, text, size) : [0, 22];
      const cx = clampX(x + dx, text, size), cy = clampY(y + dy);
      if (!house) plan.taken.push(box(cx, cy, text, size, "middle"));
      return G.svg("text", { class: house ? "no" : `place ${place.kind}`, x: cx, y: cy, "font-size": size, text });
    });
    plan.words = G.svg("g", {}, ...words, scaleBar());
    plan.pins = G.svg("g", {});
    plan.over.replaceChildren(plan.words, plan.eyes, plan.pins);
    plan.drawn = "";
  };
  /* Outside the wall: beside the road of a gate in the north or south, above that of one in the east or west. */
  function gateSide(x, y, text, size) {
    const upright = Math.abs(x / plan.width - 0.5) < Math.abs(y / HEIGHT - 0.5);
    const side = x > plan.width / 2 ? 1 : -1;
    return upright ? [width(text, size) / 2 + 26, y > HEIGHT / 2 ? 14 : -14] : [side * (width(text, size) / 2 + 10), -24];
  }
  const clampY = (y) => Math.min(HEIGHT - 14, Math.max(14, y));
  const clampX = (x, text, size) => Math.min(plan.width - width(text, size) / 2 - 6, Math.max(width(text, size) / 2 + 6, x));

  function scaleBar() {
    const long = 50 * plan.scale;
    const word = G.plan.site.illustrative ? `50 m  ${G.t("illustrative")}` : "50 m";
    return G.svg("g", { class: "scale" }, G.svg("path", { d: `M8 ${HEIGHT - 22}v8h${long}v-8` }),
      G.svg("text", { x: long + 16, y: HEIGHT - 12, "font-size": 18, text: word }));
  }

  /* States: compare one character a device, touch what changed. */
  G.drawStates = (states) => {
    if (states === plan.states) return;
    let blindChanged = plan.states === "";
    for (let n = 0; n < plan.devices.length; n++) {
      if (states[n] === plan.states[n]) continue;
      const node = plan.devices[n], kind = node.classList[1];
      blindChanged = blindChanged || (kind === "camera" && isGone(states[n]) !== isGone(plan.states[n]));
      node.setAttribute("class", `d ${kind} ${G.stateClass(states[n])}`);
    }
    plan.states = states;
    if (blindChanged) plan.blind.setAttribute("d", G.plan.devices.filter((d, n) => d[1] === "camera" && isGone(states[n])).map(sight).join(""));
  };
  const isGone = (state) => state === "x" || "abcd".includes(state || "-");

  function sight([, , x, y, heading]) {
    const a = ((heading - 90) * Math.PI) / 180, at = (q) => `${(x + SIGHT_M * Math.cos(a + q)).toFixed(1)} ${(y + SIGHT_M * Math.sin(a + q)).toFixed(1)}`;
    return `M${x} ${y}L${at(-SIGHT_HALF)}A${SIGHT_M} ${SIGHT_M} 0 0 1 ${at(SIGHT_HALF)}Z`;
  }

  /* Markers: of each device, or place where no device told, the first line that somebody still has to work on, words beside the first of
     them where there is room. */
  G.drawPins = (lines) => {
    const first = new Map();
    for (const line of lines) {
      const key = plan.at.has(line.device) ? line.device : line.place;
      if (line.state !== "resolved" && !first.has(key) && at(line)) first.set(key, line);
    }
    const shown = [...first.values()], drawn = G.language + plan.focus + shown.map((a) => a.id + a.severity).join();
    if (drawn === plan.drawn) return;
    plan.drawn = drawn;
    const taken = [...plan.taken, [0, HEIGHT - 30, 330, HEIGHT]];
    for (const line of shown) { const [x, y] = at(line); taken.push([x - 6, y - 6, x + 6, y + 6]); }
    plan.spots = new Map(shown.map((line, n) => [line.id, spot(line, n < LABELLED, taken)]));
    G.keyed(plan.pins, [...shown].reverse(), (a) => a.id, () => G.svg("g", {}), drawPin);
    markHouses(shown);
  };

  function at(line) {
    const place = plan.at.has(line.device) ? null : plan.fixed.find((one) => one.id === line.place);
    return place ? toScreen(place.x, place.y) : plan.at.get(line.device);
  }

  function markHouses(shown) {
    const worst = new Map();
    if (plan.stage && plan.stage.building) worst.set(plan.stage.building, plan.stage.severity);
    for (const alert of shown) if (alert.place && alert.severity <= 2 && !worst.has(alert.place)) worst.set(alert.place, alert.severity);
    for (const [id, node] of plan.houses) node.setAttribute("class", worst.has(id) ? `house hit p${worst.get(id)}` : "house");
  }

  const ruler = document.createElement("canvas").getContext("2d");
  function width(text, size) {
    ruler.font = `700 ${size}px "Noto Sans", "Noto Sans CJK SC", sans-serif`;
    return ruler.measureText(text).width;
  }
  function box(x, y, text, size, anchor) {
    const w = width(text, size), left = anchor === "middle" ? x - w / 2 : anchor === "end" ? x - w : x;
    return [left - 4, y - size * 0.6, left + w + 4, y + size * 0.6];
  }
  const meets = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

  /* Where a marker and its words go: the nearest of some places around the device that covers nothing. */
  function spot(alert, labelled, taken) {
    const [x, y] = at(alert), size = alert.severity <= 2 ? 44 : 34, text = labelled ? G.in(alert.where) : "", fs = alert.severity <= 2 ? 28 : 24;
    for (const reach of labelled ? [34, 58, 84, 112] : [0, 22]) {
      for (const angle of [-0.6, 0.6, -2.5, 2.5, -1.57, 1.57, 0, 3.14]) {
        const px = x + reach * Math.cos(angle), py = y + reach * Math.sin(angle), left = Math.cos(angle) < -0.1;
        const w = size + (text ? width(text, fs) + 10 : 0), x0 = left ? px + size / 2 - w : px - size / 2;
        const area = [x0 - 2, py - size / 2 - 2, x0 + w + 2, py + size / 2 + 2];
        const inside = area[0] > 4 && area[1] > 4 && area[2] < plan.width - 4 && area[3] < HEIGHT - 4;
        if (inside && !taken.some((other) => meets(area, other))) { taken.push(area); return { px, py, size, text, fs, left }; }
        if (!reach) break;
      }
    }
    return labelled ? spot(alert, false, taken) : { px: x, py: y, size: 24, text: "", fs, left: false };
  }

  function drawPin(node, alert) {
    const { px, py, size, text, fs, left } = plan.spots.get(alert.id), [x, y] = at(alert);
    const kept = JSON.stringify([px, py, text, alert.severity]);
    if (node.kept === kept) return;
    const fresh = node.kept === undefined && Date.parse(alert.at) > G.serverNow() - 60000;
    node.kept = kept;
    node.setAttribute("class", `pin p${alert.severity}${fresh ? " fresh" : ""}${alert.drill ? " drill" : ""}`);
    const form = G.form(alert.severity);
    for (const [name, value] of Object.entries({ x: px - size / 2, y: py - size / 2, width: size, height: size })) form.setAttribute(name, value);
    const away = Math.hypot(px - x, py - y) > size / 2;
    const lead = away && G.svg("path", { class: "lead", d: `M${x} ${y}L${px} ${py}` });
    const dot = away && G.svg("circle", { class: "leaddot", cx: x, cy: y, r: 4.5 });
    const pulse = G.svg("circle", { class: "pulse", cx: px, cy: py, r: size * 0.75 });
    const tx = left ? px - size / 2 - 7 : px + size / 2 + 7;
    const word = text && G.svg("text", { class: "tag", x: tx, y: py + fs * 0.36, "font-size": fs, "text-anchor": left ? "end" : "start", text });
    node.replaceChildren(...[lead, dot, pulse, form, word].filter(Boolean));
  }
})();
