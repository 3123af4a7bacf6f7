"""Makes what letters, campaigns and notices are made of, with nobody in it."""

import tomllib

from fanal.prevention.kits.letter_template import text_of

RECORDS = """name,address,reference,authority,contact
Zz Example,"Zz Street 1, Zz Town",ZZ-0001,Zz Office,Zz desk
Zz Other,,ZZ-0002,Zz Office,Zz desk
"""


def signed(locale="en"):
    """A built-in letter as a legal office would hand it back."""
    text = text_of(locale).decode("utf-8")
    for name, told in {
        "reviewed_by": '"zz reader"',
        "reviewed_on": "2026-11-01",
        "signed_by": '"zz counsel"',
        "signed_on": "2026-11-02",
        "reference": '"ZZ 12/26"',
        "provision": '"Section 1 of the Zz Act"',
    }.items():
        text = text.replace(f'\n{name} = ""', f"\n{name} = {told}")
    return text


def changed(path, value, locale="en"):
    """A built-in letter with one value changed; None takes it away."""
    told = tomllib.loads(text_of(locale).decode("utf-8"))
    section, _, key = path.partition(".")
    if value is None:
        del told[section][key]
    else:
        told[section][key] = value
    return dumped(told).encode()


def dumped(told):
    """TOML of two levels, as plain as can be."""
    lines = []
    for section, table in told.items():
        lines.append(f"[{section}]")
        lines += [f"{name} = {_value(one)}" for name, one in table.items()]
    return "\n".join(lines)


def _value(one):
    if isinstance(one, str):
        escaped = one.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    if isinstance(one, list):
        return f"[{', '.join(map(_value, one))}]"
    return str(one)
