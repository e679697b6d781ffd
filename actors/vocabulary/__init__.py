"""The words every room shares: object types, events, actions, statuses, the protocol. Imports nothing of the house."""
