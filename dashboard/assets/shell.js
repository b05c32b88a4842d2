/* On every page for people: day or night as it was chosen last (the wall keeps it under the same name). The address may ask for one. */
"use strict";
(() => {
  const root = document.documentElement;
  const show = (theme) => { root.dataset.theme = theme; root.dataset.agThemeMode = theme === "day" ? "light" : "dark"; };
  const asked = new URLSearchParams(location.search).get("theme") || localStorage.getItem("gatehouse-theme");
  show(asked === "day" ? "day" : "night");
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#theme")) return;
    const theme = root.dataset.theme === "day" ? "night" : "day";
    show(theme);
    localStorage.setItem("gatehouse-theme", theme);
    document.dispatchEvent(new CustomEvent("gatehouse-theme"));
  });
  /* The other language of this very page, its filters kept. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-language]");
    if (!link) return;
    event.preventDefault();
    const here = new URL(location.href);
    here.searchParams.set("lang", new URL(link.href).searchParams.get("lang"));
    location.assign(here);
  });
})();
