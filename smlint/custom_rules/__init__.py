"""Users' own rules: the files that the configuration key `rules-files` names."""
