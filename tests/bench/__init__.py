"""Benchmarks, paired in one run: ours and what it is measured against take turns on the same
servers (A B A B, five rounds, median). `make bench` runs them all; no test asserts a time."""
