"""Fixes tried on code that nobody wrote. ``python -m benchmarks.fuzzing --help``"""
