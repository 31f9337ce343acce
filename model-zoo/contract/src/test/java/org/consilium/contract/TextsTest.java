package org.consilium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts that nobody has checked become texts that can be kept. */
class TextsTest {

    private static final String PAIR = "\uD83D\uDE00";

    static Stream<String> strange() {
        return Stream.of(
                "",
                " ",
                "\u0000",
                "\u0085",
                "\u009F\u0080",
                "one\r\ntwo\tthree\u0085four",
                "\uD800",
                "a\uDC00\uD800b",
                "\uDE00\uD83D",
                "x".repeat(19) + PAIR,
                PAIR.repeat(30),
                "y".repeat(500));
    }

    @ParameterizedTest
    @MethodSource("strange")
    void whatever_comes_is_made_to_fit(String text) {
        String fitting = Texts.fitting(text, 20, "none");
        assertThatCode(() -> Texts.require("text", fitting, 20)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("strange")
    void one_line_has_no_control_character_of_any_kind(String text) {
        assertThat(Texts.oneLine(text).chars()).noneMatch(Character::isISOControl);
    }

    @ParameterizedTest
    @MethodSource("ordinary")
    void what_fits_is_left_as_it_is(String text) {
        assertThat(Texts.fitting(text, 40, "none")).isEqualTo(text);
    }

    static Stream<String> ordinary() {
        return Stream.of("Müller & Søn", "a " + PAIR + " b", "\u05D0\u05D1", "none");
    }
}
