"""PayerMax: a merchant's balances, all account types and currencies in one call."""
