"""Deployments of nested templates as their parent templates see them, and deployments that files which were not searched may complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from smlint.model.deployment import Deployment, DocumentReading, NestedTemplate, RemoteDeployment
from smlint.model.facts import State, unknown
from smlint.model.source import Source, Span
from smlint.model.text import Text
from smlint.project.linker import on_unknown_instance
from smlint.project.reading import FileReading


def decided_by(stack: NestedTemplate, child: FileReading) -> Iterator[RemoteDeployment]:
    """Yield the deployments of a nested template in which an argument of the stack is used, with that argument as their text."""
    arguments = dict(stack.arguments)
    for reading in child.readings:
        own = (RemoteDeployment(deployment, child.source, linked=False, document=reading.document) for deployment in reading.deployments)
        for remote in (*own, *reading.remote):
            deployment = _with_arguments(remote.deployment, arguments, child.source)
            if deployment is not None:
                yield RemoteDeployment(deployment, remote.home, linked=False, document=remote.document)


def without_fixes_of_arguments(file: FileReading, names: frozenset[str]) -> FileReading:
    """Disable the fixes of deployments that use an argument: a parent template that was not found may pass another one."""
    return file._replace(
        readings=tuple(
            reading._replace(
                deployments=tuple(
                    deployment._replace(fixable=False) if _uses_argument(deployment, names) else deployment for deployment in reading.deployments
                )
            )
            for reading in file.readings
        )
    )


def withhold(file: FileReading) -> FileReading:
    """Disable fixes, and make missing facts unknown, where a file that was not searched may complete the deployment."""
    return file._replace(readings=tuple(_withhold_reading(reading) for reading in file.readings), is_incomplete=True)


def _uses_argument(deployment: Deployment, names: frozenset[str]) -> bool:
    return any(piece.text is not None and piece.name in names for text in deployment.texts() for piece in text.pieces)


def _with_arguments(deployment: Deployment, arguments: dict[str, Text], source: Source) -> Deployment | None:
    """Return the deployment with the text of arguments in place of references to them; None if it uses none."""
    changed: dict[str, Any] = {}
    for name, fact in deployment.facts():
        argument = _argument_in(fact.text, arguments)
        if argument is not None:
            changed[name] = fact._replace(text=argument)
    return deployment.located_in(source)._replace(**changed) if changed else None


def _argument_in(text: Text | None, arguments: dict[str, Text]) -> Text | None:
    """Return the argument in a text; None if it contains none."""
    if text is None or text.elsewhere is not None:
        return None
    for piece in text.pieces:
        if piece.text is not None and piece.name in arguments:
            argument = arguments[piece.name]
            return Text(tuple(piece._replace(style=None) for piece in argument.pieces), argument.anchor)
    return None


def _withhold_reading(reading: DocumentReading) -> DocumentReading:
    keys = {link.deployment.key for link in (*reading.exports, *reading.imports)}
    models = {link.deployment.key: on_unknown_instance(link.deployment) for link in reading.exports}
    return reading._replace(
        deployments=tuple(_withhold_deployment(each, keys, reading.parameters) for each in reading.deployments),
        possible=(*reading.possible, *models.values()),
    )


def _withhold_deployment(deployment: Deployment, keys: Iterable[str], parameters: Span | None) -> Deployment:
    if deployment.key and deployment.key in keys:
        missing: dict[str, Any] = {name: unknown() for name in ("image", "instance_type") if getattr(deployment, name).state is State.ABSENT}
        return deployment._replace(fixable=False, **missing)
    if parameters is not None and any(_overlaps(text, parameters) for text in deployment.texts()):
        return deployment._replace(fixable=False)
    return deployment


def _overlaps(text: Text, span: Span) -> bool:
    return any(piece.span is not None and piece.span.start < span.end and span.start < piece.span.end for piece in text.pieces)
