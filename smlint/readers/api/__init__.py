"""Bodies of SageMaker API requests, which files of requests, templates, state machines and pipelines hold."""
