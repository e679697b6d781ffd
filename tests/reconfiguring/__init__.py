"""A contact centre that changes while the server runs (`protocols.md` 6, `semantics.md` 3, 9.7)."""
