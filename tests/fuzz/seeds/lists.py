"""Seeds: small lists of every kind, and the shapes an attacker would begin with."""

import json

from fanal.formats import READERS
from makers import lists
from makers.lists import ICSE_HEADER, STREAMS

MD5 = b"900150983cd24fb0d6963f7d28e17f72"


def of(name: str) -> list[bytes]:
    """Return lists of that kind."""
    kind = READERS.get(name)
    found = [kind.example]
    if name in STREAMS:
        found.append(b"".join(STREAMS[name](3)))
    return found + HOSTILE.get(name, [])


def of_every_kind() -> list[bytes]:
    """Return one list of every kind."""
    return [seed for name in READERS.names() for seed in of(name)[:1]]


def json_texts() -> list[bytes]:
    """Return JSON that is good, and some that is not."""
    row = json.dumps(lists.media(1)).encode()
    return [
        row,
        b'[1, -1.5e3, "a\\u00e9\\ud83d\\ude00", null, true, {"a": {"b": []}}]',
        b'{"value": [' + row + b', {"MD5": [1 2]}, {"x": "\\',
        b"[" * 50 + b"]" * 50,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b"\xff\xfe[\x001\x00]\x00",
        b"[1e400, 0.1000000000000000055, NaN, 1e-400, 1E5, -0, -0.0]",
        b'{"value": {"value": {"Media": [{"MD5": "a"}, [[[[[{}]]]]]]}}}',
        b"[x,x,x,x]",
        b'"' + b"\\\\" * 40 + b'"',
    ]


def csv_texts() -> list[bytes]:
    """Return cells to be written, and lines that stand for themselves."""
    return [
        b"a\x1fb\x1ec\x1fd e\x1e\x1f",
        b'a"b\x1f"c"\x1e"x\ny",z\x1f\x1e""',
        b'a,"b\nc",d\r\n"e""f",g\r\nh,"i\r\n',
        b'"' * 9 + b"\n" + b'"a\n' * 70,
        b"a;b|c\td,e\n\n \n;;;\n",
        b"x\xff,\xc3\xa9,\xe2\x80\xa8,\x85\n",
    ]


HOSTILE: dict[str, list[bytes]] = {
    "vics": [
        b'{"value":[{"MD5":"%s","Series":{"Name":[1]},"Category":{"a":1e999}}]}' % MD5,
        b'{"value":[{"Media":[{"MD5":"%s","AlternativeHashes":[{"HashName":"SHA256",'
        b'"HashValue":7},null,{"HashName":{}}]}],"CaseID":1},{"x":"' % MD5,
        b'[[[[[{"MD5":"%s","VictimIdentified":"maybe","\\ud800":"\\udfff"}]]]]]' % MD5,
    ],
    "plain": [
        b'md5,"a\nb"\n' + MD5 + b',"x\n',
        b"hash|victim identified|category\n" + MD5 + b"|perhaps|0\n" + MD5 * 2 + b"|y|\n",
        b"MD5\x0csha1,x\n" + MD5 + b",1,2,3,4\n",
        "\ufeffMD5;\u2028sha1\n".encode("utf-16"),
        b"md5," * 511 + b"md5\n" + MD5 + b"\n",
    ],
    "icse": [ICSE_HEADER.encode() + b"\n" + MD5 + b';;;"a\n' + MD5 + b';;"b";c;y\n'],
    "nsrl2": [lists.NSRL2_HEADER.encode() + b'\n"","' + MD5 + b'","","a ""b"""\n'],
    "bare": [
        b"\\" + MD5 + b" *a\\nb\n# x\n\n" + MD5 * 2 + b"\n" + MD5[:10],
        (b" " + MD5 + b"\n").decode().encode("utf-16-le"),
    ],
    "threatexchange": [
        b'{"data":[{"type":"HASH_PDQ","indicator":"%s"},{"type":7}]}' % (MD5 * 2),
        b'{"type":"HASH_MD5","raw_indicator":["a"],"indicator":"%s"}\n{\n[]\n7\n' % MD5,
    ],
    "ncmec": [
        b'<?xml version="1.0" encoding="utf-16"?><queryResult/>',
        b"<queryResult><!-- " + b"<" * 40 + b" --><image a='" + b"&lt;" * 9 + b"'/><?a <?>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><queryResult><image>&b;</image></queryResult>',
        b"<queryResult><image><fingerprints><md5>%s</md5><pdna href='x'/><sha1>z</sha1>"
        b"</fingerprints><a><b><c/></b></a></image><next>x</next></queryResult>" % MD5,
    ],
}
"""Kind → lists that an honest program would not write."""
