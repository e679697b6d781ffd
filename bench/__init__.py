"""How fast: `python -m bench` measures everything here, prints tables and writes `bench/results/*.json`.

No figure decides a test: they are of the machine they were measured on, which is why each stands beside another of the
same run.
"""
