"""PayBy (Botim Money): a member account's balance, one currency per call."""
