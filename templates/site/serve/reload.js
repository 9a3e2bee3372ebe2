// Only while the site is served for editing: opens the page that an edit has changed, or shows this one again.
let known;
const here = () => location.pathname.replace(/^\/|(index\.html)?$/g, "");
async function look() {
  const { state, pages } = await fetch("/_state").then((answer) => answer.json());
  if (known !== undefined && state !== known) {
    const places = pages.map((page) => page.replace(/index\.html$/, ""));
    const tag = document.documentElement.lang;
    if (!places.length || places.includes(here())) location.reload();
    else location.assign(`/${places.find((place) => place.startsWith(`${tag}/`)) ?? places[0]}`);
  }
  known = state;
}
setInterval(() => look().catch(() => {}), 400);
