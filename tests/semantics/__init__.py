"""Every row of the tables of `semantics.md`, as a timeline written and worked out by hand."""
