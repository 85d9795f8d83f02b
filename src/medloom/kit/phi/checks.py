"""Check digits and ranges of identifiers: what tells a number of a person from any number."""

import ipaddress
import re
from collections.abc import Callable

_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_NOT_DIGIT = re.compile(r"\D")


def luhn(text: str) -> bool:
    """Whether the digits of a card number pass the check of ISO/IEC 7812.

    >>> luhn("4111 1111 1111 1111"), luhn("4111 1111 1111 1112")
    (True, False)
    """
    digits = [int(one) for one in _NOT_DIGIT.sub("", text)]
    doubled = [sum(divmod(2 * one, 10)) for one in digits[-2::-2]]
    return 12 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """Whether an account number passes the check of ISO 13616.

    >>> iban("ES91 2100 0418 4502 0005 1332"), iban("ES92 2100 0418 4502 0005 1332")
    (True, False)
    """
    packed = re.sub(r"[\s-]", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", packed):
        return False
    turned = packed[4:] + packed[:4]
    return int("".join(str(int(one, 36)) for one in turned)) % 97 == 1


def nhs(text: str) -> bool:
    """Whether ten digits are a number of the English NHS (modulo 11).

    >>> nhs("943 476 5919"), nhs("943 476 5918")
    (True, False)
    """
    digits = [int(one) for one in _NOT_DIGIT.sub("", text)]
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    rest = 11 - sum(one * by for one, by in zip(digits, range(10, 1, -1), strict=False)) % 11
    return rest % 11 == digits[9] and rest != 10


def dni(text: str) -> bool:
    """Whether a Spanish identity number (DNI, NIE) has the letter that its digits ask for.

    >>> dni("12345678Z"), dni("X-1234567-L"), dni("12345678A")
    (True, True, False)
    """
    packed = re.sub(r"[\s.-]", "", text).upper()
    if not re.fullmatch(r"[XYZ]?\d{7,8}[A-Z]", packed):
        return False
    number = packed[:-1].translate(str.maketrans("XYZ", "012"))
    return _LETTERS[int(number) % 23] == packed[-1]


def ssn(text: str) -> bool:
    """Whether nine digits may be a US social security number.

    >>> ssn("460-89-9847"), ssn("000-12-3456"), ssn("900-12-3456")
    (True, False, False)
    """
    area, group, serial = re.fullmatch(r"(\d{3})\D*(\d{2})\D*(\d{4})", text).groups()  # type: ignore[union-attr]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def ip(text: str) -> bool:
    """Whether it is an internet address, of version 4 or 6.

    >>> ip("192.168.0.1"), ip("fe80::1"), ip("1.2.3.400"), ip("12::")
    (True, True, False, True)
    """
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def calendar(text: str) -> bool:
    """Whether three numbers can be day, month and year in some order.

    >>> calendar("31/12/2016"), calendar("12-31-16"), calendar("2016.12.31"), calendar("40/40/2016")
    (True, True, True, False)
    """
    numbers = [int(one) for one in re.findall(r"\d+", text)][:3]
    if len(numbers) < 3:
        return False
    if numbers[0] > 31:
        numbers.reverse()
    low, high = sorted(numbers[:2])
    return 1 <= low <= 12 and 1 <= high <= 31


def over_89(text: str) -> bool:
    """Whether an age in figures is 90 or more; ages above 125 are none.

    >>> over_89("91 years"), over_89("89 years"), over_89("400")
    (True, False, False)
    """
    found = re.search(r"\d+", text)
    return bool(found) and 90 <= int(found[0]) <= 125  # type: ignore[index]


def telephone(text: str) -> bool:
    """Whether there are as many digits as a telephone number has, not all the same.

    >>> telephone("+34 913 908 121"), telephone("12-34")
    (True, False)
    """
    digits = _NOT_DIGIT.sub("", text)
    return 7 <= len(digits) <= 15 and len(set(digits)) > 2


def has_digit(text: str) -> bool:
    """Whether there is a digit.

    >>> has_digit("AB-12"), has_digit("pending")
    (True, False)
    """
    return any(one.isdigit() for one in text)


CHECKS: dict[str, Callable[[str], bool]] = {
    one.__name__: one
    for one in (luhn, iban, nhs, dni, ssn, ip, calendar, over_89, telephone, has_digit)
}
"""What a rule may ask of the text that it found, by name."""
