// The till: what is typed while an answer is on its way stays, and each scan counts once, however fast they come.
"use strict";
(() => {
  const form = document.getElementById("till-form"), box = form.elements.q, unsent = document.getElementById("till-unsent");
  const sent = new Map(); // request to what was typed
  const key = () => {
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
    return `c-${document.body.dataset.user}-${hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}`;
  };
  const fill = (words) => { box.value = words; box.select(); };
  const button = (text, act) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-link", textContent: text });
    made.addEventListener("click", act);
    return made;
  };
  const keep = (words, why) => {
    const row = document.createElement("li");
    const away = () => { row.remove(); unsent.hidden = !unsent.querySelector("li"); box.focus(); };
    row.append(`${words} – ${why} `, button(unsent.dataset.again, () => { away(); fill(words); }), button(unsent.dataset.drop, away));
    unsent.querySelector("ul").append(row);
    unsent.hidden = false;
  };
  const failed = (words, why) => {
    if (box.value || sent.size) keep(words, why || unsent.dataset.unknown);
    else fill(words);
  };
  // Every scan has a key of its own: those that wait would otherwise go with a key that is used up. Set before the form is read.
  form.addEventListener("submit", () => { form.elements.form_key.value = key(); }, true);
  // The form has been read: the next scan may be typed.
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== form) return;
    const count = form.elements.quantity;
    sent.set(ctx, count.value ? `${count.value}*${box.value}` : box.value);
    box.value = count.value = "";
    box.removeAttribute("aria-invalid");
  });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (!sent.has(ctx)) return;
    const words = sent.get(ctx), page = new DOMParser().parseFromString(ctx.text || "", "text/html");
    sent.delete(ctx);
    if (ctx.response.status >= 400) failed(words, page.getElementById("q-error")?.textContent.trim());
    else if (sent.size && page.getElementById("till-choices")) keep(words, unsent.dataset.several);
  });
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    const words = sent.get(ctx);
    if (sent.delete(ctx)) failed(words);
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!document.activeElement?.closest("dialog, #till-form, #till-unsent")) box.focus();
  });
  window.addEventListener("beforeunload", (event) => { if (sent.size) { event.preventDefault(); event.returnValue = ""; } });
})();
