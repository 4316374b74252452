"""The people and channels of a day."""

ALERTS, MONEY = "C0ALERTS01", "C0MONEY001"
ANA, BEN, CARL = "U0ANA00001", "U0BEN00001", "U0CARL0001"
# Ana is an admin.
PEOPLE = {ANA: "ana", BEN: "ben", CARL: "carl", ALERTS: "alerts", MONEY: "money"}
