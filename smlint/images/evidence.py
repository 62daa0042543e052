"""What shows that a tag was released: one letter for each kind of evidence, as in `evidence` of the catalog.

`RELEASE` is a release git tag of aws/deep-learning-containers, `DOCUMENTS` its present documents, `EARLIER_DOCUMENTS` the former table of
available images, `CONFIGURATION` the build configuration of a production image, `REVIEWED` a line of `tools/overrides.toml`, and `WITHDRAWN` a
document that no longer exists. `SDK` is the configuration of the SDK; the catalog has no letter for it.
"""

from __future__ import annotations

RELEASE = "r"
DOCUMENTS = "d"
EARLIER_DOCUMENTS = "e"
CONFIGURATION = "c"
REVIEWED = "o"
WITHDRAWN = "w"
SDK = "s"

STRENGTH = (RELEASE, DOCUMENTS, EARLIER_DOCUMENTS, CONFIGURATION, REVIEWED, WITHDRAWN)
"""The kinds of evidence in the catalog, strongest first."""

NAMES = {
    RELEASE: "release",
    DOCUMENTS: "documentation",
    EARLIER_DOCUMENTS: "earlier documentation",
    CONFIGURATION: "build configuration",
    REVIEWED: "reviewed",
    WITHDRAWN: "withdrawn documentation",
    SDK: "SDK",
}
"""The names of the kinds of evidence in reports."""
