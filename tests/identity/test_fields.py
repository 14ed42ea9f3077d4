"""Encrypted fields: what is stored tells nothing, can't be moved, and outlives a rotation."""

import pytest

from app.domain.secret import Secret
from app.security.field_encryption import FieldCipher, Place, Unreadable

OLD, NEW = "f1:old-key-of-the-tests", "f2:new-key-of-the-tests"
HERE = Place("identity_checks", "number_ciphertext", 7)
BVN = Secret("22123456781")


def test_a_field_is_read_back_where_it_was_stored() -> None:
    cipher = FieldCipher(OLD)
    stored = cipher.encrypt(BVN, HERE)
    assert cipher.decrypt(stored, HERE) == BVN
    assert BVN.value not in stored
    assert stored.startswith("v1|f1|")
    assert len(stored.split("|")) == 4


def test_the_same_value_is_never_stored_alike() -> None:
    cipher = FieldCipher(OLD)
    assert len({cipher.encrypt(BVN, HERE) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("subscribers", "number_ciphertext", 7),
        Place("identity_checks", "name_ciphertext", 7),
        Place("identity_checks", "number_ciphertext", 8),
    ],
)
def test_a_field_moved_to_another_table_column_or_row_cannot_be_read(elsewhere: Place) -> None:
    cipher = FieldCipher(OLD)
    stored = cipher.encrypt(BVN, HERE)
    with pytest.raises(Unreadable):
        cipher.decrypt(stored, elsewhere)


def test_after_a_rotation_old_fields_are_read_and_new_ones_use_the_new_key() -> None:
    before, after = FieldCipher(OLD), FieldCipher(f"{NEW},{OLD}")
    stored = before.encrypt(BVN, HERE)
    assert after.decrypt(stored, HERE) == BVN
    assert not stored.startswith(after.prefix)
    assert after.encrypt(BVN, HERE).startswith(after.prefix)


def test_a_field_whose_key_is_gone_or_was_renamed_cannot_be_read() -> None:
    stored = FieldCipher(OLD).encrypt(BVN, HERE)
    for keys in (NEW, OLD.replace("old", "odd"), OLD.replace("f1", "f3")):
        with pytest.raises(Unreadable):
            FieldCipher(keys).decrypt(stored, HERE)
    relabelled = stored.replace("|f1|", "|f2|")
    with pytest.raises(Unreadable):
        FieldCipher(f"{NEW},{OLD}").decrypt(relabelled, HERE)


@pytest.mark.parametrize(
    "broken", ["", "v1", "v1|f1|x", "v2|f1|AAAA|AAAA", "v1|f1|!!|??", "a|b|c|d|e"]
)
def test_what_is_no_field_cannot_be_read(broken: str) -> None:
    with pytest.raises(Unreadable):
        FieldCipher(OLD).decrypt(broken, HERE)


def test_a_changed_byte_is_noticed() -> None:
    cipher = FieldCipher(OLD)
    stored = cipher.encrypt(BVN, HERE)
    version, key_id, nonce, sealed = stored.split("|")
    flipped = ("B" if sealed[0] == "A" else "A") + sealed[1:]
    with pytest.raises(Unreadable):
        cipher.decrypt("|".join((version, key_id, nonce, flipped)), HERE)


def test_an_index_finds_a_value_under_every_key_and_tells_kinds_and_keys_apart() -> None:
    before, after = FieldCipher(OLD), FieldCipher(f"{NEW},{OLD}")
    assert before.indexes("bvn", BVN)[0] in after.indexes("bvn", BVN)
    assert after.indexes("bvn", BVN)[0] != before.indexes("bvn", BVN)[0]
    assert before.indexes("bvn", BVN) != before.indexes("nin", BVN)
    assert before.indexes("bvn", BVN) != before.indexes("bvn", Secret("22123456782"))
