"""Who tells us: the T-Server link, Asterisk, and recordings of both."""
