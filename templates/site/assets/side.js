(() => {
"use strict";
// Shows each text in the other language beside it. The page in that language has the same ids, so its texts are found by them.
const button = location.protocol === "file:" ? null : document.querySelector("[data-side]");
const other = document.querySelector("a[data-language]");
if (button && other) {
  const wanted = () => new URLSearchParams(location.search).has("side");
  let loaded;

  // The text of a field, and not that of a field below it.
  const own = (field) => field.querySelector(":scope > .said");

  async function load() {
    const answer = await fetch(other.getAttribute("href"));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const text of document.querySelectorAll("main .said")) {
      const field = text.parentElement;
      const theirs = field.id ? page.getElementById(field.id) : page.querySelector("main");
      const said = theirs && own(theirs);
      if (!said || said.lang || text.lang) continue;
      const copy = document.importNode(said, true);
      text.classList.add("ours");
      copy.classList.add("theirs");
      copy.lang = other.lang;
      text.after(copy);
    }
  }

  async function show(on) {
    if (on) await (loaded ??= load());
    const top = (field) => field.getBoundingClientRect().top;
    const field = [...document.querySelectorAll("main [id]")].find((each) => top(each) > 0);
    const before = field && top(field);
    document.body.classList.toggle("side", on);
    button.setAttribute("aria-pressed", on);
    if (field) scrollBy({ top: top(field) - before, behavior: "instant" });
  }

  button.hidden = false;
  button.addEventListener("click", () => {
    const on = !wanted();
    history.replaceState(null, "", (on ? "?side" : location.pathname) + location.hash);
    show(on);
  });
  if (wanted()) show(true).then(() => document.querySelector(":target")?.scrollIntoView({ behavior: "instant" }));
}
})();
