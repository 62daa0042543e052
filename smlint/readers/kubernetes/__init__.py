"""Kubernetes objects, Kustomize files and JSON patches."""
