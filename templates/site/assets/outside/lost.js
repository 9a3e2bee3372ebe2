// Leads to the page that an older address meant, or names those whose addresses are most like it. Addresses of version 0.2 have the first part
// of the group only.
const place = document.getElementById("lost");
const { root, tag } = document.body.dataset;
const pairs = (text) => new Set([...text].slice(1).map((letter, at) => text[at] + letter));
const plain = (text) => decodeURIComponent(text).toLowerCase().replace(/\.html?$|[^a-z0-9]+/g, "");
const parts = location.pathname.replace(/(index)?(\.html?)?$/, "").split("/").filter(Boolean);
const asked = pairs(plain(parts.at(-1) ?? ""));
const likeness = (name) => {
  const own = pairs(plain(name));
  return (2 * [...own].filter((pair) => asked.has(pair)).length) / (own.size + asked.size || 1);
};
const address = (path) => `${root}${parts.find((part) => part in known.parts) ?? tag}/${path}/${location.search}${location.hash}`;

const known = await fetch(`${root}search/names.json`).then((answer) => answer.json());
const [folder, name] = parts.slice(-2);
const folders = [...new Set(known.pages.map(([path]) => path.split("/")[0]))].filter((each) => each.split(".")[0] === name);
const same = known.pages.filter(([path]) => path.split("/")[1] === name && path.split(".")[0] === folder);
if (folders.length === 1 || same.length === 1) location.replace(address(folders[0] ?? same[0][0]));
const near = known.pages
  .map(([path, name, version]) => ({ path, name, version, like: Math.max(likeness(path.split("/").pop()), likeness(name)) }))
  .filter((page) => page.like > 0.4)
  .sort((one, two) => two.like - one.like)
  .slice(0, 8);
const list = document.createElement("ul");
for (const { path, name, version } of near) {
  const item = document.createElement("li");
  item.append(Object.assign(document.createElement("a"), { href: address(path), textContent: `${name} ${version}` }));
  list.append(item);
}
if (near.length) place.append(list);
