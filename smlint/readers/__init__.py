"""Readers: one file or folder per format. Each turns the documents it claims into deployments; none knows a rule."""
