"""Models with a literal name, and the production variants that name a model of another file.

Such a variant takes part in the decision about a fix, and is not reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from smlint.model.deployment import Link
from smlint.readers.cloudformation.endpoints import Endpoints
from smlint.readers.cloudformation.template import CloudFormationTemplate
from smlint.readers.common import scalar_of


def named_models(template: CloudFormationTemplate, endpoints: Endpoints) -> Iterator[Link]:
    """Yield a link for each image of each model that has a literal name."""
    for model in template.of_type("Model"):
        for properties, _ in template.mappings(model.properties, ()):
            name = scalar_of(properties.get("ModelName"))
            if name is not None and name.tag is None:
                for deployment, _ in endpoints.images_of(model.name):
                    yield Link.by_name(name.value, deployment)


def naming_variants(template: CloudFormationTemplate, endpoints: Endpoints) -> Iterator[Link]:
    """Yield a link for each instance type of each variant that names a model which the template does not create."""
    for variant in endpoints.variants():
        name = scalar_of(variant.body.get("ModelName"))
        if name is not None and name.tag is None and not endpoints.has_model(name):
            for deployment, _ in endpoints.types_of(variant):
                yield Link.by_name(name.value, deployment)
