"""The whole server through its front doors: sockets, files, the command line."""
