"""Configuration files, the first one of a project, and the pipeline that runs one."""
