"""Configuration files: discovery, keys, and precedence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smlint.cli.commands.check.plan import plan
from smlint.cli.commands.check.plan import rebased as rebased_globs
from smlint.cli.commands.schema import text as schema_text
from smlint.cli.console import Console
from smlint.cli.options.parse import parse as parse_options
from smlint.config.file import KEYS, load_config, parse
from smlint.config.finder import ConfigFinder, has_nested
from smlint.config.layers import SettingsLayer
from smlint.images.catalog_file import CATALOG
from smlint.model.findings import Severity
from smlint.model.settings import Settings
from smlint.runtime.errors import SmlintError

MISMATCH = "image-architecture-mismatch"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, and the working directory."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def settings(*words: str, environment: dict[str, str] | None = None) -> list[tuple[tuple[str, ...], Settings]]:
    """The path groups of a `smlint check` call, with their settings."""
    import io

    from smlint.cli.commands.check.command import COMMAND

    parsed = parse_options(COMMAND, words)
    console = Console(None, io.StringIO(), io.StringIO(), environment or {})
    return [(group.paths, group.settings) for group in plan(parsed, console, tuple(parsed.arguments) or (".",))]


EVERYTHING = f"""\
select = ["hardware", "{MISMATCH}"]
extend-select = ["graviton-candidate"]
ignore = ["image-processor-mismatch"]
fail-on = "warning"
regions = ["eu-west-1", "us-east-1"]
exclude = ["vendor/"]
context = ["models/*.yaml"]
unsafe-fixes = true
eol-warn-days = 90
require-ignore-reason = true
preview = true

[severity]
image-processor-mismatch = "note"

[per-file-ignores]
"old/*.yaml" = ["ALL"]

[parameters]
InstanceType = "ml.c7g.xlarge"

[images."*/team/*"]
arch = "arm64"

[images."*/team/gpu-*"]
processor = "gpu"

[registries]
"444455556666/aws" = "763104351884"
"registry.example.com:5000" = ["763104351884", "246618743249"]
"""


def test_every_key_reaches_the_settings(folder: Path) -> None:
    write(folder / "smlint.toml", EVERYTHING)
    [(paths, given)] = settings("--as-of", "2026-01-01")
    assert paths == (".",)
    assert given == Settings(
        root=str(folder),
        select=("hardware", MISMATCH),
        extend_select=("graviton-candidate",),
        ignore=("image-processor-mismatch",),
        severities=(("image-processor-mismatch", Severity.NOTE),),
        per_file_ignores=(("old/*.yaml", ("ALL",)),),
        fail_on=Severity.WARNING,
        regions=("eu-west-1", "us-east-1"),
        parameters=(("InstanceType", "ml.c7g.xlarge"),),
        exclude=("vendor/",),
        context=("models/*.yaml",),
        unsafe_fixes=True,
        require_ignore_reason=True,
        eol_warn_days=90,
        today="2026-01-01",
        preview=True,
        images=(("*/team/*", "arm64", None), ("*/team/gpu-*", None, "gpu")),
        registries=(("444455556666/aws", ("763104351884",)), ("registry.example.com:5000", ("763104351884", "246618743249"))),
    )


def test_precedence_is_command_line_then_environment_then_file(folder: Path) -> None:
    for name in ("theirs.json", "ours.json"):
        shutil.copy(CATALOG, folder / name)
    write(folder / "smlint.toml", EVERYTHING.partition("[registries]")[0])  # its accounts would be looked up in the catalog
    environment = {"SMLINT_REGION": "ap-south-1,us-west-2", "SMLINT_CATALOG": "theirs.json"}
    [(_, given)] = settings(environment=environment)
    assert (given.regions, given.catalog) == (("ap-south-1", "us-west-2"), "theirs.json")
    words = [
        "--region",
        "eu-north-1",
        "--fail-on",
        "note",
        "--param",
        "InstanceType=ml.m5.large",
        "--param",
        "A=b=c",
        "--catalog",
        "ours.json",
    ]
    [(_, given)] = settings(*words, environment=environment)
    assert (given.regions, given.catalog, given.fail_on) == (("eu-north-1",), "ours.json", Severity.NOTE)
    assert given.parameters == (("InstanceType", "ml.m5.large"), ("A", "b=c"))


@pytest.mark.parametrize(
    ("words", "select", "extend", "ignore"),
    [
        pytest.param([], ("hardware",), ("graviton-candidate",), (MISMATCH,), id="no options"),
        pytest.param(
            ["--ignore", "support"], ("hardware",), ("graviton-candidate",), (MISMATCH, "support"), id="--ignore adds"
        ),
        pytest.param(["--select", MISMATCH], (MISMATCH,), (), (), id="--select resets"),
        pytest.param(
            ["--extend-select", MISMATCH], ("hardware",), ("graviton-candidate", MISMATCH), (), id="--extend-select overrides ignore"
        ),
    ],
)
def test_merging_of_rule_selections(
    folder: Path, words: list[str], select: tuple[str, ...], extend: tuple[str, ...], ignore: tuple[str, ...]
) -> None:
    write(folder / "smlint.toml", f'select = ["hardware"]\nextend-select = ["graviton-candidate"]\nignore = ["{MISMATCH}"]\n')
    [(_, given)] = settings(*words)
    assert (given.select, given.extend_select, given.ignore) == (select, extend, ignore)


def test_tables_are_merged_and_single_values_replaced() -> None:
    lower = SettingsLayer(parameters=(("A", "1"), ("B", "2")), exclude=("x",), unsafe_fixes=True, eol_warn_days=0, regions=("eu-west-1",))
    upper = SettingsLayer(parameters=(("B", "3"),), exclude=("y",), unsafe_fixes=False, regions=())
    lower = lower._replace(images=(("a", "arm64", None), ("b", "arm64", None)), registries=(("h", ("1",)),), preview=True)
    upper = upper._replace(images=(("a", None, "gpu"),), registries=(("h", ("2",)), ("i", ("1",))))
    both = upper.over(lower)
    assert both.images == (("b", "arm64", None), ("a", None, "gpu"))
    assert (both.registries, both.preview) == ((("h", ("2",)), ("i", ("1",))), True)
    assert both.parameters == (("A", "1"), ("B", "3"))
    assert both.exclude == ("x", "y")
    assert (both.unsafe_fixes, both.eol_warn_days, both.regions) == (False, 0, ())
    assert both.settings(".").eol_warn_days == 0


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        pytest.param('ingore = ["x"]', "unknown key 'ingore'", "did you mean 'ignore'?", id="a misspelled key"),
        pytest.param("previous = 1", "unknown key 'previous'", "", id="an unknown key"),
        pytest.param('preview = "yes"', "'preview' must be a boolean, not a string", "", id="a string for a boolean"),
        pytest.param('[images]\n"a/*" = "arm64"', "'images.a/*' must be a table, not a string", "", id="an image that is not a table"),
        pytest.param('[images."a/*"]', "'images.a/*' is empty", "valid keys: arch, processor", id="empty image table"),
        pytest.param('[images."a"]\nprocesor = "gpu"', "unknown key 'images.a.procesor'", "did you mean 'processor'?", id="a misspelled image key"),
        pytest.param(
            '[images."a"]\narch = "amd64"', "'images.a.arch' must be one of x86_64, arm64, not 'amd64'", "", id="an invalid architecture"
        ),
        pytest.param('[images."a"]\nprocessor = 1', "'images.a.processor' must be a string, not a whole number", "", id="a processor that is not a string"),
        pytest.param(
            '[registries]\n"https://a.example" = "763104351884"',
            "'registries.https://a.example' is not a registry prefix",
            "111122223333/aws",
            id="a registry address",
        ),
        pytest.param(
            '[registries]\n"a.example" = 763104351884',
            "'registries.a.example' must be an AWS account, or a list of them, not a whole number",
            "",
            id="an account without quotes",
        ),
        pytest.param('[registries]\n"a.example" = []', "'registries.a.example' is empty", "763104351884", id="no accounts"),
        pytest.param(
            '[registries]\n"a.example" = ["aws"]', "'registries.a.example': 'aws' is not an account ID of 12 digits", "", id="an invalid account number"
        ),
        pytest.param(
            '[registries]\n"a.example" = "763104351885"',
            "'registries.a.example': 763104351885 is not an AWS registry account",
            "did you mean '763104351884'?",
            id="an account that is not an AWS registry",
        ),
        pytest.param('ignore = "x"', "'ignore' must be a list of strings, not a string", "", id="a string for a list"),
        pytest.param("select = [1]", "'select[0]' must be a string, not a whole number", "", id="a number in a list"),
        pytest.param("unsafe-fixes = 1", "'unsafe-fixes' must be a boolean, not a whole number", "", id="a number for a boolean"),
        pytest.param(
            "eol-warn-days = true", "'eol-warn-days' must be a whole number, not a boolean", "", id="a boolean for a number"
        ),
        pytest.param("eol-warn-days = -1", "'eol-warn-days' must not be negative", "", id="a negative number"),
        pytest.param("eol-warn-days = 1.5", "'eol-warn-days' must be a whole number, not a number", "", id="a fraction"),
        pytest.param("regions = 2026-01-01", "'regions' must be a list of strings, not a date or time", "", id="a date"),
        pytest.param(
            'fail-on = "eror"',
            "'fail-on' must be one of error, warning, note, not 'eror'",
            "did you mean 'error'?",
            id="a misspelled severity",
        ),
        pytest.param("severity = []", "'severity' must be a table, not a list", "", id="a list for a table"),
        pytest.param(
            f'[severity]\n{MISMATCH} = "off"',
            f"'severity.{MISMATCH}' must be one of error, warning, note, not 'off'",
            "",
            id="an invalid severity",
        ),
        pytest.param("[parameters]\nA = 1", "'parameters.A' must be a string, not a whole number", "", id="a parameter that is not a string"),
        pytest.param(
            '[per-file-ignores]\n"*" = "ALL"', "'per-file-ignores.*' must be a list of strings, not a string", "", id="per-file-ignores that are not a list"
        ),
        pytest.param(
            'ignore = ["image-architecture-missmatch"]',
            "'ignore': unknown rule or category 'image-architecture-missmatch'",
            f"did you mean '{MISMATCH}'?",
            id="a rule",
        ),
        pytest.param('[severity]\nhardware = "note"', "'severity': unknown rule 'hardware'", "", id="a category instead of a rule"),
        pytest.param(
            '[per-file-ignores]\n"{key}" = ["nope"]',
            "'per-file-ignores': unknown rule or category 'nope'",
            "",
            id="a rule in per-file-ignores",
        ),
        pytest.param('extend = "smlint.toml"', "'extend' leads back to smlint.toml", "", id="extends itself"),
    ],
)
def test_errors_name_file_and_key(folder: Path, text: str, message: str, hint: str) -> None:
    write(folder / "smlint.toml", text + "\n")
    with pytest.raises(SmlintError) as raised:
        settings()
    assert raised.value.what == f"smlint.toml: {message}"
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    ("words", "environment", "what"),
    [
        pytest.param(["--select", "nope"], {}, "option '--select': unknown rule or category 'nope'", id="a rule"),
        pytest.param(["--ignore", "a,b"], {}, "option '--ignore': unknown rule or category 'a'", id="an unknown rule in a list"),
        pytest.param(["--param", "x"], {}, "invalid value 'x' for option '--param'", id="a parameter without a value"),
        pytest.param(["--param", "=x"], {}, "invalid value '=x' for option '--param'", id="a parameter without a name"),
        pytest.param(["--as-of", "yesterday"], {}, "invalid value 'yesterday' for option '--as-of'", id="an invalid date"),
        pytest.param(["--as-of", "2026-02-30"], {}, "invalid value '2026-02-30' for option '--as-of'", id="an impossible date"),
        pytest.param(["--region", "Ireland"], {}, "option '--region': 'Ireland' is not an AWS Region", id="an invalid Region"),
        pytest.param(
            [], {"SMLINT_REGION": "Ireland"}, "SMLINT_REGION: 'Ireland' is not an AWS Region", id="an invalid Region in the environment"
        ),
        pytest.param(
            ["--config", "no.toml"], {}, "cannot read the configuration file no.toml: No such file or directory", id="a missing file"
        ),
        pytest.param([], {"SMLINT_CONFIG": "."}, "cannot read the configuration file .: Is a directory", id="a folder"),
    ],
)
def test_errors_name_the_option(folder: Path, words: list[str], environment: dict[str, str], what: str) -> None:
    with pytest.raises(SmlintError) as raised:
        settings(*words, environment=environment)
    assert raised.value.what == what


def test_not_toml(folder: Path) -> None:
    write(folder / "smlint.toml", "a = \n")
    with pytest.raises(SmlintError, match=r"smlint\.toml: not valid TOML: .*line 1"):
        settings()


def test_not_utf_8(folder: Path) -> None:
    (folder / "smlint.toml").write_bytes(b'extend = "\xff"\n')
    with pytest.raises(SmlintError) as raised:
        settings()
    assert raised.value.what == "smlint.toml: not valid UTF-8"


class TestNearest:
    """The configuration file of each path."""

    @pytest.mark.parametrize(
        ("files", "path", "expected"),
        [
            pytest.param(["smlint.toml"], "a/b", "smlint.toml", id="a parent folder"),
            pytest.param(["smlint.toml", "a/.smlint.toml"], "a/b", "a/.smlint.toml", id="the nearest"),
            pytest.param(["smlint.toml", ".smlint.toml", "pyproject.toml"], "a", "smlint.toml", id="smlint.toml first"),
            pytest.param([".smlint.toml", "pyproject.toml"], "a", ".smlint.toml", id="then .smlint.toml"),
            pytest.param(["pyproject.toml"], "a", "pyproject.toml", id="then pyproject.toml"),
            pytest.param([], "a", "", id="no file"),
        ],
    )
    def test_the_nearest_file(self, folder: Path, files: list[str], path: str, expected: str) -> None:
        (folder / path).mkdir(parents=True)
        for name in files:
            write(folder / name, "[tool.smlint]\neol-warn-days = 1\n" if name == "pyproject.toml" else "eol-warn-days = 1\n")
        found = ConfigFinder().nearest(path)
        assert found.path == (str(folder / expected) if expected else "")
        if expected:
            assert found.root == str((folder / expected).parent)

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("[tool.ruff]\n", id="another tool"),
            pytest.param('[project]\ndependencies = ["smlint"]\n', id="smlint as a dependency"),
        ],
    )
    def test_pyproject_without_the_table_is_skipped(self, folder: Path, text: str) -> None:
        write(folder / "smlint.toml", "eol-warn-days = 1\n")
        write(folder / "a/pyproject.toml", text)
        assert ConfigFinder().nearest("a").path == str(folder / "smlint.toml")

    def test_invalid_pyproject_is_an_error_only_if_it_mentions_smlint(self, folder: Path) -> None:
        write(folder / "pyproject.toml", "[tool.ruff\n")
        assert ConfigFinder().nearest(".").path == ""
        write(folder / "pyproject.toml", "[tool.smlint\n")
        with pytest.raises(SmlintError, match="not valid TOML"):
            ConfigFinder().nearest(".")

    def test_search_ends_at_the_repository_root(self, folder: Path) -> None:
        write(folder / "smlint.toml", "eol-warn-days = 1\n")
        (folder / "inner/.git").mkdir(parents=True)
        (folder / "inner/a").mkdir()
        assert ConfigFinder().nearest("inner/a").path == ""

    def test_each_file_uses_its_nearest_configuration(self, folder: Path) -> None:
        write(folder / "a/smlint.toml", "eol-warn-days = 1\n")
        write(folder / "b/smlint.toml", "eol-warn-days = 2\n")
        found = settings("a/x.yaml", "c/z.yaml", "b/y.yaml", "a/w.yaml")
        assert [(paths, one.eol_warn_days) for paths, one in found] == [
            (("a/x.yaml", "a/w.yaml"), 1),
            (("c/z.yaml",), 60),
            (("b/y.yaml",), 2),
        ]

    def test_standard_input_uses_the_configuration_of_its_file_name(self, folder: Path) -> None:
        write(folder / "a/smlint.toml", "eol-warn-days = 1\n")
        assert [one.eol_warn_days for _, one in settings("-", "--stdin-filename", "a/x.yaml")] == [1]
        assert [one.eol_warn_days for _, one in settings("-")] == [60]

    def test_config_and_isolated_apply_to_all_files(self, folder: Path) -> None:
        write(folder / "a/smlint.toml", "eol-warn-days = 1\n")
        write(folder / "ours.toml", "eol-warn-days = 3\n")
        for words, environment in ((["--config", "ours.toml"], {}), ([], {"SMLINT_CONFIG": "ours.toml"})):
            [(paths, one)] = settings("a/x.yaml", "b.yaml", *words, environment=environment)
            assert (paths, one.eol_warn_days, one.root) == (("a/x.yaml", "b.yaml"), 3, ".")
        [(_, one)] = settings("a/x.yaml", "--isolated", environment={"SMLINT_CONFIG": "ours.toml"})
        assert one.eol_warn_days == 60

    def test_folders_with_nested_configurations_are_split(self, folder: Path) -> None:
        for name in ("x.yaml", "a/y.yaml", "a/skip.yaml", "a/deep/z.yaml"):
            write(folder / name, "a: 1\n")
        write(folder / "a/smlint.toml", 'eol-warn-days = 1\nexclude = ["skip.yaml"]\n')
        assert has_nested(".")
        found = [(tuple(path.removeprefix("./") for path in paths), one.eol_warn_days) for paths, one in settings(".")]
        assert sorted(found) == [(("a/deep/z.yaml", "a/y.yaml"), 1), (("x.yaml",), 60)]

    @pytest.mark.parametrize("name", ["smlint.toml", "node_modules/a/smlint.toml", ".venv/smlint.toml", "a/pyproject.toml"])
    def test_files_that_do_not_split_a_folder(self, folder: Path, name: str) -> None:
        write(folder / name, "")
        assert not has_nested(".")


class TestExtend:
    """Files that extend others."""

    def test_paths_are_relative_to_the_extending_file(self, folder: Path) -> None:
        write(folder / "shared/base.toml", 'ignore = ["hardware"]\nregions = ["eu-west-1"]\nextend = "root.toml"\n')
        write(folder / "shared/root.toml", 'fail-on = "note"\nregions = ["us-east-1"]\n')
        write(folder / "a/smlint.toml", 'extend = "../shared/base.toml"\nignore = ["support"]\n')
        layer = load_config("a/smlint.toml")
        assert (layer.ignore, layer.regions, layer.fail_on) == (("hardware", "support"), ("eu-west-1",), Severity.NOTE)

    def test_a_missing_file_is_named(self, folder: Path) -> None:
        write(folder / "smlint.toml", 'extend = "base.toml"\n')
        with pytest.raises(SmlintError, match=r"cannot read the configuration file base\.toml"):
            load_config("smlint.toml")

    def test_cycles_are_errors(self, folder: Path) -> None:
        write(folder / "a.toml", 'extend = "b.toml"\n')
        write(folder / "b.toml", 'extend = "a.toml"\n')
        with pytest.raises(SmlintError, match=r"'extend' leads back to a\.toml"):
            load_config("a.toml")

    def test_errors_name_the_extended_file(self, folder: Path) -> None:
        write(folder / "smlint.toml", 'extend = "base.toml"\n')
        write(folder / "base.toml", 'ignore = ["nope"]\n')
        with pytest.raises(SmlintError, match=r"base\.toml: 'ignore': unknown rule"):
            load_config("smlint.toml")

    def test_pyproject_without_the_table_cannot_be_extended(self, folder: Path) -> None:
        write(folder / "pyproject.toml", "[project]\n")
        with pytest.raises(SmlintError, match=r"missing table \[tool\.smlint\]"):
            load_config("pyproject.toml")


@pytest.mark.parametrize(
    ("glob", "root", "expected"),
    [
        pytest.param("*.yaml", "..", ("*.yaml",), id="a file name"),
        pytest.param("gen/", "..", ("gen/",), id="a folder name"),
        pytest.param("**/gen/*", "..", ("**/gen/*",), id="a leading double star"),
        pytest.param("gen/*.yaml", ".", ("gen/*.yaml",), id="root is the working directory"),
        pytest.param("gen/*.yaml", "..", ("/here/gen/*.yaml",), id="root above the working directory"),
        pytest.param("/gen/*.yaml", "..", ("/here/gen/*.yaml",), id="a leading slash"),
        pytest.param("sub/gen/*.yaml", "sub", ("/gen/*.yaml",), id="root below the working directory"),
        pytest.param("other/*.yaml", "sub", (), id="outside the root"),
    ],
)
def test_command_line_globs_are_relative_to_the_working_directory(
    folder: Path, monkeypatch: pytest.MonkeyPatch, glob: str, root: str, expected: tuple[str, ...]
) -> None:
    (folder / "here/sub").mkdir(parents=True)
    monkeypatch.chdir(folder / "here")
    assert rebased_globs((glob,), root) == expected


SCHEMA = json.loads(schema_text("config"))


def test_the_schema_is_valid_and_has_every_key() -> None:
    from jsonschema import Draft7Validator

    Draft7Validator.check_schema(SCHEMA)
    assert list(SCHEMA["properties"]) == list(KEYS)
    assert all("description" in value for value in SCHEMA["properties"].values())
    defaults = {key: value["default"] for key, value in SCHEMA["properties"].items() if "default" in value}
    own = Settings()
    assert defaults == {
        "fail-on": own.fail_on.value,
        "unsafe-fixes": own.unsafe_fixes,
        "eol-warn-days": own.eol_warn_days,
        "require-ignore-reason": own.require_ignore_reason,
        "preview": own.preview,
    }


WORDS = st.sampled_from(["ALL", "hardware", MISMATCH, "error", "note", "", "arm64", "arch", "processor", "gpu", "763104351884", "a.b/c"])
VALUES = st.one_of(
    WORDS,
    st.booleans(),
    st.integers(-2, 3),
    st.floats(allow_nan=False),
    st.lists(WORDS | st.integers()),
    st.dictionaries(WORDS, WORDS | st.lists(WORDS)),
    st.dictionaries(WORDS, st.dictionaries(st.sampled_from(["arch", "processor", "os"]), WORDS, max_size=2), max_size=2),
)


@given(st.dictionaries(st.sampled_from([*(key for key in KEYS if key != "extend"), "nope"]), VALUES, max_size=4))
def test_schema_and_reader_agree(table: dict[str, object]) -> None:
    from jsonschema import Draft7Validator

    try:
        parse("smlint.toml", table)
        accepted = True
    except SmlintError as error:
        if "unknown rule" in error.what:
            return  # a schema cannot know the rules
        accepted = False
    # JSON Schema accepts 1.0 as an integer; TOML distinguishes them.
    days = table.get("eol-warn-days")
    if isinstance(days, float):
        assert not accepted
        return
    assert Draft7Validator(SCHEMA).is_valid(table) is accepted
