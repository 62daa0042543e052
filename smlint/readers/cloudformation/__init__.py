"""AWS CloudFormation and SAM templates, including what the CDK synthesizes."""
