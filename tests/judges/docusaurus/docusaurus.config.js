// A site of nothing but the pages in `docs`, for which every dead link and anchor is an error.
module.exports = {
  title: "Garden",
  url: "https://docs.example.com",
  baseUrl: "/",
  onBrokenLinks: "throw",
  onBrokenAnchors: "throw",
  onDuplicateRoutes: "throw",
  markdown: { format: "detect", hooks: { onBrokenMarkdownLinks: "throw", onBrokenMarkdownImages: "throw" } },
  presets: [["classic", { docs: { routeBasePath: "/" }, blog: false }]],
};
