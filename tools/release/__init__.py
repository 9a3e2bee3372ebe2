"""Tools for a release: the matrix of versions, the manual, and the lists of packages and licences."""
