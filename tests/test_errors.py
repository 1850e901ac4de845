from __future__ import annotations

import pickle

from ganworks.errors import GanworksError, UsageError, unknown


def test_unknown_names_the_nearest() -> None:
    error = unknown("recipe", "dcgna", ["dcgan", "wgan", "lsgan"])
    assert str(error) == "unknown recipe 'dcgna': did you mean 'dcgan'?"
    assert isinstance(error, GanworksError)
    assert error.exit_code == 2


def test_unknown_lists_what_there_is_when_nothing_is_near() -> None:
    assert str(unknown("recipe", "xyz", ["wgan", "dcgan"])) == "unknown recipe 'xyz': valid: dcgan, wgan"
    assert str(unknown("recipe", "xyz", [])) == "unknown recipe 'xyz': valid: none"


def test_a_message_is_one_line_whatever_it_quotes() -> None:
    error = pickle.loads(pickle.dumps(UsageError("a\nb\x85c: d\r\n")))
    assert str(error) == "a b c: d"


def test_exit_codes() -> None:
    assert (GanworksError.exit_code, UsageError.exit_code) == (1, 2)
