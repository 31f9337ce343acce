package org.consilium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NodeVersionTest {

    @Test
    void versions_are_ordered_by_their_numbers() {
        assertThat(NodeVersion.parse("0.9.0")).isLessThan(NodeVersion.parse("0.10.0"));
        assertThat(NodeVersion.parse("1.0.0")).isGreaterThan(NodeVersion.parse("0.99.99"));
        assertThat(NodeVersion.parse("0.1.1")).isGreaterThan(NodeVersion.parse("0.1.0"));
        assertThat(NodeVersion.parse("0.1.0-SNAPSHOT")).isEqualTo(NodeVersion.CURRENT);
        assertThat(NodeVersion.CURRENT).hasToString("0.1.0");
    }

    @Test
    void what_is_no_version_is_refused() {
        for (String text : new String[] {"", "1", "1.0", "1.0.0.0", "v1.0.0", "1.0.x", "1.0.0-", "99999.0.0"}) {
            assertThatThrownBy(() -> NodeVersion.parse(text)).as(text).hasMessageContaining("'" + text + "'");
        }
    }
}
