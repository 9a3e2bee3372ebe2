"use strict";
const page = document.documentElement;
const form = document.getElementById("filter");
const tags = [...document.querySelectorAll("[data-language]")].map((button) => button.dataset.language);
const rows = [...document.querySelectorAll("li[data-level]")].map((row) => ({ row, text: row.textContent.toLowerCase() }));

// What is chosen stands in the address, so that a link to a filtered report can be sent. A link to one finding begins with "f-".
function chosen() {
  const hash = location.hash.slice(1);
  return new URLSearchParams(hash.startsWith("f-") ? "" : hash);
}

function speak(tag) {
  page.lang = tag;
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === tag));
  }
  for (const option of document.querySelectorAll("option")) {
    const word = option.getAttribute("data-" + tag);
    if (word !== null) option.textContent = word;
  }
}

function remember() {
  const state = new URLSearchParams();
  state.set("lang", page.lang);
  if (form) {
    const given = new FormData(form);
    const levels = given.getAll("level");
    if (levels.length < form.querySelectorAll("[name=level]").length) state.set("level", levels.join(","));
    for (const name of ["direction", "rule", "text"]) if (given.get(name)) state.set(name, given.get(name));
  }
  history.replaceState(null, "", "#" + state);
}

function filter() {
  const given = new FormData(form);
  const levels = new Set(given.getAll("level"));
  const words = given.get("text").toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, text } of rows) {
    const { level, direction } = row.dataset;
    const asked = given.get("direction");
    const rule = row.closest("section").dataset.rule;
    // For one of the two directions it is as grave as it is there; what has no levels of its own concerns both alike.
    const concerned = !asked || !direction || direction === asked;
    row.hidden = !(concerned && levels.has((asked && row.dataset[asked]) || level)
      && (!given.get("rule") || rule === given.get("rule"))
      && words.every((word) => text.includes(word) || rule.includes(word)));
    shown += !row.hidden;
  }
  for (const section of document.querySelectorAll("section.rule")) {
    const left = section.querySelectorAll("li[data-level]:not([hidden])").length;
    section.hidden = !left;
    section.querySelector(".count").textContent = left;
  }
  document.querySelector("[data-shown]").textContent = shown;
  document.getElementById("none").hidden = shown > 0;
}

const asked = chosen();
const wanted = [asked.get("lang"), ...(navigator.languages || [])].filter(Boolean).map((tag) => tag.toLowerCase());
speak(wanted.map((tag) => tags.find((known) => known === tag || known.split("-")[0] === tag.split("-")[0])).find(Boolean) || tags[0]);
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => { speak(button.dataset.language); remember(); });
}
if (form) {
  const levels = asked.get("level");
  if (levels !== null) for (const box of form.querySelectorAll("[name=level]")) box.checked = levels.split(",").includes(box.value);
  for (const name of ["direction", "rule", "text"]) if (asked.get(name)) form.elements[name].value = asked.get(name);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const event of ["input", "change"]) form.addEventListener(event, () => { filter(); remember(); });
  form.addEventListener("reset", () => setTimeout(() => { filter(); remember(); }));
  filter();
}
