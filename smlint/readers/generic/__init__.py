"""Ad-hoc configuration files: no known format, but an ECR image and an instance type that belong together."""
