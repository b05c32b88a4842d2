/* Dialogs. Mantine's modal holds and gives back the focus and closes on Escape; what stands inside is made here, as one form. */
"use strict";
(() => {
  const G = window.gatehouse;
  const body = () => document.getElementById("dialog-body");
  const show = (id, opened) => window.dash_clientside.set_props(id, { opened });
  /* As Dash knows it, which is at once; the page shows it some frames later, and keys in between are not the page's. */
  const isOpen = (id) => Boolean(document.getElementById(`${id}-body`) && window.dash_component_api.getLayout(id).props.opened);

  G.isAsking = () => isOpen("dialog");
  G.isBusy = () => G.isAsking() || [...document.querySelectorAll("textarea")].some((box) => box.value || box.matches(":focus"));
  G.closeDialog = () => show("dialog", false);
  G.showDrawer = (opened) => show("drawer", opened);
  G.isDrawer = () => isOpen("drawer");

  G.ask = ({ title, about, fields, send }) => {
    const form = G.el("form", { class: "ask", "aria-label": title }, G.el("h1", { text: title }),
      about && G.el("p", { class: "dim", text: `#${about.number} ${G.in(about.what)} · ${G.in(about.where)}` }),
      ...fields.map((field) => FIELDS[field.kind](field)), buttons());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const filled = form.dataset.sent ? null : read(form, fields); /* it stands there for some frames after it was sent */
      if (!filled) return;
      form.dataset.sent = "1";
      G.closeDialog();
      if (await send(filled) !== false || !body() || G.isAsking()) return;
      delete form.dataset.sent; /* what was written is not lost */
      open(form);
    });
    open(form);
  };
  function open(content) {
    body().replaceChildren(content);
    body().closest("[role=dialog]")?.setAttribute("aria-label", content.querySelector("h1").textContent);
    const first = ["input, select, textarea", ".prime", "button"].map((one) => content.querySelector(one)).find(Boolean);
    first.setAttribute("data-autofocus", "1");
    show("dialog", true);
  }
  const buttons = () => {
    const cancel = G.button({ word: "cancel", key: "Esc", run: G.closeDialog });
    const go = G.button({ word: "send", key: "↵", kind: "prime", run: () => null });
    go.type = "submit";
    return G.el("div", { class: "row end" }, cancel, go);
  };

  const options = (type) => (field) => G.el("fieldset", {}, ...field.options.map(([value, name, small], n) => {
    const box = G.el("input", { type, name: field.name, value });
    box.checked = type === "radio" && (field.value ? value === field.value : n === 0 && field.options.length === 1);
    return G.el("label", { class: "option" }, box, G.el("span", { text: name }), small && G.el("small", { text: small }));
  }));
  const text = (field) => {
    const box = G.el("textarea", { name: field.name, rows: 3, maxlength: 2000 });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); box.form.requestSubmit(); }
    });
    return G.el("label", { class: "field" }, G.el("span", { class: "dim", text: G.t(field.word) }), box);
  };
  const line = (field) => G.el("label", { class: "field" }, G.el("span", { class: "dim", text: G.t(field.word) }), G.el("input", { name: field.name, maxlength: 100, autocomplete: "off", spellcheck: "false" }));
  const select = (field) => G.el("label", { class: "field" }, G.el("span", { class: "dim", text: G.t(field.word) }),
    G.el("select", { name: field.name }, G.el("option", { value: "", text: field.needed ? "" : G.t("filter_any") }), ...field.options.map(([value, text]) => G.el("option", { value, text }))));
  const time = (field) => {
    const box = G.el("input", { type: "datetime-local", name: field.name });
    box.value = field.value;
    return G.el("label", { class: "field" }, G.el("span", { class: "dim", text: G.t(field.word) }), box);
  };
  const files = (field) => {
    const box = G.el("input", { type: "file", name: field.name, accept: field.accept, multiple: "" });
    if (field.given) box.files = field.given;
    return G.el("label", { class: "field" }, G.el("span", { class: "dim", text: G.t("files_kept") }), box);
  };
  const FIELDS = { find: (field) => G.findField(field), files, choice: options("radio"), several: options("checkbox"), text, line, select, time };

  const chosen = (files) => { const some = files.filter((file) => file.size); return some.length ? some : ""; };

  /* What was filled in, or null where something that is needed is missing; the focus is there then. */
  function read(form, fields) {
    const given = new FormData(form), filled = {};
    for (const field of fields) {
      filled[field.name] = field.kind === "files" ? chosen(given.getAll(field.name)) : given.getAll(field.name).join(",").trim();
      if (field.needed && !filled[field.name]) {
        const box = form.querySelector(`[name="${field.name}"]`);
        box.closest("fieldset, label").classList.add("missing");
        box.focus();
        return null;
      }
    }
    return filled;
  }

  G.help = () => {
    const rows = G.KEYS.flatMap(([keys, word]) => [G.el("dt", {}, ...G.kbd(keys)), G.el("dd", { text: G.t(word) })]);
    const letters = G.el("input", { type: "checkbox" });
    letters.checked = G.lettersOn();
    letters.addEventListener("change", () => localStorage.setItem("gatehouse-letters", letters.checked ? "on" : "off"));
    const close = G.button({ word: "cancel", key: "Esc", run: G.closeDialog });
    open(G.el("div", { class: "ask help" }, G.el("h1", { text: G.t("keys") }), G.el("dl", {}, ...rows),
      G.el("div", { class: "row" }, G.el("label", { class: "option grow" }, letters, G.el("span", { text: G.t("keys_letters") })), close)));
  };
})();
