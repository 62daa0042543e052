"""The parts of the documentation that the code itself tells, as Markdown: rules, the catalogue's tables, configuration, commands, the action."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from smlint.cli.command_table import COMMANDS  # noqa: E402  # the checkout's own code, not an installed one
from smlint.cli.commands.explain import as_markdown, traits  # noqa: E402
from smlint.cli.commands.image_list import ImageFilter, ImageRow, listing  # noqa: E402
from smlint.images.catalog import load_catalog  # noqa: E402
from smlint.images.instances import parse_instance_type  # noqa: E402
from smlint.images.tags import version_key  # noqa: E402
from smlint.linter.deployment_facts import FIELDS  # noqa: E402
from smlint.linter.loaded_rule import LoadedRule  # noqa: E402
from smlint.linter.rule import CATEGORIES  # noqa: E402
from smlint.runner.registry import load  # noqa: E402
from tools.generate_docs import example, output  # noqa: E402


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in (head, ["---"] * len(head), *rows)) + "\n"


def rule_pages() -> dict[str, str]:
    """Every page about rules, by its path in the documentation: one for each rule, and the list of them."""
    rules = load()
    return {"rules/index.md": rules_index(rules)} | {f"rules/{one.name}.md": rule_page(one) for one in rules}


def rule_navigation() -> list[dict[str, list[str]]]:
    """The rules' pages by category, as mkdocs takes its navigation."""
    found = {category: [f"rules/{one.name}.md" for one in load() if one.rule.category == category] for category in CATEGORIES}
    return [{CATEGORIES[category]: pages} for category, pages in found.items() if pages]


def rules_index(rules: tuple[LoadedRule, ...]) -> str:
    """All rules by category."""
    parts = [
        "# Rules",
        f"smlint has {len(rules)} rules. Each has a page, which `smlint explain RULE` prints as well. `--select` and `--ignore` take names of "
        "rules, and the names of their categories.",
    ]
    for category in CATEGORIES:
        rows = [
            [f"[`{one.name}`]({one.name}.md)", one.summary.rstrip("."), severity(one), str(one.applicability) if one.applicability else ""]
            for one in rules
            if one.rule.category == category
        ]
        if rows:
            parts += [f"## {CATEGORIES[category]} {{#{category}}}", f"Category `{category}`.", table(["rule", "finds", "severity", "fix"], rows)]
    return "\n\n".join(parts) + "\n"


def severity(one: LoadedRule) -> str:
    """The default severity, and whether the rule is on."""
    return one.rule.severity.value + ("" if one.rule.enabled else ", off by default") + (", preview" if one.rule.preview else "")


def rule_page(one: LoadedRule) -> str:
    """What `smlint explain` prints, and all the other examples."""
    parts = [f"# {one.name}", f"*{traits(one)}*", as_markdown(one)]
    others = [(example_.text, "finds") for example_ in one.rule.invalid[1:]] + [(example_.text, "passes over") for example_ in one.rule.valid[1:]]
    if others:
        parts.append(
            "## More examples\n\nThe project's tests run them all. A comment `# <-` marks the line that is reported, with words of the message."
        )
        for verb in ("finds", "passes over"):
            texts = [text for text, kind in others if kind == verb]
            parts += [f"### It {verb}" if texts else "", *(f"```yaml\n{dedent(text).strip()}\n```" for text in texts)]
    return "\n\n".join(part for part in parts if part) + "\n"


def graviton() -> str:
    """Which versions have arm64 images, by framework, and which have images for x86_64 only."""
    catalog = load_catalog()
    rows = listing(ImageFilter(scope="inference", architecture="arm64"), catalog)
    parts = [f"From the catalog of {catalog.as_of}; `smlint images --arch arm64` lists them too."]
    for framework in dict.fromkeys(row.key.framework for row in rows):
        parts += [f"### {framework}", table(*_versions(framework, [row for row in rows if row.key.framework == framework]))]
    return "\n".join(parts)


def _versions(framework: str, arm: list[ImageRow]) -> tuple[list[str], list[list[str]]]:
    """A row for every version since the first that runs on Graviton."""
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
            end = row.end_of_patch or ("over" if row.over else "not announced")
            pythons = ", ".join(row.pythons)
            rows.append([version, "yes", ", ".join(f"`{name}`" for name in row.repositories), pythons, str(len(row.regions)), end])
    return ["version", "on Graviton", "repository", "Python", "Regions", "end of patch"], rows


def instances() -> str:
    """The Graviton families for endpoints, their sizes and the number of Regions that have a price for them."""
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
        rows.append([f"`ml.{family}`", ", ".join(sizes), str(len(regions)) if regions else "none has a price"])
    return table(["family", "sizes", "Regions with a price"], rows)


def _size(name: str) -> tuple[int, int]:
    order = ("medium", "large", "xlarge")
    return (order.index(name), 0) if name in order else (len(order), int(name.removesuffix("xlarge")))


def configuration() -> str:
    """Every key of the configuration, from its schema."""
    schema = json.loads((ROOT / "smlint/schemas/config.json").read_text(encoding="utf-8"))
    rows = []
    for key, told in schema["properties"].items():
        default = f"`{json.dumps(told['default'])}`" if "default" in told else ""
        rows.append([f"`{key}`", _kind(schema, told), default, told["description"]])
    return table(["key", "type", "default", "meaning"], rows)


Schema = dict[str, object]


def _kind(schema: Schema, told: Schema) -> str:
    """What a value must be, in TOML's words."""
    target = told.get("$ref")
    if isinstance(target, str):
        definitions = schema["definitions"]
        assert isinstance(definitions, dict)  # noqa: S101  # the shape of our own schema
        return _kind(schema, definitions[target.rpartition("/")[2]])
    choices = told.get("enum")
    if isinstance(choices, list):
        return " or ".join(f"`{json.dumps(choice)}`" for choice in choices)
    names = {"string": "string", "boolean": "boolean", "integer": "whole number", "array": "list", "object": "table"}
    kind = names[str(told["type"])]
    inner = told.get("items") if kind == "list" else told.get("additionalProperties")
    if kind == "list" and isinstance(inner, dict):
        return f"list of {_kind(schema, inner)}s"
    if kind == "table" and isinstance(inner, dict) and "anyOf" not in inner:
        return f"table of {_plural(_kind(schema, inner))}"
    return kind


def _plural(kind: str) -> str:
    return kind if kind.startswith("`") else kind.replace("list of", "lists of", 1) if kind.startswith("list") else f"{kind}s"


def commands() -> str:
    """The help of every command."""
    parts = [f"```text\n{output('--help')}\n```"]
    for name in COMMANDS:
        parts.append(f"## smlint {name}\n\n```text\n{output(name, '--help')}\n```")
    return "\n\n".join(parts)


def action() -> str:
    """The inputs and outputs of the GitHub Action."""
    told = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
    inputs = [[f"`{name}`", f"`{one['default']}`" if one["default"] else "", one["description"]] for name, one in told["inputs"].items()]
    outputs = [[f"`{name}`", one["description"]] for name, one in told["outputs"].items()]
    return table(["input", "default", "meaning"], inputs) + "\n" + table(["output", "meaning"], outputs)


def language_server() -> str:
    """How an editor starts the language server, if this version has one."""
    if "lsp" not in COMMANDS:
        return ""
    return (
        "## The language server\n\n"
        "`smlint lsp` speaks the Language Server Protocol on standard input and output. It is an extra of the package:\n\n"
        "```console\n$ python -m pip install '.[lsp]'\n```\n\n"
        "Findings appear while you type, fixes are code actions, and an image URI tells what it is when you point at it. Start it for files of "
        "YAML and JSON. In Neovim (0.11 or newer):\n\n"
        "```lua\nvim.lsp.config('smlint', {\n  cmd = { 'smlint', 'lsp' },\n  filetypes = { 'yaml', 'json' },\n"
        "  root_markers = { 'smlint.toml', '.git' },\n})\n"
        "vim.lsp.enable('smlint')\n```\n\nIn Helix, in `languages.toml`:\n\n"
        '```toml\n[language-server.smlint]\ncommand = "smlint"\nargs = ["lsp"]\n\n[[language]]\nname = "yaml"\nlanguage-servers = ["smlint"]\n```\n'
    )


def facts() -> str:
    """Every fact of a deployment."""
    rows = [[f"`{one.name}`", one.type, one.description + (f" One of `{'`, `'.join(one.values)}`." if one.values else "")] for one in FIELDS]
    return table(["fact", "type", "meaning"], rows)


def house_rules() -> str:
    """The shipped example of users' own rules, without the lines for editors and authors at its head."""
    text = (ROOT / "examples/house-rules.yaml").read_text(encoding="utf-8")
    rules = text[text.index("- name:") :]
    return f'```yaml title="house-rules.yaml"\n{rules}```'


PARTS: dict[str, Callable[[], str]] = {
    "example": example,
    "graviton": graviton,
    "instances": instances,
    "configuration": configuration,
    "commands": commands,
    "action": action,
    "lsp": language_server,
    "facts": facts,
    "house-rules": house_rules,
}
"""What may stand in a page as `<!-- generated: NAME -->`."""

