"""Tools of the maintainers: benchmarks, figures of the documents, pictures, and what a release
needs.
"""
