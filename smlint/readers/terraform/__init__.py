"""Terraform in JSON: configuration files (`*.tf.json`), plans and states."""
