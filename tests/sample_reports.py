"""Hand-made reports for tests of reporters, which work without rules, readers and files."""

from __future__ import annotations

from smlint.model.findings import Applicability, Edit, Finding, Fix, RelatedSpan, Severity, Suppression
from smlint.model.results import Report, SkippedFile, Summary
from smlint.model.source import Position, Span

HOST = "763104351884.dkr.ecr.us-west-2.amazonaws.com"
TAG = "2.1.0-cpu-py310-ubuntu20.04-sagemaker"
TEMPLATE = f"""\
Resources:
  ChurnModel:
    Type: AWS::SageMaker::Model
    Properties:
      PrimaryContainer:
        Image: {HOST}/pytorch-inference:{TAG}  # pinned
  ChurnConfig:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants:
        - InstanceType: ml.c6g.xlarge
"""


class Source:
    """The part of a source that reporters use. Lines end with a line feed."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    def position(self, offset: int) -> Position:
        before = self.text[:offset]
        return Position(before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)

    def line_text(self, line: int) -> str:
        return self.text.split("\n")[line - 1]


def span(text: str, part: str) -> Span:
    """Return the span of the first occurrence of a part in a text."""
    start = text.index(part)
    return Span(start, start + len(part))


def mismatch(
    path: str = "deploy/churn.yaml",
    text: str = TEMPLATE,
    *,
    severity: Severity = Severity.ERROR,
    applicability: Applicability = Applicability.SAFE,
    suppressed: Suppression | None = None,
    message: str = "x86_64 image on arm64 instance type ml.c6g.xlarge",
    regions: tuple[str, ...] = ("us-west-2",),
) -> Finding:
    """A mismatch of image and instance type, with a fix."""
    image = span(text, "pytorch-inference")
    return Finding(
        rule="image-architecture-mismatch",
        category="hardware",
        severity=severity,
        message=message,
        source=Source(path, text),
        span=image,
        pointer="/Resources/ChurnModel/Properties/PrimaryContainer/Image",
        resource="ChurnModel",
        format="cloudformation",
        regions=regions,
        related=(RelatedSpan(span(text, "ml.c6g.xlarge"), "arm64 instance type"),),
        fix=Fix("use the arm64 image of the same version", applicability, (Edit(Span(image.end, image.end), "", "-graviton"),)),
        suppressed=suppressed,
        value=f"{HOST}/pytorch-inference:{TAG}",
    )


def report(*findings: Finding, **counts: int) -> Report:
    """A report of these findings. Counts default to those of one file with one deployment."""
    live = [finding for finding in findings if finding.suppressed is None]
    summary = Summary(
        files=1,
        manifests=1,
        deployments=1,
        errors=sum(finding.severity is Severity.ERROR for finding in live),
        warnings=sum(finding.severity is Severity.WARNING for finding in live),
        notes=sum(finding.severity is Severity.NOTE for finding in live),
        fixable=sum(finding.fix is not None and finding.fix.applicability is Applicability.SAFE for finding in live),
        suppressed=len(findings) - len(live),
    )._replace(**counts)
    return Report(findings, (SkippedFile("values.yaml", "no SageMaker content"),), summary, "2026-11-22")
