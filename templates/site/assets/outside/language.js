(() => {
"use strict";
// Leads to the language that the reader prefers, or that was chosen last.
const links = [...document.querySelectorAll("a[hreflang]")];
const kept = localStorage.getItem("language");
const wanted = [...(kept ? [kept] : []), ...navigator.languages].map((tag) => tag.toLowerCase());
const near = (tag) => links.find((link) => link.hreflang === tag) || links.find((link) => link.hreflang.split("-")[0] === tag.split("-")[0]);
const found = wanted.map(near).find(Boolean);
if (found) location.replace(found.href);
})();
