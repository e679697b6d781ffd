"""What the contact centre is: its objects, its statistic definitions, and the check of what they mean."""
