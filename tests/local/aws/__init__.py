"""The parts of AWS that this project uses: Lambda with AWS's own runtime client, and the services around it."""
