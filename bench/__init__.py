"""Measures how quick and how good things are; the figures are in docs/benchmarks.md."""
