"""What was seen: readings, gaps and day summaries in the table `Balances`, and what can be told from them."""
