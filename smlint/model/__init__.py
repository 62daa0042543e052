"""The values that pass between the stages of a run. Immutable, and without behavior of their own."""
