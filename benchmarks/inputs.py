"""Generate the input files of the benchmark: the same on every machine.

All tools can read the small templates: they use the long form `Fn::GetAtt`, because check-jsonschema does not accept short tags.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks import foreign_files

SEED = 20251120
REGISTRY = "763104351884.dkr.ecr.us-east-1.amazonaws.com"
AS_OF = "2025-11-20"
"""The date for `--as-of`: all images below received security patches then, so a correct template has no findings."""

CPU = "pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
ARM = "pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
GPU = "pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"
FITTING = [
    *((CPU, instance) for instance in ("ml.m5.xlarge", "ml.c5.2xlarge", "ml.c6i.large", "ml.m5.4xlarge")),
    *((ARM, instance) for instance in ("ml.c7g.xlarge", "ml.c7g.2xlarge", "ml.c6g.large")),
    *((GPU, instance) for instance in ("ml.g5.xlarge", "ml.g4dn.xlarge")),
]
"""Images, with instance types that they run on."""

WORDS = ["churn", "price", "fraud", "demand", "ranking", "topic", "intent", "speech", "route", "stock", "claim", "risk", "basket", "query"]

HEAD = 'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n'

SCHEMA = """{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "required": ["Resources"],
  "properties": {
    "Resources": {
      "type": "object",
      "additionalProperties": {
        "type": "object",
        "required": ["Type"],
        "properties": {"Type": {"type": "string", "pattern": "^AWS::"}, "Properties": {"type": "object"}}
      }
    }
  }
}
"""
"""A minimal JSON Schema of CloudFormation templates, for check-jsonschema."""


def deployment(name: str, image: str, instance_type: str) -> str:
    """Return the resources of one endpoint, 18 lines: a model and an endpoint configuration."""
    return f"""\
  {name}Model:
    Type: AWS::SageMaker::Model
    Properties:
      ExecutionRoleArn: arn:aws:iam::111122223333:role/sagemaker
      PrimaryContainer:
        Image: {REGISTRY}/{image}
        ModelDataUrl: s3://amzn-s3-demo-bucket/{name}/model.tar.gz
        Environment:
          SAGEMAKER_PROGRAM: inference.py
  {name}Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants:
        - VariantName: AllTraffic
          ModelName:
            Fn::GetAtt: [{name}Model, ModelName]
          InstanceType: {instance_type}
          InitialInstanceCount: 1
"""


def bucket(name: str) -> str:
    """Return a resource that has nothing to do with SageMaker, 16 lines."""
    return f"""\
  {name}Bucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      BucketName: amzn-s3-demo-{name.lower()}
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault:
              SSEAlgorithm: aws:kms
              KMSMasterKeyID: alias/data
      Tags:
        - Key: team
          Value: "{name}"
        - Key: cost-center
          Value: "4711"
"""


def template(number: int) -> str:
    """Return a correct template of 20 lines."""
    generator = _generator(number)
    return HEAD + deployment(f"{generator.choice(WORDS).title()}{number}", *generator.choice(FITTING))


def wrong_template(number: int) -> str:
    """Return a template of 20 lines with one error that `--fix` fixes: an x86_64 image on an arm64 instance type."""
    generator = _generator(number)
    return HEAD + deployment(f"{generator.choice(WORDS).title()}{number}", CPU, "ml.c7g.xlarge")


def large_template(size: int, every: int) -> Iterator[str]:
    """Yield a correct template of `size` bytes (up to a kilobyte more) in pieces. Every `every`-th piece is a deployment, the others are buckets."""
    yield HEAD
    written, number = len(HEAD), 0
    generator = _generator(0)
    while written < size:
        name = f"{generator.choice(WORDS).title()}{number}"
        piece = deployment(name, *generator.choice(FITTING)) if number % every == 0 else bucket(name)
        yield piece
        written += len(piece)
        number += 1


def dense_flow(size: int) -> Iterator[str]:
    """Yield a template of `size` bytes that is mostly one flow sequence, `[1,1,1,...]`: a node every two bytes."""
    yield HEAD + deployment("Churn", *FITTING[0]) + "Metadata:\n  Values: [1"
    yield from (",1" * 1000 for _ in range(size // 2000))
    yield "]\n"


def dense_block(size: int) -> Iterator[str]:
    """Yield a template of `size` bytes that is mostly a sequence of small mappings, one line `- a: 1` each."""
    yield HEAD + deployment("Churn", *FITTING[0]) + "Metadata:\n  Values:\n"
    yield from ("  - a: 1\n" * 1000 for _ in range(size // 9000))


def foreign(number: int) -> str:
    """Return a YAML file that has nothing to do with SageMaker."""
    return foreign_files.text(number, WORDS, _generator(number))


def _generator(number: int) -> random.Random:
    return random.Random(SEED + number)  # noqa: S311  # not for secrets


def write(path: Path, pieces: Iterator[str]) -> Path:
    """Write a text piece by piece. This keeps our memory small, which a new process counts as its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)
    return path


def write_templates(folder: Path, count: int) -> Path:
    """Write `count` correct templates."""
    for number in range(count):
        write(folder / f"{number:04}.yaml", iter((template(number),)))
    return folder


def write_wrong_templates(folder: Path, count: int) -> Path:
    """Write `count` templates with an error each, replacing existing ones."""
    for number in range(count):
        write(folder / f"{number:04}.yaml", iter((wrong_template(number),)))
    return folder


def write_foreign(folder: Path, count: int) -> Path:
    """Write `count` foreign files, a hundred per folder."""
    for number in range(count):
        write(folder / f"{number // 100:03}" / f"{number:05}.yaml", iter((foreign(number),)))
    return folder
