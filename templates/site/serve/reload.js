// Only while the site is served for editing: loads this page again after each build.
let known;
async function look() {
  const builds = await fetch("/_state").then((answer) => answer.json());
  if (known !== undefined && builds !== known) location.reload();
  known = builds;
}
setInterval(() => look().catch(() => {}), 400);
