"""What the contact centre is made of: one folder a concern, one file a kind of actor."""
