"""PayBy (Botim Money): what a member account holds, asked currency by currency."""
