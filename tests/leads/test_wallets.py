import hashlib

from hypothesis import given
from hypothesis import strategies as st

from fanal.leads.wallets import keccak256, wallets

GENESIS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
BECH32 = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"  # BIP 173
BECH32M = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"  # BIP 350
EIP55 = (  # the examples of EIP-55
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
)


def test_keccak_is_the_one_before_the_standard():
    """Values of the Keccak team's known-answer tests, and of Ethereum's yellow paper."""
    empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    abc = "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    assert [each.hex() for each in keccak256([b"", b"abc"])] == [empty, abc]
    assert keccak256([b"abc"])[0] != hashlib.sha3_256(b"abc").digest()


def test_addresses_of_the_standards_check_out():
    told = wallets([GENESIS, BECH32, BECH32M, BECH32.upper(), *EIP55])
    assert told[0] == (GENESIS, "bitcoin", True)
    assert told[1] == (BECH32, "bitcoin", True)
    assert told[2] == (BECH32M, "bitcoin", True)
    assert told[3] == (BECH32, "bitcoin", True)
    assert told[4:] == [(each.lower(), "ethereum", True) for each in EIP55]


def test_small_letters_carry_no_checksum():
    assert wallets([EIP55[0].lower()]) == [(EIP55[0].lower(), "ethereum", None)]


def test_what_has_no_checksum_that_is_known_is_neither_right_nor_wrong():
    others = ["zz-wallet-0001", "4" + "A" * 94, "1" * 30, "", "0x12"]
    assert wallets(others) == [(each, "", None) for each in others]


def test_one_wrong_sign_is_not_checked():
    wrong = [
        GENESIS[:-1] + "b",
        BECH32[:-1] + "5",
        BECH32M[:-1] + "1",
        BECH32[:5].upper() + BECH32[5:],
        EIP55[0][:-1] + EIP55[0][-1].swapcase(),
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4xyz",
    ]
    assert [good for _, _, good in wallets(wrong)] == [False] * len(wrong)


def test_a_witness_of_version_0_needs_the_older_checksum():
    """An invalid example of BIP 350: version 0 with the newer checksum."""
    assert wallets(["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh"])[0][1:] == ("", False)


@given(st.lists(st.text(max_size=50), max_size=5))
def test_any_text_is_told_once(texts):
    told = wallets(texts)
    assert len(told) == len(texts)
    assert all(chain or not good for _, chain, good in told)
