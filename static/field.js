// The checklist in the shop, with or without network. Each change is first kept on this device (field-store.js) under a
// key of its own, then sent; the server carries a key out once, however often it comes. docs/decisions tells why.
"use strict";
(async () => {
  const place = document.getElementById("field"), store = window.fieldStore, photo = window.fieldPhoto,
    progress = window.fieldProgress;
  if (!place || !window.indexedDB || !window.htmx) return;
  const say = place.dataset, user = Number(document.body.dataset.user), visit = Number(say.visit);
  const form = document.getElementById("answers"), sync = document.getElementById("sync");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const announce = (text) => { document.getElementById("announce").textContent = text; };
  const icon = (name) => document.getElementById(`icon-${name}`).content.cloneNode(true);
  const path = (id) => `/assessments/${id}/checklist`;
  const keptOnTheWay = Boolean(navigator.serviceWorker?.controller); // else this page has not passed the worker
  try { await store.open(); } catch { return; } // no store in this browser: htmx sends, as without this script

  let items = await store.all(user), sending = null, saidOffline = !navigator.onLine, told = "", timer = 0, wantsSignIn = false,
    preparing = 0, goesOnUntil = 0;
  const waiting = () => items.filter((item) => item.state !== "sent");
  const here = (item) => item.visit === visit;
  const lineOf = (id) => document.getElementById(`line-${id}`);

  // --- what is kept ---------------------------------------------------------------------------------------------

  const newKey = () => `c-${user}-${crypto.randomUUID ? crypto.randomUUID() : all16()}`;
  const all16 = () => { // where the page is not a secure context
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  const keep = async (item) => {
    const older = items.filter((one) => item.kind === "answer" && one.kind === "answer" && one.visit === item.visit
      && one.line === item.line && one !== sending);
    try {
      await store.replace(item, ...older.map((one) => one.key));
    } catch (error) {
      told = error?.name === "QuotaExceededError" ? say.wFull : say.wNotKept;
      item.loose = true; // held by this page only, and sent all the same
    }
    items = [...items.filter((one) => !older.includes(one)), item];
    if (saidOffline) navigator.storage?.persist?.().catch(() => {}); // the browser may clear what it was not asked to keep
    show();
    send();
  };
  const forget = async (item) => {
    items = items.filter((one) => one !== item);
    await store.remove(item.key).catch(() => {});
    show();
  };
  const settle = async (item, state, reason = "") => {
    Object.assign(item, { state, reason });
    if (!item.loose) await store.put(item).catch(() => {});
  };
  const base = (line, kind) => ({
    key: newKey(), user, visit, line, kind, at: Date.now(), state: "waiting", reason: "", point: say.point,
    code: lineOf(line).querySelector(".crit-no").textContent,
  });

  const keepAnswer = (answer) => {
    const line = Number(answer.closest(".crit").id.slice(5)), own = new RegExp(`^[a-z]${line}$`);
    const fields = [...new FormData(form)].filter(([name]) => own.test(name));
    answer.dataset.dirty = "";
    return keep({ ...base(line, "answer"), url: answer.getAttribute("hx-post"), fields });
  };
  let ahead = Promise.resolve(); // one after the other, in the order in which they were chosen
  const keepPhotos = (input) => {
    const line = Number(input.closest(".crit").id.slice(5)), url = input.form.action, files = [...input.files];
    input.value = "";
    preparing += files.length;
    show();
    files.forEach((file) => { ahead = ahead.then(() => keepPhoto(line, url, file)); });
  };
  const keepPhoto = async (line, url, file) => {
    try {
      const made = await photo.ready(file);
      const blob = new Blob([await made.blob.arrayBuffer()], { type: made.blob.type }); // a copy: the file may be gone later
      preparing -= 1;
      await keep({ ...base(line, "photo"), url, fields: [["taken", made.taken]], blob, name: file.name });
    } catch { // gone already
      preparing -= 1;
      told = words(say.wNoFile, { name: file.name });
      show();
    }
  };

  // Before htmx hears of it: nothing leaves that is not kept.
  document.addEventListener("change", (event) => {
    const answer = event.target.closest(".answer");
    if (answer) { event.stopPropagation(); keepAnswer(answer); }
    if (event.target.matches("[data-auto-submit]")) { event.stopPropagation(); keepPhotos(event.target); }
  }, true);
  document.addEventListener("input", (event) => {
    const answer = event.target.closest(".answer");
    if (answer) answer.dataset.dirty = event.target.matches("textarea, [inputmode]") ? "1" : "";
  });
  document.addEventListener("click", (event) => { // without this script the button sends the form with its number
    const take = event.target.closest("[data-take]"), input = take && document.getElementById(take.dataset.take);
    if (!input) return;
    event.preventDefault();
    input.value = take.value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      all(".answer[data-dirty='1']").forEach(keepAnswer);
      shown.commit(waiting());
    } else send();
  });
  document.addEventListener("submit", (event) => {
    const adding = event.target.closest(".photo-add");
    if (adding) { // the button beside the files: they are on their way already
      event.preventDefault();
      event.stopPropagation();
      const input = adding.querySelector("input[type=file]");
      if (input.files.length) keepPhotos(input);
    } else if (event.target === form && (waiting().length || !navigator.onLine)) {
      event.preventDefault();
      event.stopPropagation();
      told = event.submitter?.formAction?.includes("then=submit") ? say.wFirst : "";
      goesOnUntil = told && navigator.onLine ? Date.now() + 5000 : 0; // on its way: nobody should have to press twice
      show();
      send();
      if (told) document.getElementById("waiting").focus();
    }
  }, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || navigator.onLine || link.getAttribute("href").startsWith("#") || link.download) return;
    event.preventDefault(); // a page of the browser's own would take this one away
    announce(say.wNoPage);
    told = say.wNoPage;
    show();
  }, true);

  // --- sending --------------------------------------------------------------------------------------------------

  const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
  const learn = (fresh) => {
    document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": fresh }));
    all("input[name=csrf_token]").forEach((input) => { input.value = fresh; });
  };
  const part = (url, options = {}) => fetch(url, {
    ...options, headers: { "HX-Request": "true", "HX-Request-Type": "partial", ...options.headers },
  });
  const post = (item) => {
    const body = new FormData();
    item.fields.forEach(([name, value]) => body.append(name, value));
    body.append("form_key", item.key);
    if (item.blob) body.append("photos", item.blob, item.name);
    return part(item.url, { method: "POST", body, headers: { "X-CSRFToken": token() } });
  };
  const swap = (text, target, how, source) => window.htmx.swap({ text, target, swap: how, sourceElement: source || document.body });
  const signIn = async (answer) => {
    if (wantsSignIn) return;
    wantsSignIn = true;
    await swap(await answer.text(), "#in-place", "innerHTML");
  };

  // An old page's token is not the session's any more: ask for the new one. False when somebody else is signed in now.
  const renewed = async () => {
    const answer = await part(say.session);
    if (answer.status === 401) { await signIn(answer); return false; }
    const who = answer.ok ? await answer.json() : {};
    if (who.user !== user) { told = say.wOther; return false; }
    learn(who.token);
    return true;
  };

  const lineSelectors = (item) => (item.kind === "photo" ? `#photos-${item.line}` : `#st-${item.line}`);
  const newerWaits = (item) => items.some((one) => one !== item && one.visit === item.visit && one.line === item.line
    && one.kind === item.kind && one.state === "waiting" && one.at > item.at);
  const toPage = async (item, answer, text) => {
    const line = here(item) && lineOf(item.line);
    if (!line) return;
    const target = answer.headers.get("HX-Retarget") || lineSelectors(item);
    if (target !== "#messages") await swap(text, target, "outerHTML", line.querySelector(".answer"));
  };
  const reasonIn = (text) => {
    const parsed = new DOMParser().parseFromString(text, "text/html");
    const found = parsed.querySelector(".err, .note, h1, h2, p");
    return found ? found.textContent.replace(/\s+/g, " ").trim() : say.wRefused;
  };

  // True when the next one may go.
  const sendOne = async (item, again = true) => {
    if (item.kind === "photo" && !item.tried) {
      item.tried = true;
      await settle(item, item.state, item.reason);
    }
    const answer = await post(item);
    if (answer.status === 401) { await signIn(answer); return false; }
    if ([400, 409].includes(answer.status) && again) return (await renewed()) && sendOne(item, false);
    if (answer.status === 429 || answer.status >= 500) { retryIn(Number(answer.headers.get("Retry-After")) || 30); return false; }
    const text = await answer.text();
    // A page of somebody else's network, or one that asks for a new password first, is no answer to this.
    const heard = new RegExp(`id="(st|photos|line)-${item.line}"`).test(text);
    if (answer.ok && !heard) { told = say.wNoAnswer; retryIn(60); return false; }
    if (answer.ok) {
      const version = new RegExp(`name="v${item.line}" value="(\\d+)"`).exec(text);
      Object.assign(item, { version: version ? Number(version[1]) : 0 });
      await settle(item, "sent");
    } else {
      const both = item.kind === "answer" && text.includes(`name="k${item.line}"`);
      await settle(item, both ? "conflict" : "refused", both ? say.wBoth : reasonIn(text));
    }
    if (!newerWaits(item)) await toPage(item, answer, text);
    return true;
  };
  const sendAll = async () => {
    for (;;) {
      const next = items.find((item) => item.state === "waiting" && !shown.writing(item));
      if (!next) return;
      sending = next;
      show();
      if (!await sendOne(next)) return;
    }
  };
  const send = async () => {
    clearTimeout(timer);
    if (sending || wantsSignIn || !items.some((item) => item.state === "waiting")) return;
    if (!navigator.onLine) { saidOffline = true; show(); return; }
    sending = items[0];
    try {
      const alone = (work) => (navigator.locks ? navigator.locks.request("ocop-field", work) : work());
      await alone(sendAll);
      saidOffline = false;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch says so when the network is gone
      saidOffline = true;
      retryIn(15);
    } finally {
      sending = null;
      show();
    }
    if (!waiting().length) {
      told = "";
      if (Date.now() < goesOnUntil) document.querySelector("#bar [formaction*='then=submit']").click();
      goesOnUntil = 0;
    }
    if (items.some((item) => item.state === "sent")) later();
  };
  const retryIn = (seconds) => { clearTimeout(timer); timer = setTimeout(send, seconds * 1000); };

  // --- the page for the next time without network ----------------------------------------------------------------

  let soon = 0;
  const later = () => { clearTimeout(soon); soon = setTimeout(() => refresh().catch(() => {}), 3000); };
  // What was sent is needed until the kept page knows of it.
  const refresh = async () => {
    const sent = items.filter((item) => item.state === "sent");
    for (const id of new Set([...sent.map((item) => item.visit), visit])) {
      if (say.cache && (id === visit || await caches.match(path(id)))) {
        const answer = await fetch(path(id), { redirect: "manual" });
        if (answer.type === "opaqueredirect") { // submitted meanwhile: nothing is answered there any more
          await (await caches.open(say.cache)).delete(path(id));
          continue;
        }
        if (!answer.ok || answer.headers.get("X-Field-Cache") !== say.cache) return;
        await (await caches.open(say.cache)).put(path(id), answer);
      }
    }
    items = items.filter((item) => !sent.includes(item));
    await store.remove(...sent.map((item) => item.key));
  };
  const prepare = async () => {
    if (!say.cache || !navigator.serviceWorker || !window.caches) { say.cache = ""; return; }
    await navigator.serviceWorker.register(say.worker, { scope: "/assessments/" });
    localStorage.setItem("ocop-field", "1");
    for (const name of await caches.keys()) {
      if (name.startsWith("field-") && name !== say.cache && navigator.onLine) await caches.delete(name);
    }
    const kept = await caches.open(say.cache), files = performance.getEntriesByType("resource").map((one) => one.name);
    const wanted = "link[href*='/static/'], script[src], .crit img[src$='/small']";
    const mine = files.filter((name) => name.startsWith(`${location.origin}/static/`));
    for (const name of new Set([...mine, ...all(wanted).map((one) => one.href || one.src)])) {
      if (!await kept.match(name, { ignoreVary: true })) await kept.add(name).catch(() => {});
    }
    if (navigator.onLine && (!keptOnTheWay || items.some((item) => item.state === "sent"))) await refresh();
    place.dataset.ready = "1";
    show();
  };

  // --- what is shown ---------------------------------------------------------------------------------------------

  // A photo that waits is changed here, once nobody tried to send it: one key stands for one content.
  const change = async (item, changes) => {
    if (item.tried || item === sending) return;
    Object.assign(item, changes);
    await settle(item, item.state, item.reason);
    show();
  };
  const withField = (item, name, value) => [...item.fields.filter(([one]) => one !== name), [name, value]];
  const shown = window.fieldWaiting({ say, words, here, path, acts: {
    retry: async (item) => { await settle(item, "waiting"); show(); send(); },
    drop: async (item) => {
      if (item.state === "waiting" && item.tried) return;
      await forget(item);
      if (here(item) && item.kind === "answer") location.reload();
    },
    caption: (item, caption) => change(item, { fields: withField(item, "caption", caption) }),
    written: () => send(),
    turn: async (item) => change(item, { blob: await photo.turned(item.blob) }),
  } });

  const panel = document.getElementById("waiting"), list = panel.querySelector("[data-list]");
  const mostly = () => {
    const left = waiting(), answers = left.filter((item) => item.kind === "answer").length;
    return words(say.wCount, { answers, photos: left.length - answers });
  };
  const status = () => {
    const left = waiting().length;
    sync.classList.toggle("sync-off", left > 0);
    if (preparing) sync.textContent = say.wPreparing;
    else if (sending && left) sync.textContent = say.wSending;
    else if (left) sync.replaceChildren(icon("off"), words(say.wNotSent, { n: left }));
    else if (saidOffline) sync.replaceChildren(icon("off"), say.wOffline);
    else if (!sync.querySelector("use:not([href$='cloud-off'])")) sync.replaceChildren(icon("on"), say.wSaved); // what stands there is ours
  };
  const show = () => {
    const left = waiting();
    panel.hidden = !left.length && !told;
    panel.querySelector("[data-title]").textContent = left.length ? mostly() : say.wNothing;
    panel.querySelector("[data-told]").textContent = told || (saidOffline ? say.wGoOn : say.wAuto);
    panel.querySelector("[data-more]").hidden = !left.length;
    list.replaceChildren(...left.map(shown.row));
    store.mark(user, items);
    status();
    shown.marks(left);
    if (left.some((item) => here(item) && item.kind === "answer")) progress.count(form, say, words, icon);
  };
  const restore = () => items.filter(here).forEach((item) => {
    const line = lineOf(item.line), version = line && line.querySelector(`[name=v${item.line}]`);
    if (item.kind !== "answer" || !version) return;
    if (item.state === "sent" && item.version <= Number(version.value)) return;
    const sent = new Map(item.fields);
    all("input, textarea", line.querySelector(".answer")).forEach((control) => {
      if (!/^[ant]\d/.test(control.name)) return;
      if (control.type === "radio" || control.type === "checkbox") control.checked = sent.get(control.name) === control.value;
      else control.value = sent.get(control.name) || "";
    });
    if (item.state === "sent") version.value = item.version;
    if (item.state === "conflict") item.state = "waiting"; // asked again, so that both answers are shown again
  });
  panel.querySelector("[data-send]").addEventListener("click", () => { told = ""; send(); });
  panel.querySelector("[data-save]").addEventListener("click", () => shown.saveFile(waiting(), user, visit));
  form.removeAttribute("data-guard"); // nothing typed here is lost when the page is left
  window.addEventListener("online", () => { saidOffline = false; show(); send(); });
  window.addEventListener("offline", () => { saidOffline = true; show(); });
  window.addEventListener("beforeunload", (event) => {
    if (preparing || waiting().some((item) => item.loose)) { event.preventDefault(); event.returnValue = ""; }
  });
  document.addEventListener("ocop:signed-in", () => {
    document.getElementById("messages").replaceChildren(); // it asks to press again, which is not needed here
    announce(say.wSignedIn);
    wantsSignIn = false;
    told = "";
    show();
    send();
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) wantsSignIn = false; });
  document.addEventListener("htmx:after:swap", () => { shown.marks(waiting()); });
  restore();
  progress.follow();
  document.body.classList.add("field-on");
  show();
  send();
  prepare().catch(() => { say.cache = ""; });
})();
