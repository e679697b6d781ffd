"""What is computed: categories over masks, filters and time profiles, and the pool that keeps them."""
