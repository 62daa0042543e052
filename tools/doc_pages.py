"""Generate documentation from the code, as Markdown: rules, catalog tables, configuration, commands, the GitHub Action."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from smlint.cli.command_table import COMMANDS  # noqa: E402  # the checkout, not an installed smlint
from smlint.cli.commands.explain import as_markdown, traits  # noqa: E402
from smlint.cli.commands.image_list import ImageFilter, ImageRow, listing  # noqa: E402
from smlint.images.catalog import load_catalog  # noqa: E402
from smlint.images.instances import parse_instance_type  # noqa: E402
from smlint.images.tags import version_key  # noqa: E402
from smlint.linter.fact_fields import FIELDS  # noqa: E402
from smlint.linter.rule import CATEGORIES, LoadedRule  # noqa: E402
from smlint.runner.registry import load  # noqa: E402
from tools.generate_docs import example as readme_example  # noqa: E402
from tools.generate_docs import output  # noqa: E402


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in (head, ["---"] * len(head), *rows)) + "\n"


def rule_pages() -> dict[str, str]:
    """Return the list of rules and the page of each rule, by path."""
    rules = load()
    return {"rules/index.md": rules_index(rules)} | {f"rules/{rule.name}.md": rule_page(rule) for rule in rules}


def rule_navigation() -> list[dict[str, list[str]]]:
    """Return the rule pages by category, in the navigation format of mkdocs."""
    pages_by_category = {category: [f"rules/{rule.name}.md" for rule in load() if rule.rule.category == category] for category in CATEGORIES}
    return [{CATEGORIES[category]: pages} for category, pages in pages_by_category.items() if pages]


def rules_index(rules: tuple[LoadedRule, ...]) -> str:
    """Return the page that lists all rules by category."""
    parts = [
        "# Rules",
        f"smlint has {len(rules)} rules. `smlint explain RULE` prints the page of a rule. `--select` and `--ignore` accept names of rules and "
        "categories.",
    ]
    for category in CATEGORIES:
        rows = [
            [f"[`{rule.name}`]({rule.name}.md)", rule.summary.rstrip("."), severity(rule), str(rule.applicability) if rule.applicability else ""]
            for rule in rules
            if rule.rule.category == category
        ]
        if rows:
            parts += [f"## {CATEGORIES[category]} {{#{category}}}", f"Category `{category}`.", table(["rule", "reports", "severity", "fix"], rows)]
    return "\n\n".join(parts) + "\n"


def severity(rule: LoadedRule) -> str:
    """Return the default severity, and whether the rule is off or in preview."""
    return rule.rule.severity.value + ("" if rule.rule.enabled else ", off by default") + (", preview" if rule.rule.preview else "")


def rule_page(rule: LoadedRule) -> str:
    """Return the page of a rule: the text of `smlint explain`, and all further examples."""
    parts = [f"# {rule.name}", f"*{traits(rule)}*", as_markdown(rule)]
    others = [(example.text, "reports") for example in rule.rule.invalid[1:]] + [(example.text, "accepts") for example in rule.rule.valid[1:]]
    if others:
        parts.append(
            "## More examples\n\nThe tests run all examples. A comment `# <-` marks a reported line, followed by words from the message."
        )
        for verb in ("reports", "accepts"):
            texts = [text for text, kind in others if kind == verb]
            parts += [f"### {verb.capitalize()}" if texts else "", *(f"```yaml\n{dedent(text).strip()}\n```" for text in texts)]
    return "\n\n".join(part for part in parts if part) + "\n"


def catalog_sources() -> str:
    """Return a table of the sources of the bundled catalog: the date of each, the lists that are only as new as it, and what it gives."""
    sources = load_catalog().provenance
    rows = [
        [
            f"{source['name']} {source.get('version', '')}".strip(),
            source["date"],
            ", ".join(source["lists"].split()) or "-",
            source["gives"],
        ]
        for source in sources
    ]
    return table(["source", "date", "lists", "gives"], rows)


def graviton() -> str:
    """Return a table for each framework: the versions with arm64 images, and those with x86_64 images only."""
    catalog = load_catalog()
    rows = listing(ImageFilter(scope="inference", architecture="arm64"), catalog)
    parts = [f"Catalog of {catalog.as_of}. `smlint images --arch arm64` prints the same list."]
    for framework in dict.fromkeys(row.key.framework for row in rows):
        parts += [f"### {framework}", table(*_versions(framework, [row for row in rows if row.key.framework == framework]))]
    return "\n".join(parts)


def _versions(framework: str, arm: list[ImageRow]) -> tuple[list[str], list[list[str]]]:
    """Return the header, and a row for each version since the first one that runs on Graviton."""
    x86 = listing(ImageFilter(framework=framework, scope="inference", architecture="x86_64"), load_catalog())
    others = [row for row in x86 if row.key.processor in ("cpu", None)]
    by_version = {row.key.version: row for row in arm}
    first = min(version_key(version) for version in by_version)
    versions = sorted({*by_version, *(row.key.version for row in others)}, key=version_key, reverse=True)
    rows = []
    for version in versions:
        if version_key(version) < first:
            continue
        row = by_version.get(version)
        if row is None:
            rows.append([version, "x86_64 only", "", "", "", ""])
        else:
            end = row.end_of_patch or ("ended" if row.over else "not announced")
            pythons = ", ".join(row.pythons)
            rows.append([version, "yes", ", ".join(f"`{name}`" for name in row.repositories), pythons, str(len(row.regions)), end])
    return ["version", "on Graviton", "repository", "Python", "Regions", "end of patch"], rows


def instances() -> str:
    """Return a table of the Graviton families for endpoints: sizes, and the number of Regions with a price."""
    types = load_catalog().instance_types
    families: dict[str, list[str]] = {}
    for name in types.names("hosting"):
        parsed = parse_instance_type(name)
        if parsed.architecture == "arm64":
            families.setdefault(name.split(".")[1], []).append(name)
    rows = []
    for family, names in sorted(families.items()):
        regions = {region for name in names for region in types.priced_regions(name, "hosting")}
        sizes = sorted((name.split(".")[2] for name in names), key=_size)
        rows.append([f"`ml.{family}`", ", ".join(sizes), str(len(regions)) if regions else "none"])
    return table(["family", "sizes", "Regions with a price"], rows)


def _size(name: str) -> tuple[int, int]:
    order = ("medium", "large", "xlarge")
    return (order.index(name), 0) if name in order else (len(order), int(name.removesuffix("xlarge")))


def configuration() -> str:
    """Return a table of all configuration keys, from the schema."""
    schema = json.loads((ROOT / "smlint/schemas/config.json").read_text(encoding="utf-8"))
    rows = []
    for key, property_ in schema["properties"].items():
        default = f"`{json.dumps(property_['default'])}`" if "default" in property_ else ""
        rows.append([f"`{key}`", _kind(schema, property_), default, property_["description"]])
    return table(["key", "type", "default", "description"], rows)


Schema = dict[str, object]


def _kind(schema: Schema, property_: Schema) -> str:
    """Return the type of a value in terms of TOML."""
    target = property_.get("$ref")
    if isinstance(target, str):
        definitions = schema["definitions"]
        assert isinstance(definitions, dict)  # noqa: S101  # guaranteed by our schema
        return _kind(schema, definitions[target.rpartition("/")[2]])
    choices = property_.get("enum")
    if isinstance(choices, list):
        return " or ".join(f"`{json.dumps(choice)}`" for choice in choices)
    names = {"string": "string", "boolean": "boolean", "integer": "integer", "array": "list", "object": "table"}
    kind = names[str(property_["type"])]
    inner = property_.get("items") if kind == "list" else property_.get("additionalProperties")
    if kind == "list" and isinstance(inner, dict):
        return f"list of {_kind(schema, inner)}s"
    if kind == "table" and isinstance(inner, dict) and "anyOf" not in inner:
        return f"table of {_plural(_kind(schema, inner))}"
    return kind


def _plural(kind: str) -> str:
    return kind if kind.startswith("`") else kind.replace("list of", "lists of", 1) if kind.startswith("list") else f"{kind}s"


def commands() -> str:
    """Return the help of every command."""
    parts = [f"```text\n{output('--help')}\n```"]
    for name in COMMANDS:
        parts.append(f"## smlint {name}\n\n```text\n{output(name, '--help')}\n```")
    return "\n\n".join(parts)


def action() -> str:
    """Return tables of the inputs and outputs of the GitHub Action."""
    definition = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
    inputs = [
        [f"`{name}`", f"`{entry['default']}`" if entry["default"] else "", entry["description"]] for name, entry in definition["inputs"].items()
    ]
    outputs = [[f"`{name}`", entry["description"]] for name, entry in definition["outputs"].items()]
    return table(["input", "default", "description"], inputs) + "\n" + table(["output", "description"], outputs)


def language_server() -> str:
    """Return the instructions for the language server; empty if this version has none."""
    if "lsp" not in COMMANDS:
        return ""
    return (
        "## Language server\n\n"
        "`smlint lsp` is a language server that communicates over standard input and output. It needs an extra of the package:\n\n"
        "```console\n$ python -m pip install '.[lsp]'\n```\n\n"
        "It shows findings while you type, offers fixes as code actions, and describes image URIs on hover. Start it for YAML and JSON "
        "files. In Neovim (0.11 or newer):\n\n"
        "```lua\nvim.lsp.config('smlint', {\n  cmd = { 'smlint', 'lsp' },\n  filetypes = { 'yaml', 'json' },\n"
        "  root_markers = { 'smlint.toml', '.git' },\n})\n"
        "vim.lsp.enable('smlint')\n```\n\nIn Helix, in `languages.toml`:\n\n"
        '```toml\n[language-server.smlint]\ncommand = "smlint"\nargs = ["lsp"]\n\n[[language]]\nname = "yaml"\nlanguage-servers = ["smlint"]\n```\n'
    )


def facts() -> str:
    """Return a table of all deployment facts."""
    rows = []
    for field in FIELDS:
        values = f" One of `{'`, `'.join(field.values)}`." if field.values else ""
        rows.append([f"`{field.name}`", field.type, field.description + values])
    return table(["fact", "type", "description"], rows)


def house_rules() -> str:
    """Return the shipped example of custom rules, without its header."""
    text = (ROOT / "examples/house-rules.yaml").read_text(encoding="utf-8")
    rules = text[text.index("- name:") :]
    return f'```yaml title="house-rules.yaml"\n{rules}```'


PARTS: dict[str, Callable[[], str]] = {
    "example": readme_example,
    "graviton": graviton,
    "sources": catalog_sources,
    "instances": instances,
    "configuration": configuration,
    "commands": commands,
    "action": action,
    "lsp": language_server,
    "facts": facts,
    "house-rules": house_rules,
}
"""The parts that a page can include as `<!-- generated: NAME -->`."""

