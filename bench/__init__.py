"""Benchmarks: speed as ratios against hand-written programs, each run side by side on this machine."""
