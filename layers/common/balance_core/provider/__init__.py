"""What a provider function is made of: the protocol, HTTP, credentials, signing, replies and the Lambda handler."""
