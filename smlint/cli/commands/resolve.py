"""`smlint resolve`: the image for a framework, an instance type and a Region."""

from __future__ import annotations

from smlint.cli.commands.catalog_option import CATALOG, TEXT_OR_JSON, use_catalog
from smlint.cli.console import Console
from smlint.cli.options import Command, Group, Option, Parsed
from smlint.model.images import Expected
from smlint.reporters.display import shown
from smlint.runtime.errors import SmlintError

COMMAND = Command(
    "resolve",
    "print the image URI for a framework, instance type and Region",
    (
        Group(
            "What is wanted",
            (
                Option(("--framework",), "the framework or algorithm, such as pytorch (required)", "NAME"),
                Option(("--version",), "its version (default: the newest that has such an image)", "VERSION"),
                Option(("--instance-type",), "what it runs on, such as ml.c7g.xlarge (required)", "TYPE"),
                Option(("--region",), "where it runs (required, unless SMLINT_REGION is set)", "REGION"),
                Option(("--scope",), "what it is for: inference (the default), training, processing, ...", "SCOPE"),
                Option(("--py-version",), "the version of Python, such as py312", "PYTHON"),
                Option(("--base-framework-version",), "for huggingface, the framework below it, such as pytorch2.1.0", "VERSION"),
            ),
        ),
        Group("Output", (TEXT_OR_JSON, CATALOG)),
    ),
    epilog="Exit codes: 0 the URI is printed; 1 there is no such image, standard error says why; 2 a bad option.",
)


def run(parsed: Parsed, console: Console) -> int:
    """Print the URI; or say on standard error why there is none, and what there is."""
    use_catalog(parsed, console)
    from smlint.images.resolve import Request, resolve

    region = parsed.value("--region") or console.environment.get("SMLINT_REGION") or None
    answer = resolve(
        Request(
            framework=_required("--framework", parsed.value("--framework")),
            region=_required("--region", region),
            instance_type=_required("--instance-type", parsed.value("--instance-type")),
            version=parsed.value("--version"),
            python=parsed.value("--py-version"),
            scope=parsed.value("--scope"),
            base_framework_version=parsed.value("--base-framework-version"),
        )
    )
    found = isinstance(answer, Expected)
    if parsed.value("--output-format") == "json":
        from smlint.reporters.machine import as_json as json_text

        uri, why = (answer.uri, answer.why) if isinstance(answer, Expected) else (None, answer.message)
        alternatives = [] if isinstance(answer, Expected) else list(answer.alternatives)
        console.write(json_text({"uri": uri, "why": why, "alternatives": alternatives}))
    elif isinstance(answer, Expected):
        console.write(f"{shown(answer.uri)}\n")
        console.tell(answer.why)
    if not isinstance(answer, Expected):
        console.complain(f"smlint: {answer.message}")
        if answer.alternatives:
            console.complain(f"hint: nearest: {', '.join(answer.alternatives)}")
    return 0 if found else 1


def _required(option: str, value: str | None) -> str:
    if value is None:
        raise SmlintError(f"'smlint resolve' needs {option}", "see smlint resolve --help")
    return value
