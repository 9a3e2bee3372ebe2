"""Benchmarks beside other tools."""
