/* Pictures and papers of an incident: chosen, dropped or pasted, sent one after the other, seen in the timeline and in the plan's lists. */
"use strict";
(() => {
  const G = window.gatehouse;
  const KINDS = "image/jpeg,image/png,application/pdf";

  G.fileOf = (one, id) => one.attachments.find((file) => file.id === id);

  /* Each by itself; one that is refused keeps none of the others back, and is named when all were sent. */
  G.attach = async (incident, { files, ...form }, kept = new Set()) => {
    const refused = [];
    for (const [n, file] of [...files].entries()) {
      if (kept.has(nameOf(file))) continue; /* of a form that is sent again */
      if (files.length > 1 || file.size > 1e6) G.tell(G.t("sending_file", n + 1, files.length), null, "said");
      if (await G.send(incident, { ...form, file: await G.smaller(file) })) kept.add(nameOf(file));
      else refused.push(document.getElementById("toast").textContent);
    }
    if (files.length > 1 && refused.length) G.tell(refused.join(" "));
    return !refused.length;
  };
  const nameOf = (file) => JSON.stringify([file.name, file.size, file.lastModified]);
  G.askFiles = (incident, files, where) => {
    const stop = G.cannot(incident, "attach");
    if (stop) { G.tell(stop); return; }
    const kept = new Set();
    const fields = [{ kind: "files", name: "files", accept: KINDS, given: files, needed: true }, { kind: "text", name: "text", word: "say_more" }];
    G.ask({ title: G.t("ask_attach"), about: incident, fields, send: (form) => G.attach(incident, { ...where, ...form }, kept) });
  };
  const withdraw = (one, file) => G.ask({
    title: G.t("ask_withdraw", file.name), about: one, fields: [{ kind: "text", name: "text", word: "say_why", needed: true }],
    send: (form) => G.send(one, { act: "withdraw", file_id: file.id, ...form }),
  });

  /* In the timeline. */
  G.fileLine = (one, id) => {
    const file = G.fileOf(one, id);
    if (!file) return null;
    if (file.withdrawn_by) return G.el("p", { class: "dim", text: G.t("withdrawn", file.withdrawn_by) });
    const shown = file.kind === "application/pdf" ? G.el("a", { href: file.href, target: "_blank", text: `${file.name} · ${kilobytes(file)}` }) : thumb(file, file.name);
    return G.el("div", { class: "file" }, shown, file.may_withdraw && G.button({ word: "withdraw", kind: "sm quiet", run: () => withdraw(one, file) }));
  };
  const kilobytes = (file) => `${Math.max(1, Math.round(file.size / 1024))} KB`;
  const thumb = (file, name) => G.el("a", { class: "thumb", href: file.href, target: "_blank" }, G.el("img", { src: file.href, alt: name, loading: "lazy" }));

  /* In a list of the plan: before and after, each seen or still to be taken. */
  G.sides = (one, step, line) => ["before", "after"].map((side) => {
    const file = line[side] && G.fileOf(one, line[side]), name = `${G.t(`side_${side}`)} · ${G.in(line.text)}`;
    if (file && !file.withdrawn_by) return G.el("span", { class: "side" }, G.el("small", { class: "dim", text: G.t(`side_${side}`) }), thumb(file, name));
    if (!step.mine || line.state === "done") return null;
    const button = G.button({ word: `side_${side}`, icon: "camera", kind: "sm quiet", run: () => G.pickPictures({}, (files) => G.attach(one, { files, step: step.id, row: line.id, side })) });
    button.setAttribute("aria-label", name);
    return button;
  });

  /* Dropped on the page of an incident, or pasted into it. */
  const shown = () => (G.isList || G.isAsking() ? null : G.state.one);
  const carried = (transfer) => (transfer && transfer.files.length ? transfer.files : null);
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault(); /* else the browser leaves the page and shows the file */
    if (!shown() || !carried(event.dataTransfer)) return;
    G.askFiles(shown(), event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    if (shown() && carried(event.clipboardData)) G.askFiles(shown(), event.clipboardData.files);
  });
})();
