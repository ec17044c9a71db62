// What waits on this device to be sent: one row a change in IndexedDB, kept until the server has it.
"use strict";
window.fieldStore = (() => {
  const NAME = "ocop-field", MARK = "ocop-waiting";
  let opened = null;

  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const open = () => {
    opened ||= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore("items", { keyPath: "key" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  };
  // Resolves when the change is on disk, not before.
  const change = async (work) => {
    const step = (await open()).transaction("items", "readwrite", { durability: "strict" });
    work(step.objectStore("items"));
    return new Promise((resolve, reject) => {
      step.oncomplete = () => resolve();
      step.onabort = step.onerror = () => reject(step.error);
    });
  };
  const all = async (user) => {
    const items = await asked((await open()).transaction("items").objectStore("items").getAll());
    return items.filter((item) => item.user === user).sort((one, other) => one.at - other.at);
  };
  // For the other pages, which say that something waits: visit -> how many, and the name of its point.
  const mark = (user, items) => {
    const told = JSON.parse(localStorage.getItem(MARK) || "{}"), visits = {};
    items.filter((item) => item.state !== "sent").forEach((item) => {
      visits[item.visit] = [(visits[item.visit]?.[0] || 0) + 1, item.point];
    });
    if (Object.keys(visits).length) told[user] = visits; else delete told[user];
    localStorage.setItem(MARK, JSON.stringify(told));
  };
  return {
    open,
    all,
    mark,
    put: (item) => change((items) => items.put(item)),
    remove: (...keys) => change((items) => keys.forEach((key) => items.delete(key))),
    replace: (item, ...keys) => change((items) => { keys.forEach((key) => items.delete(key)); items.put(item); }),
  };
})();
