"""The data files that come with smlint."""

import os

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
CATALOG = os.path.join(DATA, "catalog.json")
