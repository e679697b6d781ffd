"""The semantics a second time: batch, naive and obvious, written from `semantics.md` alone.

All events in a list, loops over them. `derivation.py` finds every occurrence at every DN, `statuses.py` the stretches
of each status, `views.py` what of them an object sees, `categories.py` counts them by brute force; `oracle.py` is the
way in and `days.py` makes random days to ask it about.
"""
