"""`smlint facts`: the inventory as a table, JSON, CSV and HTML."""

from __future__ import annotations

import csv
import io
import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from smlint.cli.main import main
from smlint.inventory import INVENTORY_FORMATS
from smlint.linter.fact_fields import FIELDS
from tests.conftest import ROOT
from tests.test_cli import run

DAY = ("--as-of", "2026-05-31")
ATTACK = "<script>alert(1)</script>"
FLEET = f"""\
smlint: 1
defaults: {{region: eu-west-1}}
models:
  - {{name: churn, framework: pytorch, framework_version: "2.6.0", instance_type: ml.c7g.xlarge}}
  - {{name: sentiment, framework: pytorch, framework_version: "2.5.1", instance_type: ml.m5.xlarge, region: us-east-1}}
  - {{name: fraud, framework: xgboost, framework_version: "1.7-1", instance_type: ml.m5.large}}
  - {{name: "{ATTACK}", image_uri: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/own:<img src=x onerror=alert(2)>", instance_type: ml.m5.large}}
"""


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "fleet.yaml").write_text(FLEET)
    (tmp_path / "foreign.yaml").write_text("a: 1\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("fleet")
class TestFormats:
    """The same deployments in each format."""

    def test_a_table(self) -> None:
        result = run("facts", ".", "--output-format", "table", *DAY)
        assert result.code == 0
        assert [re.split(r"\s{2,}", line) for line in result.out.splitlines()] == [
            ["FILE", "RESOURCE", "KIND", "FRAMEWORK", "VERSION", "ARCH", "INSTANCE TYPE", "REGION", "END OF PATCH"],
            ["fleet.yaml:4", "churn", "endpoint", "pytorch", "2.6.0", "arm64", "ml.c7g.xlarge", "eu-west-1", "2026-06-30"],
            ["fleet.yaml:5", "sentiment", "endpoint", "pytorch", "2.5.1", "x86_64", "ml.m5.xlarge", "us-east-1", "2025-10-29 (ended)"],
            ["fleet.yaml:6", "fraud", "endpoint", "xgboost", "1.7-1", "x86_64", "ml.m5.large", "eu-west-1", "?"],
            ["fleet.yaml:7", ATTACK, "endpoint", "?", "?", "?", "ml.m5.large", "eu-west-1", "?"],
        ]

    def test_json(self) -> None:
        records = json.loads(run("facts", ".", "--output-format", "json", *DAY).out)
        assert [list(record) for record in records] == [["file", "line", "pointer", *(field.name for field in FIELDS), "unknown"]] * 4
        assert (records[0]["file"], records[0]["line"], records[0]["pointer"]) == ("fleet.yaml", 4, "/models/0")
        assert (records[0]["patch_days_left"], records[1]["past_patch"], records[1]["digest"]) == (30, True, None)
        assert "digest" not in records[1]["unknown"]
        assert "architecture" in records[3]["unknown"]

    def test_csv(self) -> None:
        rows = list(csv.DictReader(io.StringIO(run("facts", ".", "--output-format", "csv", *DAY).out)))
        assert [row["resource"] for row in rows] == ["churn", "sentiment", "fraud", ATTACK]
        assert (rows[0]["patch_days_left"], rows[1]["patch_days_left"], rows[1]["past_patch"], rows[3]["framework"]) == ("30", "-214", "true", "")

    def test_json_is_the_default_in_a_pipe(self) -> None:
        assert run("facts", ".", *DAY).out == run("facts", ".", "--output-format", "json", *DAY).out

    def test_a_table_is_the_default_on_a_terminal(self) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        out = Terminal()
        main(["facts", ".", *DAY], io.BytesIO(), out, io.StringIO(), {"NO_COLOR": "1"})
        assert out.getvalue() == run("facts", ".", "--output-format", "table", *DAY).out

    @pytest.mark.parametrize("output_format", INVENTORY_FORMATS)
    def test_output_is_reproducible(self, output_format: str) -> None:
        assert run("facts", ".", "--output-format", output_format, *DAY) == run("facts", ".", "--output-format", output_format, *DAY)


class TestSelection:
    """Files and context are found as in `smlint check`."""

    def test_standard_input(self) -> None:
        result = run("facts", "-", *DAY, "--stdin-filename", "x.yaml", stdin=FLEET.encode())
        first, *_ = json.loads(result.out)
        assert (first["file"], first["resource"]) == ("x.yaml", "churn")

    def test_regions_and_parameters_of_the_run(self) -> None:
        template = """
            Parameters: {Type: {Type: String}}
            Resources:
              M: {Type: AWS::SageMaker::Model, Properties: {PrimaryContainer: {Image: 763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker}}}
              C: {Type: AWS::SageMaker::EndpointConfig, Properties: {ProductionVariants: [{VariantName: a, ModelName: !GetAtt M.ModelName, InstanceType: !Ref Type}]}}
        """
        result = run("facts", "-", "--region", "us-west-2", "--region", "eu-west-1", "--param", "Type=ml.c7g.large", stdin=template.encode())
        assert [(record["region"], record["instance_type"]) for record in json.loads(result.out)] == [("eu-west-1", "ml.c7g.large"), ("us-west-2", "ml.c7g.large")]

    def test_configuration_applies(self, fleet: Path) -> None:
        (fleet / "smlint.toml").write_text('exclude = ["fleet.yaml"]\n')
        result = run("facts", ".")
        assert (result.code, json.loads(result.out)) == (0, [])
        assert "no SageMaker deployment found in 1 file" in result.err
        assert len(json.loads(run("facts", ".", "--isolated").out)) == 4

    def test_deployments_are_linked_across_files(self, fleet: Path) -> None:
        for source in sorted((ROOT / "fixtures/ok/kubernetes").iterdir()):
            if source.is_file():
                (fleet / source.name).write_text(source.read_text("utf-8"))
        together = json.loads(run("facts", ".").out)
        assert sum(record["image"] is not None and record["instance_type"] is not None for record in together if record["format"] == "kubernetes")

    def test_the_default_path_is_the_working_directory(self, fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(fleet)
        assert run("facts") == run("facts", ".")

    def test_an_unreadable_file_is_a_warning(self, fleet: Path) -> None:
        (fleet / "broken.yaml").write_text("smlint: [\nsagemaker: ml.m5.large\n")
        result = run("facts", ".", "--output-format", "json")
        assert (result.code, len(json.loads(result.out))) == (0, 4)
        assert "smlint: warning: broken.yaml: line " in result.err

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            pytest.param(("nowhere",), "no such file or folder: nowhere", id="a missing path"),
            pytest.param(("-", "x"), "'-' cannot be combined with other paths", id="standard input and a file"),
            pytest.param((".", "--output-format", "xml"), "invalid value 'xml'", id="an unknown format"),
            pytest.param((".", "--config", "a", "--isolated"), "cannot be used together", id="--config and --isolated"),
            pytest.param((".", "--region", "Atlantis"), "is not an AWS Region", id="an invalid Region"),
        ],
    )
    def test_invalid_calls_are_errors(self, words: tuple[str, ...], message: str) -> None:
        result = run("facts", *words)
        assert (result.code, result.out) == (2, "")
        assert message in result.err

    @pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
    def test_names_are_never_formulas_in_csv(self, fleet: Path, name: str) -> None:
        (fleet / "fleet.yaml").write_text(FLEET.replace("name: churn", f'name: "{name}"'))
        [row] = [row for row in csv.DictReader(io.StringIO(run("facts", ".", "--output-format", "csv").out)) if row["line"] == "4"]
        assert row["resource"] == "'" + name


class Page(HTMLParser):
    """The tags of a page with their attributes, and the text of its style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in ("style", "script"):
            self.texts[self._inside] = self.texts.get(self._inside, "") + data


@pytest.mark.usefixtures("fleet")
class TestHtmlPage:
    """The page is self-contained and treats text from manifests as text."""

    @pytest.fixture
    def text(self, fleet: Path) -> str:
        return run("facts", ".", "--output-format", "html", *DAY).out

    def test_the_page_references_no_address_and_no_file(self, text: str) -> None:
        page = Page(text)
        assert not {"link", "img", "iframe", "object", "embed", "base", "audio", "video", "source", "a"} & {tag for tag, _ in page.tags}
        assert not {"src", "href", "xlink:href", "srcset", "action", "style", "onclick", "onerror"} & {name for _, attributes in page.tags for name in attributes}
        assert "http:" not in text
        assert "https:" not in text
        assert not re.search(r"url\(|@import|fetch|XMLHttpRequest|WebSocket|import\(", text)

    def test_the_policy_allows_only_the_inline_style_and_script(self, text: str) -> None:
        page = Page(text)
        [policy] = [attributes["content"] for tag, attributes in page.tags if attributes.get("http-equiv") == "Content-Security-Policy"]
        assert policy is not None
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'none'"
        for name in ("style", "script"):
            assert sum(tag == name for tag, _ in page.tags) == 1
            assert rules[f"{name}-src"] == f"'sha256-{b64encode(sha256(page.texts[name].encode()).digest()).decode()}'"

    def test_text_from_manifests_is_escaped(self, text: str) -> None:
        assert ATTACK not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert "<img" not in text

    def test_rows_and_timeline_entries(self, text: str) -> None:
        page = Page(text)
        rows = [attributes for tag, attributes in page.tags if tag == "tr" and "data-search" in attributes]
        lines = [attributes["data-group"] for tag, attributes in page.tags if tag == "g"]
        assert [row["data-support"] for row in rows] == ["near", "over", "unknown", "unknown"]
        assert lines == ["pytorch|2.5.1|inference|2025-10-29", "pytorch|2.6.0|inference|2026-06-30"]
        assert set(lines) <= {row["data-group"] for row in rows}

    def test_filters_need_more_than_one_value(self, text: str) -> None:
        names = [attributes["name"] for tag, attributes in Page(text).tags if tag == "select"]
        assert names == ["framework", "architecture", "instanceFamily", "region", "support"]

    def test_a_page_without_deployments(self, fleet: Path) -> None:
        (fleet / "fleet.yaml").unlink()
        text = run("facts", ".", "--output-format", "html", *DAY).out
        assert "No deployments found." in text
        assert "<svg" not in text

    @pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "9999-12-31"])
    def test_the_timeline_works_for_any_day(self, day: str) -> None:
        result = run("facts", ".", "--output-format", "html", "--as-of", day)
        assert (result.code, result.err.count("internal")) == (0, 0)
        assert "<svg" in result.out
