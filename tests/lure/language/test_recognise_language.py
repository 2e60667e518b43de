"""The language of a text, told by its commonest words."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.language.recognise import load_common, recognise
from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError

PHRASES = bundled("lures") / "phrases"
COMMON = load_common(PHRASES)
SAMPLES = {
    path.stem: yaml.safe_load(path.read_text().split("\n---\n")[1])
    for path in PHRASES.glob("*.yml")
}


@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_sentences_are_told_apart(language: str) -> None:
    for kind in ("ordinary", "honest"):
        sentences = SAMPLES[language][kind]
        told = [recognise(sentence, COMMON) for sentence in sentences]
        assert set(told) <= {language, None}  # one sentence may be too short, never another's
        assert told.count(language) >= len(told) / 2
        assert recognise(" ".join(sentences), COMMON) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FYI",
        "12345 67890 !?",
        "Questo messaggio mi è arrivato ieri e non so se è vero. Può controllare per favore?",
        "Dit bericht kreeg ik gisteren, is het echt? Kunt u het bekijken?",
        "Bu mesajı dün aldım, gerçek mi? Lütfen kontrol eder misiniz?",
        "Tuto zprávu jsem dostal včera, je to pravda? Prosím o kontrolu.",
        "Jag fick det här meddelandet i går, är det äkta?",
        "این پیام را دیروز گرفتم، آیا واقعی است؟",
    ],
)
def test_what_is_too_short_or_of_another_language_is_not_guessed(text: str) -> None:
    assert recognise(text, COMMON) is None


def test_addresses_and_names_do_not_tell() -> None:
    text = "Ist das echt? https://the.and.you.example/of/to/is the-and@you.example is.it.my.example"
    assert recognise(text, COMMON) == "de"
    assert recognise("이거 진짜인가요? Boeing Flight Controls Lead, Seattle", COMMON) == "ko"


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    assert recognise(text, COMMON) in (None, "en", "de", "fr", "es", "he", "ar", "ko", "pl")


def test_faults_have_their_place(tmp_path: Path) -> None:
    (tmp_path / "xx.yml").write_text("language: xx\ncommon: 7\n")
    with pytest.raises(ConfigError) as caught:
        load_common(tmp_path)
    assert "xx.yml:2:" in str(caught.value)
