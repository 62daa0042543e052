"""`smlint resolve`: find the image for a framework, an instance type and a Region."""

from __future__ import annotations

from smlint.cli.commands.values import chosen_catalog
from smlint.cli.console import Console
from smlint.cli.options.model import Command, Option, OptionGroup, ParsedOptions
from smlint.cli.options.shared import CATALOG, TEXT_OR_JSON
from smlint.model.images import Expected
from smlint.runtime.errors import SmlintError
from smlint.runtime.escaping import for_terminal, to_json

COMMAND = Command(
    "resolve",
    "print the image URI for a framework, instance type and Region",
    (
        OptionGroup(
            "Image",
            (
                Option(("--framework",), "resolve this framework or algorithm, such as pytorch (required)", "NAME"),
                Option(("--version",), "use this framework version (default: the newest one with a matching image)", "VERSION"),
                Option(("--instance-type",), "target this instance type, such as ml.c7g.xlarge (required)", "TYPE"),
                Option(("--region",), "target this AWS Region (required unless SMLINT_REGION is set)", "REGION"),
                Option(("--scope",), "use this image scope: inference, training, processing, ... (default: inference)", "SCOPE"),
                Option(("--py-version",), "use this Python version, such as py312", "PYTHON"),
                Option(("--base-framework-version",), "use this base framework for huggingface, such as pytorch2.1.0", "VERSION"),
            ),
        ),
        OptionGroup("Output", (TEXT_OR_JSON, CATALOG)),
    ),
    epilog="Exit codes: 0 the URI was printed; 1 no matching image, stderr says why; 2 an invalid option.",
)


def run(parsed: ParsedOptions, console: Console) -> int:
    """Print the URI; or explain on standard error why there is none, and list the nearest alternatives."""
    catalog = chosen_catalog(parsed, console)
    from smlint.images.resolve import ImageRequest, resolve

    region = parsed.value("--region") or console.environment.get("SMLINT_REGION") or None
    answer = resolve(
        ImageRequest(
            framework=_required("--framework", parsed.value("--framework")),
            region=_required("--region", region),
            instance_type=_required("--instance-type", parsed.value("--instance-type")),
            version=parsed.value("--version"),
            python=parsed.value("--py-version"),
            scope=parsed.value("--scope"),
            base_framework_version=parsed.value("--base-framework-version"),
        ),
        catalog,
    )
    as_json = parsed.value("--output-format") == "json"
    if isinstance(answer, Expected):
        if as_json:
            console.write(to_json({"uri": answer.uri, "why": answer.why, "alternatives": []}))
        else:
            console.write(f"{for_terminal(answer.uri)}\n")
            console.log(answer.why)
        return 0
    if as_json:
        console.write(to_json({"uri": None, "why": answer.message, "alternatives": list(answer.alternatives)}))
    console.print_error(f"smlint: {answer.message}")
    if answer.alternatives:
        console.print_error(f"hint: nearest: {', '.join(answer.alternatives)}")
    return 1


def _required(option: str, value: str | None) -> str:
    if value is None:
        raise SmlintError(f"'smlint resolve' needs {option}", "see smlint resolve --help")
    return value
