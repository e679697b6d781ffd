"""The call flows of `sources.md` 2 as data: what a link carries, and every number that must come of it.

`flow_01.jsonl` to `flow_36.jsonl` are the flows written out in full, in seconds after the flow's zero and without
`seq`;
`preamble.jsonl` registers every DN ten seconds before zero with agents 1001 to 1003 ready, `preamble_nobody.jsonl` with
nobody logged in. `expected.py` is the table of values, `environment.toml` and `statserver.cfg` the contact centre.
"""
