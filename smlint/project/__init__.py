"""What files tell of each other: those of one folder, and those of one run."""
