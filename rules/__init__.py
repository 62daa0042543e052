"""The built-in rules, one file each. Import them as `smlint.rules`."""
