"""The rules, one file each. Importable as `smlint.rules`."""
