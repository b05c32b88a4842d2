/* Forms of the console: sent with the page's second token; the answer is said on the page, then the page that shows it is opened. */
(() => {
  "use strict";
  const said = document.getElementById("said");

  const tell = (sentence, problem) => {
    said.className = problem ? "problem" : "";
    said.setAttribute("role", problem ? "alert" : "status");
    said.textContent = sentence;
    said.scrollIntoView({ block: "nearest" });
  };

  const hand = (secret, go) => {
    tell(document.body.dataset.once, false);
    const text = document.createElement("p");
    text.className = "mono";
    text.textContent = secret;
    const done = document.createElement("button");
    done.className = "prime";
    done.textContent = document.body.dataset.done;
    done.addEventListener("click", () => location.assign(go));
    said.append(text, done);
    done.focus();
  };

  const list = (sentences) => {
    const items = document.createElement("ul");
    items.append(...sentences.map((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      return item;
    }));
    said.append(items);
  };

  const bodyOf = async (form) => {
    const data = new FormData(form);
    if (form.enctype !== "multipart/form-data") return new URLSearchParams(data);
    const photo = data.get("photo");
    if (photo instanceof File && photo.size) data.set("photo", await window.gatehouse.smaller(photo));
    return data;
  };

  const send = async (form, pressed) => {
    const buttons = [...form.querySelectorAll("button:enabled")];
    buttons.forEach((button) => { button.disabled = true; });
    try {
      const body = await bodyOf(form);
      if (pressed && pressed.name) body.set(pressed.name, pressed.value);
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-CSRFToken": window.gatehouse.token() } });
      const told = answer.status === 204 ? {} : await answer.json();
      if (!answer.ok) {
        tell(told.error || document.body.dataset.away, true);
        list(told.lines || []);
        if ("atOnce" in form.dataset) form.reset();
      } else if (told.said) {
        tell(told.said, false);
        list(told.lines || []);
      } else if (told.secret) hand(told.secret, form.dataset.go);
      else location.assign(form.dataset.go);
    } catch (error) {
      tell(document.body.dataset.away, true);
      if ("atOnce" in form.dataset) form.reset();
    }
    buttons.forEach((button) => { button.disabled = false; });
  };

  document.addEventListener("submit", (event) => {
    if (event.target.method === "get") return;
    event.preventDefault();
    const ask = event.submitter && event.submitter.dataset.ask;
    if (!ask || window.confirm(ask)) send(event.target, event.submitter);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-at-once]");
    if (!form) return;
    if (window.confirm(form.dataset.atOnce)) send(form, null);
    else form.reset();
  });
  document.documentElement.dataset.ready = "1";
})();
