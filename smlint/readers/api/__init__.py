"""SageMaker API requests, as they occur in request files, templates, state machines and pipelines."""
