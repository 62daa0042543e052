"""The bodies of SageMaker API requests, which templates, state machines and pipelines hold too."""
