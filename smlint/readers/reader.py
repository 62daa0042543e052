"""The interface of a reader: the functions that a format provides, and the context that it reads documents in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from smlint.images.catalog import Catalog, load_catalog
from smlint.model.deployment import DocumentReading
from smlint.model.text import Text
from smlint.runtime.named_tuple import NamedTuple
from smlint.syntax import Document

ANY = "*"
"""Stands for every parameter in the pairs and names of a `ReadContext`."""

Substitute = Callable[[str], "Text | None"]
"""Return the text of a placeholder `${name}`; None if it is unknown."""

EmbeddedReader = Callable[[Document, "ReadContext", Substitute], "DocumentReading | None"]
"""Read a document inside a string of another one; None if no format claims it."""


def no_substitute(name: str) -> Text | None:
    """Return None: the `Substitute` of a document without placeholders."""
    return None


def ignore_embedded(document: Document, context: ReadContext, substitute: Substitute) -> DocumentReading | None:
    """Read nothing: the default `EmbeddedReader`."""
    return None


class ReadContext(NamedTuple):
    """What a reader knows about a deployment from outside its document.

    `region` is the AWS Region to read the document for, None if none was given. `parameters` are parameter values by name, `defaults`
    values of parameters that another file of the same module declares: they are weaker, since they may be overridden. `providers` are the
    Regions of the providers that other files of a Terraform module configure (`aws`, `aws.alias`), and `uses` what those files refer to
    (`var.image`, `local.images.cpu`; `*` if one of them is unreadable): values with uses outside the file that is read. `users` are the
    models that those files use, other than by a name that links them. `locals` are the local values that those files define, as (name,
    template or expression) pairs. `unknown` are the parameters that a file sets to something unreadable (`ANY` for all), `listed` other
    values that files set some to (None if unreadable; `*` for all), which may be meant for something else, `allowed` those that validations
    in other files of a Terraform module allow, and `overrides` the override files of a Terraform module, as (name, text) pairs.
    With `is_nested`, another template deploys the document with these `parameters`, and the other parameters have their defaults; those in
    `defaults` are defaults of that template, and those in `conditional` depend on a condition of it. `others` are further contexts in which
    the document is deployed as well; with `is_possible`, its deployments in that context are only possible. `call` identifies the call of
    a Terraform module that passes the `parameters`. `read_embedded` reads documents inside strings. `custom_catalog` is the user's image
    catalog, None for the bundled one.
    """

    region: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()
    providers: tuple[tuple[str, str], ...] = ()
    uses: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    locals: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    listed: tuple[tuple[str, str | None], ...] = ()
    allowed: tuple[tuple[str, str | None], ...] = ()
    overrides: tuple[tuple[str, str], ...] = ()
    read_embedded: EmbeddedReader = ignore_embedded
    is_nested: bool = False
    conditional: tuple[str, ...] = ()
    others: tuple[ReadContext, ...] = ()
    is_possible: bool = False
    call: str = ""
    custom_catalog: Catalog | None = None

    @property
    def catalog(self) -> Catalog:
        """The catalog that image URIs are parsed with."""
        return self.custom_catalog or load_catalog()


DEFAULT_CONTEXT = ReadContext()
"""The context of a document about which nothing else is known."""


def without_context(claims: Callable[[Document], bool]) -> Callable[[Document, ReadContext], bool]:
    """Return a `claims` function for `Reader` from one that looks only at the document."""

    def claims_in_context(document: Document, context: ReadContext) -> bool:
        return claims(document)

    return claims_in_context


class Reader(NamedTuple):
    """The functions that a format provides: whether it claims a document, and what it reads in one.

    `read_together`, if a format has it, reads all documents of a text that the format claims, because objects in one may refer to objects
    in another. It returns one reading per document, in order.
    """

    claims: Callable[[Document, ReadContext], bool]
    read: Callable[[Document, ReadContext], DocumentReading]
    read_together: Callable[[Sequence[Document], ReadContext], list[DocumentReading]] | None = None
