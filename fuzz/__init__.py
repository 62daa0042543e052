"""Fuzzing of smlint, and what must hold for any input: see README.md."""

HARNESSES = ("nodes", "images", "whole")
"""The harnesses, each a module: `check` takes one input, and `seeds` gives the inputs to begin with."""
