"""Values files of a Helm chart and layered configurations: another file may be merged over one, so a fix of a text has to suit it too."""

from __future__ import annotations

from pathlib import Path

import pytest

from smlint.model.findings import Finding
from smlint.model.results import FixMode
from smlint.model.settings import Settings
from smlint.runner.run import check
from tests.test_project import ARM, MISMATCH, X86, write

CHART = "apiVersion: v2\nname: churn\nversion: 0.1.0\n"
REPOSITORY, _, TAG = X86.rpartition(":")
VALUES = f"image:\n  repository: {REPOSITORY}\n  tag: {TAG}\ninstanceType: ml.c7g.xlarge\n"
SETTINGS = Settings(today="2024-01-01")


def argo(helm: str) -> str:
    return f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {{source: {{path: chart, helm: {{{helm}}}}}}}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def mismatches(path: str) -> list[Finding]:
    return [finding for finding in check([path], SETTINGS).report.findings if finding.rule == MISMATCH and finding.source.path == path]


@pytest.mark.parametrize(
    ("files", "is_named"),
    [
        pytest.param({}, False, id="no other values"),
        pytest.param({"values-prod.yaml": "instanceType: ml.c5.xlarge\n"}, True, id="an x86_64 instance type"),
        pytest.param({"values.prod.yml": "instanceType: ml.c5.xlarge\n"}, True, id="another form of the name"),
        pytest.param({"prod-values.json": '{"instanceType": "ml.c5.xlarge"}'}, True, id="JSON"),
        pytest.param({"environments/prod.yaml": "instanceType: ml.c5.xlarge\n"}, True, id="a folder of environments"),
        pytest.param({"envs/prod/values.yaml": "instanceType: ml.c5.xlarge\n"}, True, id="a folder for each environment"),
        pytest.param({"../environments/prod.yaml": "instanceType: ml.c5.xlarge\n"}, True, id="environments next to the chart"),
        pytest.param({"values-prod.yaml": "instanceType: ml.m7g.xlarge\n"}, False, id="another arm64 instance type"),
        pytest.param({"values-prod.yaml": "replicas: 3\n"}, False, id="another key"),
        pytest.param({"values-prod.yaml": "other: {instanceType: ml.c5.xlarge}\n"}, False, id="the key of another component"),
        pytest.param({"values-prod.yaml": f"image: {{repository: {ARM.rpartition(':')[0]}}}\ninstanceType: ml.m7g.xlarge\n"}, False, id="another image"),
        pytest.param({"values-prod.yaml": "instanceType: [\n"}, False, id="unreadable values"),
        pytest.param({"templates/values.yaml": "instanceType: ml.c5.xlarge\n"}, False, id="a template"),
        pytest.param({"charts/sub/Chart.yaml": CHART, "charts/sub/values-x.yaml": "instanceType: ml.c5.xlarge\n"}, False, id="another chart"),
        pytest.param(
            {"../helmfile.yaml": "releases:\n- {name: a, chart: ./chart, values: [{instanceType: ml.c5.xlarge}]}\n"}, True, id="helmfile: values"
        ),
        pytest.param(
            {"../helmfile.yaml": "releases:\n- {name: a, chart: ./chart, values: [prod.yaml]}\n", "../prod.yaml": "instanceType: ml.c5.xlarge\n"},
            True,
            id="helmfile: a file",
        ),
        pytest.param({"../live/app.yaml": argo("parameters: [{name: instanceType, value: ml.c5.xlarge}]")}, True, id="Argo CD: parameters"),
        pytest.param({"../live/app.yaml": argo("valuesObject: {instanceType: ml.c5.xlarge}")}, True, id="Argo CD: values"),
        pytest.param({"../live/app.yaml": argo("values: 'instanceType: ml.c5.xlarge'")}, True, id="Argo CD: values in a string"),
        pytest.param({"../live/app.yaml": argo("parameters: [{name: image.pullPolicy, value: Always}]")}, False, id="Argo CD: other parameters"),
        pytest.param(
            {"../live/release.yaml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
             "spec: {chart: {spec: {chart: ./chart}}, values: {instanceType: ml.c5.xlarge}}\n"},
            True,
            id="Flux",
        ),
        pytest.param(
            {"../helmfile.yaml": "releases:\n- {name: a, chart: ./other, values: [{instanceType: ml.c5.xlarge}]}\n"}, False, id="helmfile: another chart"
        ),
    ],
)
def test_values_of_a_chart_are_not_fixed_and_the_instance_type_that_needs_them_is_named(folder: Path, files: dict[str, str], is_named: bool) -> None:
    write(folder / "chart/Chart.yaml", CHART)
    write(folder / "chart/values.yaml", VALUES)
    for name, text in files.items():
        write(folder / "chart" / name, text)
    (finding,) = mismatches("chart/values.yaml")
    assert ("on ml.c5.xlarge shares" in finding.message) is is_named
    check(["chart/values.yaml"], SETTINGS, FixMode.APPLY)
    assert (folder / "chart/values.yaml").read_text() == VALUES


@pytest.mark.parametrize(
    ("target", "other", "is_fixed"),
    [
        ("values-prod.yaml", "values-dev.yaml", True),
        ("values-prod.yaml", "values-prod-eu.yaml", False),
        ("values-common.yaml", "values-dev.yaml", False),
        ("environments/prod.yaml", "environments/dev.yaml", True),
    ],
)
def test_alternative_values_are_not_applied_over_each_other(folder: Path, target: str, other: str, is_fixed: bool) -> None:
    write(folder / "Chart.yaml", CHART)
    write(folder / target, VALUES)
    write(folder / other, "instanceType: ml.c5.xlarge\n")
    (finding,) = mismatches(target)
    assert (finding.fix is not None) is is_fixed


@pytest.mark.parametrize(("files", "rules"), [({"Chart.yaml": CHART}, []), ({}, ["unpinned-image"])], ids=["in a chart", "in no chart"])
def test_the_values_of_a_chart_complete_an_image(folder: Path, files: dict[str, str], rules: list[str]) -> None:
    write(folder / "values.yaml", f"image: {{repository: {REPOSITORY}, tag: {TAG}}}\ninstanceType: ml.m5.xlarge\n")
    write(folder / "values-prod.yaml", f"image: {{repository: {ARM.rpartition(':')[0]}}}\ninstanceType: ml.c7g.xlarge\n")
    for name, text in files.items():
        write(folder / name, text)
    assert [finding.rule for finding in check(["values-prod.yaml"], SETTINGS).report.findings] == rules


@pytest.mark.parametrize(
    ("outer", "values", "is_named"),
    [
        pytest.param(CHART, {"values.yaml": "churn: {instanceType: ml.c5.xlarge}\n"}, True, id="its values"),
        pytest.param(CHART, {"values-prod.yaml": "churn: {instanceType: ml.c5.xlarge}\n"}, True, id="its other values"),
        pytest.param(CHART, {"values.yaml": "other: {instanceType: ml.c5.xlarge}\n"}, False, id="another subchart"),
        pytest.param(f"{CHART}dependencies: [{{name: churn, alias: live}}]\n", {"values.yaml": "live: {instanceType: ml.c5.xlarge}\n"}, True, id="an alias"),
    ],
)
def test_the_chart_around_a_subchart_sets_its_values(folder: Path, outer: str, values: dict[str, str], is_named: bool) -> None:
    write(folder / "Chart.yaml", outer)
    write(folder / "charts/churn/Chart.yaml", CHART)
    write(folder / "charts/churn/values.yaml", VALUES)
    for name, text in values.items():
        write(folder / name, text)
    (finding,) = mismatches("charts/churn/values.yaml")
    assert ("on ml.c5.xlarge shares" in finding.message) is is_named


def test_ignored_values_do_not_count(folder: Path) -> None:
    write(folder / "Chart.yaml", CHART)
    write(folder / "values.yaml", VALUES)
    write(folder / "values-prod.yaml", "instanceType: ml.c5.xlarge\n")
    (finding,) = [each for each in check(["values.yaml"], SETTINGS._replace(exclude=("values-prod.yaml",))).report.findings if each.rule == MISMATCH]
    assert "ml.c5.xlarge" not in finding.message


@pytest.mark.parametrize(
    ("base", "other", "text", "fixes"),
    [
        pytest.param("base.yaml", "prod.yaml", "instanceType: ml.c5.xlarge\n", [], id="base and environment"),
        pytest.param("config.yaml", "config-prod.yaml", "instanceType: ml.c5.xlarge\n", [], id="configuration and environment"),
        pytest.param("config.yaml", "config.production.json", '{"instanceType": "ml.c5.xlarge"}', [], id="YAML and JSON"),
        pytest.param("base.yaml", "prod.yaml", "instanceType: ml.m7g.xlarge\n", [True], id="the same architecture"),
        pytest.param("base.yaml", "prod.yaml", "replicas: 3\n", [True], id="another key"),
        pytest.param("base.yaml", "churn.yaml", "instanceType: ml.c5.xlarge\n", [True], id="no environment"),
        pytest.param("dev.yaml", "prod.yaml", "instanceType: ml.c5.xlarge\n", [True], id="two environments"),
    ],
)
def test_the_base_of_a_layered_configuration_is_judged_with_its_environments(
    folder: Path, base: str, other: str, text: str, fixes: list[bool]
) -> None:
    write(folder / base, f"image_uri: {X86}\ninstanceType: ml.c7g.xlarge\n")
    write(folder / other, text)
    assert [finding.fix is not None for finding in mismatches(base)] == fixes


def test_a_base_that_one_environment_uses_as_it_is_is_reported_without_a_fix(folder: Path) -> None:
    write(folder / "base.yaml", f"image_uri: {X86}\ninstanceType: ml.c7g.xlarge\n")
    write(folder / "dev.yaml", "replicas: 1\n")
    write(folder / "prod.yaml", "instanceType: ml.c5.xlarge\n")
    (finding,) = mismatches("base.yaml")
    assert finding.fix is None


@pytest.mark.parametrize(
    ("template", "is_reported"),
    [
        pytest.param("image: {{ .Values.image.repository }}:{{ .Values.image.tag }}\ntype: {{ .Values.instanceType }}\n", True, id="the values as they are"),
        pytest.param('image: {{ printf "%s:%s" .Values.image.repository .Values.image.tag | quote }}\n', True, id="printf"),
        pytest.param("{{- with .Values.instanceType }}\ntype: {{ . }}\n{{- end }}\n", True, id="a value that may be absent"),
        pytest.param('app.kubernetes.io/version: {{ .Values.image.tag | replace "+" "_" }}\n', True, id="a label"),
        pytest.param('{{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trimSuffix "-" }}\n', True, id="the name of the chart"),
        pytest.param('image: {{ .Values.image.repository | replace "inference:" "inference-graviton:" }}\n', False, id="an image for Graviton"),
        pytest.param('image: {{ .Values.image.repository | replace "-inference" "-serving" }}\n', False, id="an image that is changed"),
        pytest.param('{{ if hasPrefix "ml.c7g" .Values.instanceType }}image: a{{ end }}\n', False, id="an image that depends on the instance type"),
        pytest.param('type: {{ ternary "ml.m5.large" .Values.instanceType .Values.small }}\n', False, id="another instance type"),
        pytest.param("nodeSelector: {kubernetes.io/arch: amd64}\n", False, id="a node for one architecture"),
    ],
)
def test_values_that_templates_change_are_not_what_runs(folder: Path, template: str, is_reported: bool) -> None:
    write(folder / "chart/Chart.yaml", CHART)
    write(folder / "chart/values.yaml", VALUES)
    write(folder / "chart/templates/model.yaml", template)
    assert bool(mismatches("chart/values.yaml")) is is_reported


PAIR = f"aws:\n  image_uri: {X86}\n  instance_type: ml.c7g.xlarge\n"
X86_TYPE = "aws:\n  instance_type: ml.c5.xlarge\n"


@pytest.mark.parametrize(
    ("base", "files", "is_fixed"),
    [
        pytest.param("conf/base/model.yml", {}, True, id="a base alone"),
        pytest.param("conf/base/model.yml", {"conf/local/model.yml": X86_TYPE.replace("c5", "m7g")}, True, id="Kedro: another arm64 instance type"),
        pytest.param("conf/base/model.yml", {"conf/local/model.yml": "other: 1\n"}, True, id="Kedro: another key"),
        pytest.param("conf/base/model.yml", {"conf/local/other.yml": X86_TYPE}, True, id="Kedro: another file"),
        pytest.param("conf/base/model.yml", {"conf/local/model.yml": "other: 1\n", "conf/prod/model.yml": X86_TYPE}, False, id="Kedro: an environment"),
        pytest.param("settings.yaml", {"settings.local.yaml": X86_TYPE, "settings.prod.yaml": "a: 1\n"}, False, id="a local layer"),
        pytest.param("settings.yaml", {"settings_override.yaml": X86_TYPE, "settings.prod.yaml": "a: 1\n"}, False, id="an override"),
        pytest.param("settings.yaml", {"settings.local.toml": '[prod]\ninstance_type = "ml.c5.xlarge"\n'}, False, id="a layer in TOML"),
        pytest.param("config.yaml", {"config.prod.ini": "[aws]\ninstance_type = ml.c5.xlarge\n"}, False, id="a layer in INI"),
        pytest.param("config.yaml", {"config.prod.ini": "[log]\nlevel = info\n"}, True, id="a layer in INI without an instance type"),
        pytest.param("config.yaml", {"setup.cfg": "[aws]\ninstance_type = ml.c5.xlarge\n"}, True, id="a file that is no layer"),
    ],
)
def test_a_fix_of_a_base_has_to_suit_its_layers(folder: Path, base: str, files: dict[str, str], is_fixed: bool) -> None:
    write(folder / base, PAIR)
    for name, text in files.items():
        write(folder / name, text)
    check([base], SETTINGS, FixMode.APPLY)
    assert ((folder / base).read_text() != PAIR) is is_fixed


@pytest.mark.parametrize(
    ("other", "is_fixed"),
    [
        pytest.param("spring: {config: {activate: {on-profile: prod}}}\n" + X86_TYPE, False, id="a profile of Spring"),
        pytest.param(X86_TYPE, False, id="a document without a profile"),
        pytest.param(X86_TYPE.replace("c5", "m7g"), True, id="another arm64 instance type"),
        pytest.param(PAIR.replace("ml.c7g", "ml.c5"), True, id="a document with an image of its own"),
        pytest.param("other: 1\n", True, id="another key"),
    ],
)
def test_a_fix_has_to_suit_the_documents_that_may_be_merged_over_one(folder: Path, other: str, is_fixed: bool) -> None:
    text = f"{PAIR}---\n{other}"
    write(folder / "application.yml", text)
    check(["application.yml"], SETTINGS, FixMode.APPLY)
    assert ((folder / "application.yml").read_text() != text) is is_fixed
