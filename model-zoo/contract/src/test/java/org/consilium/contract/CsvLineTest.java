package org.consilium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvLineTest {

    @Test
    void fields_are_parted_by_commas_and_the_line_ends_in_crlf() {
        assertThat(CsvLine.of(Stream.of("a", "", "b,c"))).isEqualTo("a,,\"b,c\"\r\n");
    }

    @Test
    void commas_quotes_and_line_ends_stay_within_their_field() {
        assertThat(CsvLine.field("a,b")).isEqualTo("\"a,b\"");
        assertThat(CsvLine.field("a\"b")).isEqualTo("\"a\"\"b\"");
        assertThat(CsvLine.field("a\r\nb")).isEqualTo("\"a\r\nb\"");
        assertThat(CsvLine.field("a b")).isEqualTo("a b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1"})
    void no_field_is_taken_for_a_formula(String text) {
        assertThat(CsvLine.field(text)).isEqualTo("'" + text);
    }

    @Test
    void a_formula_that_needs_quotes_is_none_either() {
        assertThat(CsvLine.field("=HYPERLINK(\"a\",1)")).isEqualTo("\"'=HYPERLINK(\"\"a\"\",1)\"");
        assertThat(CsvLine.field("\r=1")).isEqualTo("\"'\r=1\"");
    }
}
