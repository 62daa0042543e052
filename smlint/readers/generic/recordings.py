"""Recognize, by their shape, files that repeat what was sent, answered or found, and documents: they deploy nothing.

Formats, read 2026-11-29: https://docs.pact.io, https://wiremock.org/docs/stubbing/, https://vcrpy.readthedocs.io,
https://learning.postman.com/collection-format/, http://www.softwareishard.com/blog/har-12-spec/,
https://nbformat.readthedocs.io/en/latest/format_description.html, https://docs.oasis-open.org/sarif/sarif/v2.1.0/,
https://developer.hashicorp.com/terraform/language/tests, https://www.mkdocs.org/user-guide/configuration/,
https://mlflow.org/docs/latest/ml/tracking/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from smlint.readers.common import items_of, mapping_of
from smlint.syntax import Mapping as MappingNode
from smlint.syntax import Node, Scalar, Sequence, resolve

_REQUEST_KEYS = frozenset({"method", "url", "urlPath", "urlPattern", "urlPathPattern", "uri", "path", "bodyPatterns"})
_RUN_KEYS = frozenset({"status", "start_time", "end_time", "lifecycle_stage", "artifact_uri", "experiment_id"})
_TEST_KEYS = frozenset({"command", "variables", "assert", "module", "plan_options", "expect_failures"})
_SITE_KEYS = frozenset({"nav", "theme", "extra", "plugins", "docs_dir", "markdown_extensions", "site_url", "repo_url"})
_ROLES = frozenset({"user", "assistant", "system", "tool", "developer", "function"})
_STATUS_KEYS = ("status", "statusCode", "status_code")
_METHODS = ("GET ", "POST ", "PUT ", "PATCH ", "DELETE ")
# Of the output of `smlint facts --output-format json`.
_FACT_KEYS = frozenset({"pointer", "format", "instance_architecture", "image_origin"})
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]", "host.docker.internal", "localstack", "moto")


def is_recording(root: MappingNode) -> bool:
    """Return whether a document records requests or results, or is for people: not even the documents in its strings are deployed."""
    return any(recognize(root) for recognize in _RECOGNIZERS)


def is_recorded(entries: Mapping[str, Node]) -> bool:
    """Return whether a mapping is one message: an answer over HTTP, a turn of a chat, or a line of smlint's own inventory."""
    if "role" in entries and "content" in entries and _text(entries.get("role")) in _ROLES:
        return True
    if any(key.startswith(_METHODS) for key in entries) or entries.keys() >= _FACT_KEYS:
        return True
    has_body = any(key in entries for key in ("body", "jsonBody", "headers", "bodyFileName"))
    return has_body and any(_is_status(_text(entries.get(key))) for key in _STATUS_KEYS)


def is_local_service(entries: Mapping[str, Node]) -> bool:
    """Return whether a mapping sends its requests to this machine (LocalStack, moto): `endpoint_url: http://localhost:4566`."""
    for key, node in entries.items():
        if key.lower().replace("-", "").replace("_", "").endswith(("endpointurl", "endpointoverride")):
            host = _text(node).partition("://")[2].partition("/")[0]
            if host and host.rpartition(":")[0 if ":" in host else 2] in _LOCAL_HOSTS:
                return True
    return False


def _is_status(text: str) -> bool:
    return len(text) == 3 and text.isdecimal() and text[0] in "12345"


def _is_exchange(node: Node | None) -> bool:
    """Return whether a mapping has a request over HTTP and its response."""
    mapping = mapping_of(node)
    request, response = (mapping_of(mapping.get(key)) if mapping is not None else None for key in ("request", "response"))
    return request is not None and response is not None and not _REQUEST_KEYS.isdisjoint(request.own())


def _is_contract(root: MappingNode) -> bool:  # Pact
    parties = [mapping_of(root.get(key)) for key in ("consumer", "provider")]
    if not any(_is_list(root.get(key)) for key in ("interactions", "messages")):
        return False
    return all(party is not None and "name" in party.own() for party in parties)


def _is_stub(root: MappingNode) -> bool:  # WireMock
    return _is_exchange(root) or any(map(_is_exchange, items_of(root.get("mappings"))[:1]))


def _is_cassette(root: MappingNode) -> bool:  # VCR
    return any(_is_exchange(item) for key in ("interactions", "http_interactions") for item in items_of(root.get(key))[:1])


def _is_recorded_traffic(root: MappingNode) -> bool:  # HAR, Postman
    log = mapping_of(root.get("log"))
    return (log is not None and _is_list(log.get("entries"))) or (mapping_of(root.get("info")) is not None and _is_list(root.get("item")))


def _is_notebook(root: MappingNode) -> bool:
    return _is_list(root.get("cells")) and root.get("nbformat") is not None


def _is_report(root: MappingNode) -> bool:  # SARIF, smlint
    tool = mapping_of(root.get("tool"))
    if tool is not None and _text(tool.get("name")) == "smlint":
        return True
    if "sarif" in _text(root.get("$schema")):
        return True
    runs = [mapping_of(run) for run in items_of(root.get("runs"))[:1]]
    return any(run is not None and "results" in run.own() and mapping_of(run.get("tool")) is not None for run in runs)


def _is_tracked_run(root: MappingNode) -> bool:  # MLflow
    return ("run_id" in root.own() or "run_uuid" in root.own()) and len(_RUN_KEYS & root.own().keys()) >= 2


def _is_terraform_test(root: MappingNode) -> bool:
    runs = mapping_of(root.get("run"))
    blocks = [mapping_of(block) for block in runs.own().values()] if runs is not None else []
    return bool(blocks) and all(block is not None and not _TEST_KEYS.isdisjoint(block.own()) and block.own().keys() <= _TEST_KEYS for block in blocks)


def _is_site(root: MappingNode) -> bool:  # MkDocs
    return "site_name" in root.own() and not _SITE_KEYS.isdisjoint(root.own())


def _is_ticket(root: MappingNode) -> bool:
    return {"title", "body"} <= root.own().keys() and not {"state", "number", "labels", "assignees"}.isdisjoint(root.own())


_RECOGNIZERS: tuple[Callable[[MappingNode], bool], ...] = (
    _is_contract, _is_stub, _is_cassette, _is_recorded_traffic, _is_notebook, _is_report, _is_tracked_run, _is_terraform_test, _is_site, _is_ticket,
)  # fmt: skip


def _text(node: Node | None) -> str:
    scalar = resolve(node)
    return scalar.value if isinstance(scalar, Scalar) else ""


def _is_list(node: Node | None) -> bool:
    return isinstance(resolve(node), Sequence)
