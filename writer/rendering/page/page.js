"use strict";
(() => {
  const root = document.documentElement;
  const sentences = [...document.querySelectorAll(".claim")];
  const panel = document.querySelector("aside");
  const find = (id) => document.getElementById(id);
  const evidenceOf = (sentence) => find(sentence.getAttribute("href").slice(1));
  const shown = () => sentences.filter((sentence) => !sentence.classList.contains("away"));
  let chosen = null;

  root.classList.add("scripted");
  for (const part of document.querySelectorAll(".filters, .hint")) part.hidden = false;

  // Where the panel is neither beside nor above the text, it has to be gone to.
  const apart = () => getComputedStyle(panel).position === "static";

  function choose(sentence) {
    if (chosen) {
      chosen.removeAttribute("aria-current");
      evidenceOf(chosen).classList.remove("chosen");
    }
    chosen = sentence;
    document.querySelector(".hint").hidden = Boolean(sentence);
    document.querySelector(".steps").hidden = !sentence;
    root.classList.toggle("chosen", Boolean(sentence));
    find("told").textContent = "";
    if (!sentence) return;
    sentence.setAttribute("aria-current", "true");
    evidenceOf(sentence).classList.add("chosen");
    panel.scrollTop = 0;
    if (!apart()) sentence.scrollIntoView({ block: "nearest" });
  }

  function open(sentence) {
    choose(sentence);
    evidenceOf(sentence).focus({ preventScroll: !apart() });
    if (apart()) panel.scrollIntoView({ block: "start" });
  }

  function neighbour(by) {
    const all = shown();
    const here = document.activeElement.classList.contains("claim") ? document.activeElement : chosen;
    const at = all.indexOf(here);
    return all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
  }

  function step(by) {
    const next = neighbour(by);
    if (!next) return;
    choose(next);
    next.focus();
  }

  // A button keeps the focus, so that it can be pressed again; what it led to is told.
  function turn(by) {
    const next = neighbour(by);
    if (!next) return;
    const same = next === chosen;
    choose(next);
    const said = evidenceOf(next).querySelector("h3").textContent.replace(/\s+/g, " ").trim();
    find("told").textContent = same ? `No further sentence: ${said}` : said;
  }

  function back() {
    const sentence = chosen;
    choose(null);
    if (sentence) sentence.focus();
  }

  function filter(value) {
    const keeps = (sentence) =>
      value === "all" || (value === "problems" ? sentence.dataset.problems !== "0" : sentence.dataset.marked === "1");
    for (const sentence of sentences) sentence.classList.toggle("away", !keeps(sentence));
    for (const framing of document.querySelectorAll(".framing")) framing.classList.toggle("away", value !== "all");
    for (const part of [...document.querySelectorAll("main p, main section")].reverse())
      part.classList.toggle("away", value !== "all" && !part.querySelector(".claim:not(.away)"));
    const left = shown().length;
    find("shown").textContent =
      value === "all" ? `${left} sentences with evidence or problems` : `${left} of ${sentences.length} shown`;
    if (chosen && !keeps(chosen)) choose(null);
  }

  function follow() {
    const target = find(location.hash.slice(1));
    const sentence = sentences.find((one) => one === target || evidenceOf(one) === target);
    if (!sentence) return;
    if (sentence.classList.contains("away")) {
      document.querySelector("input[value=all]").checked = true;
      filter("all");
    }
    if (target === sentence) {
      choose(sentence);
      sentence.focus();
    } else open(sentence);
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const sentence = event.target.closest(".claim");
    const link = event.target.closest('a[href^="#s"]');
    if (sentence) {
      event.preventDefault();
      open(sentence);
    } else if (link && link.hash === location.hash) follow();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // Letters alone are keys only within the text and its evidence: elsewhere they may be meant for something else.
    const within = event.target.closest(".columns");
    if (event.key === "Escape" && chosen) back();
    else if (within && event.key === "j") step(1);
    else if (within && event.key === "k") step(-1);
  });
  find("next").addEventListener("click", () => turn(1));
  find("previous").addEventListener("click", () => turn(-1));
  find("close").addEventListener("click", back);
  for (const input of document.querySelectorAll("input[name=show]"))
    input.addEventListener("change", () => filter(input.value));
  window.addEventListener("hashchange", follow);
  filter((document.querySelector("input[name=show]:checked") || { value: "all" }).value);
  follow();
})();
