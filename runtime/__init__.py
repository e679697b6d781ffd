"""What actors run on: mailboxes, the dispatcher, clocks and files. Knows nothing of contact centres."""
