// What the answered lines come to, while the server cannot be asked. The same rules as assessments/rules.py, in exact
// fractions; a test holds both against each other over made-up editions and answers.
"use strict";
window.fieldResult = (() => {
  const NUMBER = /^(\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d{1,3}))?$/;

  const exact = (text) => { // "12.5" -> [125n, 10n]
    const [whole, rest = ""] = text.split(".");
    return [BigInt(whole + rest), 10n ** BigInt(rest.length)];
  };
  const plus = ([n, d], [m, e]) => [n * e + m * d, d * e];
  const times = ([n, d], [m, e]) => [n * m, d * e];
  const over = ([n, d], [m, e]) => [n * e, d * m];
  const below = ([n, d], [m, e]) => n * e < m * d;
  const sum = (all) => all.reduce(plus, [0n, 1n]);

  // What is typed as a number; null for what the server would not take.
  const amount = (typed) => {
    const found = NUMBER.exec((typed || "").trim());
    return found && exact(`${found[1].replaceAll(".", "")}.${found[2] || ""}`);
  };
  // null: open; "na"; else whether it is met and its part of the line's points.
  const judged = (line, given) => {
    if (given.a === "na") return given.n ? null : "na";
    if (line.kind === "yes_no") return ["yes", "no"].includes(given.a) ? { met: given.a === "yes" } : null;
    if (line.kind === "one_of") return given.a ? { met: given.a !== "none" } : null;
    const number = amount(given.n);
    if (!number || (line.most && below(exact(line.most), number))) return null;
    const met = !below(number, exact(line.from));
    return line.kind === "score" ? { met, part: over(number, exact(line.most)) } : { met };
  };
  // Out of 100 over the lines that count; null with nothing to count.
  const share = (lines) => {
    if (!lines.length) return null;
    const earned = lines.map(({ line, seen }) => times(exact(line.weight), seen.part || [seen.met ? 1n : 0n, 1n]));
    return over(times([100n, 1n], sum(earned)), sum(lines.map(({ line }) => exact(line.weight))));
  };

  // rules: {must, least, sections: [[least, [line ids]]], lines: {id: {code, kind, must, weight, from, most}}};
  // answers: {id: {a, n}}.
  const of = (rules, answers) => {
    const all = Object.entries(rules.lines).map(([id, line]) => ({ id: Number(id), line, seen: judged(line, answers[id] || {}) }));
    const counted = all.filter(({ seen }) => seen && seen !== "na"), unmet = counted.filter(({ seen }) => !seen.met);
    const failing = unmet.filter(({ line }) => rules.must && line.must).map(({ line }) => line.code);
    const scored = rules.least !== null || rules.sections.length > 0, whole = scored ? share(counted) : null;
    const short = rules.sections.some(([least, ids]) => {
      const own = share(counted.filter(({ id }) => ids.includes(id)));
      return own && below(own, exact(least));
    });
    const low = whole && below(whole, exact(rules.least || "0"));
    return {
      answered: all.filter(({ seen }) => seen).length,
      met: counted.length - unmet.length,
      unmet: unmet.length,
      na: all.filter(({ seen }) => seen === "na").length,
      failing,
      result: !counted.length ? "no_data" : failing.length || low || short ? "fail" : "pass",
      score: whole && shown(whole),
    };
  };
  // Rounded half up to 0,1, as a Vietnamese number.
  const shown = ([n, d]) => {
    const tenths = (20n * n + d) / (2n * d);
    return `${tenths / 10n},${tenths % 10n}`;
  };
  return { of };
})();
