"""PayerMax: what a merchant's accounts hold, all types and currencies in one call."""
