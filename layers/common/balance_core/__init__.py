"""What every function shares: money, the domain's words, signing, one way to call a provider."""
