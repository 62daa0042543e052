"""The files of a run, and the deployments whose parts are in different files."""
