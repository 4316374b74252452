"""Currency codes: ISO 4217 with the decimals of each minor unit, and the well-known codes outside it.

Source: ISO 4217 list one, published by its maintenance agency (SIX) on 2026-09-17. Codes without a minor unit (precious
metals, bond units, testing, "no currency") are left out: no provider keeps a balance in them. A test compares the table
with the PyPI package `iso4217`. Do not use CLDR instead: it disagrees on IQD, MGA and LBP.
"""

import re
from types import MappingProxyType

PUBLISHED = "2026-09-17"

_CODES_BY_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
        "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
        "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
        "MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
        "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG "
        "YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

DECIMALS = MappingProxyType(
    {code: decimals for decimals, codes in _CODES_BY_DECIMALS.items() for code in codes.split()}
)

# What providers hold although ISO 4217 does not have it (any more): other names of the renminbi, stablecoins and
# coins, and codes withdrawn since 2010. People may ask about these by name.
_RENMINBI = "CNH RMB"
_COINS = "USDT USDC BUSD TUSD USDP PYUSD FDUSD DAI EURC EURT BTC ETH BNB TRX SOL XRP LTC"
_WITHDRAWN = "ANG BGN BYR CUC EEK HRK LTL LVL MRO SLL STD VEB VEF ZMK ZWL"
WELL_KNOWN = frozenset(f"{_RENMINBI} {_COINS} {_WITHDRAWN}".split())

# Other names of the same money. They are separate codes and never added up; a question about one mentions the others.
RELATED = MappingProxyType({"CNY": ("CNH", "RMB"), "CNH": ("CNY", "RMB"), "RMB": ("CNH", "CNY")})

_CODE = re.compile(r"(?=[0-9]*[A-Z])[A-Z0-9]{3,10}")


def normalised(text: str) -> str | None:
    """`text` as a currency code: trimmed and in capitals; None unless it is 3 to 10 ASCII letters and digits.

    At least one is a letter. The code need not be in ISO 4217: providers also hold CNH or USDT.
    """
    code = text.strip().upper() if text.isascii() else text
    return code if _CODE.fullmatch(code) else None


def may_be_asked(code: str) -> bool:
    """Whether a question may name this code: it is in ISO 4217 or in the table of well-known codes."""
    return code in DECIMALS or code in WELL_KNOWN
