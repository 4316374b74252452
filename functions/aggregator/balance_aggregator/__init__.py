"""The aggregator: asks every provider function at once, sums per currency, and announces snapshots."""
