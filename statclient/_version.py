"""The version of the product: the server, its client library, its command line."""

VERSION = "0.1.0"
