"""What is watched: DNs, agents, places and groups, their actions and statuses."""
