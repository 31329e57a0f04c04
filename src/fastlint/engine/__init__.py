"""Runs rules over a model, silences what is suppressed, and makes findings of the rest.

`disk` is the way in for a project on disk, `workspace` for one in memory.
"""
