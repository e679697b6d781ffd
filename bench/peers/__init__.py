"""The same small pipeline of statistics in several hands: what an event costs in each."""
