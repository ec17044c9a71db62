// How far one is and what it comes to so far: the section at hand, and what is counted while nothing comes from the server.
"use strict";
window.fieldProgress = (() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const code = (line) => line.querySelector(".crit-no").textContent;

  const given = (form) => {
    const told = {};
    for (const [name, value] of new FormData(form)) {
      const [, field, id] = /^([an])(\d+)$/.exec(name) || [];
      if (id) (told[id] ||= {})[field] = value;
    }
    return told;
  };
  // Marked as worked out on this device: the server says it again when everything was sent.
  const sentence = (found, say, words) => {
    if (!found.answered) return say.wNone;
    const score = found.score === null ? "" : `${words(say.wScore, { score: found.score })} · `;
    const why = found.failing.length ? ` ${words(say.wFails, { codes: found.failing.join(", ") })}` : "";
    return `${say.wRunning} ${score}${{ pass: say.wPass, fail: say.wFail, no_data: say.wNoData }[found.result]}${why}`;
  };
  const draw = (svg, found, total) => {
    const parts = [["f-ok", found.met], ["f-bad", found.unmet], ["f0", found.na]];
    let x = 0;
    all("rect:not(.bg)", svg).forEach((one) => one.remove());
    parts.filter(([, n]) => n).forEach(([tone, n]) => {
      const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect"), wide = 100 * n / total;
      Object.entries({ class: tone, x: `${x}%`, width: `${Math.max(wide - 0.3, 0.3)}%`, height: "100%" }).forEach(([name, value]) => bar.setAttribute(name, value));
      svg.append(bar);
      x += wide;
    });
  };
  const count = (form, say, words, icon) => {
    const lines = all(".crit"), answers = given(form), rules = JSON.parse(say.rules);
    const done = (line) => Boolean(answers[line.id.slice(5)]?.a || answers[line.id.slice(5)]?.n);
    const found = window.fieldResult.of(rules, answers), open = lines.filter((line) => !done(line));
    const counted = document.createElement("span"), result = document.createElement("span");
    counted.textContent = words(say.wProgress, { n: lines.length - open.length, of: lines.length });
    result.textContent = sentence(found, say, words);
    document.querySelector("#bar .small").replaceChildren(counted, result);
    const svg = document.querySelector("#bar svg.bar");
    svg.setAttribute("aria-label", `${counted.textContent}. ${result.textContent}`);
    draw(svg, found, lines.length);
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
