"""Error codes: the same in every language, checked both ways."""

import pickle

import pytest
from vectors import FILES

import sekisho
from sekisho import _rust

REGISTRY = FILES["errors"]["errors"]


def test_every_code_of_the_registry_is_here_and_no_other():
    codes = [error["code"] for error in REGISTRY]
    assert list(sekisho.ERROR_CODES) == codes
    assert [code.text() for code in _rust.error_codes()] == codes


def test_an_error_has_its_code_its_message_and_survives_pickling():
    with pytest.raises(sekisho.SekishoError) as caught:
        sekisho.KeyRing("nonsense")
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert error.code == "key_ring_malformed"
        assert str(error) == next(it["message"] for it in REGISTRY if it["code"] == error.code)
        assert error.retry_after is None


def test_the_library_is_the_one_that_the_bindings_were_generated_from():
    generated = _rust.sekisho
    generated._uniffi_check_contract_api_version(generated._UniffiLib)
    generated._uniffi_check_api_checksums(generated._UniffiLib)


def test_a_library_of_another_signature_is_noticed():
    class Other:
        def __getattr__(self, _):
            return lambda: 1

    with pytest.raises(_rust.InternalError, match="checksum"):
        _rust.sekisho._uniffi_check_api_checksums(Other())
