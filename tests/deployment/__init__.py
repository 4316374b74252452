"""For who sets the bot up: the Slack app's manifest with its address, and a look at everything that can be set wrong.

Nothing here is deployed.
"""
