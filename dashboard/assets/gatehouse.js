/* What all pages share: one object, words, elements, times, sending. Parts add themselves to `window.gatehouse` and do nothing by
   themselves; wall-draw.js runs them. */
"use strict";
(() => {
  const G = window.gatehouse = window.gatehouse || {};
  const SVG = "http://www.w3.org/2000/svg";

  G.language = document.documentElement.dataset.language === "en" ? "en" : "zh";
  G.plan = null;       /* what /plan.json says: words, ground, devices; fetched once */
  G.now = null;        /* the newest snapshot */
  G.skew = -Infinity;  /* server's clock less this browser's monotonic clock, in ms */

  G.in = (pair) => pair[G.language === "zh" ? 0 : 1];
  G.t = (key, ...values) => G.in(G.plan.words[key]).replace(/\{(\d)\}/g, (_, n) => values[+n]);
  G.serverNow = () => performance.now() + G.skew;
  /* A word that was long on its way tells an old time: the clock goes back by no more than clocks drift. */
  G.keepTime = (iso) => { G.skew = Math.max(Date.parse(iso) - performance.now(), G.skew - 50); };

  /* Dash keeps every value that was ever pushed, so that it could be undone; a page that runs for weeks forgets them. */
  G.forgetPushed = () => { for (const store of window.dash_stores || []) store.getState().history.past.length = 0; };

  /* el("div", {class: "x", text: "y"}, child…): text is always text, never markup */
  function fill(node, given, children) {
    for (const [name, value] of Object.entries(given || {})) {
      if (name === "text") node.textContent = value;
      else if (value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children.filter(Boolean));
    return node;
  }
  G.el = (name, given, ...children) => fill(document.createElement(name), given, children);
  G.svg = (name, given, ...children) => fill(document.createElementNS(SVG, name), given, children);
  G.write = (node, text) => { if (node.textContent !== text) node.textContent = text; };

  /* Keep a list's elements: one an item, by key; only what changed is touched. `make(item)` builds, `update(node, item)` fills. */
  G.keyed = (parent, items, key, make, update) => {
    const held = parent.held || (parent.held = new Map());
    const wanted = new Set(items.map(key));
    for (const [id, node] of held) if (!wanted.has(id)) { node.remove(); held.delete(id); }
    items.forEach((item, place) => {
      let node = held.get(key(item));
      if (!node) held.set(key(item), node = make(item));
      update(node, item);
      if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] || null);
    });
  };

  /* Make a line fit its box: smaller letters first, an ellipsis (by CSS) only below the least size. */
  G.fit = (node, most, least) => {
    if (node.fitted === node.textContent + node.clientWidth) return;
    let size = most;
    node.style.fontSize = `${size}px`;
    while (size > least && node.scrollWidth > node.clientWidth) node.style.fontSize = `${size -= 2}px`;
    node.fitted = node.textContent + node.clientWidth;
  };

  /* Severity is shape, number and colour. 100 x 100. */
  const FORMS = { 1: "M6 6H94V94H6Z", 2: "M50 4L98 92H2Z", 3: "M50 1L99 50L50 99L1 50Z", 4: "M50 4A46 46 0 1 0 50 96A46 46 0 1 0 50 4Z" };
  G.form = (severity, extra) => G.svg(
    "svg", { class: `shape p${severity} ${extra || ""}`, viewBox: "0 0 100 100", role: "img", "aria-label": G.t(`p${severity}`) },
    G.svg("path", { d: FORMS[severity] }),
    G.svg("text", { x: 50, y: severity === 2 ? 82 : 71, text: severity }),
  );

  /* Devices: a camera is a wedge that looks where it looks (up is north), a face point a ring, a plate point a frame, a door a bar. */
  G.GLYPHS = {
    camera: "M0 .5L1.6-2.6H-1.6Z", face: "M-1.3 0A1.3 1.3 0 1 0 1.3 0A1.3 1.3 0 1 0-1.3 0Z",
    plate: "M-1.9-.8H1.9V.8H-1.9Z", door: "M-1.6-.6H1.6V.6H-1.6Z", other: "M0-1.5L1.5 0L0 1.5L-1.5 0Z",
  };
  G.glyph = (kind, state) => G.svg(
    "svg", { class: "kind", viewBox: "-3 -3 6 6", "aria-hidden": "true" },
    G.svg("path", { class: `d ${kind} ${G.stateClass(state || ".")}`, d: G.GLYPHS[kind], transform: kind === "camera" ? "translate(0 1)" : "" }),
  );
  G.stateClass = (state) => ({ ".": "fine", "?": "unheard", x: "gone", a: "gone p1", b: "gone p2", c: "gone p3", d: "gone p4" }[state] || `hit p${state}`);

  /* Times: of the day on the site's clock; lasting, from a due time. */
  const clocks = new Map();
  function clock(options) {
    const id = JSON.stringify(options);
    if (!clocks.has(id)) clocks.set(id, new Intl.DateTimeFormat("en-GB", { hourCycle: "h23", timeZone: G.plan.site.timezone, ...options }));
    return clocks.get(id);
  }
  G.timeOfDay = (ms) => clock({ hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(ms);
  G.minuteOfDay = (ms) => clock({ hour: "2-digit", minute: "2-digit" }).format(ms);
  const two = (n) => String(n).padStart(2, "0");
  G.lasting = (ms) => {
    const s = Math.max(0, Math.floor(ms / 1000)), h = Math.floor(s / 3600);
    return h ? `${h}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${two(Math.floor(s / 60))}:${two(s % 60)}`;
  };
  G.countdown = (ms) => G.lasting(ms).replace(/^0(?=\d:\d\d$)/, ""); /* 0:27, not 00:27 */
  G.age = (ms) => {
    const minutes = Math.floor(Math.max(0, ms) / 60000);
    if (minutes < 1) return G.t("just_now");
    if (minutes < 60) return G.t("minutes", minutes);
    return minutes < 2880 ? G.t("hours", Math.floor(minutes / 60)) : G.t("days", Math.floor(minutes / 1440));
  };

  /* Sending: the page's second token, and an id for what must be done once however often it is sent. Not randomUUID: a page over
     plain HTTP has none. */
  G.token = () => decodeURIComponent((document.cookie.match(/(?:^|; )_csrf_token=([^;]*)/) || ["", ""])[1]);
  G.newId = () => {
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    return [...b].map((n, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + n.toString(16).padStart(2, "0")).join("");
  };
  /* A telephone's photo is made small before it is sent; what cannot be is sent as it is, and the server says what it thinks of it. */
  const LARGE = 1e6, EDGE = 1600;
  G.smaller = async (file) => {
    if (!file.type.startsWith("image/") || file.size < LARGE) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const share = Math.min(1, EDGE / Math.max(picture.width, picture.height)), canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [picture.width * share, picture.height * share];
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const made = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
      return made ? new File([made], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg", lastModified: file.lastModified }) : file;
    } catch { return file; /* no picture that this browser knows */ }
  };
  /* Ask for pictures; nothing runs where none is chosen. */
  G.pickPictures = (given, run) => {
    const input = G.el("input", { type: "file", accept: "image/jpeg,image/png", hidden: "", ...given });
    input.addEventListener("change", () => { input.remove(); if (input.files.length) run(input.files); });
    input.addEventListener("cancel", () => input.remove());
    document.body.append(input);
    input.click();
  };
  /* A form as it is sent: one with a file in parts. */
  G.formOf = (fields) => {
    if (!fields.file) return new URLSearchParams(fields);
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return form;
  };
})();
