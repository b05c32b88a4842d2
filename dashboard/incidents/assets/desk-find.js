/* A field for one of very many: what is typed narrows the groups below it, the arrows choose, Enter sends. */
"use strict";
(() => {
  const G = window.gatehouse;

  /* {name, word, groups: (filled) => [{name, options: [[value, text, more words]]}], lead: (filled) => value or ""}: what leads is chosen
     until the person chooses. Both may hang on what else is filled in. */
  G.findField = (field) => {
    const query = G.el("input", { type: "search", autocomplete: "off", spellcheck: "false", placeholder: G.t("find_place"), "aria-label": G.t("find_place") });
    const box = G.el("select", { name: field.name, size: 7, "aria-label": G.t(field.word) });
    let own = false;
    function fill() {
      const filled = box.form ? Object.fromEntries(new FormData(box.form)) : {}, kept = box.value, wanted = query.value.trim().toLowerCase();
      box.replaceChildren(...field.groups(filled).map(({ name, options }) => ({ name, found: fitting(options, wanted) })).filter(({ found }) => found.length)
        .map(({ name, found }) => G.el("optgroup", { label: name }, ...found.map(([value, text]) => G.el("option", { value, text })))));
      const values = [...box.options].map((one) => one.value);
      box.value = own && values.includes(kept) ? kept : wanted ? values[0] : field.lead(filled);
    }
    query.addEventListener("input", () => { own = false; fill(); own = Boolean(query.value.trim()); });
    query.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      own = true;
      box.selectedIndex = Math.min(box.options.length - 1, Math.max(0, box.selectedIndex + by));
    });
    box.addEventListener("change", () => { own = true; });
    const root = G.el("fieldset", { class: "find-one" }, G.el("span", { class: "dim", text: G.t(field.word) }), query, box);
    requestAnimationFrame(() => { fill(); box.form?.addEventListener("change", (event) => { if (!root.contains(event.target)) fill(); }); });
    return root;
  };
  /* Those with every word in them; what begins with it stands first, so that 8 is not sought among 18 and 28. */
  function fitting(options, wanted) {
    const found = options.filter((one) => wanted.split(/\s+/).every((word) => one.join(" ").toLowerCase().includes(word)));
    const begins = (one) => Number(!one.some((text) => text.toLowerCase().startsWith(wanted)));
    return wanted ? found.sort((a, b) => begins(a) - begins(b)) : found;
  }
})();
