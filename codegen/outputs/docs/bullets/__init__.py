"""Pages with fields as bullets, shared by the list and the plain layout."""
