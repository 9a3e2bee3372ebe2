// Only while the site is served for editing: after each build loads this page again, or opens a changed one if this one is as before.
let known;
async function look() {
  const { builds, changed } = await fetch("/_state").then((answer) => answer.json());
  if (known !== undefined && builds !== known) {
    const here = decodeURIComponent(location.pathname.slice(1));
    const tag = `${document.body.dataset.tag}/`;
    const page = changed.includes(here) ? here : changed.find((each) => each.startsWith(tag));
    if (!page || page === here) location.reload();
    else location.assign(`/${page}`);
  }
  known = builds;
}
setInterval(() => look().catch(() => {}), 400);
