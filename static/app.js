// What the pages gain from a script beyond htmx. Everything works without it; nothing here is evaluated from the page.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  const announce = (text) => { if (text) document.getElementById("announce").textContent = text; };
  let typed = false, left = null;

  // Long lists of checkboxes get a box to look through them.
  const preparePick = (pick) => {
    const head = pick.querySelector("[data-pick-head]");
    if (!head || !head.hidden) return;
    const boxes = all(".form-check", pick).map((row) => [row, fold(row.textContent)]);
    const count = () => { head.querySelector("[data-pick-count]").textContent = all("input:checked", pick).length; };
    head.hidden = false;
    head.querySelector("input").addEventListener("input", (event) => {
      const wanted = fold(event.target.value.trim());
      boxes.forEach(([row, text]) => { row.hidden = !text.includes(wanted); });
      all("[data-pick-group]", pick).forEach((group) => { group.hidden = !group.querySelector(".form-check:not([hidden])"); });
    });
    head.querySelector("input").addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    pick.addEventListener("change", count);
    count();
  };
  const prepare = () => {
    all("[data-pick]").forEach(preparePick);
    all("dialog[data-modal]:not([open])").forEach((dialog) => {
      if (document.activeElement !== document.body) left = document.activeElement;
      dialog.showModal();
    });
    const summary = document.querySelector("[data-error-summary]:not([data-seen])");
    if (summary) { summary.dataset.seen = "1"; summary.focus(); }
  };

  // A form is sent once; the button says so until the next page, or until the page comes back from the cache.
  const words = new WeakMap();
  const release = (form) => {
    delete form.dataset.sent;
    all("button[aria-disabled]", form).filter((button) => words.has(button)).forEach((button) => {
      button.removeAttribute("aria-disabled");
      button.replaceChildren(...words.get(button));
    });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    typed = false;
    if (form.target || button?.formTarget) return;
    form.dataset.sent = "1";
    setTimeout(() => release(form), 15000);
    if (!button) return;
    words.set(button, [...button.childNodes]);
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.busy || document.body.dataset.busy;
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach(release));

  // Half-filled forms ask before they are left.
  document.addEventListener("input", (event) => { if (event.target.form?.matches("[data-guard]")) typed = true; });
  window.addEventListener("beforeunload", (event) => { if (typed) { event.preventDefault(); event.returnValue = ""; } });
  document.addEventListener("change", (event) => { if (event.target.matches("[data-auto-submit]")) event.target.form.requestSubmit(); });

  // Browsers older than popover: the same buttons open and close the same elements.
  const noPopover = !("popover" in HTMLElement.prototype);
  if (noPopover) document.documentElement.classList.add("no-popover");
  document.addEventListener("click", (event) => {
    const opener = noPopover && event.target.closest("[popovertarget]");
    if (opener) document.getElementById(opener.getAttribute("popovertarget")).classList.toggle("is-open");
    event.target.closest("[data-close]")?.closest("dialog")?.close();
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // Signed in again in place: the dialog goes, the page stays and learns the new token.
  const signedIn = (mark, place) => {
    if (mark.dataset.user !== document.body.dataset.user) { typed = false; location.assign("/"); return; }
    document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": mark.dataset.signedIn }));
    all("input[name=csrf_token]").forEach((input) => { input.value = mark.dataset.signedIn; });
    place.replaceChildren();
    document.dispatchEvent(new Event("ocop:signed-in"));
    document.getElementById("messages").scrollIntoView({ block: "nearest" });
    left?.focus({ preventScroll: true });
  };

  // htmx: say what changed, keep the focus near, show an error that was sent to the messages.
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const place = typeof ctx.target === "string" ? document.querySelector(ctx.target) : document.getElementById(ctx.target?.id);
    const mark = document.querySelector("#in-place [data-signed-in]");
    prepare();
    if (mark) { signedIn(mark, mark.parentElement); return; }
    announce(place?.querySelector("[data-announce]")?.dataset.announce);
    if (place?.id === "messages") place.scrollIntoView({ block: "nearest" });
    else if (document.activeElement === document.body) place?.querySelector("[tabindex]")?.focus({ preventScroll: true });
  });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.request.method !== "GET" && ctx.response.status < 400) typed = false;
  });

  // Checklists kept on this device are for their user only; what waits here to be sent is told on every other page.
  const me = document.body.dataset.user;
  if (window.caches && localStorage.getItem("ocop-field") && (me || document.querySelector("main form[action$='/login']"))) {
    caches.keys().then((names) => names.filter((name) => name.startsWith("field-") && !name.startsWith(`field-${me}-`)).forEach((name) => caches.delete(name)));
  }
  const waiting = JSON.parse(localStorage.getItem("ocop-waiting") || "{}")[me];
  if (waiting && !document.getElementById("field")) {
    const note = document.createElement("p");
    note.className = "note note-warn";
    Object.entries(waiting).forEach(([visit, [count, point]]) => {
      const link = Object.assign(document.createElement("a"), { href: `/assessments/${visit}/checklist`, textContent: `${point} (${count})` });
      note.append(note.hasChildNodes() ? ", " : `${document.body.dataset.waiting} `, link);
    });
    document.getElementById("messages")?.append(note);
  }
  prepare();
})();
