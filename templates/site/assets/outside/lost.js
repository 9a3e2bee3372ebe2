(async () => {
"use strict";
// Names the pages whose addresses are most like the one that does not exist, in the language of that.
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
const own = parts.find((part) => document.querySelector(`.languages [hreflang="${CSS.escape(part)}"]`));
if (own) document.body.dataset.tag = own; // the language of the search
const known = await fetch(`${root}search-index/names.js`).then((answer) => answer.text()).then((text) => JSON.parse(text.slice(text.indexOf(",") + 1, text.lastIndexOf(")"))));
const address = (path) => `${root}${own ?? tag}/${path}/${location.search}${location.hash}`;
for (const said of document.querySelectorAll("main > [lang]")) said.hidden = own !== undefined && said.lang !== own;

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
})();
