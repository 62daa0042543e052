"""CloudFormation and SAM templates, in YAML or JSON, including those that the CDK synthesizes.

Resource properties: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SageMaker.html (read 2026-11-22).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from smlint.model.deployment import Deployment, DocumentReading, Link, NestedTemplate
from smlint.model.facts import State, unknown
from smlint.readers.cloudformation.calls import LOOP
from smlint.readers.cloudformation.dangling import dangling_references
from smlint.readers.cloudformation.endpoints import Endpoints
from smlint.readers.cloudformation.template import FORMAT, PREFIX, CloudFormationTemplate, is_transformed
from smlint.readers.common import mapping_of
from smlint.readers.reader import ReadContext, Reader, without_context
from smlint.syntax import Document, Mapping, Scalar, resolve

MAX_POSSIBLE = 1000
"""The most deployments to make from other values of parameters."""

# A template with another document in a string or a property contains one of these...
_EMBEDDED_WORDS = ("StateMachine", "AWS::SageMaker::Pipeline", "UserParameters", '{\\"', "'{", "' {", '"{', '" {', '"\\n')
# ... or, in YAML, a string that begins on a line of its own.
_EMBEDDED_LINE = r"\n[ \t]*\{"


_NESTING_WORDS = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application", "DefinitionSubstitutions")
"""A template that passes parameters to another one, or to a state machine, contains one of these."""

_LITERAL_NAME = r"ModelName[\"']?[ \t]*:[ \t]*[\"'\w]"

# The resource types that make up an endpoint. In every other SageMaker type, image and instance type are in the same resource.
_ENDPOINT_TYPES = frozenset(PREFIX + kind for kind in ("Model", "EndpointConfig", "Endpoint", "InferenceComponent"))


def claims(document: Document) -> bool:
    """Return whether the document has `Resources`, one of them with an `AWS::` type."""
    root = mapping_of(document.root)
    resources = mapping_of(root.get("Resources")) if root is not None else None
    if resources is None:
        return False
    for key, node in resources.items:
        name = resolve(key)
        if isinstance(name, Scalar) and name.value.startswith(LOOP):
            return True
        body = mapping_of(node)
        kind = resolve(body.get("Type")) if body is not None else None
        if isinstance(kind, Scalar) and kind.value.startswith(("AWS::", "Custom::", "Alexa::")):
            return True
    return False


def read(document: Document, context: ReadContext) -> DocumentReading:
    """Read the deployments of a template in one context."""
    root = mapping_of(document.root)
    if root is None:
        return DocumentReading(FORMAT)
    has_aliases = "*" in document.text or not document.text
    template = CloudFormationTemplate(root, context, has_aliases=has_aliases)
    endpoints = Endpoints(template)
    embedded = _embedded(document, template)
    deployments = (
        *endpoints.deployments(),
        *_jobs(template),
        *_functions(document, template),
        *_loops(document, template),
        *(deployment for reading in embedded for deployment in reading.deployments),
    )
    possible = (
        *endpoints.possible_users(),
        *_with_other_values(document, root, context, deployments),
        *(deployment for reading in embedded for deployment in reading.possible),
    )
    exports, imports = _links(document, template, endpoints)
    if is_transformed(root):
        deployments, possible = tuple(_unknown_facts(deployment) for deployment in deployments), ()
        exports, imports = (), ()
    nested = _nested(document, template)
    parameters = mapping_of(root.get("Parameters"))
    is_linked = bool(nested) or any(not link.optional for link in (*exports, *imports))
    uses_parameters = parameters is not None and bool(parameters.items) and (is_linked or _use_parameters(document, (*deployments, *possible)))
    return DocumentReading(
        FORMAT,
        deployments=deployments,
        exports=exports,
        imports=imports,
        problems=(*dangling_references(template, endpoints), *(problem for reading in embedded for problem in reading.problems)),
        nested=nested,
        parameters=parameters.span if parameters is not None and uses_parameters else None,
        possible=possible,
    )


def _use_parameters(document: Document, deployments: Iterable[Deployment]) -> bool:
    """Return whether parameters may decide facts of deployments, here or in a nested template.

    They do as a part of a value, as the key of a map, or through a condition.
    """
    if not document.text or any(word in document.text for word in ("Conditions", "FindInMap", *_NESTING_WORDS)):
        return True
    pieces = (piece for deployment in deployments for text in deployment.texts() for piece in text.pieces)
    return any(piece.name and not piece.name.startswith("AWS::") for piece in pieces)


def _with_other_values(document: Document, root: Mapping, context: ReadContext, deployments: Sequence[Deployment]) -> Iterator[Deployment]:
    """Return the deployments that other values of the parameters make: allowed values, and the rows of a map that a parameter selects.

    If they are too many, these are the `deployments` themselves, with unknown facts.
    """
    if mapping_of(root.get("Parameters")) is None:
        return
    template = CloudFormationTemplate(root, context, "all")
    embedded = _embedded(document, template) if _may_embed_documents(document) else ()
    made: Iterator[Deployment] = chain(
        Endpoints(template).deployments(),
        _jobs(template),
        _functions(document, template),
        (deployment for reading in embedded for deployment in (*reading.deployments, *reading.possible)),
    )
    if context.listed:
        from smlint.readers.outside_values import plausible

        made = plausible(made)
    possible = list(islice(made, MAX_POSSIBLE + 1))
    if len(possible) > MAX_POSSIBLE:
        yield from (_unknown_facts(deployment)._replace(alternatives="") for deployment in deployments)
        return
    for deployment in possible:
        is_fixed = State.UNKNOWN not in (deployment.image.state, deployment.instance_type.state) and deployment.format == FORMAT
        if deployment.alternatives or not is_fixed or embedded:
            yield deployment._replace(alternatives="")


def _unknown_facts(deployment: Deployment) -> Deployment:
    """Return a deployment with unknown facts, because a macro may change its values."""
    return deployment._replace(
        image=deployment.image if deployment.image.absent else unknown(deployment.image.text),
        instance_type=deployment.instance_type if deployment.instance_type.absent else unknown(deployment.instance_type.text),
    )


def _jobs(template: CloudFormationTemplate) -> tuple[Deployment, ...]:
    types = {resource.type for resource in template.resources.values() if resource.type.startswith(PREFIX)}
    if types <= _ENDPOINT_TYPES:
        return ()
    from smlint.readers.cloudformation.jobs import job_deployments

    return tuple(job_deployments(template))


def _loops(document: Document, template: CloudFormationTemplate) -> tuple[Deployment, ...]:
    if LOOP not in document.text:
        return ()
    from smlint.readers.cloudformation.loops import unknown_deployments

    return tuple(unknown_deployments(template.root))


def _functions(document: Document, template: CloudFormationTemplate) -> tuple[Deployment, ...]:
    if "Variables" not in document.text or "ml." not in document.text or ".dkr." not in document.text:
        return ()
    from smlint.readers.cloudformation.functions import function_deployments

    return tuple(function_deployments(template))


def _nested(document: Document, template: CloudFormationTemplate) -> tuple[NestedTemplate, ...]:
    if not any(word in document.text for word in _NESTING_WORDS):
        return ()
    from smlint.readers.cloudformation.nested import nested_templates

    return tuple(nested_templates(template))


def _links(document: Document, template: CloudFormationTemplate, endpoints: Endpoints) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """Return the models that other stacks may use, and the variants that use a model of another stack."""
    exports: list[Link] = []
    imports: list[Link] = []
    if "Export" in document.text or "ImportValue" in document.text:
        from smlint.readers.cloudformation.exports import exported_models, importing_variants

        exports += exported_models(template, endpoints)
        imports += importing_variants(template, endpoints)
    if "Outputs" in document.text:
        from smlint.readers.cloudformation.exports import models_in_outputs, used_outputs

        exports += models_in_outputs(template, endpoints)
        imports += used_outputs(template)
    if re.search(_LITERAL_NAME, document.text) is not None:
        from smlint.readers.cloudformation.named_models import named_models, naming_variants

        exports += named_models(template, endpoints)
        imports += naming_variants(template, endpoints)
    return tuple(exports), tuple(imports)


def _embedded(document: Document, template: CloudFormationTemplate) -> list[DocumentReading]:
    if not _may_embed_documents(document):
        return []
    from smlint.readers.cloudformation.documents import TemplateDocuments

    documents = TemplateDocuments(document, template)
    return [reading for resource in template.resources.values() for reading in documents.read(resource)]


def _may_embed_documents(document: Document) -> bool:
    """Return whether a string or property of the template may contain another document."""
    if any(word in document.text for word in _EMBEDDED_WORDS):
        return True
    if document.kind == "json":
        return False
    return re.search(_EMBEDDED_LINE, document.text) is not None


READER = Reader(without_context(claims), read)
