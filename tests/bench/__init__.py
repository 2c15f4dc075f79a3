"""Benchmarks: figures of this machine, printed; none of them is a test (`make bench`)."""
