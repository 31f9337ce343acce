package org.consilium.server.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no JSON object is refused as that, whatever the parser makes of it. */
class RequestsTest {

    static String[] bodies() {
        // The parser refuses depth with an exception of another kind.
        return new String[] {null, "", "[]", "{", "{\"a\":", "nonsense", "{\"a\":" + "[".repeat(100_000)};
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void what_is_no_json_object_is_refused(String body) {
        assertThatThrownBy(() -> Requests.json(body))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().status()).isEqualTo(400))
                .hasMessageContaining("not a JSON object");
    }
}
