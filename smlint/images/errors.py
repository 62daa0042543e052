"""The errors of `retrieve`: why there is no such image. Each is a `ValueError`, as in Amazon's SDK."""

from __future__ import annotations


class ImageError(ValueError):
    """No image fits the request. `alternatives` are at most three nearest values that would."""

    def __init__(self, message: str, alternatives: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.alternatives = alternatives[:3]


class InvalidArgument(ImageError):
    """An argument has the wrong type, or is missing where it is needed."""


class InvalidInstanceType(ImageError):
    """The instance type is malformed, or of hardware that SageMaker no longer offers."""


class UnsupportedFramework(ImageError):
    """There is no framework or algorithm of this name."""


class UnsupportedVersion(ImageError):
    """The framework has no image of this version for this use."""


class UnsupportedPython(ImageError):
    """The version has no image with this Python."""


class UnsupportedScope(ImageError):
    """The framework has no image for this use (`inference`, `training`, ...)."""


class UnsupportedRegion(ImageError):
    """The image is not published in this Region."""


class UnsupportedGraviton(ImageError):
    """There is no arm64 image: of the framework, or of this version of it."""


class UnsupportedProcessor(ImageError):
    """There is no image for this processor (GPU, Inferentia, Trainium, ...)."""
