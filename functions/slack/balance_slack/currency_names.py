"""What people call a currency when they do not type its code: `dollars`, `US$`, `yuan`, `pound sterling`, `¥`.

These are tables of our own because no library fits. CLDR (Babel) has names for display: it maps neither `dollars` nor
`yuan` to a code, and is 36 MB. pycountry has one official name for each code, in 23 MB. iso4217parse reads `dollars` as
34 currencies and `yuan` as none. The tests read the official names in the PyPI package `iso4217`.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

# The renminbi: CNY in ISO 4217, RMB at some providers. Both are asked, and never added up.
_RENMINBI = "CNY+RMB"

# Nouns, and for each of their currencies the words that may stand before or after the noun; `_` is a space. Alone, a
# noun of one currency means it, one of several means the currency with `!`, and without `!` people must choose. A noun
# with `-` is another word, or a code, when it stands alone.
_NOUNS = {
    "dollar dolar dolares buck": "USD! us american united_states · AUD australian australia aussie · "
    "BBD barbados barbadian · BMD bermudian bermuda · BND brunei · BSD bahamian bahamas · BZD belize · "
    "CAD canadian canada · FJD fiji fijian · GYD guyana guyanese · HKD hong_kong hk · JMD jamaican jamaica · "
    "KYD cayman cayman_islands · LRD liberian liberia · NAD namibia namibian · NZD new_zealand nz kiwi · "
    "SBD solomon solomon_islands · SGD singapore singaporean · SRD surinam suriname surinamese · "
    "TTD trinidad trinidad_and_tobago · TWD taiwan taiwanese new_taiwan · XCD east_caribbean · ZWL zimbabwe zimbabwean",
    "pound libra quid": "GBP! british uk english sterling esterlina gb · EGP egyptian egypt · "
    "FKP falkland falkland_islands · GIP gibraltar · LBP lebanese lebanon · SDG sudanese sudan · "
    "SHP saint_helena st_helena · SSP south_sudanese south_sudan · SYP syrian syria",
    "euro": "EUR",
    "yuan renminbi yuan_renminbi": f"{_RENMINBI}! chinese china · CNH offshore",
    "yen": "JPY japanese japan",
    "peso": "ARS argentine argentinian argentina argentino · CLP chilean chile chileno · "
    "COP colombian colombia colombiano · CUP cuban cuba cubano · DOP dominican dominicano · "
    "MXN mexican mexico mexicano · PHP philippine philippines filipino · UYU uruguayan uruguay uruguayo",
    "dirham dirhem dh": "AED uae emirati emirates united_arab_emirates · MAD moroccan morocco",
    "franc": "BIF burundi burundian · CDF congolese congo · CHF swiss switzerland · DJF djibouti · GNF guinean · "
    "KMF comorian comoros · RWF rwandan rwanda · XAF central_african · XOF west_african · XPF cfp",
    "cfa_franc franc_cfa cfa": "XAF central_african beac · XOF west_african bceao",
    "dinar": "BHD bahraini bahrain · DZD algerian algeria · IQD iraqi iraq · JOD jordanian jordan · "
    "KWD kuwaiti kuwait · LYD libyan libya · RSD serbian serbia · TND tunisian tunisia",
    "rial riyal ریال": "IRR iranian iran · OMR omani oman · QAR qatari qatar · SAR saudi saudi_arabian · "
    "YER yemeni yemen",
    "rupee rs": "INR indian india · LKR sri_lanka sri_lankan · MUR mauritius mauritian · NPR nepalese nepal · "
    "PKR pakistan pakistani · SCR seychelles",
    "krone kroner": "DKK danish denmark · NOK norwegian norway",
    "krona kronor": "ISK iceland icelandic · SEK swedish sweden",
    "crown kr": "CZK czech · DKK danish · ISK icelandic · NOK norwegian · SEK swedish",
    "shilling": "KES kenyan kenya · SOS somali somalia · TZS tanzanian tanzania · UGX uganda ugandan",
    "lira": "TRY! turkish turkey · LBP lebanese · SYP syrian",
    "ruble rouble": "RUB! russian russia · BYN belarusian belarus",
    "won": "KRW! south_korean korean korea · KPW north_korean north_korea",
    "leu lei": "MDL moldovan moldova · RON romanian romania",
    "manat": "AZN azerbaijan azerbaijani · TMT turkmenistan turkmenistan_new",
    "kwacha": "MWK malawi malawian · ZMW zambian zambia",
    "colon colones": "CRC costa_rican costa_rica · SVC el_salvador salvadoran",
    "guilder florin": "ANG antillean · AWG aruban · XCG caribbean",
    "som -sum": "KGS kyrgyz kyrgyzstani · UZS uzbek uzbekistan",
    "-sol soles": "PEN peruvian peru nuevo",
    "-mark": "BAM convertible bosnian",
    "-gold": "ZWG zimbabwe",
    "ariary": "MGA malagasy",
    "baht": "THB thai",
    "birr": "ETB ethiopian",
    "bolivar": "VES soberano venezuelan",
    "cedi": "GHS ghana ghanaian",
    "cordoba": "NIO oro nicaraguan",
    "denar": "MKD macedonian",
    "dong": "VND vietnamese",
    "dram": "AMD armenian",
    "escudo": "CVE cabo_verde cape_verdean",
    "forint": "HUF hungarian",
    "kip": "LAK lao",
    "koruna kc": "CZK czech",
    "lek": "ALL albanian",
    "lev leva": "BGN bulgarian",
    "metical": "MZN mozambique",
    "naira": "NGN nigerian",
    "rand": "ZAR south_african",
    "real reais": "BRL brazilian brazil",
    "ringgit rm": "MYR malaysian",
    "rupiah rp": "IDR indonesian",
    "sheqel shekel": "ILS new_israeli israeli new",
    "zloty zł zl": "PLN polish",
}
# One currency each, and no words before or after.
_SINGLE_NOUNS = (
    "AFN afghani · AOA kwanza · BDT taka · BOB boliviano · BTC bitcoin · BTN ngultrum · BWP pula · ERN nakfa · "
    "ETH ether ethereum · EUR 欧元 歐元 · GBP sterling 英镑 · GEL lari · GMD dalasi · GTQ quetzal quetzales · "
    "HKD 港币 港元 · HNL lempira · HRK kuna · HTG gourde · JPY 日元 円 · KHR riel · KZT tenge · LSL loti · "
    "MMK kyat · MNT tugrik · MOP pataca · MRU ouguiya · MVR rufiyaa · PAB balboa · PGK kina · PYG guarani · "
    "SLE leone · STN dobra · SZL lilangeni · TJS somoni · TOP paanga · UAH hryvnia · USD 美元 · USDC usd_coin · "
    f"USDT tether · VUV vatu · WST tala · {_RENMINBI} 人民币 人民幣 元"
)
# Signs, with the letters that belong to them.
_SIGNS = (
    "USD $ us$ u$ u$s u$d $us · EUR € · GBP £ gb£ uk£ · HKD hk$ hkd$ · AUD a$ au$ aud$ · BRL r$ · CAD c$ ca$ cad$ · "
    "NZD nz$ nzd$ · SGD s$ sg$ sgd$ · TWD nt$ twd$ · MXN mx$ mex$ mxn$ · ARS ar$ · COP col$ · JMD j$ · NAD n$ · "
    "FJD fj$ · TTD tt$ · XCD ec$ · BZD bz$ · MOP mop$ · EGP e£ · JPY jp¥ · INR ₹ · KRW ₩ · RUB ₽ · TRY ₺ · THB ฿ · "
    "VND ₫ · PHP ₱ · ILS ₪ · NGN ₦ · UAH ₴ · KZT ₸ · CRC ₡ · PYG ₲ · GHS ₵ gh₵ · LAK ₭ · GEL ₾ · AZN ₼ · KHR ៛ · "
    f"BDT ৳ · BTC ₿ · USDT usd₮ · {_RENMINBI} cn¥ rmb¥"
)
_AMBIGUOUS_SIGNS = {"¥": ("CNY", "JPY"), "₮": ("MNT", "USDT")}
_MIN_PLURAL_CHARACTERS = 4

_COMMON_CODES = (
    "USD EUR GBP AED SAR QAR KWD BHD OMR EGP JOD MAD JPY CNY RMB HKD SGD TWD AUD NZD CAD CHF INR PKR IDR MYR THB PHP "
    "VND KRW BRL MXN ARS CLP COP PEN NGN KES ZAR TRY USDT USDC"
)
_COMMON_NOUNS = "dollar dirham euro pound renminbi ringgit rupee rupiah yuan"
# What people ask about most. Nothing else is suggested for a typing error: among all codes and names, nearly every
# short word is close to one.
COMMON_CODES = tuple(_COMMON_CODES.split())
COMMON_NOUNS = tuple(_COMMON_NOUNS.split())


class CurrencyName(Struct, frozen=True):
    """The currencies that a name asks about; if it `is_ambiguous`, those from which the person must choose one."""

    codes: tuple[str, ...]
    is_ambiguous: bool = False


def currency_signs() -> list[str]:
    """Every sign in lower case, the longest first."""
    signs = [*_AMBIGUOUS_SIGNS, *(sign for _, signs, _ in _currencies(_SIGNS) for sign in signs)]
    return sorted(signs, key=lambda sign: (-len(sign), sign))


def currency_names() -> dict[str, CurrencyName]:
    """Every name and sign by its `name_key`."""
    names = {sign: CurrencyName(codes, is_ambiguous=True) for sign, codes in _AMBIGUOUS_SIGNS.items()}
    for codes, spellings, _ in (*_currencies(_SIGNS), *_currencies(_SINGLE_NOUNS)):
        names |= {name_key(spelling.split("_")): CurrencyName(codes) for spelling in spellings}
    for nouns, currencies in _NOUNS.items():
        for noun in nouns.split():
            names |= _names(noun, currencies)
    return names


def name_key(words: Iterable[str]) -> str:
    """Words in lower case as one word, each in the singular: `hongkongdollar` for Hong Kong dollars."""
    return "".join(word if len(word) < _MIN_PLURAL_CHARACTERS else word.removesuffix("s") for word in words)


def _names(noun: str, text: str) -> Iterator[tuple[str, CurrencyName]]:
    """`dollar`, `us dollar`, `dollar us` and `usd dollar`, each with its meaning."""
    currencies = list(_currencies(text))
    nouns = noun.removeprefix("-").split("_")
    for codes, qualifiers, _ in currencies:
        meaning = CurrencyName(codes)
        for words in (qualifier.split("_") for qualifier in qualifiers):
            yield name_key([*words, *nouns]), meaning
            yield name_key([*nouns, *words]), meaning
        for code in codes:
            yield name_key([code.casefold(), *nouns]), meaning
    if not noun.startswith("-"):
        meant = [codes for codes, _, is_default in currencies if is_default or len(currencies) == 1]
        choices = tuple(code for codes, _, _ in currencies for code in codes)
        yield name_key(nouns), CurrencyName(meant[0]) if meant else CurrencyName(choices, is_ambiguous=True)


def _currencies(text: str) -> Iterator[tuple[tuple[str, ...], list[str], bool]]:
    """For each currency its codes, its words, and whether it has the `!`."""
    for part in text.split(" · "):
        codes, *words = part.split()
        yield tuple(codes.rstrip("!").split("+")), words, codes.endswith("!")
