"""Custom rules: data files written by users and listed in the `rules-files` configuration key."""
