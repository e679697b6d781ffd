"""The worked flows of `multimedia.md` as data: what links carry, and every value that must come of it.

`flow_8_1.jsonl` to `flow_8_4.jsonl` are the page's own lines of an Interaction Server, `flow_8_4_voice.jsonl` the
T-Server beside it, `flow_6_4_*.jsonl` the sources of the worked composition, `emulated.jsonl` the telephony of 7.
"""
