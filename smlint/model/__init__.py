"""The values that pass between the stages of a run. They are immutable."""
