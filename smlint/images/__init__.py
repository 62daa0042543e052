"""SageMaker container images: what a URI means, and which image an instance type and a Region need.

Usable alone; knows nothing of manifests. The facts are in `data/`, written by `tools/build_catalog.py`.
"""
