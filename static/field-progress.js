// How far one is: the section at hand, and what is answered while nothing comes from the server.
"use strict";
window.fieldProgress = (() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const code = (line) => line.querySelector(".crit-no").textContent;

  // Counted here; what comes of it is the server's to say, but for a mandatory line that is not met.
  const count = (form, say, words, icon) => {
    const lines = all(".crit"), answers = new FormData(form), given = (name, line) => answers.get(name + line.id.slice(5));
    const done = (line) => Boolean(given("a", line) || given("n", line));
    const open = lines.filter((line) => !done(line));
    const missed = lines.filter((line) => line.dataset.must && ["no", "none"].includes(given("a", line)));
    const counted = document.createElement("span"), result = document.createElement("span");
    counted.textContent = words(say.wProgress, { n: lines.length - open.length, of: lines.length });
    result.textContent = missed.length ? words(say.wFails, { codes: missed.map(code).join(", ") }) : say.wLater;
    document.querySelector("#bar .small").replaceChildren(counted, result);
    const next = document.querySelector("#bar a.btn-primary");
    if (next && open.length) {
      next.href = `#${open[0].id}`;
      next.firstChild.textContent = words(say.wNext, { code: code(open[0]) });
    }
    all("h2.sec").forEach((head) => {
      const own = lines.filter((line) => sectionOf(line) === head), met = own.filter(done).length;
      const shown = document.getElementById(head.id.replace("section-", "sec-"));
      shown?.replaceChildren(`${met}/${own.length} `, ...(met === own.length ? [icon("done")] : []));
    });
  };
  const sectionOf = (line) => {
    let at = line;
    while (at && !at.matches("h2.sec")) at = at.previousElementSibling;
    return at;
  };

  // The list of sections at the top marks the one at hand.
  const follow = () => {
    const seen = new IntersectionObserver((entries) => entries.filter((one) => one.isIntersecting).forEach(({ target }) => {
      const id = sectionOf(target)?.id;
      all(".secnav a").forEach((link) => {
        if (link.hash !== `#${id}`) { link.removeAttribute("aria-current"); return; }
        link.setAttribute("aria-current", "true");
        link.closest("ul").scrollTo({ left: link.offsetLeft - 16 });
      });
    }), { rootMargin: "-30% 0px -69% 0px" });
    all(".crit").forEach((line) => seen.observe(line));
  };
  return { count, follow };
})();
