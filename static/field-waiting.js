// What waits on this device as the page shows it: the list, the mark at each line, and the photos, which can be
// captioned, turned and deleted as long as nobody tried to send them.
"use strict";
window.fieldWaiting = ({ say, words, here, path, acts }) => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fresh = (id) => document.getElementById(id).content.cloneNode(true);
  const lineOf = (item) => document.getElementById(`line-${item.line}`);
  const previews = new WeakMap(), cards = new Map();

  const row = (item) => {
    const made = fresh("waiting-item");
    const set = (name, text) => { made.querySelector(`[data-${name}]`).textContent = text; };
    set("code", here(item) ? item.code : `${item.code}, ${item.point}`);
    set("what", item.kind === "photo" ? say.wPhoto : say.wAnswer);
    set("at", new Date(item.at).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" }));
    set("state", { waiting: say.wWaits, conflict: say.wConflict, refused: say.wNotTaken }[item.state]);
    set("reason", item.reason);
    made.querySelector("[data-reason]").hidden = !item.reason;
    made.querySelector("a").href = here(item) ? `#line-${item.line}` : path(item.visit);
    const drop = made.querySelector("[data-drop]"), retry = made.querySelector("[data-retry]");
    drop.hidden = retry.hidden = item.state === "waiting";
    retry.addEventListener("click", () => acts.retry(item));
    sure(drop, () => acts.drop(item));
    return made;
  };
  // In two steps: what is given up here is nowhere else.
  const sure = (button, act) => button.addEventListener("click", () => {
    if (button.dataset.sure) { act(); return; }
    button.dataset.sure = "1";
    button.textContent = say.wSure;
  });

  // --- a photo ---------------------------------------------------------------------------------------------------

  // What the camera says, by the clocks of Việt Nam; the day of another is told as it is on the page of the visit.
  const moment = (item) => {
    const [, year, month, day, clock, zone] = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)(.*)$/.exec(new Map(item.fields).get("taken")) || [];
    const at = year ? new Date(`${year}-${month}-${day}T${clock}${zone || "+07:00"}`) : NaN;
    if (Number.isNaN(Number(at))) return [say.wNoMoment, false];
    const zoned = { timeZone: "Asia/Ho_Chi_Minh" }, on = at.toLocaleDateString("sv-SE", zoned);
    if (say.day && on !== say.day) return [words(say.wOtherDay, { day: on.split("-").reverse().join("/") }), true];
    return [words(say.wTaken, { at: at.toLocaleTimeString("vi-VN", { ...zoned, hour: "2-digit", minute: "2-digit" }) }), false];
  };
  const card = (item) => {
    if (cards.has(item.key)) return cards.get(item.key);
    const made = fresh("waiting-photo").firstElementChild, caption = made.querySelector("[data-caption]");
    const told = made.querySelector("[data-moment]"), [text, late] = moment(item);
    told.textContent = text;
    told.className = late ? "late" : "";
    made.setAttribute("aria-label", `${say.wPhoto} ${item.code}`);
    caption.value = new Map(item.fields).get("caption") || "";
    caption.addEventListener("change", () => acts.caption(item, caption.value.trim()));
    caption.addEventListener("blur", () => setTimeout(acts.written)); // it was held back while somebody wrote here
    made.querySelector("[data-turn]").addEventListener("click", () => acts.turn(item));
    sure(made.querySelector("[data-remove]"), () => acts.drop(item));
    cards.set(item.key, made);
    return made;
  };
  const showPhoto = (item) => {
    const made = card(item), image = made.querySelector("img");
    if (previews.get(item)?.blob !== item.blob) {
      URL.revokeObjectURL(previews.get(item)?.url);
      previews.set(item, { blob: item.blob, url: URL.createObjectURL(item.blob) });
      image.src = previews.get(item).url;
    }
    made.querySelector("[data-text]").textContent = item.reason || say.wWaits;
    made.querySelector("[data-tools]").hidden = Boolean(item.tried); // the server may have it already as it was
    const place = document.getElementById(`photos-${item.line}`);
    if (made.parentElement !== place.parentElement) place.before(made);
  };

  const marks = (waiting) => {
    all("[data-wait]").forEach((one) => one.remove());
    const keys = new Set(waiting.map((item) => item.key));
    cards.forEach((made, key) => { if (!keys.has(key)) { made.remove(); cards.delete(key); } });
    waiting.filter((item) => here(item) && lineOf(item)).forEach((item) => {
      if (item.kind === "photo") { showPhoto(item); return; }
      const made = fresh("waiting-mark");
      made.querySelector("[data-text]").textContent = item.reason || say.wWaits;
      lineOf(item).querySelector(".answer").prepend(made);
    });
  };

  // --- the last resort -------------------------------------------------------------------------------------------

  const saveFile = async (waiting, user, visit) => {
    const read = (blob) => new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsDataURL(blob);
    });
    const rows = await Promise.all(waiting.map(async ({ blob, ...item }) => (
      { ...item, at: new Date(item.at).toISOString(), photo: blob ? await read(blob) : null })));
    const text = JSON.stringify({ what: "ocop-points-waiting-1", made: new Date().toISOString(), user, items: rows }, null, 1);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = words(say.wFile, { visit });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };
  const written = (item) => cards.get(item.key)?.querySelector("[data-caption]");
  const writing = (item) => Boolean(written(item)) && document.activeElement === written(item);
  const commit = (waiting) => waiting.filter(writing).forEach((item) => acts.caption(item, written(item).value.trim()));
  return { row, marks, saveFile, writing, commit };
};
