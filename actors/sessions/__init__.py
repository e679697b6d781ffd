"""Who asks: the client protocol, a session for each client, the listener."""
