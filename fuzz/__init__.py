"""Fuzzing harnesses and invariants: see README.md."""

HARNESSES = ("nodes", "images", "whole")
"""The harnesses. Each is a module with `check`, which tests one input, and `seeds`, which returns the initial inputs."""
