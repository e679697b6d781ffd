"""Bad input on every port: whatever comes, everyone is answered or closed with a reason, and nothing leaks or fails.

`vocabulary` is what can be said rightly, however absurd; `mutations` spoils it; `running` is a real server on real
sockets with its clients and its sources, and what must hold of it afterwards.
"""
