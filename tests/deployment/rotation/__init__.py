"""`make keys`: replaces our key at a provider so that a working one is named in the secret at every moment.

Everything that a rotation knows is in the provider's secret, as versions with staging labels:

| label | version |
|---|---|
| `AWSCURRENT` | what the functions use |
| `new-<account>` | a new key that nobody has claimed yet |
| `pending-<account>` | the new key, until it is current: whoever attached this label has begun |
| `next-<account>` | the whole secret with the other key, until it is `AWSCURRENT` |
| `previous-<account>` | the key that was replaced, while it is kept |
| `step-<account>` | the step under way: on the pending or the previous key to finish, on the secret itself to abort |

A label moves only from a version that the caller names, so of two people one is refused. A process that dies leaves its
labels, and the next one continues.
"""
