"""The errors that `retrieve` raises. Each is a `ValueError`, as in Amazon's SDK."""

from __future__ import annotations


class ImageError(ValueError):
    """No image matches the request. `alternatives` are up to three nearest values that would."""

    def __init__(self, message: str, alternatives: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.alternatives = alternatives[:3]


class InvalidArgument(ImageError):
    """An argument has the wrong type or is missing."""


class InvalidInstanceType(ImageError):
    """The instance type is malformed, or of hardware that SageMaker no longer offers."""


class UnsupportedFramework(ImageError):
    """No framework or algorithm has this name."""


class UnsupportedVersion(ImageError):
    """The framework has no image of this version for this scope."""


class UnsupportedPython(ImageError):
    """The version has no image with this Python."""


class UnsupportedScope(ImageError):
    """The framework has no image for this scope (`inference`, `training`, ...)."""


class UnsupportedRegion(ImageError):
    """The image is not published in this Region."""


class UnsupportedGraviton(ImageError):
    """The framework, or this version of it, has no arm64 image."""


class UnsupportedProcessor(ImageError):
    """No image supports this processor (GPU, Inferentia, Trainium, ...)."""
