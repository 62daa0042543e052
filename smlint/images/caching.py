"""Caches that belong to a catalog."""

from __future__ import annotations

from functools import lru_cache, partial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from typing import Concatenate, ParamSpec, TypeVar

    from smlint.images.catalog import Catalog

    Arguments = ParamSpec("Arguments")
    Result = TypeVar("Result")


def cached_per_catalog(
    maxsize: int,
) -> Callable[[Callable[Concatenate[Catalog, Arguments], Result]], Callable[Concatenate[Catalog, Arguments], Result]]:
    """Cache up to `maxsize` results of a function whose first parameter is a catalog. The cache belongs to the catalog."""

    def decorate(function: Callable[Concatenate[Catalog, Arguments], Result]) -> Callable[Concatenate[Catalog, Arguments], Result]:
        def cached(catalog: Catalog, /, *arguments: Hashable) -> Result:
            cache = catalog.caches.get(function)
            if cache is None:
                cache = catalog.caches[function] = lru_cache(maxsize)(partial(function, catalog))
            result: Result = cache(*arguments)
            return result

        cached.__doc__ = function.__doc__
        return cached  # type: ignore[return-value]  # it takes the arguments of the function, by position

    return decorate
