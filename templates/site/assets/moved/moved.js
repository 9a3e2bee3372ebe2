// Leads from an address of an earlier version to the same field on the page of today.
const link = document.querySelector("a");
link.search = location.search;
link.hash = location.hash;
location.replace(link.href);
