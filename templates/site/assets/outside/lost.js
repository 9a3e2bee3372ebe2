// Names the pages whose addresses are most like the one that does not exist.
const place = document.getElementById("lost");
const { root, tag } = document.body.dataset;
const pairs = (text) => new Set([...text].slice(1).map((letter, at) => text[at] + letter));
const plain = (text) => decodeURIComponent(text).toLowerCase().replace(/\.html?$|[^a-z0-9]+/g, "");
const asked = pairs(plain(location.pathname.split("/").filter(Boolean).pop() ?? ""));
const likeness = (name) => {
  const own = pairs(plain(name));
  return (2 * [...own].filter((pair) => asked.has(pair)).length) / (own.size + asked.size || 1);
};

fetch(`${root}search/names.json`)
  .then((answer) => answer.json())
  .then(({ pages }) => {
    const near = pages
      .map(([path, name, version]) => ({ path, name, version, like: Math.max(likeness(path.split("/").pop()), likeness(name)) }))
      .filter((page) => page.like > 0.4)
      .sort((one, two) => two.like - one.like)
      .slice(0, 8);
    const list = document.createElement("ul");
    for (const { path, name, version } of near) {
      const item = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: `${root}${tag}/${path}/`, textContent: `${name} ${version}` });
      item.append(link);
      list.append(item);
    }
    if (near.length) place.append(list);
  });
