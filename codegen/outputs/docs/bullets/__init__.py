"""Pages whose fields are bullets: what the list and the plain layout share."""
