"""The steps for one project: read, complete, emit, check."""
