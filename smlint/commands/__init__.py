"""The commands, one a file: its table of options, and what it does. Each is imported only when it is called."""
