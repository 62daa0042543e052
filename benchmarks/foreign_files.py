"""YAML files as in any repository, which never mention SageMaker: pipelines, Kubernetes, Compose and Helm charts."""

from __future__ import annotations

import random

_PIPELINE = """\
name: {name}
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
jobs:
{parts}"""
_JOB = """\
  {word}-{number}:
    runs-on: ubuntu-24.04
    timeout-minutes: {any}
    steps:
      - uses: actions/checkout@v5
      - name: build
        run: |
          make clean
          make all
      - run: make test
"""

_KUBERNETES = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels:
    app: {name}
spec:
  replicas: {any}
  selector:
    matchLabels:
      app: {name}
  template:
    metadata:
      labels:
        app: {name}
    spec:
      containers:
{parts}"""
_CONTAINER = """\
        - name: {word}-{number}
          image: registry.example.com/{name}:{any}.{number}
          ports:
            - containerPort: 8080
          resources:
            limits:
              memory: 512Mi
"""

_COMPOSE = """\
services:
  database:
    image: postgres:17
    volumes:
      - data:/var/lib/postgresql/data
{parts}volumes:
  data:
"""
_SERVICE = """\
  {word}-{number}:
    build: ./{name}
    restart: unless-stopped
    ports:
      - "{any}:80"
    environment:
      LOG_LEVEL: info
    depends_on:
      - database
"""

_VALUES = """\
# Default values for {name}.
replicaCount: {any}
image:
  repository: registry.example.com/{name}
  pullPolicy: IfNotPresent
ingress:
  enabled: true
  hosts:
{parts}resources:
  requests:
    cpu: 100m
    memory: 128Mi
nodeSelector: {{}}
tolerations: []
affinity: {{}}
"""
_HOST = """\
    - host: {word}{number}.example.com
      paths:
        - path: /
          pathType: Prefix
"""

_KINDS = ((_PIPELINE, _JOB), (_KUBERNETES, _CONTAINER), (_COMPOSE, _SERVICE), (_VALUES, _HOST))


def text(number: int, words: list[str], generator: random.Random) -> str:
    """Return the file with a number. The kinds of files take turns; names consist of the words."""
    template, part = _KINDS[number % len(_KINDS)]
    name = f"{generator.choice(words)}-{number}"
    count = generator.randint(1, 4)
    parts = [part.format(name=name, word=generator.choice(words), number=index, any=generator.randint(1, 60)) for index in range(count)]
    return template.format(name=name, any=generator.randint(1, 9), parts="".join(parts))
